"""Positions held, in the shape of JSON Resume's `work`: hand-written sentences, chosen by what the person can do."""

from datetime import date
from random import Random

from credencepb.candidates.v1 import candidate_pb2 as pb

from .chance import weighted_sample
from .dates import add_months, written
from .people import Person
from .source import Occupation, load

MONTHS = ("January", "March", "April", "June", "September", "October", "November")


def positions(person: Person, reference: date, rng: Random) -> list[pb.Experience]:
    """Newest first. No sentence stands twice in one life; few lives are told completely."""
    source = load()
    occupation = source.occupations[person.occupation]
    if person.seniority == 0 and not person.team and rng.random() < 0.12:
        return []
    held: list[pb.Experience] = []
    used: set[str] = set()
    end: date | None = None
    if not person.team and rng.random() < 0.3:
        end = add_months(reference, -rng.randint(1, 9))
    for rung in _rungs(person, rng):
        latest = end or reference
        start = add_months(latest, -rng.randint(9, 22 if rung == 0 else 52))
        own = not held and bool(person.team)
        held.append(
            pb.Experience(
                title=rng.choice(occupation.ladder[rung]),
                organisation=source.world.company if own else rng.choice(source.world.names),
                start_date=written(start, rng),
                end_date=written(end, rng) if end else "",
                summary=_told(rng.choice(occupation.summaries), occupation, rng)
                if rng.random() < 0.7
                else "",
                highlights=_highlights(person, occupation, rng, used, recent=not held),
            )
        )
        end = add_months(start, -rng.choice((0, 0, 0, 1, 2, 5)))
    if rng.random() < 0.25:
        held.append(_earlier(end or reference, rng))
    return held


def _rungs(person: Person, rng: Random) -> list[int]:
    """The rungs of the ladder, from the present one down."""
    lowest = max(0, person.seniority - 2)
    rungs = list(range(person.seniority, lowest - 1, -1))
    if person.seniority and rng.random() < 0.4:
        rungs.insert(1, rungs[0])
    return rungs


def _highlights(
    person: Person, occupation: Occupation, rng: Random, used: set[str], *, recent: bool
) -> list[str]:
    if rng.random() < 0.08:
        return []
    lines: list[str] = []
    for skill in weighted_sample(rng, person.known(), rng.randint(2, 6 if recent else 4)):
        fresh = [line for line in load().skills[skill].did if line not in used]
        if fresh:
            line = rng.choice(fresh)
            used.add(line)
            lines.append(_told(line, occupation, rng))
    asides = [aside for aside in occupation.asides if aside not in used]
    if asides and rng.random() < 0.35:
        lines.append(rng.choice(asides))
        used.add(lines[-1])
    rng.shuffle(lines)
    return lines


def _told(line: str, occupation: Occupation, rng: Random) -> str:
    return line.format_map(
        {
            "n": rng.randint(3, 38),
            "pct": rng.randint(12, 46),
            "area": rng.choice(occupation.areas),
            "month": rng.choice(MONTHS),
        }
    )


def _earlier(before: date, rng: Random) -> pb.Experience:
    world = load().world
    start = add_months(before, -rng.randint(6, 30))
    return pb.Experience(
        title=rng.choice(world.earlier),
        organisation=rng.choice(world.names),
        start_date=written(start, rng),
        end_date=written(before, rng),
        summary=rng.choice(world.earlier_notes) if rng.random() < 0.5 else "",
    )
