"""The application without any service behind it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from credence.web.app import build
from credence.web.settings import WebSettings

AWAY = "127.0.0.1:9"
TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[TestClient]:
    settings = WebSettings(
        candidates_target=AWAY,
        credentials_target=AWAY,
        matching_target=AWAY,
        audit_target=AWAY,
        signing_key_file=tmp_path / "key.json",
        session_secret="a secret of some length",
        tenant="t",
    )
    with TestClient(build(settings), base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def form_token(browser: TestClient) -> str:
    found = TOKEN.search(browser.get("/sign-in").text)
    assert found
    return found[1]


def sign_in(browser: TestClient, persona: str, **more: str) -> str:
    """Where it leads."""
    answer = browser.post("/sign-in", data={"form_token": form_token(browser), "persona": persona, **more})
    assert answer.status_code == 303
    return answer.headers["location"]


def switch(browser: TestClient, names: str, **headers: str) -> int:
    return browser.post(
        "/blind", data={"form_token": form_token(browser), "names": names}, headers=headers
    ).status_code


def test_every_answer_keeps_other_sites_out(browser: TestClient) -> None:
    for path in ("/sign-in", "/nothing", "/static/credence.css", "/roles"):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert browser.get("/sign-in").headers["cache-control"] == "no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: TestClient) -> None:
    cookie = browser.get("/sign-in").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_another_name_for_this_machine_is_refused(browser: TestClient) -> None:
    assert browser.get("/sign-in", headers={"host": "evil.test"}).status_code == 400


@pytest.mark.parametrize(
    ("persona", "home"),
    [("hiring-manager", "/roles"), ("second-reviewer", "/roles"), ("learning-lead", "/cohorts")],
)
def test_everybody_gets_to_their_own_first_page(browser: TestClient, persona: str, home: str) -> None:
    assert sign_in(browser, persona) == home
    assert browser.get("/").headers["location"] == home


def test_after_signing_in_the_page_that_was_wanted_comes(browser: TestClient) -> None:
    asked = browser.get("/roles/x/shortlist?must=1").headers["location"]
    assert asked == "/sign-in?next=/roles/x/shortlist%3Fmust%3D1"
    assert 'value="/roles/x/shortlist?must=1"' in browser.get(asked).text
    assert sign_in(browser, "hiring-manager", next="/roles/x") == "/roles/x"
    assert sign_in(browser, "hiring-manager", next="//evil.test") == "/roles"


def test_a_persona_that_is_none_signs_nobody_in(browser: TestClient) -> None:
    assert sign_in(browser, "root") == "/sign-in"
    assert browser.get("/").headers["location"] == "/sign-in"


@pytest.mark.parametrize("token", ["", "x" * 64])
def test_a_form_that_is_not_ours_does_nothing(browser: TestClient, token: str) -> None:
    form_token(browser)
    refused = browser.post("/sign-in", data={"form_token": token, "persona": "hiring-manager"})
    assert refused.status_code == 403
    assert "older than your sign-in" in refused.text
    assert browser.get("/").headers["location"] == "/sign-in"


def test_a_form_from_another_site_does_nothing(browser: TestClient) -> None:
    sign_in(browser, "hiring-manager")
    assert switch(browser, "show", **{"sec-fetch-site": "cross-site"}) == 403
    assert "Blind: names hidden" in browser.get("/sign-in").text


def test_a_form_has_a_size(browser: TestClient) -> None:
    assert browser.post("/sign-in", data={"form_token": "x" * 70_000}).status_code == 413


def test_blind_mode_is_left_on_purpose_and_only_by_those_who_may(browser: TestClient) -> None:
    sign_in(browser, "hiring-manager")
    assert "Blind: names hidden" in browser.get("/sign-in").text
    assert switch(browser, "show") == 303
    assert "Names shown" in browser.get("/sign-in").text
    assert browser.get("/blind").status_code == 405
    assert switch(browser, "hide") == 303
    assert "Blind: names hidden" in browser.get("/sign-in").text


@pytest.mark.parametrize("persona", ["second-reviewer", "works-council"])
def test_others_cannot_leave_blind_mode(browser: TestClient, persona: str) -> None:
    sign_in(browser, persona)
    assert "Show names" not in browser.get("/sign-in").text
    assert switch(browser, "show") == 403
    assert "Blind: names hidden" in browser.get("/sign-in").text


def test_signing_out_ends_the_session(browser: TestClient) -> None:
    sign_in(browser, "hiring-manager")
    browser.post("/sign-out", data={"form_token": form_token(browser)})
    assert browser.get("/").headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("persona", "path"),
    [
        ("learning-lead", "/roles/x/shortlist"),
        ("learning-lead", "/roles/x/shortlist.csv"),
        ("learning-lead", "/roles/x/candidates/c"),
        ("learning-lead", "/roles/x/compare?c=a&c=b"),
        ("hiring-manager", "/cohorts"),
        ("hiring-manager", "/cohorts/x"),
        ("hiring-manager", "/audits/x"),
        ("hiring-manager", "/audits/x.csv"),
        ("hiring-manager", "/audits/x/programmes"),
        ("hiring-manager", "/people/c"),
        ("hiring-manager", "/people/c.json"),
    ],
)
def test_what_a_sign_in_does_not_include_is_said_before_any_service_is_asked(
    browser: TestClient, persona: str, path: str
) -> None:
    sign_in(browser, persona)
    answer = browser.get(path)
    assert answer.status_code == 403
    assert "<h1>Your sign-in does not include this</h1>" in answer.text


def test_nobody_reads_anything_without_a_sign_in(browser: TestClient) -> None:
    for path in ("/roles", "/roles/x/shortlist.csv", "/cohorts", "/people/c.json", "/audits/x.csv"):
        assert browser.get(path).headers["location"].startswith("/sign-in")


def test_an_address_that_leads_nowhere_has_a_page(browser: TestClient) -> None:
    answer = browser.get("/nothing")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_static_files_are_kept_by_browsers(browser: TestClient) -> None:
    assert "immutable" in browser.get("/static/credence.js").headers["cache-control"]
