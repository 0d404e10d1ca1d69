"""From a person to the record that an ATS would send, credentials aside."""

from datetime import date
from random import Random

from credencepb.candidates.v1 import candidate_pb2 as pb

from .chance import some, stream, weighted, weighted_sample
from .dates import add_months, written
from .experience import positions
from .people import GENERAL, Person, level
from .source import load

METHODS = ("work sample", "structured interview", "supervisor's review", "peer review", "practical task")
VARIANTS = (
    "",
    "",
    "",
    ", second edition",
    " (course work)",
    " (with two friends)",
    ", for a local club",
    ", rewritten",
)
"""What people add to the title of a piece of work."""


def record(person: Person, reference: date, seed: int) -> pb.Candidate:
    rng = stream(seed, "record", person.index)
    employee = bool(person.team)
    return pb.Candidate(
        external_id=person.external_id,
        identity=pb.Identity(
            display_name=person.identity.display_name,
            emails=person.identity.emails,
            dids=person.identity.dids,
        ),
        region=person.identity.region,
        availability=pb.AVAILABILITY_NOT_LOOKING if employee else _availability(rng),
        population=pb.POPULATION_EMPLOYEE if employee else pb.POPULATION_APPLICANT,
        labels={"team": person.team}
        if employee
        else {"source": rng.choice(("careers-page", "referral", "agency", "fair"))},
        experiences=positions(person, reference, stream(seed, "positions", person.index)),
        portfolio=_portfolio(person, reference, rng),
        claims=_claims(person, reference, rng),
        assessments=_assessments(person, reference, rng) if employee else [],
    )


def _availability(rng: Random) -> pb.Availability.ValueType:
    return weighted(
        rng,
        {
            pb.AVAILABILITY_NOW: 40,
            pb.AVAILABILITY_THREE_MONTHS: 35,
            pb.AVAILABILITY_NOT_LOOKING: 10,
            pb.AVAILABILITY_UNSPECIFIED: 15,
        },
    )


def _claims(person: Person, reference: date, rng: Random) -> list[pb.Claim]:
    """Most of what one can, some of what one cannot, and the words that everybody adds."""
    own = load().occupations[person.occupation].skills
    claimed = {skill: value for skill, value in person.known().items() if rng.random() < 0.65}
    for skill in own:
        if skill not in claimed and skill not in person.hidden and rng.random() < 0.5 * (1 - person.honesty):
            claimed[skill] = person.ability.get(skill, 0.0) + 0.5
    for skill in some(rng, GENERAL, 0, 3):
        claimed[skill] = rng.uniform(0.5, 0.9)
    claims = []
    for skill, value in claimed.items():
        stated = level(value + rng.gauss(0.15 * (1 - person.honesty), 0.08)) if rng.random() < 0.75 else 0
        used = written(add_months(reference, -rng.randint(0, 40)), rng) if rng.random() < 0.5 else ""
        claims.append(pb.Claim(skill=rng.choice(load().skills[skill].said), level=stated, last_used=used))
    rng.shuffle(claims)
    return claims


def _portfolio(person: Person, reference: date, rng: Random) -> list[pb.PortfolioItem]:
    source = load()
    propensity = source.occupations[person.occupation].portfolio * (0.4 + 1.2 * person.talent)
    able = {
        skill: value for skill, value in person.known().items() if value > 0.35 and source.skills[skill].made
    }
    wanted = sum(rng.random() < propensity for _ in range(3))
    items = []
    for skill in weighted_sample(rng, able, wanted):
        title, description = rng.choice(list((source.skills[skill].made or {}).items()))
        items.append(work(person, skill, title, description, rng, reference))
    return items


def work(
    person: Person, skill: str, title: str, description: str, rng: Random, reference: date
) -> pb.PortfolioItem:
    """A piece of work under an invented address; sometimes undated, sometimes with authorship checked by the employer."""
    world, said = load().world, load().skills[skill].said
    slug = "-".join(title.lower().replace(",", "").replace(".", "").split())
    checked = weighted(
        rng, {pb.AUTHORSHIP_CHECKED: 25, pb.AUTHORSHIP_CLAIMED: 45, pb.AUTHORSHIP_UNSPECIFIED: 30}
    )
    return pb.PortfolioItem(
        title=title + rng.choice(VARIANTS),
        url=f"https://{rng.choice(world.portfolio_hosts)}/{person.identity.handle}/{slug}",
        description=description if rng.random() < 0.9 else "",
        skills=[rng.choice(said)] if rng.random() < 0.85 else [],
        date=written(add_months(reference, -rng.randint(1, 48)), rng) if rng.random() < 0.85 else "",
        authorship=checked,
    )


def _assessments(person: Person, reference: date, rng: Random) -> list[pb.EmployerAssessment]:
    """Of what the team has proven, nearly all, some of it long ago; of the rest that a member knows, a little."""
    team = load().teams[person.team]
    assessments = []
    for skill, value in person.known().items():
        stale = skill in team.stale
        share = 0.9 if stale or skill in team.proven else 0.0 if skill in team.unproven else 0.25
        if rng.random() < share:
            months = rng.randint(60, 96) if stale else rng.randint(1, 16)
            assessments.append(
                pb.EmployerAssessment(
                    skill=load().skills[skill].label,
                    level=level(value),
                    date=add_months(reference, -months).isoformat(),
                    method=rng.choice(METHODS),
                )
            )
    return assessments
