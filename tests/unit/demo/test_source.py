"""The hand-written material fits together: every key is known, every wording can be told."""

from string import Formatter

import pytest

from credence.demo.concepts import UnknownConceptError, concept_ids, resolve
from credence.demo.source import Skill, load
from credence_models import taxonomy

SLOTS = {"n", "pct", "area", "month"}


def test_its_size_is_what_the_demo_promises() -> None:
    source = load()
    assert len(source.occupations) == 6
    assert len(source.issuers) == 12
    assert len({issuer.kind for issuer in source.issuers.values()}) >= 9
    assert len(source.postings) == 3
    assert len(source.teams) == 4
    assert len(source.programmes) == 30
    assert len(source.achievements) >= 60
    assert sum(occupation.share for occupation in source.occupations.values()) == pytest.approx(1)


def test_every_key_that_is_used_is_defined() -> None:
    source = load()
    used = {skill for achievement in source.achievements.values() for skill in achievement.teaches}
    used |= {skill for occupation in source.occupations.values() for skill in occupation.skills}
    used |= {skill for posting in source.postings for skill in posting.ask}
    used |= {skill for programme in source.programmes.values() for skill in programme.teaches}
    for team in source.teams.values():
        used |= {team.gap, *team.without, *team.proven, *team.unproven, *team.stale}
        assert team.occupation in source.occupations
    assert used <= source.skills.keys()
    assert {achievement.issuer for achievement in source.achievements.values()} == source.issuers.keys()


def test_every_slot_in_a_sentence_can_be_filled() -> None:
    source = load()
    lines = [line for skill in source.skills.values() for line in skill.did]
    lines += [line for occupation in source.occupations.values() for line in occupation.summaries]
    for line in lines:
        assert {name for _, name, _, _ in Formatter().parse(line) if name} <= SLOTS, line


def test_no_sentence_is_written_twice() -> None:
    lines = [line for skill in load().skills.values() for line in skill.did]
    assert len(lines) == len(set(lines))
    assert len(lines) >= 250


def test_teams_with_a_posted_role_have_a_gap_that_postings_insist_on() -> None:
    source = load()
    asks = {posting.title: posting.ask for posting in source.postings}
    for team in source.teams.values():
        assert asks[source.occupations[team.occupation].title][team.gap].share >= 0.6


def test_every_skill_is_one_concept_and_no_two_are_the_same() -> None:
    ids = concept_ids()
    assert ids.keys() == load().skills.keys()
    assert len(set(ids.values())) == len(ids)


def test_a_label_that_the_taxonomy_lacks_is_named() -> None:
    table = taxonomy.Taxonomy("none", [])
    with pytest.raises(UnknownConceptError, match="glass blowing"):
        resolve({"glass": Skill(label="glass blowing", said=(), did=())}, table)
