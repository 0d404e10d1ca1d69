from credence.web.views.decisions import WITHHELD, decision_views
from credencepb.matching.v1 import ranking_pb2

SEEN = ranking_pb2.Decision(
    outcome=ranking_pb2.DECISION_OUTCOME_REJECT,
    reason="Ada was late.",
    decided_by="hiring-manager",
    role="tenants/t/roles/r",
)
BLIND = ranking_pb2.Decision(
    outcome=ranking_pb2.DECISION_OUTCOME_ADVANCE,
    reason="Strong work.",
    decided_by="second-reviewer:blind",
    rank=2,
    score=61.25,
)


def test_a_blind_session_reads_only_reasons_written_blind() -> None:
    seen, blind = decision_views([SEEN, BLIND], blind=True)
    assert (seen.reason, seen.withheld) == (WITHHELD, True)
    assert (blind.reason, blind.withheld) == ("Strong work.", False)


def test_with_names_every_reason_is_read() -> None:
    seen, blind = decision_views([SEEN, BLIND], blind=False)
    assert (seen.reason, seen.by, seen.blind, seen.role) == ("Ada was late.", "Hiring manager", False, "r")
    assert (blind.by, blind.blind, blind.place) == ("Second reviewer", True, "rank 2, score 61.2")
