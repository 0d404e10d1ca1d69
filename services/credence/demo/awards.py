"""Which credentials a person holds: rigorous ones follow ability, shallow ones everybody, bought ones the dishonest."""

from datetime import date
from random import Random

from credencepb.candidates.v1 import candidate_pb2 as pb

from .chance import stream, uuid, weighted, weighted_sample
from .credentials import Award, Flaw, Mint
from .dates import add_months, written
from .people import KNOWN, Person
from .source import Achievement, load

HOW_MANY = {0: 12, 1: 25, 2: 28, 3: 20, 4: 10, 5: 5}
"""Weights of the number of signed credentials; two on average."""

FLAWS = {None: 0.94, Flaw.TAMPERED: 0.0175, Flaw.BORROWED: 0.0175}
REVOKED = 0.06
"""Weight beside FLAWS where the issuer keeps a status list."""

SHARE_LINKS = 0.14
"""Share of applicants who also hand in a link or a PDF that nobody can check."""

ENOUGH = 0.78
"""Part of an achievement's demand with which people begin; the rest they learn on the way."""

SUPPLY = {"kestrel": 0.35, "meridian_academy": 0.3}
"""Issuers that few people meet."""


def hold(person: Person, mint: Mint) -> list[pb.CredentialDocument]:
    """The credentials of an applicant or employee, oldest first. Those of employees are all in order."""
    rng = stream(mint.seed, "awards", person.index)
    count = rng.randint(1, 4) if person.team else weighted(rng, HOW_MANY)
    weights = {key: weight(person, achievement) for key, achievement in load().achievements.items()}
    chosen = weighted_sample(rng, weights, count)
    awards = sorted(
        (_award(person, key, mint.reference, rng) for key in chosen), key=lambda award: award.awarded
    )
    held = [mint.issue(person, f"cred-{number:02}", award) for number, award in enumerate(awards, start=1)]
    if not person.team and rng.random() < SHARE_LINKS:
        held.append(_share_link(person, rng, mint.reference))
    return held


def weight(person: Person, achievement: Achievement) -> float:
    """How likely the person holds it, relative to others; 0: not at all."""
    own = load().occupations[person.occupation].skills
    taught = achievement.teaches
    unwanted = person.hidden.union(load().teams[person.team].unproven) if person.team else person.hidden
    if unwanted.intersection(taught) or achievement.occupation not in ("", person.occupation):
        return 0.0
    if _bought(achievement):
        return 0.0 if person.team else 1.4 * (1 - person.honesty) ** 1.5
    if achievement.anyone:
        return 0.1
    related = sum(skill in own or person.ability.get(skill, 0.0) >= KNOWN for skill in taught) / len(taught)
    fit = person.mean(taught)
    if related < 0.5 or fit < ENOUGH * achievement.demand:
        return 0.0
    return SUPPLY.get(achievement.issuer, 1.0) * (0.25 + 1.6 * achievement.demand) * (0.4 + fit)


def _bought(achievement: Achievement) -> bool:
    return achievement.issuer in ("quickcert", "lookalike")


def _award(person: Person, key: str, reference: date, rng: Random) -> Award:
    source = load().achievements[key]
    flaws = {**FLAWS, Flaw.REVOKED: REVOKED if load().issuers[source.issuer].status else 0.0}
    flaw = None if person.team else weighted(rng, flaws)
    oldest = 54 if not source.months else min(54, round(source.months * 1.25))
    if source.months and (flaw or person.team):
        oldest = source.months - 1
    awarded = add_months(reference, -rng.randint(1, oldest)).replace(day=rng.randint(1, 28))
    return Award(key, awarded, person.mean(source.teaches), flaw)


def _share_link(person: Person, rng: Random, reference: date) -> pb.CredentialDocument:
    """A certificate as a link or a PDF: claimed, nothing in it can be checked."""
    own = load().occupations[person.occupation].skills
    options = [a for a in load().achievements.values() if own.keys() & set(a.teaches) and not a.occupation]
    achievement = rng.choice(options)
    return pb.CredentialDocument(
        id="link-01",
        claimed=pb.ClaimedCredential(
            title=achievement.name,
            issuer=load().issuers[achievement.issuer].name,
            url=f"https://share.example/c/{uuid(rng)[:12]}" if rng.random() < 0.8 else "",
            awarded=written(add_months(reference, -rng.randint(1, 50)), rng),
        ),
    )
