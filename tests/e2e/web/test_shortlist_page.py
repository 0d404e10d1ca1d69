"""The hiring manager's pages show what the services say."""

import csv
import io

import pytest
from playwright.sync_api import expect

from credencepb.credentials.v1.credentials_service_pb2 import ListRenewalsRequest
from credencepb.matching.v1.matching_service_pb2 import ListDecisionsRequest, RankingFilter
from support.workplace import Workplace

ROLE = "/roles/data-analyst"
LIST = f"{ROLE}/shortlist"
FIRST_PAGE = 25


def path_of(candidate: str) -> str:
    return f"{ROLE}/candidates/{candidate.rsplit('/', 1)[-1]}"


@pytest.fixture
def ranked(place: Workplace):
    return place.ranking(place.roles["Data Analyst"].name)


def test_roles_lead_to_their_shortlists(visit) -> None:
    page = visit("hiring-manager").page
    page.get_by_role("link", name="Data Analyst", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data Analyst")


def test_the_shortlist_is_the_ranking_with_its_reasons(visit, ranked) -> None:
    page = visit("hiring-manager").open(LIST)
    rows = page.locator("li.cand")
    expect(rows).to_have_count(FIRST_PAGE)
    for row, candidate in zip(rows.all(), ranked[:FIRST_PAGE], strict=True):
        assert row.locator("h3 a").inner_text() == candidate.external_id
        assert row.locator(".cand-rank").inner_text().split()[-1] == str(candidate.rank)
        assert row.locator(".cand-score").inner_text().split()[0] == f"{candidate.score:.1f}"
        assert f"{candidate.verified_score:.1f} from verified evidence alone" in row.locator(
            "svg.bar"
        ).get_attribute("aria-label")
        reasons = [item.inner_text() for item in row.locator(".reasons li span:last-child").all()]
        assert reasons == [c.sentence for c in candidate.contributions[:2]]
        assert row.locator(".cand-musts svg").count() == 1, "a symbol beside the words"
        assert ("All 4 must-haves met" in row.inner_text()) is candidate.must_haves_met
        assert (row.locator(".flag").count() > 0) is bool(candidate.flags)


def test_whoever_misses_a_must_have_is_in_a_tier_of_their_own(visit, ranked) -> None:
    page = visit("hiring-manager").open(LIST)
    met = sum(candidate.must_haves_met for candidate in ranked)
    assert 0 < met < FIRST_PAGE, "the company has both kinds on its first page"
    first, second = page.locator("section.tier").all()
    assert first.locator("li.cand").count() == met
    expect(second.locator("h2")).to_have_text(f"Must-haves not met {len(ranked) - met}")
    expect(second.get_by_text("never dropped")).to_be_visible()


def test_every_page_of_the_list_goes_on_where_the_last_one_ended(visit, ranked) -> None:
    page = visit("hiring-manager").open(LIST)
    page.get_by_role("link", name="Next page").click()
    names = page.locator("li.cand h3 a").all_inner_texts()
    assert names == [c.external_id for c in ranked[FIRST_PAGE : 2 * FIRST_PAGE]]
    page.get_by_role("link", name="First page").click()
    expect(page.locator("li.cand h3 a").first).to_have_text(ranked[0].external_id)


def test_what_expires_soon_stands_on_the_candidates_page(visit, place: Workplace) -> None:
    due = place.credentials.ListRenewals(
        ListRenewalsRequest(parent=f"{place.tenant}/candidates/-", within_days=180)
    ).renewals
    listed = {candidate.candidate for candidate in place.ranking(place.roles["Data Analyst"].name)}
    renewal = next(r for r in due if r.candidate in listed and r.skills)
    page = visit("hiring-manager").open(path_of(renewal.candidate))
    section = page.locator("#renewals")
    expect(section.get_by_role("link", name=renewal.title).first).to_be_visible()
    expect(section.get_by_text(renewal.skills[0].concept_label).first).to_be_visible()


def test_filters_narrow_the_list_and_can_be_taken_back(visit, place: Workplace) -> None:
    role = place.roles["Data Analyst"].name
    expected = place.rank_page(role, filter=RankingFilter(availabilities=["now"], populations=["applicant"]))
    page = visit("hiring-manager").open(LIST)
    page.locator("summary", has_text="Availability").click()
    now = page.get_by_label("available now")
    counted = next(
        f.count for f in place.rank_page(role).facets if (f.facet, f.value) == ("availability", "now")
    )
    expect(page.locator("label", has_text="available now").locator(".n")).to_have_text(str(counted))
    now.check()
    page.locator("summary", has_text="Population").click()
    page.locator("label", has_text="applicant").locator("input").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".page-head .lead")).to_contain_text(f"{expected.total_size} candidates ranked")
    page.get_by_role("link", name="Availability: available now").click()
    wider = place.rank_page(role, filter=RankingFilter(populations=["applicant"]))
    expect(page.locator(".page-head .lead")).to_contain_text(f"{wider.total_size} candidates ranked")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator(".chips")).to_have_count(0)


def test_a_filter_that_nobody_passes_says_so(visit) -> None:
    page = visit("hiring-manager").open(f"{LIST}?region=ZZ")
    expect(page.get_by_text("No candidate passes these filters")).to_be_visible()


def test_the_csv_holds_everybody_with_versions_and_notice(visit, ranked) -> None:
    text = visit("hiring-manager").text(f"{LIST}.csv").removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["external_id"] for line in lines] == [c.external_id for c in ranked]
    assert all(
        line["ranking"] and line["policy_version"] and "automated tool" in line["notice"] for line in lines
    )


def test_the_provenance_and_the_notice_stand_below(visit, place: Workplace) -> None:
    given = place.rank_page(place.roles["Data Analyst"].name, page_size=1).provenance
    below = visit("hiring-manager").open(LIST).locator(".provenance").inner_text()
    for version in (
        given.ranking.rsplit("/", 1)[-1],
        given.policy_version,
        given.taxonomy_version,
        given.encoder_version,
    ):
        assert version in below
    assert "automated tool" in below


def test_two_to_four_are_compared(visit, ranked) -> None:
    page = visit("hiring-manager").open(LIST)
    boxes = page.get_by_role("checkbox", name="Compare")
    boxes.nth(0).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose two to four candidates")
    page.get_by_role("link", name="Back to the shortlist").click()
    for i in (0, 2, 3):
        boxes.nth(i).check()
    page.get_by_role("button", name="Compare").click()
    heads = page.locator("table.compare thead th a").all_inner_texts()
    assert heads == [ranked[i].external_id for i in (0, 2, 3)]
    expect(page.locator("table.compare tbody tr")).to_have_count(3 + len(ranked[0].competencies))


def test_a_fifth_cannot_be_chosen(visit) -> None:
    page = visit("hiring-manager").open(LIST)
    boxes = page.get_by_role("checkbox", name="Compare")
    for i in range(4):
        boxes.nth(i).check()
    expect(boxes.nth(4)).to_be_disabled()
    expect(page.get_by_text("4 chosen")).to_be_visible()


def test_the_points_of_the_evidence_add_up_to_the_score(visit, place: Workplace, ranked) -> None:
    best = place.explain("Data Analyst", ranked[0].candidate)
    page = visit("hiring-manager").open(path_of(best.candidate))
    points = [round(100 * float(text)) for text in page.locator("td[data-points]").all_inner_texts()]
    assert sum(points) == round(100 * best.score)
    assert page.locator(".pieces details").count() == len(best.contributions)
    pieces = [round(100 * float(text)) for text in page.locator(".pieces .plus").all_inner_texts()]
    assert sum(pieces) == sum(points)
    page.locator(".pieces summary").first.click()
    factors = page.locator(".pieces details").first.locator(".factors tbody tr")
    expect(factors).to_have_count(len(best.contributions[0].evidence.factors))
    assert (
        best.contributions[0].evidence.factors[0].sentence
        in page.locator(".pieces details").first.inner_text()
    )


def test_a_tampered_credential_is_shown_for_what_it_is(visit, place: Workplace) -> None:
    ref = place.company.expectations.tampered[0]
    page = visit("hiring-manager").open(path_of(place.candidate(ref.external_id).name))
    sheet = page.locator("article.sheet.is-no").first
    expect(sheet.locator(".stamp")).to_have_text("Not verified")
    expect(sheet.locator(".answer").first).to_contain_text("No The content was changed after signing")
    assert sheet.locator(".answer").count() == 8
    expect(page.locator(".person-head .flags")).to_contain_text("Signature mismatch")


def test_a_decision_needs_an_outcome_and_a_reason(visit, place: Workplace, ranked) -> None:
    candidate = ranked[5].candidate
    page = visit("hiring-manager").open(path_of(candidate))
    expect(page.locator(".history")).to_contain_text("Nobody has decided yet")
    assert page.locator(".decision input[type=radio]:checked").count() == 0, "nothing is suggested"
    page.get_by_role("button", name="Record the decision").click()
    expect(page.locator("#outcome-error")).to_be_visible()
    expect(page.locator("#reason-error")).to_be_visible()
    expect(page.locator("#reason")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("radio", name="Hold").check()
    page.get_by_label("Reason").fill("Short.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.locator("#reason-error")).to_contain_text("at least 10 characters")
    expect(page.get_by_role("radio", name="Hold")).to_be_checked()
    page.get_by_label("Reason").fill("Statistics should be shown in the interview.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("The decision is recorded")).to_be_visible()
    expect(page.locator(".history li")).to_have_count(1)
    expect(page.locator(".history li")).to_contain_text("Statistics should be shown in the interview.")
    page.reload()
    [decision] = place.matching.ListDecisions(
        ListDecisionsRequest(parent=place.tenant, candidate=candidate)
    ).decisions
    assert (decision.decided_by, decision.rank, decision.reason) == (
        "hiring-manager:blind",
        ranked[5].rank,
        "Statistics should be shown in the interview.",
    )


def test_the_same_form_sent_twice_is_one_decision(visit, place: Workplace, ranked) -> None:
    candidate = ranked[6].candidate
    visitor = visit("hiring-manager")
    page = visitor.open(path_of(candidate))
    fields = {
        f.get_attribute("name"): f.input_value() for f in page.locator(".decision input[type=hidden]").all()
    }
    target = f"{visitor.address}{path_of(candidate)}/decisions"
    for _ in range(2):
        answer = page.request.post(
            target, form={**fields, "outcome": "advance", "reason": "Strong and verified."}, max_redirects=0
        )
        assert answer.status == 303
    found = place.matching.ListDecisions(
        ListDecisionsRequest(parent=place.tenant, candidate=candidate)
    ).decisions
    assert len(found) == 1


def test_the_pages_work_without_scripts(visit, ranked) -> None:
    page = visit("hiring-manager", java_script_enabled=False).open(LIST)
    page.locator("summary", has_text="Population").click()
    page.locator("label", has_text="employee").locator("input").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chips")).to_contain_text("Population: employee")
    for box in page.get_by_role("checkbox", name="Compare").all()[:2]:
        box.check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("table.compare")).to_be_visible()
