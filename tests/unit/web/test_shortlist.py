import csv
import io

from credence.web.views import table
from credence.web.views.provenance import NOTICE
from credence.web.views.shortlist import shortlist
from credencepb.matching.v1.matching_service_pb2 import RankCandidatesResponse

NAMES = {"tenants/t/candidates/c1aaaaaaaa": "Ada Lovelace"}


def test_those_who_miss_a_must_have_are_a_tier_of_their_own(ranking: RankCandidatesResponse) -> None:
    found = shortlist(ranking, {})
    assert [(tier.met, [row.rank for row in tier.rows]) for tier in found.tiers] == [
        (True, [2]),
        (False, [3]),
    ]
    assert (found.first, found.last, found.total, found.met) == (2, 3, 10, 2)


def test_a_row_says_what_counts_at_a_glance(ranking: RankCandidatesResponse) -> None:
    row = shortlist(ranking, {}).tiers[1].rows[0]
    assert row.musts_said == "1 of 2 must-haves met"
    assert [(must.wording, must.met, must.coverage) for must in row.musts] == [
        ("SQL", True, "50 %"),
        ("law", False, "39 %"),
    ]
    assert [reason.points for reason in row.reasons] == ["20.0", "6.7"]
    assert [(flag.name, flag.severity, flag.count) for flag in row.flags] == [
        ("Revoked", "red", 2),
        ("Expired", "yellow", 1),
    ]
    assert row.bar.label == "Score 30.0 of 100, 20.0 from verified evidence alone"
    assert row.facets == ("DE-BE", "applicant", "available now")


def test_a_name_stands_only_where_one_was_given(ranking: RankCandidatesResponse) -> None:
    blind = shortlist(ranking, {}).tiers[1].rows[0].label
    named = shortlist(ranking, NAMES).tiers[1].rows[0].label
    assert (blind.text, blind.aside) == ("ANA-1", "")
    assert (named.text, named.aside) == ("Ada Lovelace", "ANA-1")


def test_a_candidate_without_an_external_id_still_has_a_label(ranking: RankCandidatesResponse) -> None:
    ranking.candidates[1].external_id = ""
    assert shortlist(ranking, {}).tiers[1].rows[0].label.text == "candidate c1aaaaaa"


def test_an_empty_ranking_is_a_shortlist() -> None:
    found = shortlist(RankCandidatesResponse(), {})
    assert (found.tiers, found.first, found.total) == ((), 0, 0)


def lines(ranking: RankCandidatesResponse, names: dict[str, str], *, named: bool) -> list[dict[str, str]]:
    text = table.header(ranking, named=named) + table.rows(ranking, names, named=named)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_every_row_of_the_csv_carries_versions_and_notice(ranking: RankCandidatesResponse) -> None:
    for line in lines(ranking, {}, named=False):
        versions = (
            line["ranking"],
            line["policy_version"],
            line["taxonomy_version"],
            line["encoder_version"],
            line["role_revision"],
        )
        assert versions == ("r1", "p1", "t1", "e1", "4")
        assert line["notice"] == NOTICE
        assert None not in line


def test_the_csv_says_what_the_page_says(ranking: RankCandidatesResponse) -> None:
    line = lines(ranking, {}, named=False)[1]
    assert (line["rank"], line["score"], line["must_haves_met"], line["must_haves_missed"]) == (
        "3",
        "30.005000",
        "no",
        "law",
    )
    assert (line["red_flags"], line["yellow_flags"], line["coverage_sql"]) == ("REVOKED", "EXPIRED", "0.5000")


def test_text_from_outside_never_runs_in_a_spreadsheet(ranking: RankCandidatesResponse) -> None:
    assert lines(ranking, {}, named=False)[0]["external_id"] == "'=cmd()"


def test_names_are_a_column_only_when_shown(ranking: RankCandidatesResponse) -> None:
    assert "name" not in lines(ranking, NAMES, named=False)[0]
    assert [line["name"] for line in lines(ranking, NAMES, named=True)] == ["", "Ada Lovelace"]
