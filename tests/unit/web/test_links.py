import pytest

from credence.web.rendering import own_path
from credence.web.views.links import link


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//", "http://[", "x y"]
)
def test_only_web_addresses_can_be_opened(url: str) -> None:
    shown = link(url, shown=True)
    assert shown is not None
    assert shown.href == ""


def test_a_web_address_is_a_link_that_says_where_it_leads() -> None:
    assert link("https://forge.test/ada/1?x=y", shown=True).text == "forge.test/ada/1"
    assert link("", shown=True) is None


def test_blind_nothing_of_the_address_is_left() -> None:
    shown = link("https://ada-lovelace.test/work", shown=False)
    assert shown.href == ""
    assert "ada" not in shown.text


@pytest.mark.parametrize("path", ["//evil.test", "/\\evil.test", "https://evil.test", "", "roles", "/a\nb"])
def test_nobody_is_sent_to_another_site(path: str) -> None:
    assert own_path(path, "/home") == "/home"


def test_own_paths_are_kept() -> None:
    assert own_path("/roles/x/shortlist?page=2", "/") == "/roles/x/shortlist?page=2"
