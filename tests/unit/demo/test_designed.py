"""Pairs differ in nothing but what they are to show, and a planted gap shows nowhere in its team."""

import re

from credence.demo import Company
from credence_models import taxonomy
from credencepb.candidates.v1 import candidate_pb2 as pb

SAME = ("region", "availability", "population", "labels", "experiences", "claims")


def by_id(company: Company) -> dict[str, pb.Candidate]:
    return {candidate.external_id: candidate for candidate in company.candidates}


def test_pairs_are_alike_but_for_evidence(company: Company) -> None:
    candidates = by_id(company)
    assert len(company.expectations.pairs) == 10
    for pair in company.expectations.pairs.values():
        better, worse = candidates[pair.better], candidates[pair.worse]
        assert better.external_id != worse.external_id
        for field in SAME:
            assert getattr(better, field) == getattr(worse, field), (pair.why, field)
        assert (better.credentials, better.portfolio) != (worse.credentials, worse.portfolio)


def test_the_combined_pairs_take_one_thing_away(company: Company) -> None:
    candidates, pairs = by_id(company), company.expectations.pairs
    both = candidates[pairs["both_beat_credential"].better]
    credential = candidates[pairs["both_beat_credential"].worse]
    work = candidates[pairs["both_beat_portfolio"].worse]
    assert len(both.credentials) == len(credential.credentials) == 1
    assert not work.credentials
    assert not credential.portfolio
    assert [item.title for item in both.portfolio] == [item.title for item in work.portfolio]


def test_the_collector_holds_five_and_the_specialist_one(company: Company) -> None:
    pair = company.expectations.pairs["specialist_beats_collector"]
    candidates = by_id(company)
    assert len(candidates[pair.better].credentials) == 1
    assert len(candidates[pair.worse].credentials) == 5


def test_the_tampered_twin_differs_by_tampering(company: Company) -> None:
    pair = company.expectations.pairs["sound_beats_tampered"]
    candidates = by_id(company)
    tampered = {ref.external_id for ref in company.expectations.tampered}
    assert pair.worse in tampered
    assert pair.better not in tampered
    assert len(candidates[pair.better].credentials) == len(candidates[pair.worse].credentials) == 2


def test_nothing_in_a_team_names_its_gap(company: Company) -> None:
    table = taxonomy.load()
    for team, gap in company.expectations.planted_gaps.items():
        concept = table.get(gap.concept)
        assert concept is not None
        assert concept.label == gap.label
        names = re.compile(
            r"\b(" + "|".join(map(re.escape, (concept.label, *concept.aliases))) + r")\b", re.IGNORECASE
        )
        members = [c for c in company.candidates if c.labels.get("team") == team]
        assert len(members) >= 8
        for member in members:
            assert not names.search(str(member.experiences) + str(member.claims) + str(member.portfolio))
            assert gap.label not in {assessment.skill for assessment in member.assessments}
            for credential in member.credentials:
                assert gap.concept.removeprefix("esco:").encode() not in credential.document
