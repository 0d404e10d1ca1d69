import csv
import io

from credence.web.views.audit_table import audit_csv
from credence.web.views.budget import read_budget
from credence.web.views.cohorts import read_audit_form
from credence.web.views.expiring import expiries
from credence.web.views.gaps import SUPPRESSED, gap_report
from credence.web.views.heat import newest_of_teams, people_map, team_map
from credence.web.views.programmes import advice
from credencepb.audit.v1 import audit_pb2
from credencepb.audit.v1.audit_pb2 import Audit


def test_the_report_begins_with_the_largest_gaps_and_their_causes(audit: Audit) -> None:
    report = gap_report(audit)
    first = report.top[0]
    assert (first.wording, first.gap, first.share) == ("SQL", "1.5", "75 % of the whole gap")
    assert first.people == "2 of 2 fall short, by 50 % of coverage on average."
    assert [(cause.sentence, cause.share) for cause in first.causes] == [("For one person.", 50.0)]
    assert report.total == "2.0"
    assert report.lines[0].bar.mark == 70


def test_suppressed_figures_are_named_so_and_shown_nowhere(audit: Audit) -> None:
    for gap in (audit.top_gaps[0], audit.gaps[0]):
        gap.suppressed = True
        for field in ("people_short", "mean_shortfall", "mean_coverage", "mean_verified_coverage"):
            gap.ClearField(field)
        gap.causes[0].ClearField("people")
    report = gap_report(audit)
    assert report.suppressed
    assert report.lines[0].bar is None
    assert report.lines[0].short == SUPPRESSED
    assert "fewer than five" in report.top[0].people
    assert report.top[0].causes[0].share == 0
    line = next(csv.DictReader(io.StringIO(audit_csv(audit).removeprefix("\ufeff"))))
    assert (line["suppressed"], line["people_short"], line["mean_coverage"], line["causes"]) == (
        "yes",
        "",
        "",
        "NO_EVIDENCE",
    )
    assert team_map(audit, []).rows[0].cells[0].shade == -1


def test_the_trend_says_how_the_gap_moved(audit: Audit) -> None:
    trend = gap_report(audit).trend
    assert trend.sentence.startswith("The gap is 2.0 points smaller than on")
    assert "then had 3 people" in trend.sentence
    assert [p.present for p in trend.points] == [False, True]
    assert trend.points[0].y < trend.points[1].y, "a larger gap stands higher"
    del audit.trend[0]
    assert gap_report(audit).trend.path == ""


def test_people_stand_by_their_gap_with_the_cause_in_the_cell(audit: Audit) -> None:
    found = people_map(audit, {"tenants/t/candidates/p1": "Ada"})
    assert [row.label.text for row in found.rows] == ["P2", "Ada"]
    assert [(c.text, c.letter, c.shade) for c in found.rows[1].cells] == [("40", "U", 4), ("90", "", 9)]
    assert [letter for letter, _ in found.letters] == ["N", "U"]


def test_without_people_there_is_no_map_of_them(audit: Audit) -> None:
    del audit.person_gaps[:]
    assert people_map(audit, {}) is None


def test_teams_are_compared_by_their_newest_audit_of_the_same_revision(audit: Audit) -> None:
    def other(name: str, cohort: str, revision: int) -> Audit:
        made = Audit()
        made.CopyFrom(audit)
        made.name, made.cohort, made.cohort_display_name, made.role_revision = (
            f"audits/{name}",
            cohort,
            cohort,
            revision,
        )
        return made

    listed = [other("n1", "Y", 1), other("n0", "Y", 1), other("z", "Z", 2), other("x", audit.cohort, 1)]
    teams = newest_of_teams(audit, listed)
    assert [team.name for team in teams] == ["audits/n1"]
    assert [(row.label.text, row.present) for row in team_map(audit, teams).rows] == [
        ("X", True),
        ("Y", False),
    ]


def test_what_expires_first_stands_first(audit: Audit) -> None:
    audit.audit_time.FromJsonString("2026-11-21T12:00:00Z")
    audit.expiring.add(
        title="Later", expires_on="2027-04-01", competencies=["law"], candidate="tenants/t/candidates/p1"
    )
    audit.expiring.add(title="Soon", expires_on="2027-01-02", competencies=["sql"])
    soon, later = expiries(audit, {})
    assert (soon.title, soon.soon, soon.competencies, soon.who) == ("Soon", True, "SQL", "")
    assert (later.title, later.soon, later.who) == ("Later", False, "P1")


def test_the_budget_is_read_as_people_write_it(audit: Audit) -> None:
    form = read_budget([("budget", "12,500"), ("hours", "40"), ("most", "4"), ("close", "law")], audit)
    assert (form.budget_minor, form.budget_hours, form.most, form.chosen) == (1_250_000, 40.0, 4, ("law",))
    assert read_budget([], audit).chosen == ("sql", "law")


def test_what_is_wrong_with_a_budget_stands_beside_its_field(audit: Audit) -> None:
    form = read_budget([("budget", "much"), ("hours", "-1"), ("most", "9")], audit)
    assert set(form.errors) == {"budget", "hours", "most"}
    assert set(read_budget([("budget", "nan"), ("hours", "inf")], audit).errors) == {"budget", "hours"}
    assert form.refused([("budget_minor", "no")]).errors == {"budget": "no"}


def test_an_audit_needs_a_role_and_a_target_that_can_be() -> None:
    assert read_audit_form("r", "", "").target_coverage == 0
    assert read_audit_form("r", "65 %", "").target_coverage == 0.65
    assert set(read_audit_form("", "0", "").errors) == {"role", "target"}
    assert set(read_audit_form("r", "a lot", "").errors) == {"target"}


def test_programmes_say_what_they_close_and_cost(audit: Audit) -> None:
    found = audit_pb2.Recommendation(
        gap_before=2.0,
        gap_after=-1e-15,
        total_cost_minor=120_000,
        total_hours=30,
        method="exact",
        programmes=[
            audit_pb2.RecommendedProgramme(
                programme=audit_pb2.Programme(
                    title="P", currency="EUR", cost_minor=60_050, url="javascript:x"
                ),
                gap_closed=1.5,
                participants=2,
                cost_minor=120_000,
                cost_per_point_minor=80_049.6,
                competencies=["sql"],
                flags=["OUTCOMES_NOT_PUBLISHED"],
            )
        ],
    )
    told = advice(found, audit)
    option = told.options[0]
    assert (told.before, told.after, told.closed_share, told.cost) == ("2.0", "0.0", 100.0, "€1,200")
    assert (option.cost, option.cost_per_point, option.closes_share) == ("€600.50", "€800", 75.0)
    assert (option.teaches, option.flags) == (("SQL",), ("Outcomes not published",))
    assert (option.outcomes, option.recognition, option.link.href) == ("none published", "not measured", "")
