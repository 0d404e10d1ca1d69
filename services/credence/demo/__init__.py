"""An invented company with signed credentials, from a seed: for the demo, the tests and the benchmarks.

Everything in it is made up. Addresses and hosts lie under domains that are reserved for examples.
"""

from .company import generate
from .concepts import UnknownConceptError
from .files import read, write
from .model import Company, CredentialRef, Expectations, Pair, PlantedGap, PostedSkill

__all__ = [
    "Company",
    "CredentialRef",
    "Expectations",
    "Pair",
    "PlantedGap",
    "PostedSkill",
    "UnknownConceptError",
    "generate",
    "read",
    "write",
]
