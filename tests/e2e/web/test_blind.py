"""Blind mode: no name, no address, no handle of anybody, anywhere in what the server sends."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from credencepb.candidates.v1.candidate_pb2 import Candidate
from credencepb.candidates.v1.candidates_service_pb2 import GetCandidateRequest
from support.workplace import Workplace

ROLE = "/roles/data-analyst"
NAME_PART = 5
"""Shorter parts of names are words of their own."""


@dataclass(frozen=True)
class Identities:
    """Parts of names, and whole names, addresses, identifiers and what stands before an @ (links to work are made of it)."""

    parts: frozenset[str]
    wholes: frozenset[str]

    def findall(self, text: str) -> set[str]:
        text = text.casefold()
        words = set(re.findall(r"\w+", text))
        return (words & self.parts) | {whole for whole in self.wholes if whole in text}


def identifying(people: Iterable[Candidate]) -> Identities:
    parts, wholes = set(), set()
    for person in people:
        identity = person.identity
        parts |= {
            part for part in re.findall(r"\w+", identity.display_name.casefold()) if len(part) >= NAME_PART
        }
        wholes |= {identity.display_name, *identity.emails, *identity.dids}
        wholes |= {email.split("@")[0] for email in identity.emails}
    return Identities(frozenset(parts), frozenset(whole.casefold() for whole in wholes if whole))


@pytest.fixture(scope="module")
def named(place: Workplace) -> Identities:
    return identifying(place.company.candidates)


@pytest.fixture(scope="module")
def people(place: Workplace) -> list[str]:
    """Ids of the first of the list, of everyone with a credential that something is wrong with, and of a few from its end."""
    expected = place.company.expectations
    odd = [
        place.candidate(ref.external_id).name
        for ref in (*expected.tampered[:4], *expected.borrowed[:4], *expected.look_alike[:2])
    ]
    ranked = place.ranking(place.roles["Data Analyst"].name)
    return [
        name.rsplit("/", 1)[-1]
        for name in dict.fromkeys([*(c.candidate for c in (*ranked[:25], *ranked[-5:])), *odd])
    ]


@pytest.mark.parametrize("persona", ["hiring-manager", "second-reviewer"])
def test_no_name_on_any_page_about_applicants(
    visit, place: Workplace, named, people: list[str], persona: str
) -> None:
    visitor = visit(persona)
    paths = ["/roles", ROLE, f"{ROLE}/shortlist", f"{ROLE}/shortlist?must=1", f"{ROLE}/shortlist.csv"]
    paths += [f"{ROLE}/compare?c={people[0]}&c={people[1]}&c={people[-1]}"]
    paths += [f"{ROLE}/candidates/{person}" for person in people]
    for path in paths:
        assert not named.findall(visitor.text(path)), path
    page = visitor.open(f"{ROLE}/shortlist")
    while page.get_by_role("link", name="Next page").count():
        page.get_by_role("link", name="Next page").click()
        assert not named.findall(page.content()), page.url


def test_no_name_on_any_page_about_a_team(visit, named, audit_path: str) -> None:
    visitor = visit("learning-lead")
    for path in (
        "/cohorts",
        "/cohorts/analytics",
        audit_path,
        f"{audit_path}/programmes",
        f"{audit_path}.csv",
    ):
        assert not named.findall(visitor.text(path)), path


def test_with_names_the_same_pages_hold_them(
    visit, place: Workplace, named, people: list[str], audit_path: str
) -> None:
    """The search above finds what it looks for."""
    visitor = visit("hiring-manager")
    visitor.show_names()
    for path in (
        f"{ROLE}/shortlist",
        f"{ROLE}/shortlist.csv",
        f"{ROLE}/candidates/{people[0]}",
        f"/people/{people[0]}",
    ):
        assert named.findall(visitor.text(path)), path
    lead = visit("learning-lead")
    lead.show_names()
    assert named.findall(lead.text(audit_path))


def test_links_to_work_are_there_only_with_names(visit, place: Workplace) -> None:
    with_work = next(
        c
        for c in place.company.candidates
        if c.portfolio and c.portfolio[0].url and c.external_id.startswith("ANA")
    )
    path = f"{ROLE}/candidates/{place.candidate(with_work.external_id).name.rsplit('/', 1)[-1]}"
    visitor = visit("hiring-manager")
    assert visitor.open(path).locator("a.work").count() == 0
    visitor.show_names()
    links = visitor.page.locator("a.work")
    assert links.count() > 0
    assert {link.get_attribute("rel") for link in links.all()} == {"noopener noreferrer nofollow"}


def test_everything_held_about_a_person_needs_the_name(visit, place: Workplace, people: list[str]) -> None:
    visitor = visit("hiring-manager")
    visitor.open(f"/people/{people[0]}", status=403)
    expect(visitor.page.get_by_text("names are hidden in this session")).to_be_visible()
    visitor.page.get_by_role("button", name="Show names").click()
    person = place.candidates.GetCandidate(GetCandidateRequest(name=f"{place.tenant}/candidates/{people[0]}"))
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(
        person.identity.display_name or person.external_id
    )
    for email in person.identity.emails:
        assert email in visitor.page.content()
    export = visitor.page.request.get(f"{visitor.address}/people/{people[0]}.json").json()
    assert export["record"]["candidate"]["external_id"] == person.external_id
    assert {"profile", "verifications", "decisions"} <= set(export)


def test_a_reason_written_with_names_is_hidden_from_blind_readers(
    visit, place: Workplace, people: list[str]
) -> None:
    path = f"{ROLE}/candidates/{people[8]}"
    seeing = visit("hiring-manager")
    seeing.show_names()
    page = seeing.open(path)
    page.get_by_role("radio", name="Advance").check()
    page.get_by_label("Reason").fill("I have worked with this very person.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.locator(".history")).to_contain_text("this very person")
    blind = visit("second-reviewer").text(path)
    assert "this very person" not in blind
    assert "hidden in blind mode" in blind


def test_a_blind_page_does_not_need_the_service_that_keeps_names(
    visit, lame_web: str, place: Workplace
) -> None:
    visitor = visit("hiring-manager", address=lame_web)
    page = visitor.open(f"{ROLE}/shortlist")
    expect(page.locator("li.cand")).to_have_count(25)
    assert page.locator(".callout").count() == 0
