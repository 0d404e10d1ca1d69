"""Awards credentials, signs them, and keeps a ledger of what is wrong with which."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from random import Random
from typing import Any

from credence.credentials import issuing
from credence.credentials.issuing_pictures import baked_png
from credencepb.candidates.v1 import candidate_pb2 as pb

from . import achievements
from .chance import stream, uuid
from .dates import add_months, noon
from .identities import identity
from .issuers import House
from .model import CredentialRef
from .people import Person
from .source import load
from .tampering import CHANGES, tamper

PICTURES = 0.1
"""Share of credentials that people hand in as the picture that they were given."""
STRANGER = 5_000_000
"""Offset to the numbers of people who are nobody's candidate and whose credentials somebody else hands in."""


PLAIN = ("Final project.", "Project report and code.", "The project as handed in.")
NARRATIVES = {
    "PROJECT": PLAIN,
    "REVIEWED_PROJECT": (*PLAIN, "Submitted project with the reviewer's remarks."),
    "PROCTORED_EXAM_PROJECT_PORTFOLIO": (*PLAIN, "Project and portfolio with the assessors' remarks."),
}
"""What issuers say of the work that they link."""


class Flaw(StrEnum):
    TAMPERED = "tampered"
    REVOKED = "revoked"
    BORROWED = "borrowed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Award:
    """`fit` is the holder's ability in what the achievement teaches, 0..1. `flaw` is wanted; expiry follows from the date."""

    achievement: str
    awarded: date
    fit: float
    flaw: Flaw | None = None


@dataclass(slots=True)
class Ledger:
    """What was signed, and the credentials to which something applies, by what it is."""

    signed: int = 0
    entries: dict[str, list[CredentialRef]] = field(default_factory=lambda: defaultdict(list))

    def of(self, what: str) -> tuple[CredentialRef, ...]:
        return tuple(self.entries.get(what, ()))


class Mint:
    """Signs for all issuers. Deterministic: the documents depend on the seed and on what was issued before."""

    def __init__(self, seed: int, reference: date, houses: dict[str, House]) -> None:
        self.seed = seed
        self.reference = reference
        self.houses = houses
        self.ledger = Ledger()

    def issue(self, person: Person, credential_id: str, award: Award) -> pb.CredentialDocument:
        rng = stream(self.seed, "credential", person.index, credential_id)
        source = load().achievements[award.achievement]
        house = self.houses[source.issuer]
        until = expiry(award, self.reference)
        holder = person if award.flaw is not Flaw.BORROWED else None
        index = house.next_index() if house.source.status else None
        if award.flaw is Flaw.REVOKED:
            if index is None:
                raise ValueError(f"{house.source.name} keeps no status list and cannot revoke")
            house.revoked.add(index)
        achievement = _achievement(award.achievement)
        hours = achievements.credits_available(source)
        subject_id, identifiers = self._recipient(holder, person.index, house, rng)
        credential = issuing.achievement_credential(
            id=f"urn:uuid:{uuid(rng)}",
            issuer_id=house.signer.id,
            issuer_name=house.source.name,
            subject_id=subject_id,
            identifiers=identifiers,
            achievement=achievement,
            valid_from=noon(award.awarded),
            valid_until=noon(until) if until else None,
            results=achievements.results(award.achievement, award.fit, rng),
            credits_earned=hours if hours and rng.random() < 0.6 else None,
            evidence=_evidence(source.rigor, person, rng),
            status=issuing.status_entry(house.status_url, index) if index is not None else None,
        )
        securing = rng.choice(house.source.securing)
        document = house.signer.sign(credential, securing)
        if award.flaw is Flaw.TAMPERED:
            document = tamper(document, rng.choice(CHANGES))
        if stream(self.seed, "picture", person.index, credential_id).random() < PICTURES:
            document = baked_png(document)
        self._enter(CredentialRef(person.external_id, credential_id, securing, source.issuer), award, until)
        return pb.CredentialDocument(id=credential_id, document=document)

    def _recipient(
        self, holder: Person | None, index: int, house: House, rng: Random
    ) -> tuple[str | None, list[dict[str, Any]]]:
        """The holder, or a stranger with the same number, named in the way of the issuer."""
        someone = holder.identity if holder else identity(self.seed, index + STRANGER)
        if house.source.binding == "did-or-plain" and someone.dids:
            return someone.dids[0], []
        email = someone.emails[-1]
        if house.source.binding == "hashed":
            return None, [issuing.hashed_email(email, uuid(rng)[:8])]
        plain = {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": email,
            "identityType": "emailAddress",
        }
        return None, [plain]

    def _enter(self, ref: CredentialRef, award: Award, until: date | None) -> None:
        self.ledger.signed += 1
        house = self.houses[ref.issuer].source
        entries = self.ledger.entries
        expired = until is not None and until < self.reference
        if flaw := award.flaw or (Flaw.EXPIRED if expired else None):
            entries[flaw].append(ref)
        elif until is not None and until < self.reference + timedelta(days=90):
            entries["expiring_90"].append(ref)
        if house.standing is None:
            entries["look_alike" if ref.issuer == "lookalike" else "unregistered"].append(ref)
        elif house.standing == "red_flagged":
            entries["red_flagged"].append(ref)


def expiry(award: Award, reference: date) -> date | None:
    """Never on the reference date itself, on which it would depend on the hour."""
    months = load().achievements[award.achievement].months
    if not months:
        return None
    until = add_months(award.awarded, months)
    return until + timedelta(days=1) if until == reference else until


@cache
def _achievement(key: str) -> dict[str, Any]:
    return achievements.document(key)


def _evidence(rigor: str, person: Person, rng: Random) -> list[dict[str, Any]]:
    """Projects leave something to look at; more often than not the issuer links it."""
    if rigor not in NARRATIVES or rng.random() < 0.4:
        return []
    host = rng.choice(load().world.portfolio_hosts)
    return [
        {
            "id": f"https://{host}/{person.identity.handle}/project-{rng.randint(1000, 9999)}",
            "type": ["Evidence"],
            "name": "Project",
            "narrative": rng.choice(NARRATIVES[rigor]),
        }
    ]
