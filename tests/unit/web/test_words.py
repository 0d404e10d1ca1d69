from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from credence.web import words
from credence.web.views.verdicts import credential_sheet
from credencepb.credentials.v1 import profile_pb2, verification_pb2
from credencepb.matching.v1 import ranking_pb2, role_pb2

ENUMS = [
    (words.KIND, profile_pb2.EvidenceKind),
    (words.STANDING, verification_pb2.IssuerStanding),
    (words.OUTCOME, verification_pb2.Outcome),
    (words.DECISION, ranking_pb2.DecisionOutcome),
    (words.NECESSITY, role_pb2.Necessity),
]


@pytest.mark.parametrize(("said", "enum"), ENUMS)
def test_every_value_of_the_contract_has_a_word(said, enum) -> None:
    assert set(said) == set(enum.values()) - {0}


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2026-07-14", "14 July 2026"),
        ("2026-07", "July 2026"),
        ("2026", "2026"),
        ("soon", "soon"),
        ("", ""),
        ("2026-13", "2026-13"),
    ],
)
def test_days(iso: str, said: str) -> None:
    assert words.day(iso) == said


def test_moments() -> None:
    at = Timestamp()
    assert words.moment(at) == ""
    at.FromDatetime(datetime(2026, 11, 22, 0, 21, tzinfo=UTC))
    assert words.moment(at) == "22 November 2026, 00:21 UTC"


@pytest.mark.parametrize(
    ("share", "said"), [(0.4999, "49 %"), (0.5, "50 %"), (0.29, "29 %"), (1, "100 %"), (0, "0 %")]
)
def test_percents_are_never_rounded_up(share: float, said: str) -> None:
    assert words.percent(share) == said


def test_money() -> None:
    assert [words.money(n, "EUR") for n in (98000, 5, -150)] == ["€980", "€0.05", "−€1.50"]
    assert words.money(1_234_500, "CHF") == "12,345 CHF"


def test_the_eight_verdicts_are_eight_questions() -> None:
    valid = verification_pb2.Verdict(verdict=verification_pb2.Verdict.VALUE_VALID, message="Fine.")
    sheet = credential_sheet(
        verification_pb2.Verification(
            outcome=verification_pb2.OUTCOME_NOT_VERIFIED,
            verdicts=verification_pb2.Verdicts(
                integrity=valid, status=verification_pb2.Verdict(verdict=2, message="Revoked.")
            ),
            credential_id="c9",
            issuer=verification_pb2.Issuer(issuer_id="did:web:ada.test"),
        ),
        links=False,
    )
    assert len(sheet.answers) == len(verification_pb2.Verdicts.DESCRIPTOR.fields) == 8
    assert [(a.state, a.word) for a in sheet.answers][:4] == [
        ("yes", "Yes"),
        ("open", "Unclear"),
        ("open", "Unclear"),
        ("no", "No"),
    ]
    assert (sheet.state, sheet.title) == ("no", "Credential c9")
    assert "ada" not in str(sheet), "identifiers may name people"


def test_who_endorses_a_credential_and_where_it_came_from() -> None:
    said = verification_pb2.Endorsement(
        endorsed="achievement",
        display_name="Board",
        comment="Ada did well.",
        verdict=verification_pb2.Verdict(verdict=verification_pb2.Verdict.VALUE_VALID),
    )
    open_ = verification_pb2.Endorsement(
        endorsed="issuer",
        verdict=verification_pb2.Verdict(
            verdict=verification_pb2.Verdict.VALUE_INDETERMINATE, message="It cannot be had."
        ),
    )
    verification = verification_pb2.Verification(
        name="tenants/a/verifications/v2",
        record="tenants/a/verifications/v1",
        credential_id="c9",
        format="clr+vc-jwt",
        endorsements=[said, open_],
    )
    sheet = credential_sheet(verification, links=True)
    assert sheet.endorsements == (
        "Board, of the achievement: “Ada did well.”",
        "Somebody not named, of the issuer (It cannot be had.)",
    )
    assert (sheet.record, sheet.title) == ("v1", "Learner record c9")
    blind = credential_sheet(verification, links=False)
    assert blind.endorsements[0] == "Board, of the achievement"
    assert "Ada" not in str(blind)
