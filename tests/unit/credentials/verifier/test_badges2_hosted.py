"""Open Badges 1.x and 2.0 that are believed because their host publishes them."""

import json

import pytest

from credence.credentials.verifier import (
    Code,
    DocumentUnavailable,
    Outcome,
    RegistryEntry,
    Standing,
    State,
    StaticRegistry,
    recheck_status,
)
from support.badges import AT, check
from support.older import ADA, OldAcademy, hashed, itxt, judged, png, published, svg


@pytest.fixture
def academy():
    return OldAcademy()


def test_a_hosted_badge(academy):
    answer = judged(academy, academy.hosted())
    assert (answer.format, answer.outcome) == ("ob2+hosted", Outcome.VERIFIED)
    assert {name: verdict.state for name, verdict in answer.verdicts.items()} == {
        "integrity": State.VALID,
        "issuer_authenticated": State.VALID,
        "issuer_trusted": State.INDETERMINATE,
        "status": State.VALID,
        "validity": State.VALID,
        "recipient": State.VALID,
        "schema": State.VALID,
        "extraction": State.VALID,
    }
    assert "as trustworthy as that host" in answer.verdicts["integrity"].message
    assert (answer.issuer_id, answer.issuer_name) == (academy.issuer_id, "Old Academy")
    found = answer.achievement
    assert (found.id, found.name, found.tags) == (academy.url("badge"), "SQL for Analysts", ("SQL",))
    assert found.criteria == "A project, and a written exam."
    assert found.alignments[0].target_name == "SQL"
    assert (found.evidence[0].id, found.evidence[0].narrative) == (academy.url("report"), "A report.")
    assert answer.rigor == "PROJECT"


def test_the_issuers_standing_is_that_of_its_address(academy):
    entry = RegistryEntry((academy.issuer_id,), "Old Academy", Standing.RECOGNISED)
    answer = judged(academy, academy.hosted(), registry=StaticRegistry([entry]))
    assert (answer.verdicts["issuer_trusted"].state, answer.standing) == (State.VALID, Standing.RECOGNISED)


def test_baked_and_by_address_alone(academy):
    document = academy.hosted()
    address = academy.url("assertion")
    for picture in (
        png(itxt(document)),
        png(itxt(address.encode())),
        svg(f"<openbadges:assertion verify='{address}'/>"),
        svg(f"<openbadges:assertion verify='{address}'>{document.decode()}</openbadges:assertion>"),
        png(itxt(academy.signed())),
    ):
        assert judged(academy, picture).outcome is Outcome.VERIFIED


def test_without_its_host_nothing_is_known(academy):
    answer = check(academy.hosted(), recipient=ADA)
    assert answer.outcome is Outcome.INDETERMINATE
    assert answer.verdicts["integrity"].code is Code.HOSTED_UNAVAILABLE
    assert answer.verdicts["status"].code is Code.STATUS_UNREACHABLE
    assert not answer.issuer_unreached, "nothing is ever fetched there"
    del academy.shelf.documents[academy.issuer_id]
    answer = judged(academy, academy.hosted())
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_DOCUMENT_UNAVAILABLE
    assert answer.issuer_unreached
    del academy.shelf.documents[academy.url("badge")]
    answer = judged(academy, academy.hosted())
    assert answer.verdicts["issuer_authenticated"].code is Code.BADGE_CLASS_UNAVAILABLE
    assert answer.outcome is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("recipient", hashed("eve@example.org", "salt")),
        ("issuedOn", "2020-01-01T00:00:00Z"),
        ("expires", "2099-01-01T00:00:00Z"),
        ("badge", "https://badges.example/phd"),
        ("narrative", "With honours."),
        ("evidence", []),
    ],
)
def test_what_was_changed_in_a_copy(academy, member, value):
    document = json.loads(academy.hosted()) | {member: value}
    answer = judged(academy, json.dumps(document))
    if value == []:
        assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.verdicts["integrity"].code is Code.HOSTED_MISMATCH
    assert answer.verdicts["integrity"].pointer.startswith(f"/{member}")
    assert answer.achievement is None or answer.achievement.name != "PhD"


def test_a_copy_with_another_badge_class_in_it(academy):
    document = json.loads(academy.hosted())
    for name, code in (("SQL for Analysts", Code.OK), ("PhD", Code.HOSTED_MISMATCH)):
        document["badge"] = academy.badge_class(name=name)
        answer = judged(academy, json.dumps(document))
        assert answer.verdicts["integrity"].code is code
    document["badge"] = academy.badge_class(description="Older words.")
    answer = judged(academy, json.dumps(document))
    assert answer.outcome is Outcome.VERIFIED
    assert [flag.code for flag in answer.flags] == ["HOSTED_COPY_DIFFERS"]
    assert answer.achievement.description.startswith("Queries")
    document["badge"] = academy.badge_class(issuer="https://harvard.example/issuer")
    assert judged(academy, json.dumps(document)).outcome is Outcome.NOT_VERIFIED


def test_at_the_address_is_another_badge(academy):
    academy.hosted()
    published(academy, "mine", academy.assertion())
    mine = academy.assertion(id=academy.url("mine"))
    answer = judged(academy, json.dumps(mine))
    assert answer.verdicts["integrity"].code is Code.HOSTED_MISMATCH
    for other in (b"<html>not found</html>", b"[]", b"{"):
        published(academy, "mine", other)
        assert judged(academy, json.dumps(mine)).verdicts["integrity"].code is Code.HOSTED_MALFORMED
    published(academy, "mine", academy.badge_class(id=academy.url("mine")))
    assert judged(academy, json.dumps(mine)).outcome is Outcome.NOT_VERIFIED
    assert (
        judged(academy, academy.hosted(id="urn:uuid:1")).verdicts["integrity"].code is Code.HOSTED_MALFORMED
    )


def test_nobody_hosts_badges_of_another(academy):
    """A host of one's own that names somebody else's badge class, or carries a copy of it with a kinder issuer."""
    eve = OldAcademy("eve.example")
    eve.shelf.documents |= academy.shelf.documents
    answer = judged(eve, eve.hosted(badge=academy.url("badge")))
    assert answer.verdicts["integrity"].valid
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    assert answer.outcome is Outcome.NOT_VERIFIED
    kinder = academy.profile(verification={"allowedOrigins": ["eve.example"]})
    answer = judged(eve, eve.hosted(badge=eve.badge_class(issuer=kinder)))
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    embedded = academy.badge_class(issuer=eve.profile(), name="Theirs")
    answer = judged(eve, eve.hosted(badge=embedded))
    assert answer.outcome is Outcome.NOT_VERIFIED, "the class at its own address names another issuer"


def test_a_badge_class_lies_with_its_issuer(academy):
    """On another host it may name whom it likes; where the issuer allows the host, what counts is the class at its own address."""
    elsewhere = "https://classes.example/sql"
    academy.shelf.documents[elsewhere] = academy.badge_class(id=elsewhere, name="SQL, elsewhere")
    answer = judged(academy, academy.hosted(badge=elsewhere))
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    allowed = {"allowedOrigins": ["badges.example", "classes.example"]}
    published(academy, "issuer", academy.profile(verification=allowed))
    embedded = academy.badge_class(id=elsewhere, name="PhD")
    answer = judged(academy, academy.hosted(badge=embedded))
    assert (answer.outcome, answer.verdicts["integrity"].code) == (Outcome.NOT_VERIFIED, Code.HOSTED_MISMATCH)
    assert answer.achievement.name == "SQL, elsewhere"


@pytest.mark.parametrize(
    ("scope", "verified"),
    [
        ({"allowedOrigins": ["badges.example"]}, True),
        ({"allowedOrigins": "https://badges.example"}, True),
        ({"allowedOrigins": ["other.example"]}, False),
        ({"startsWith": "https://badges.example/ass"}, True),
        ({"startsWith": ["https://badges.example/x", "http://badges.example/"]}, True),
        ({"startsWith": ["https://badges.example/other/"]}, False),
        ({"startsWith": [7]}, False),
        ([{"allowedOrigins": ["badges.example"]}, {"startsWith": "https://badges.example/b"}], False),
    ],
)
def test_where_an_issuer_says_its_badges_lie(academy, scope, verified):
    published(academy, "issuer", academy.profile(verification=scope))
    answer = judged(academy, academy.hosted())
    assert (answer.outcome is Outcome.VERIFIED) is verified, answer.verdicts["issuer_authenticated"]


def test_a_path_that_climbs_out_is_no_address(academy):
    published(academy, "issuer", academy.profile(verification={"startsWith": "https://badges.example/good/"}))
    for path in ("good/../evil", "good/%2E%2e/evil", "good%2F..%2fevil", "good/..", "good/./x"):
        answer = judged(academy, academy.hosted(id=academy.url(path)))
        assert answer.verdicts["integrity"].code is Code.HOSTED_MALFORMED, path
    assert judged(academy, academy.hosted(id=academy.url("good/..x/a.b"))).outcome is Outcome.VERIFIED


def test_where_it_was_hosted_before_is_not_asked(academy):
    """Badges of version 1.1 name an address twice; what counts is the one that they go by."""
    elsewhere = {"type": "hosted", "url": "https://old.example/assertion"}
    assert judged(academy, academy.hosted(verify=elsewhere)).outcome is Outcome.VERIFIED
    assert not any("old.example" in url for url in academy.shelf.asked)


def test_http_addresses_are_fetched_by_https(academy):
    document = academy.hosted(id="http://badges.example/assertion", badge="http://badges.example/badge")
    assert judged(academy, document).outcome is Outcome.VERIFIED
    assert all(url.startswith("https://") for url in academy.shelf.asked)


def test_revoked_at_its_host(academy):
    document = academy.hosted()
    published(academy, "assertion", json.loads(document) | {"revoked": True, "revocationReason": "Copied."})
    answer = judged(academy, document)
    assert (answer.outcome, answer.verdicts["status"].code) == (Outcome.NOT_VERIFIED, Code.REVOKED)
    assert "Copied" in answer.verdicts["status"].message
    published(academy, "assertion", {"id": academy.url("assertion"), "revoked": True})
    assert judged(academy, document).verdicts["status"].code is Code.REVOKED
    published(academy, "assertion", json.loads(document) | {"revoked": "no"})
    assert judged(academy, document).outcome is Outcome.INDETERMINATE


class Gone:
    def get(self, url, max_age_s=None):
        raise DocumentUnavailable(url, "the host answered 410", gone=True)


def test_taken_away_by_its_host(academy):
    answer = check(academy.hosted(), recipient=ADA, documents=Gone())
    assert (answer.outcome, answer.verdicts["status"].code) == (Outcome.NOT_VERIFIED, Code.REVOKED)


def test_the_status_is_looked_up_again(academy):
    document = academy.hosted()
    entries = judged(academy, document).status_entries
    later = lambda: recheck_status(entries, academy.issuer_id, AT, academy.shelf)  # noqa: E731
    assert later().valid
    for member, value in (("recipient", hashed("eve@example.org", "s")), ("expires", "2099-01-01")):
        published(academy, "assertion", json.loads(document) | {member: value})
        assert later().code is Code.HOSTED_MISMATCH
    published(
        academy,
        "assertion",
        json.loads(document) | {"badge": academy.badge_class(), "issuedOn": "2024-01-01"},
    )
    assert later().valid, "the same in other words"
    published(academy, "assertion", json.loads(document) | {"revoked": True})
    assert later().code is Code.REVOKED
    assert recheck_status(entries, academy.issuer_id, AT, Gone()).code is Code.REVOKED
    del academy.shelf.documents[academy.url("assertion")]
    assert later().code is Code.STATUS_UNREACHABLE
