"""Job postings: forty texts for a role, each in one of several shapes, with every skill in a planned share of them."""

from collections.abc import Callable
from random import Random

from .chance import some, stream
from .concepts import concept_ids
from .model import PostedSkill
from .source import Posting, load

COUNT = 40
"""Postings for one role."""
RARE = 0.2
"""Skills under this share stand among the wishes where a posting tells them from the demands."""


def postings(seed: int) -> tuple[dict[str, list[str]], dict[str, tuple[PostedSkill, ...]]]:
    """The texts by role title, and in how many of them each skill was put, most frequent first."""
    texts, posted = {}, {}
    for role in load().postings:
        rng = stream(seed, "postings", role.title)
        wanted: list[list[str]] = [[] for _ in range(COUNT)]
        for skill, ask in role.ask.items():
            for place in rng.sample(range(COUNT), round(ask.share * COUNT)):
                wanted[place].append(skill)
        texts[role.title] = [_posting(role, skills, rng) for skills in wanted]
        counts = {skill: sum(skill in skills for skills in wanted) for skill in role.ask}
        posted[role.title] = tuple(
            PostedSkill(concept_ids()[skill], load().skills[skill].label, count, count / COUNT)
            for skill, count in sorted(counts.items(), key=lambda pair: -pair[1])
        )
    return texts, posted


def _posting(role: Posting, skills: list[str], rng: Random) -> str:
    skills = rng.sample(skills, len(skills))
    lines = {skill: rng.choice(role.ask[skill].asked) for skill in skills}
    demands = [line for skill, line in lines.items() if role.ask[skill].share >= RARE]
    wishes = [line for skill, line in lines.items() if role.ask[skill].share < RARE]
    extras = some(rng, role.extras, 0, 2)
    if rng.random() < 0.35:
        extras.insert(0, rng.choice(role.degrees))
    shape = rng.choice(SHAPES)
    return shape(role, demands, wishes, extras, rng).replace(
        "{ref}", f"{rng.randint(100, 999)}/{rng.randint(10, 99)}"
    )


def _sections(role: Posting, demands: list[str], wishes: list[str], extras: list[str], rng: Random) -> str:
    parts = [
        rng.choice(role.headings),
        rng.choice(load().boilerplate.about),
        rng.choice(role.openers),
        "What you will do\n" + _bullets(some(rng, role.duties, 2, 4)),
        "What you bring\n" + _bullets(_mixed(demands + wishes, extras, rng)),
        "What we offer\n" + _bullets(some(rng, load().boilerplate.benefits, 3, 5)),
        rng.choice(load().boilerplate.equal),
        rng.choice(load().boilerplate.process),
    ]
    return "\n\n".join(parts)


def _must_and_nice(
    role: Posting, demands: list[str], wishes: list[str], extras: list[str], rng: Random
) -> str:
    cut = max(3, len(demands) - 2)
    parts = [
        rng.choice(role.headings).upper(),
        rng.choice(role.openers),
        "You must have:\n" + _bullets(demands[:cut], "*"),
        "Good to have:\n" + _bullets(demands[cut:] + wishes + extras or ["Time for a conversation."], "*"),
        "Your day:\n" + _bullets(some(rng, role.duties, 2, 3), "*"),
        " ".join(some(rng, load().boilerplate.benefits, 2, 3)),
        rng.choice(load().boilerplate.equal),
    ]
    return "\n\n".join(parts)


def _prose(role: Posting, demands: list[str], wishes: list[str], extras: list[str], rng: Random) -> str:
    lines = _mixed(demands + wishes, extras, rng)
    half = len(lines) // 2
    parts = [
        f"{rng.choice(role.headings)}\n{rng.choice(role.openers)} {' '.join(some(rng, role.duties, 1, 3))}",
        "About you. " + " ".join(lines[:half]),
        " ".join(lines[half:]),
        f"{rng.choice(load().boilerplate.about)} {' '.join(some(rng, load().boilerplate.benefits, 1, 3))}",
        f"{rng.choice(load().boilerplate.equal)} {rng.choice(load().boilerplate.process)}",
    ]
    return "\n\n".join(parts)


def _terse(role: Posting, demands: list[str], wishes: list[str], extras: list[str], rng: Random) -> str:
    numbered = [f"{number}. {line}" for number, line in enumerate(demands + wishes + extras, start=1)]
    parts = [
        rng.choice(role.headings),
        *numbered,
        rng.choice(load().boilerplate.pay),
        rng.choice(load().boilerplate.process),
    ]
    return "\n".join(parts)


def _letter(role: Posting, demands: list[str], wishes: list[str], extras: list[str], rng: Random) -> str:
    parts = [
        "Dear colleague-to-be,",
        rng.choice(role.openers),
        "This is what we need:\n" + _bullets(_mixed(demands, extras, rng), "–"),
        *(["And if we may dream: " + " ".join(wishes)] if wishes else []),
        "In return: " + " ".join(some(rng, load().boilerplate.benefits, 2, 4)),
        f"{rng.choice(load().boilerplate.pay)} {rng.choice(load().boilerplate.equal)}",
        f"The position: {rng.choice(role.headings)}. {rng.choice(load().boilerplate.process)}",
    ]
    return "\n\n".join(parts)


Shape = Callable[[Posting, list[str], list[str], list[str], Random], str]
SHAPES: tuple[Shape, ...] = (_sections, _sections, _must_and_nice, _prose, _terse, _letter)


def _mixed(lines: list[str], extras: list[str], rng: Random) -> list[str]:
    together = [*lines, *extras]
    rng.shuffle(together)
    return together


def _bullets(lines: list[str], mark: str = "-") -> str:
    return "\n".join(f"{mark} {line}" for line in lines)
