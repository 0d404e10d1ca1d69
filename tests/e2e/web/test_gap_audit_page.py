"""The learning and development lead's pages show what the audit says."""

import csv
import io

import pytest
from playwright.sync_api import expect

from credencepb.audit.v1.audit_pb2 import Audit
from credencepb.audit.v1.audit_service_pb2 import (
    GetAuditRequest,
    ListAuditsRequest,
    RecommendProgrammesRequest,
)
from support.workplace import Workplace


@pytest.fixture
def audit(place: Workplace, audit_path: str) -> Audit:
    name = f"{place.tenant}/audits/{audit_path.rsplit('/', 1)[-1]}"
    return place.audit.GetAudit(GetAuditRequest(name=name))


def test_the_top_gaps_come_first_with_causes(visit, audit: Audit, audit_path: str) -> None:
    page = visit("learning-lead").open(audit_path)
    tops = page.locator(".top-gaps > li")
    expect(tops).to_have_count(3)
    for top, gap in zip(tops.all(), audit.top_gaps, strict=True):
        said = top.inner_text()
        assert gap.wording in said
        assert f"{gap.gap:.1f} points" in said
        assert f"{gap.people_short} of {audit.people}" in said
        for cause in gap.causes:
            assert cause.sentence in said


def test_the_heat_map_holds_every_person_and_competency(visit, audit: Audit, audit_path: str) -> None:
    page = visit("learning-lead").open(audit_path)
    heat = page.get_by_role("table", name="Coverage of each person")
    expect(heat.locator("tbody tr")).to_have_count(audit.people)
    shown = {
        row.locator("th").inner_text(): [
            int(cell.inner_text().rstrip("NUOLW").strip()) for cell in row.locator("td").all()
        ]
        for row in heat.locator("tbody tr").all()
    }
    for person in audit.person_gaps:
        column = [gap.competency for gap in audit.gaps].index(person.competency)
        assert shown[person.external_id][column] == int(100 * person.coverage + 1e-9)


def test_verified_stands_against_self_reported(visit, audit: Audit, audit_path: str) -> None:
    page = visit("learning-lead").open(audit_path)
    rows = page.get_by_role("table", name="Every competency").locator("tbody tr")
    for row, gap in zip(rows.all(), audit.gaps, strict=True):
        cells = row.locator("td.num").all_inner_texts()
        assert cells[:2] == [
            f"{int(100 * gap.mean_verified_coverage + 1e-9)} %",
            f"{int(100 * gap.mean_coverage + 1e-9)} %",
        ]


def test_a_new_audit_is_run_from_the_page(visit, place: Workplace) -> None:
    before = place.audit.ListAudits(
        ListAuditsRequest(parent=place.tenant, cohort=f"{place.tenant}/cohorts/platform")
    ).audits
    page = visit("learning-lead").open("/cohorts/platform")
    page.get_by_label("Coverage that each person").fill("a lot")
    page.get_by_role("button", name="Run the audit").click()
    expect(page.locator("#role-error")).to_be_visible()
    expect(page.locator("#target-error")).to_be_visible()
    page.get_by_label("Against the role").select_option(label="Cloud Engineer")
    page.get_by_label("Coverage that each person").fill("60")
    page.get_by_role("button", name="Run the audit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Platform against Cloud Engineer")
    expect(page.locator(".page-head .lead")).to_contain_text("should reach 60 % coverage")
    after = place.audit.ListAudits(
        ListAuditsRequest(parent=place.tenant, cohort=f"{place.tenant}/cohorts/platform")
    ).audits
    assert len(after) == len(before) + 1


def test_programmes_stand_side_by_side_within_a_budget(
    visit, place: Workplace, audit: Audit, audit_path: str
) -> None:
    page = visit("learning-lead").open(audit_path)
    page.get_by_role("link", name="Find programmes").click()
    page.get_by_label("Budget for all").fill("30,000")
    page.get_by_label("At most").select_option("5")
    page.get_by_role("button", name="Recommend").click()
    expected = place.audit.RecommendProgrammes(
        RecommendProgrammesRequest(audit=audit.name, budget_minor=3_000_000, max_programmes=5)
    )
    titles = page.locator("table.compare thead th .compare-name").all_inner_texts()
    assert titles == [item.programme.title for item in expected.programmes]
    for note in expected.notes:
        expect(page.get_by_text(note)).to_be_visible()


def test_a_budget_that_is_no_number_is_said_beside_its_field(visit, audit_path: str) -> None:
    page = visit("learning-lead").open(f"{audit_path}/programmes?budget=much", status=422)
    expect(page.locator("#budget-error")).to_have_text("Give a number of 0 or more, or leave it empty.")


def test_who_may_not_see_people_sees_none(visit, audit: Audit, audit_path: str) -> None:
    visitor = visit("works-council")
    text = visitor.text(audit_path)
    for person in {p.external_id for p in audit.person_gaps} | {
        p.candidate.rsplit("/", 1)[-1] for p in audit.person_gaps
    }:
        assert person not in text
    page = visitor.open(audit_path)
    expect(page.get_by_text("Single people are not shown")).to_be_visible()
    small = [gap for gap in audit.gaps if 0 < gap.people_short < 5 or 0 < audit.people - gap.people_short < 5]
    assert small, "the company has small cells"
    expect(page.get_by_text("hidden: fewer than five people", exact=True)).to_have_count(len(small))


def test_the_csv_holds_every_competency(visit, audit: Audit, audit_path: str) -> None:
    lines = list(
        csv.DictReader(io.StringIO(visit("learning-lead").text(f"{audit_path}.csv").removeprefix("\ufeff")))
    )
    assert [line["competency"] for line in lines] == [gap.competency for gap in audit.gaps]
    assert all(line["policy_version"] == audit.policy_version for line in lines)
