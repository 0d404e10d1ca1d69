"""Who can sign in in development, and what each may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

IDENTITY: Final = "candidates.identity"
SHORTLISTS: Final = "rankings.read"
DECISIONS: Final = "decisions.write"
AUDITS: Final = "audits.read"
AUDITING: Final = "audits.write"
PEOPLE: Final = "audits.people"


@dataclass(frozen=True, slots=True)
class Persona:
    """`scopes` are all that the persona may ever use; a blind session uses them without `IDENTITY`."""

    id: str
    title: str
    purpose: str
    home: str
    scopes: frozenset[str]

    @property
    def may_see_names(self) -> bool:
        return IDENTITY in self.scopes


_READ = frozenset({"candidates.read", "profiles.read", "roles.read"})

PERSONAS: Final[Mapping[str, Persona]] = MappingProxyType(
    {
        persona.id: persona
        for persona in (
            Persona(
                "hiring-manager",
                "Hiring manager",
                "Reads, compares and decides on shortlists. Starts blind and may show names.",
                "/roles",
                _READ | {SHORTLISTS, DECISIONS, IDENTITY},
            ),
            Persona(
                "second-reviewer",
                "Second reviewer",
                "Reads and decides like the hiring manager, but never sees a name.",
                "/roles",
                _READ | {SHORTLISTS, DECISIONS},
            ),
            Persona(
                "learning-lead",
                "Learning and development lead",
                "Audits teams for skill gaps and finds programmes that close them.",
                "/cohorts",
                _READ | {AUDITS, AUDITING, PEOPLE, IDENTITY},
            ),
            Persona(
                "works-council",
                "Works council",
                "Reads gap audits as figures of teams: no single person, and no figure about fewer than five.",
                "/cohorts",
                frozenset({"roles.read", AUDITS}),
            ),
        )
    }
)
