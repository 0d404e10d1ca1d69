"""The company as a whole: repeatable, large enough, plausible, and nobody's real address."""

import re
from collections import Counter
from datetime import date
from statistics import correlation

import pytest

from credence.demo import Company, generate
from credencepb.candidates.v1 import candidate_pb2 as pb

REFERENCE = date(2026, 11, 21)
RESERVED = re.compile(r"(\.|^)(test|example|example\.(com|org|net))$")


def fingerprint(company: Company) -> tuple[object, ...]:
    return (
        [candidate.SerializeToString(deterministic=True) for candidate in company.candidates],
        [message.SerializeToString(deterministic=True) for message in company.cohorts],
        [message.SerializeToString(deterministic=True) for message in company.programmes],
        [message.SerializeToString(deterministic=True) for message in company.issuers],
        company.postings,
        company.web_documents,
        company.expectations,
    )


def test_the_same_arguments_give_the_same_bytes(small: Company) -> None:
    again = generate(reference=REFERENCE, candidates=120, seed=7)
    assert fingerprint(again) == fingerprint(small)


@pytest.mark.parametrize("change", [{"seed": 8}, {"reference": date(2026, 11, 22)}])
def test_seed_and_date_both_matter(small: Company, change: dict[str, object]) -> None:
    arguments: dict[str, object] = {"reference": REFERENCE, "candidates": 120, "seed": 7} | change
    assert fingerprint(generate(**arguments)) != fingerprint(small)  # type: ignore[arg-type]


def test_a_larger_company_has_the_same_people_first(small: Company) -> None:
    larger = generate(reference=REFERENCE, candidates=140, seed=7)
    assert {c.external_id for c in small.candidates} < {c.external_id for c in larger.candidates}


def test_too_small_a_company_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 100"):
        generate(reference=REFERENCE, candidates=99)


def test_progress_is_reported_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    generate(reference=REFERENCE, candidates=100, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (100, 100)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_sizes_and_mix(company: Company) -> None:
    assert len(company.candidates) == 600
    assert len({candidate.external_id for candidate in company.candidates}) == 600
    assert company.expectations.signed >= 800
    occupations = Counter(candidate.external_id[:3] for candidate in company.candidates)
    assert len(occupations) == 6
    assert min(occupations.values()) >= 30
    teams = Counter(candidate.labels.get("team") for candidate in company.candidates)
    assert {team: teams[team] for team in ("analytics", "insight", "platform", "people")} == {
        "analytics": 12,
        "insight": 10,
        "platform": 12,
        "people": 10,
    }
    for candidate in company.candidates:
        employee = candidate.population == pb.POPULATION_EMPLOYEE
        assert ("team" in candidate.labels) == employee
        assert employee or not candidate.assessments


def test_fields_are_missing_as_in_reality(company: Company) -> None:
    for missing in (
        [c for c in company.candidates if not c.identity.display_name],
        [c for c in company.candidates if not c.experiences],
        [c for c in company.candidates if not c.region],
        [c for c in company.candidates if not c.credentials],
        [c for c in company.candidates for e in c.experiences if not e.summary],
        [c for c in company.candidates for p in c.portfolio if not p.date],
    ):
        assert missing
    dates = {len(e.start_date) for c in company.candidates for e in c.experiences}
    assert dates == {4, 7, 10}


def test_every_address_lies_under_a_reserved_domain(company: Company) -> None:
    for candidate in company.candidates:
        hosts = [email.rpartition("@")[2] for email in candidate.identity.emails]
        hosts += [item.url.split("/")[2] for item in candidate.portfolio]
        assert hosts
        assert all(RESERVED.search(host) for host in hosts), hosts
    emails = [email for candidate in company.candidates for email in candidate.identity.emails]
    assert len(emails) == len(set(emails))


def test_no_life_says_the_same_twice(company: Company) -> None:
    lines = [line for c in company.candidates for e in c.experiences for line in e.highlights]
    assert len(set(lines)) > 700
    for candidate in company.candidates:
        own = [line for e in candidate.experiences for line in e.highlights if len(line) > 60]
        assert len(own) == len(set(own))


def test_dates_lie_in_the_past_and_in_order(company: Company) -> None:
    today = REFERENCE.isoformat()
    for candidate in company.candidates:
        for position in candidate.experiences:
            assert position.start_date <= today
            assert not position.end_date or position.end_date[:4] >= position.start_date[:4]
        assert all(assessment.date < today for assessment in candidate.assessments)


def test_the_able_hold_more_rigorous_credentials(company: Company) -> None:
    """Evidence follows the latent ability, else no ranking could look sensible."""
    fit = company.expectations.fit["Data Analyst"]
    analysts = [c for c in company.candidates if c.external_id.startswith("ANA") and c.external_id in fit]
    evidence = [sum(len(e.highlights) for e in c.experiences) + 4 * len(c.portfolio) for c in analysts]
    assert correlation([fit[c.external_id] for c in analysts], evidence) > 0.3


def test_cohorts_programmes_and_issuers_lie_under_the_tenant(company: Company) -> None:
    assert all(cohort.name.startswith("tenants/meridian/cohorts/") for cohort in company.cohorts)
    assert all(programme.name.startswith("tenants/meridian/programmes/") for programme in company.programmes)
    assert all(
        issuer.name.startswith("tenants/meridian/issuers/") and issuer.note for issuer in company.issuers
    )
    assert len(company.issuers) == 10  # of twelve: one is unlisted, one a look-alike
    assert set(company.expectations.traps) < {programme.external_id for programme in company.programmes}
    assert all(c.concept for programme in company.programmes for c in programme.competencies)
