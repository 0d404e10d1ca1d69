"""Open Badges 1.x and 2.0: hosted and signed, with every document that they refer to."""

import copy
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from credence.credentials.verifier import (
    VERDICTS,
    Code,
    DocumentUnavailable,
    Limits,
    Outcome,
    Recipient,
    RegistryEntry,
    Severity,
    Standing,
    State,
    StaticRegistry,
    recheck_status,
)
from support.badges import AT, check
from support.older import EMAIL, OldAcademy, hashed, itxt, jws, png, seeded, svg

ADA = Recipient(emails=(EMAIL,))
EVE = Recipient(emails=("eve@example.org",))


@pytest.fixture
def academy():
    return OldAcademy()


def judged(academy, document, **more):
    return check(document, **({"recipient": ADA, "documents": academy.shelf} | more))


def published(academy, name, document):
    academy.shelf.documents[academy.url(name)] = document


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


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("kind", ["EdDSA", "ES256", "RS256"])
def test_a_signed_badge(kind, rsa_key):
    key = {"EdDSA": seeded(b"k"), "ES256": ec.derive_private_key(7, ec.SECP256R1()), "RS256": rsa_key}[kind]
    academy = OldAcademy(key=key)
    token = academy.signed()
    answer = judged(academy, token)
    assert (answer.format, answer.outcome) == ("ob2+jws", Outcome.VERIFIED), answer.verdicts
    assert answer.verdicts["status"].state is State.NOT_APPLICABLE
    head, _body, signature = token.split(b".")
    other = academy.signed(expires="2099-01-01T00:00:00Z").split(b".")[1]
    forged = judged(academy, b".".join((head, other, signature)))
    assert forged.verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    assert academy.shelf.asked[-1] == academy.key_id, "nothing but the key is fetched for a forgery"


def test_whose_key_it_is(academy):
    eve = OldAcademy("eve.example")
    eve.shelf.documents |= academy.shelf.documents
    theirs = eve.assertion(
        id="urn:uuid:1", badge=academy.url("badge"), verification={"type": "signed", "creator": eve.key_id}
    )
    for owner in (eve.issuer_id, academy.issuer_id):
        eve.shelf.documents[eve.key_id] = eve.key_document(owner=owner)
        answer = judged(eve, jws(theirs, eve.key))
        assert answer.verdicts["integrity"].valid
        assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
        assert answer.outcome is Outcome.NOT_VERIFIED
    embedded = academy.badge_class(issuer=academy.profile(publicKey=eve.key_id))
    answer = judged(eve, jws(theirs | {"badge": embedded}, eve.key))
    assert answer.outcome is Outcome.NOT_VERIFIED, "an issuer's document counts only from its own address"


def test_a_key_that_says_it_is_anothers(academy):
    published(academy, "key", academy.key_document(owner="https://eve.example/issuer"))
    answer = judged(academy, academy.signed())
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED
    assert answer.outcome is Outcome.NOT_VERIFIED


def test_keys_within_the_issuers_document(academy):
    published(academy, "issuer", academy.profile(publicKey=academy.key_document()))
    del academy.shelf.documents[academy.key_id]
    assert judged(academy, academy.signed()).outcome is Outcome.VERIFIED
    unnamed = academy.signed(verification={"type": "SignedBadge"})
    assert judged(academy, unnamed).outcome is Outcome.VERIFIED
    other = academy.signed(verification={"type": "SignedBadge"}, key=seeded(b"other"))
    assert judged(academy, other).verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    published(academy, "issuer", academy.profile(publicKey=[]))
    assert judged(academy, unnamed).outcome is Outcome.INDETERMINATE
    assert judged(academy, academy.signed()).outcome is not Outcome.VERIFIED


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, Code.ALGORITHM_NOT_ALLOWED),
        ({"alg": "HS256"}, Code.ALGORITHM_NOT_ALLOWED),
        ({"alg": "RS256"}, Code.ALGORITHM_NOT_ALLOWED),
        ({"crit": ["x"]}, Code.CRITICAL_HEADER_UNKNOWN),
    ],
)
def test_algorithms_are_those_of_the_key(academy, header, code):
    answer = judged(academy, academy.signed(header))
    assert (answer.outcome, answer.verdicts["integrity"].code) == (Outcome.NOT_VERIFIED, code)


def test_a_signed_badge_without_its_signature(academy):
    claims = academy.assertion(verification={"type": "signed", "creator": academy.key_id})
    assert judged(academy, json.dumps(claims)).verdicts["integrity"].code is Code.NO_PROOF
    assert judged(academy, json.dumps(academy.assertion(verification={}))).outcome is Outcome.NOT_VERIFIED
    published(academy, "assertion", claims)
    assert judged(academy, json.dumps(academy.assertion())).verdicts["integrity"].code is Code.HOSTED_MISMATCH
    assert academy.shelf.asked == [academy.url("assertion")]


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ({"revokedAssertions": []}, Code.OK),
        ({"revokedAssertions": ["urn:uuid:7f5c0c5e-0000-4000-8000-000000000001"]}, Code.REVOKED),
        ({"revokedAssertions": {"id": "urn:uuid:7f5c0c5e-0000-4000-8000-000000000001"}}, Code.REVOKED),
        ({"revokedAssertions": [{"uid": "serial-1", "revocationReason": "x"}]}, Code.REVOKED),
        ({"revokedAssertions": [{"uid": "serial-2"}, "urn:uuid:2"]}, Code.OK),
        ({"serial-1": "taken back"}, Code.REVOKED),
        ({"type": "RevocationList"}, Code.STATUS_LIST_MALFORMED),
        ({"revokedAssertions": [7]}, Code.STATUS_LIST_MALFORMED),
        ({"revokedAssertions": [], "issuer": "https://other.example/"}, Code.STATUS_LIST_WRONG_ISSUER),
        ({"revokedAssertions": [], "id": "https://other.example/"}, Code.STATUS_LIST_MALFORMED),
        (b"nonsense", Code.STATUS_LIST_MALFORMED),
        (None, Code.STATUS_UNREACHABLE),
    ],
)
def test_the_list_of_revoked_badges(academy, listed, code):
    published(academy, "issuer", academy.profile(revocationList=academy.url("revoked")))
    if listed is not None:
        published(academy, "revoked", listed)
    answer = judged(academy, academy.signed(uid="serial-1"))
    assert answer.verdicts["status"].code is code
    expected = {Code.OK: Outcome.VERIFIED, Code.REVOKED: Outcome.NOT_VERIFIED}
    assert answer.outcome is expected.get(code, Outcome.INDETERMINATE)
    again = recheck_status(answer.status_entries, academy.issuer_id, AT, academy.shelf)
    assert again.code is code


def test_whose_badge_it_is(academy):
    assert (
        judged(academy, academy.hosted(), recipient=EVE).verdicts["recipient"].code is Code.RECIPIENT_MISMATCH
    )
    plain = {"type": "email", "hashed": False, "identity": "ADA@example.org"}
    assert judged(academy, academy.hosted(recipient=plain)).outcome is Outcome.VERIFIED
    weak = judged(academy, academy.hosted(recipient=hashed(EMAIL, "s", "md5")))
    assert weak.outcome is Outcome.VERIFIED
    assert [flag.code for flag in weak.flags] == ["WEAK_RECIPIENT_HASH"]
    unsaid = {"type": "email", "identity": hashed(EMAIL, "s")["identity"], "salt": "s"}
    assert judged(academy, academy.hosted(recipient=unsaid)).outcome is Outcome.VERIFIED
    phone = {"type": "telephone", "hashed": False, "identity": "+1"}
    answer = judged(academy, academy.hosted(recipient=phone))
    assert answer.verdicts["recipient"].code is Code.RECIPIENT_NOT_COMPARABLE
    assert judged(academy, academy.hosted(recipient=7)).outcome is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"expires": "2025-01-01"}, Code.EXPIRED),
        ({"expires": "2025-12-31T00:00Z"}, Code.OK),
        ({"issuedOn": "2026-01-01"}, Code.NOT_YET_VALID),
        ({"issuedOn": 1704067200}, Code.OK),
        ({"issuedOn": "yesterday"}, Code.DATE_MALFORMED),
        ({"expires": True}, Code.DATE_MALFORMED),
        ({"expires": "2023-01-01"}, Code.WINDOW_EMPTY),
    ],
)
def test_dates(academy, dates, code):
    answer = judged(academy, academy.hosted(**dates))
    assert answer.verdicts["validity"].code is code
    assert (answer.outcome is Outcome.VERIFIED) is (code is Code.OK)


def test_version_1_0(academy):
    """Without types, contexts and identifiers: where a document lies is its name."""
    badge = {
        "name": "SQL for Analysts",
        "description": "Queries.",
        "image": academy.url("b.png"),
        "criteria": "https://badges.example/criteria.html",
        "issuer": academy.url("issuer"),
        "alignment": [{"name": "SQL", "url": "https://standards.example/sql"}],
    }
    published(academy, "badge", badge)
    published(academy, "issuer", {"name": "Old Academy", "url": "https://badges.example"})
    assertion = {
        "uid": "1",
        "recipient": {"type": "email", "hashed": False, "identity": EMAIL},
        "badge": academy.url("badge"),
        "issuedOn": 1704067200,
        "verify": {"type": "hosted", "url": academy.url("assertion")},
    }
    published(academy, "assertion", assertion)
    answer = judged(academy, json.dumps(assertion))
    assert (answer.format, answer.outcome) == ("ob1+hosted", Outcome.VERIFIED), answer.verdicts
    assert answer.issuer_id == academy.issuer_id
    assert answer.achievement.criteria_url == "https://badges.example/criteria.html"
    assert answer.achievement.alignments[0].target_url == "https://standards.example/sql"
    assert answer.valid_from == datetime(2024, 1, 1, tzinfo=UTC)
    stolen = {**assertion, "verify": {"type": "hosted", "url": academy.url("assertion2")}}
    published(academy, "assertion2", assertion)
    assert judged(academy, json.dumps(stolen)).outcome is Outcome.NOT_VERIFIED


def test_version_1_signed_by_a_key_on_the_issuers_host(academy):
    pem = academy.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    published(academy, "key.pem", pem)
    claims = {"@context": "https://w3id.org/openbadges/v1", "id": None, "uid": "1"}
    made = academy.assertion(**claims, verify={"type": "signed", "url": academy.url("key.pem")})
    del made["verification"], made["id"]
    # an issuer that lists keys has no others: somebody else may be able to put a file on its host
    assert (
        judged(academy, jws(made, academy.key)).verdicts["issuer_authenticated"].code
        is Code.ISSUER_NOT_AUTHENTICATED
    )
    del academy.shelf.documents[academy.issuer_id]["publicKey"]
    answer = judged(academy, jws(made, academy.key))
    assert (answer.format, answer.outcome) == ("ob1+jws", Outcome.VERIFIED), answer.verdicts
    made["verify"]["url"] = "https://eve.example/key.pem"
    academy.shelf.documents["https://eve.example/key.pem"] = pem
    answer = judged(academy, jws(made, academy.key))
    assert answer.verdicts["issuer_authenticated"].code is Code.ISSUER_NOT_AUTHENTICATED


@pytest.mark.parametrize(
    ("member", "value", "where"),
    [
        ("type", "OtherAssertion", "/type"),
        ("@context", "https://w3id.org/openbadges/unknown", "/@context"),
        ("image", "data:image/png;base64,AAAA", "/image"),
        ("extensions:note", {"type": ["Extension", "extensions:Note"]}, "/extensions:note"),
        ("recipient", {"type": "email"}, "/recipient/identity"),
    ],
)
def test_the_shape_of_an_assertion(academy, member, value, where):
    answer = judged(academy, academy.hosted(**{member: value}))
    verdict = answer.verdicts["schema"]
    assert (verdict.code, verdict.pointer) == (Code.SCHEMA_VIOLATION, where)


def test_names_that_hide_something(academy):
    published(academy, "issuer", academy.profile(name="Оld Academy"))
    published(academy, "badge", academy.badge_class(name="SQL\u202e for Analysts"))
    known = RegistryEntry(("https://real.example/",), "Old Academy", Standing.RECOGNISED)
    answer = judged(academy, academy.hosted(), registry=StaticRegistry([known]))
    red = {flag.code for flag in answer.flags if flag.severity is Severity.RED}
    assert {"CONFUSABLE_ISSUER_NAME", "HIDDEN_CHARACTERS_IN_NAME", "MIXED_SCRIPTS_IN_ISSUER_NAME"} <= red
    assert answer.verdicts["issuer_trusted"].code is Code.ISSUER_UNKNOWN


def endorse(academy, name, endorser, target, **more):
    made = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Endorsement",
        "id": f"https://{name}.example/endorsement",
        "issuer": endorser,
        "claim": {"id": target, "endorsementComment": "We looked at it."},
        "issuedOn": "2024-01-01T00:00:00Z",
        "verification": {"type": "hosted"},
        **more,
    }
    academy.shelf.documents[made["id"]] = made
    return made["id"]


def test_endorsements_by_others(academy):
    board = OldAcademy("board.example")
    academy.shelf.documents[board.issuer_id] = board.profile(name="Board")
    good = endorse(academy, "board", board.issuer_id, academy.url("badge"))
    published(academy, "badge", academy.badge_class(endorsement=[good]))
    answer = judged(academy, academy.hosted())
    (found,) = answer.endorsements
    assert (found.endorsed, found.issuer_name, found.comment) == ("achievement", "Board", "We looked at it.")
    assert found.result.valid
    assert answer.rigor == "REVIEWED_PROJECT"
    for change, code in (
        ({"claim": {"id": academy.url("other")}}, Code.ENDORSES_ANOTHER),
        ({"revoked": True}, Code.REVOKED),
        ({"issuer": academy.issuer_id}, Code.ENDORSEMENT_NOT_AUTHENTIC),
        ({"type": "Assertion"}, Code.ENDORSEMENT_NOT_AUTHENTIC),
        ({"issuedOn": "2030-01-01"}, Code.EXPIRED),
    ):
        endorse(academy, "board", board.issuer_id, academy.url("badge"), **change)
        answer = judged(academy, academy.hosted())
        assert (answer.endorsements[0].result.code, answer.rigor) == (code, "PROJECT")
        assert answer.outcome is Outcome.VERIFIED, "an endorsement is beside the badge"


def test_an_endorsement_of_ones_own_weighs_nothing(academy):
    own = endorse(academy, "badges", academy.issuer_id, academy.url("badge"))
    published(academy, "badge", academy.badge_class(endorsement=own))
    answer = judged(academy, academy.hosted())
    assert answer.endorsements[0].result.valid
    assert answer.rigor == "PROJECT"


def test_only_so_many_documents_are_fetched(academy):
    published(academy, "badge", academy.badge_class(endorsement=[academy.url(f"e{i}") for i in range(200)]))
    answer = judged(academy, academy.hosted(), limits=Limits(max_documents=5))
    assert answer.outcome is Outcome.VERIFIED
    assert len(academy.shelf.asked) == 5
    assert len(answer.endorsements) == 8


@pytest.mark.parametrize(
    "document",
    [
        OldAcademy().badge_class(),
        OldAcademy().profile(),
        OldAcademy().key_document(),
        {"recipient": "sha256$00", "badge": {"name": "x", "issuer": {"origin": "https://a.example"}}},
    ],
    ids=["class", "issuer", "key", "version 0.5"],
)
def test_other_documents_of_these_versions(document):
    answer = check(json.dumps(document))
    assert answer.verdicts["integrity"].code is Code.UNSUPPORTED_FORMAT
    assert answer.verdicts["integrity"].message.startswith("The document is no credential. It ")


def _values(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _values(item, (*path, step))


ODD = (
    None,
    True,
    7,
    "",
    "x",
    [],
    {},
    [[]],
    [None],
    {"id": 7},
    {"type": {}},
    "https://[",
    "http://a@b/",
    -1e300,
)


def test_no_odd_value_breaks_it(academy):
    """Each value of each document in turn replaced by each odd one: always an answer of eight verdicts."""
    documents = {name: academy.shelf.documents[academy.url(name)] for name in ("badge", "issuer", "key")} | {
        "assertion": academy.assertion()
    }
    for name, document in documents.items():
        for path in _values(document):
            for odd in ODD:
                changed = copy.deepcopy(document)
                if not path:
                    changed = odd
                else:
                    holder = changed
                    for step in path[:-1]:
                        holder = holder[step]
                    holder[path[-1]] = odd
                for other in documents:
                    published(academy, other, documents[other])
                published(academy, name, json.dumps(changed).encode())
                hosted = changed if name == "assertion" else documents["assertion"]
                for given in (json.dumps(hosted), academy.signed() if name != "assertion" else None):
                    if given is not None:
                        assert list(judged(academy, given).verdicts) == list(VERDICTS)
