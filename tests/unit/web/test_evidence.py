from decimal import Decimal

from credence.web.views.evidence import breakdown
from credencepb.matching.v1.ranking_pb2 import RankedCandidate


def test_every_column_adds_up_to_the_last_digit(candidate: RankedCandidate) -> None:
    found = breakdown(candidate, links=True)
    assert sum(Decimal(part.points) for part in found.parts) == Decimal(found.total)
    for part in found.parts:
        assert sum(Decimal(piece.points) for piece in part.pieces) == Decimal(part.points)
    assert found.verified_total == "20.00"


def test_a_piece_shows_every_factor_and_how_it_was_read(candidate: RankedCandidate) -> None:
    piece = breakdown(candidate, links=True).parts[0].pieces[0]
    assert [(f.name, f.value, f.plain) for f in piece.factors] == [
        ("Kind", "0.5", False),
        ("Rigor", "1", True),
    ]
    assert piece.reading == "“sql” was read as SQL as the nearest skill of the taxonomy, 91 % sure."
    assert piece.verified


def test_verified_segments_stand_first_and_the_longest_bar_is_full(candidate: RankedCandidate) -> None:
    sql, law, _ = breakdown(candidate, links=True).parts
    assert [segment.verified for segment in sql.bar.segments] == [True, False]
    assert sql.bar.length == 100
    assert law.bar.length == round(100 * 40 / 60, 2)
    assert "of 60.00 points" in sql.bar.label


def test_a_blind_session_gets_no_address(candidate: RankedCandidate) -> None:
    assert "lovelace" not in str(breakdown(candidate, links=False))
    assert breakdown(candidate, links=True).parts[0].pieces[1].link.href.endswith("/1")


def test_what_is_missing_is_said(candidate: RankedCandidate) -> None:
    assert breakdown(candidate, links=True).missing == (("law", "More."),)


def test_coverage_just_under_a_gate_never_reads_as_reaching_it(candidate: RankedCandidate) -> None:
    law = breakdown(candidate, links=True).parts[1]
    assert (law.coverage, law.gate, law.met) == ("39 %", "40 %", False)


def test_a_candidate_without_evidence_has_a_sum_of_zero() -> None:
    found = breakdown(RankedCandidate(), links=True)
    assert (found.total, found.parts) == ("0.00", ())
