"""Invented names and addresses. Nothing here touches what a person can do: the streams of chance are separate."""

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from credence.credentials.issuing import Issuer

from .chance import stream
from .source import load

HAS_DID = 0.15
TWO_ADDRESSES = 0.08
NAMELESS = 0.01
"""Shares of people with a decentralised identifier, with a second address, and without a name in the ATS."""


@dataclass(frozen=True, slots=True)
class Identity:
    display_name: str
    handle: str
    emails: tuple[str, ...]
    dids: tuple[str, ...]
    region: str


def identity(seed: int, index: int) -> Identity:
    """Person number `index`; addresses are unique by that number and lie under reserved domains."""
    rng = stream(seed, "identity", index)
    world = load().world
    name = _name(rng)
    handle = f"{_ascii(name)}.{index}"
    hosts = rng.sample(world.mail_hosts, 2 if rng.random() < TWO_ADDRESSES else 1)
    did = rng.random() < HAS_DID
    return Identity(
        display_name="" if rng.random() < NAMELESS else name,
        handle=handle,
        emails=tuple(f"{handle}@{host}" for host in hosts),
        dids=(holder_did(seed, index),) if did else (),
        region=rng.choice(world.regions) if rng.random() < 0.92 else "",
    )


def holder_did(seed: int, index: int) -> str:
    return Issuer.from_seed(f"{seed}:holder:{index}".encode()).id


def _name(rng: Random) -> str:
    groups = load().names
    first = rng.choice(groups)
    last = rng.choice(groups) if rng.random() < 0.2 else first
    parts = [rng.choice(first.given), rng.choice(last.family)]
    if rng.random() < 0.12:
        parts.insert(1, rng.choice(first.given))
    elif rng.random() < 0.06:
        parts.append(rng.choice(last.family))
    return " ".join(dict.fromkeys(parts))


def _ascii(name: str) -> str:
    first, *_, last = name.split(" ")
    plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z.]", "", plain)
