from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from credence.candidates.domain import (
    Candidate,
    Claim,
    ClaimedCredential,
    Content,
    CredentialDocument,
    Experience,
    Identity,
    PortfolioItem,
    candidate_id,
    completed,
)
from credence.candidates.validation import MAX_DOCUMENT_BYTES, parse_partial_date, violations

GOOD = Content(
    external_id="ATS-1",
    identity=Identity("Ilva Brandtsund", ("ilva@example.com",), ("did:key:z6Mk",)),
    region="DE-BE",
    labels={"team": "analytics"},
    experiences=(Experience("Analyst", "Quillmarsh", "2021-03", "2023", "Reports", ("SQL",)),),
    portfolio=(PortfolioItem("Dashboard", "https://work.example/1", "", ("SQL",), "2024-05-01", "claimed"),),
    claims=(Claim("SQL", 3, "2025"),),
    credentials=(
        CredentialDocument("a", document=b"{}"),
        CredentialDocument("b", claimed=ClaimedCredential("Course")),
    ),
)


def test_good_content_has_no_violation() -> None:
    assert violations(GOOD) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"external_id": "x" * 129}, "candidate.external_id"),
        ({"region": "Germany"}, "candidate.region"),
        ({"identity": Identity(emails=("nobody",))}, "candidate.identity.emails[0]"),
        ({"identity": Identity(dids=("key:z6Mk",))}, "candidate.identity.dids[0]"),
        ({"labels": {"Team!": "x"}}, "candidate.labels"),
        ({"experiences": (Experience(start_date="2021-13"),)}, "candidate.experiences[0].start_date"),
        (
            {"experiences": (Experience(start_date="2021-05", end_date="2020"),)},
            "candidate.experiences[0].end_date",
        ),
        ({"portfolio": (PortfolioItem(url="javascript:alert(1)"),)}, "candidate.portfolio[0].url"),
        ({"portfolio": (PortfolioItem(url="https://[::1"),)}, "candidate.portfolio[0].url"),
        ({"claims": (Claim("  "),)}, "candidate.claims[0].skill"),
        ({"claims": (Claim("SQL", 6),)}, "candidate.claims[0].level"),
        ({"claims": tuple(Claim(str(i)) for i in range(201))}, "candidate.claims"),
        ({"credentials": (CredentialDocument("a"),)}, "candidate.credentials[0]"),
        ({"credentials": (CredentialDocument("a", document=b""),)}, "candidate.credentials[0].document"),
        (
            {"credentials": (CredentialDocument("a", document=b"x" * (MAX_DOCUMENT_BYTES + 1)),)},
            "candidate.credentials[0].document",
        ),
        (
            {"credentials": (CredentialDocument("a", document=b"1"), CredentialDocument("a", document=b"2"))},
            "candidate.credentials[1].id",
        ),
        (
            {"credentials": tuple(CredentialDocument(str(i), document=b"x" * 200_000) for i in range(4))},
            "candidate.credentials",
        ),
        ({"experiences": (Experience(summary="a\x00b"),)}, "candidate.experiences[0].summary"),
    ],
)
def test_each_violation_names_its_field(change: dict[str, object], field: str) -> None:
    assert [path for path, _ in violations(replace(GOOD, **change))] == [field]  # type: ignore[arg-type]


def test_all_violations_come_at_once() -> None:
    assert len(violations(replace(GOOD, region="Germany", external_id="x" * 129))) == 2


def test_a_credential_without_id_gets_one_from_what_it_holds() -> None:
    twice = Content(credentials=(CredentialDocument(document=b"one"), CredentialDocument(document=b"two")))
    ids = [c.id for c in completed(twice).credentials]
    assert len(set(ids)) == 2
    assert all(len(i) == 16 for i in ids)
    assert completed(twice) == completed(twice)


def test_unchanged_content_keeps_the_revision() -> None:
    then, now = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    candidate = Candidate("a", GOOD, 1, then, then)
    assert candidate.changed(replace(GOOD), now) is candidate
    changed = candidate.changed(replace(GOOD, region="FR"), now)
    assert (changed.revision, changed.update_time, changed.create_time) == (2, now, then)


def test_an_external_id_gives_one_id_a_tenant() -> None:
    assert candidate_id("acme", "1") == candidate_id("acme", "1")
    assert candidate_id("acme", "1") != candidate_id("other", "1")


@pytest.mark.parametrize(
    ("text", "first_day"),
    [
        ("2024", date(2024, 1, 1)),
        ("2024-02", date(2024, 2, 1)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2023-02-29", None),
        ("", None),
    ],
)
def test_partial_dates(text: str, first_day: date | None) -> None:
    assert parse_partial_date(text) == first_day
