"""When something is not there, the page says what happened and what to do; what it can do without, it does without."""

from playwright.sync_api import expect

LIST = "/roles/data-analyst/shortlist"


def test_a_role_that_is_not_there(visit) -> None:
    page = visit("hiring-manager").open("/roles/no-such-role/shortlist", status=404)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Roles")


def test_names_of_resources_that_cannot_be(visit) -> None:
    visitor = visit("hiring-manager")
    for path in (
        "/roles/%00/shortlist",
        "/roles/..%2F..%2Fx/shortlist",
        "/roles/ÜÖ/shortlist",
        "/roles/data-analyst/candidates/%F0",
    ):
        visitor.open(path, status=404)


def test_a_page_of_another_list(visit) -> None:
    page = visit("hiring-manager").open(f"{LIST}?page=bm90LW91cnM", status=400)
    expect(page.get_by_role("heading", level=1)).to_have_text("This page of the list is no longer valid")


def test_a_service_that_is_away(visit, lame_web: str) -> None:
    visitor = visit("learning-lead", address=lame_web)
    answer = visitor.page.request.get(f"{lame_web}/cohorts")
    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    page = visitor.open("/cohorts", status=503)
    expect(page.get_by_role("link", name="Load the page again")).to_have_attribute("href", "/cohorts")


def test_a_list_without_its_names_is_still_a_list(visit, lame_web: str) -> None:
    visitor = visit("hiring-manager", address=lame_web)
    visitor.show_names()
    page = visitor.open(LIST)
    expect(page.get_by_text("Names could not be loaded")).to_be_visible()
    expect(page.locator("li.cand")).to_have_count(25)


def test_text_from_outside_stays_text(visit) -> None:
    page = visit("hiring-manager").open(f"{LIST}?labels.x=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.locator(".chips")).to_contain_text("X: <script>alert(1)</script>")
    assert page.locator("main script").count() == 0
