"""Everything can be done from the keyboard, and one can see where one is."""

from playwright.sync_api import Page, expect

from support.workplace import Workplace

LIST = "/roles/data-analyst/shortlist"


def focused(page: Page) -> str:
    return page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()")


def has_outline(page: Page) -> bool:
    return page.evaluate(
        """() => { const style = getComputedStyle(document.activeElement);
          return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; }"""
    )


def tab_to(page: Page, text: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page).startswith(text):
            return
    raise AssertionError(f"{text!r} was not reached with the Tab key")


def test_the_first_stop_skips_to_the_content(visit) -> None:
    page = visit("hiring-manager").open(LIST)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to content"
    assert page.locator(".skip").bounding_box()["y"] >= 0, "it is seen when it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert focused(page) == "Roles", "the first link of the content"


def test_the_order_of_stops_is_the_order_of_the_page(visit) -> None:
    page = visit("hiring-manager").open(LIST)
    stops = []
    for _ in range(14):
        page.keyboard.press("Tab")
        assert has_outline(page), f"no visible focus on {focused(page)!r}"
        stops.append(focused(page))
    wanted = [
        "Skip to content",
        "Credence",
        "Shortlists",
        "Show names",
        "Sign out",
        "Roles",
        "Data Analyst",
        "Region",
        "Availability",
    ]
    assert stops[: len(wanted)] == wanted


def test_signing_in_and_filtering_by_keyboard(visit) -> None:
    page = visit().page
    tab_to(page, "Hiring manager")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Roles")
    tab_to(page, "Data Analyst")
    page.keyboard.press("Enter")
    page.wait_for_url("**/shortlist")
    tab_to(page, "Population")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert focused(page) == "Population", "Escape closes the list and stays on it"
    tab_to(page, "Apply")
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_contain_text("Population: applicant")


def test_deciding_by_keyboard(visit, place: Workplace) -> None:
    candidate = place.ranking(place.roles["Data Analyst"].name)[9].candidate.rsplit("/", 1)[-1]
    page = visit("second-reviewer").open(f"/roles/data-analyst/candidates/{candidate}")
    tab_to(page, "Decision")
    page.keyboard.press("Enter")
    tab_to(page, "outcome")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("Typed without a mouse.")
    page.keyboard.press("Tab")
    assert focused(page) == "Record the decision"
    page.keyboard.press("Enter")
    expect(page.locator(".history")).to_contain_text("Typed without a mouse.")
    expect(page.locator(".history-what").first).to_contain_text("Hold")


def test_what_has_the_focus_is_not_covered(visit) -> None:
    """WCAG 2.2, 2.4.11: the bar at the bottom stays clear of what the keyboard is on."""
    page = visit("hiring-manager").open(LIST)
    for _ in range(60):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """() => { const e = document.activeElement, b = e.getBoundingClientRect();
              if (e.closest('.tray') || !b.width) return false;
              const top = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2);
              return top !== null && top.closest('.tray') !== null; }"""
        )
        assert not covered, focused(page)
