"""Who a person is before anybody asks: an occupation, and a latent ability for each skill from which all evidence follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .chance import clip, stream, weighted
from .identities import Identity, identity
from .source import load

GENERAL = ("teamwork", "timekeeping", "criticalthinking", "office", "computerliteracy", "presenting")
KNOWN = 0.2
"""Ability from which a person has really worked with a skill."""


@dataclass(frozen=True, slots=True)
class Person:
    """`ability` is 0..1 for each skill that the person has ever touched; `honesty` 0..1 decides what is claimed beyond it.

    `seniority` counts from 0 to the last rung of the occupation's ladder. `hidden` skills are shown by nothing.
    """

    index: int
    external_id: str
    occupation: str
    seniority: int
    talent: float
    honesty: float
    ability: Mapping[str, float]
    identity: Identity
    team: str = ""
    hidden: frozenset[str] = frozenset()

    def known(self) -> dict[str, float]:
        return {
            skill: value
            for skill, value in self.ability.items()
            if value >= KNOWN and skill not in self.hidden
        }

    def mean(self, skills: Iterable[str]) -> float:
        values = [self.ability.get(skill, 0.0) for skill in skills]
        return sum(values) / len(values)


def level(ability: float) -> int:
    """1..5 for an ability of 0..1."""
    return int(clip(round(1 + 4 * ability), 1, 5))


def external_id(seed: int, index: int, occupation: str) -> str:
    """As an ATS would number people: not in the order of anything that matters."""
    number = 100_000 + (index * 7_919 + seed) % 900_000
    return f"{load().occupations[occupation].code}-{number}"


def applicant(seed: int, index: int) -> Person:
    rng = stream(seed, "person", index)
    occupations = load().occupations
    occupation = weighted(rng, {key: value.share for key, value in occupations.items()})
    seniority = weighted(rng, {0: 22, 1: 38, 2: 28, 3: 12})
    talent = rng.betavariate(2.2, 2.2)
    ability = {}
    for skill, share in occupations[occupation].skills.items():
        if rng.random() < share * (0.6 + 0.8 * talent):
            ability[skill] = clip(0.12 + 0.5 * talent + 0.09 * seniority + rng.gauss(0, 0.13))
        else:
            ability[skill] = clip(rng.gauss(0.06, 0.05))
    if rng.random() < 0.15:  # changed profession, or has a second one
        other = rng.choice([key for key in occupations if key != occupation])
        for skill in rng.sample(list(occupations[other].skills), 3):
            ability.setdefault(skill, clip(0.4 * talent + rng.gauss(0.1, 0.1)))
    return Person(
        index=index,
        external_id=external_id(seed, index, occupation),
        occupation=occupation,
        seniority=seniority,
        talent=talent,
        honesty=clip(rng.betavariate(5, 1.6)),
        ability=ability,
        identity=identity(seed, index),
    )


def members(seed: int, first_index: int) -> list[Person]:
    """The employees of all teams, in the order of the teams. Each is good at what the team has proven, and has not the gap."""
    people: list[Person] = []
    for key, team in load().teams.items():
        shares = load().occupations[team.occupation].skills
        hidden = frozenset((team.gap, *team.without))
        for _ in range(team.size):
            index = first_index + len(people)
            rng = stream(seed, "member", index)
            ability = {skill: rng.uniform(0.62, 0.95) for skill in (*team.proven, *team.stale)}
            ability |= {skill: rng.uniform(0.4, 0.7) for skill in team.unproven}
            for skill, share in shares.items():
                if skill not in ability and skill not in hidden and rng.random() < share:
                    ability[skill] = rng.uniform(0.3, 0.75)
            people.append(
                Person(
                    index=index,
                    external_id=external_id(seed, index, team.occupation),
                    occupation=team.occupation,
                    seniority=weighted(rng, {0: 15, 1: 45, 2: 30, 3: 10}),
                    talent=rng.uniform(0.45, 0.85),
                    honesty=1.0,
                    ability=ability,
                    identity=identity(seed, index),
                    team=key,
                    hidden=hidden,
                )
            )
    return people
