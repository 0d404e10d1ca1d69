"""Profiles between their protobuf form and what the index takes."""

import hashlib
import math
from array import array
from sys import intern

from google.protobuf.message import DecodeError

from credence.matching.index import IndexedProfile
from credence.platform.names import last_id
from credencepb.credentials.v1.profile_pb2 import Facets, Profile

LABEL_FACET = "labels."


class InvalidProfileError(ValueError):
    """A profile that cannot be ranked; the message holds no personal data."""


def check(profile: Profile) -> None:
    """Raises InvalidProfileError where a strength or a level is out of range, an id is missing or given twice."""
    if profile.revision < 1:
        raise InvalidProfileError(f"revision {profile.revision}")
    if len({piece.id for piece in profile.evidence}) < len(profile.evidence):
        raise InvalidProfileError("two pieces of evidence with one id")
    for piece in profile.evidence:
        if not piece.id or not piece.concept:
            raise InvalidProfileError("a piece of evidence without id or concept")
        if not (math.isfinite(piece.strength) and 0.0 <= piece.strength <= 1.0):
            raise InvalidProfileError(f"evidence {piece.id}: strength {piece.strength}")
        if not 0 <= piece.level <= 5:
            raise InvalidProfileError(f"evidence {piece.id}: level {piece.level}")


def indexed(content: bytes) -> IndexedProfile:
    """The profile as the index takes it, `content` being its document; raises InvalidProfileError."""
    try:
        profile = Profile.FromString(content)
    except DecodeError as error:
        raise InvalidProfileError("not a Profile") from error
    check(profile)
    evidence = profile.evidence
    candidate = last_id(profile.candidate)
    identity = f"{candidate}\0{profile.revision}\0".encode() + content
    return IndexedProfile(
        candidate=candidate,
        external_id=profile.external_id,
        revision=profile.revision,
        fingerprint=int.from_bytes(hashlib.blake2b(identity, digest_size=8).digest()),
        concepts=tuple([intern(piece.concept) for piece in evidence]),
        strengths=array("d", [piece.strength for piece in evidence]),
        levels=bytes([piece.level for piece in evidence]),
        verified=bytes([piece.verified for piece in evidence]),
        facets=facets_of(profile.facets),
        document=content,
    )


def facets_of(facets: Facets) -> tuple[tuple[str, str], ...]:
    """(facet, value) pairs in their order: `availability`, `labels.team`, `population`, `region`; without empty values."""
    pairs = {"region": facets.region, "availability": facets.availability, "population": facets.population}
    pairs |= {LABEL_FACET + key: value for key, value in facets.labels.items()}
    return tuple(sorted((intern(name), intern(value)) for name, value in pairs.items() if value))
