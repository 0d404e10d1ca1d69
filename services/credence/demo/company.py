"""Generates the whole company from a seed and a reference date."""

from collections.abc import Callable
from datetime import date

from . import catalogue, people
from .awards import hold
from .chance import stream
from .credentials import Flaw, Ledger, Mint
from .designed import designed
from .issuers import open_houses, registry
from .model import Company, Expectations, Pair, PostedSkill
from .postings import postings
from .records import record
from .source import load

MINIMUM = 100
"""Candidates under which the designed people and the teams would be the company."""
MUST = 0.6
"""Share of a role's postings from which a skill counts towards the fit for the role."""

Progress = Callable[[int, int], None]


def generate(
    *,
    reference: date,
    seed: int = 20260101,
    candidates: int = 600,
    tenant: str = "meridian",
    progress: Progress | None = None,
) -> Company:
    """The same arguments give the same bytes (on one taxonomy version, which the concept ids come from).

    `progress` is told how many of all candidates are done, after each. Two signed credentials a person on average.
    Raises ValueError for fewer than MINIMUM candidates and UnknownConceptError when the taxonomy lacks a skill.
    """
    if candidates < MINIMUM:
        raise ValueError(f"a company has at least {MINIMUM} candidates, not {candidates}")
    report = progress or (lambda done, total: None)
    houses = open_houses(seed)
    mint = Mint(seed, reference, houses)
    records, pairs, everybody = designed(mint, 0)
    employees = people.members(seed, len(records))
    first = len(records) + len(employees)
    report(len(records), candidates)
    for person in [*employees, *(people.applicant(seed, index) for index in range(first, candidates))]:
        candidate = record(person, reference, seed)
        candidate.credentials.extend(hold(person, mint))
        records.append(candidate)
        everybody.append(person)
        report(len(records), candidates)
    stream(seed, "order").shuffle(records)
    texts, posted = postings(seed)
    offered, traps = catalogue.programmes(tenant)
    return Company(
        tenant=tenant,
        reference=reference,
        candidates=records,
        postings=texts,
        cohorts=catalogue.cohorts(tenant),
        programmes=offered,
        issuers=registry(houses, tenant),
        web_documents={
            path: body for house in houses.values() for path, body in house.documents(reference).items()
        },
        expectations=_expectations(mint.ledger, pairs, posted, traps, everybody),
    )


def _expectations(
    ledger: Ledger,
    pairs: dict[str, Pair],
    posted: dict[str, tuple[PostedSkill, ...]],
    traps: dict[str, str],
    everybody: list[people.Person],
) -> Expectations:
    return Expectations(
        signed=ledger.signed,
        tampered=ledger.of(Flaw.TAMPERED),
        revoked=ledger.of(Flaw.REVOKED),
        borrowed=ledger.of(Flaw.BORROWED),
        expired=ledger.of(Flaw.EXPIRED),
        unregistered=ledger.of("unregistered"),
        red_flagged=ledger.of("red_flagged"),
        look_alike=ledger.of("look_alike"),
        expiring_90=ledger.of("expiring_90"),
        pairs=pairs,
        planted_gaps=catalogue.planted_gaps(),
        posted=posted,
        fit=_fit(everybody),
        traps=traps,
    )


def _fit(everybody: list[people.Person]) -> dict[str, dict[str, float]]:
    """Of those whom chance made; the designed people have no latent ability."""
    fit = {}
    for role in load().postings:
        musts = [skill for skill, ask in role.ask.items() if ask.share >= MUST]
        fit[role.title] = {person.external_id: person.mean(musts) for person in everybody if person.ability}
    return fit
