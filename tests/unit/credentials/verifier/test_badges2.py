"""Open Badges 1.x and 2.0: whose they are, when they hold, their shape, version 1, and who endorses them."""

import copy
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization

from credence.credentials.verifier import (
    VERDICTS,
    Code,
    Limits,
    Outcome,
    Recipient,
    RegistryEntry,
    Severity,
    Standing,
    StaticRegistry,
)
from support.badges import check
from support.older import EMAIL, OldAcademy, hashed, judged, jws, published


@pytest.fixture
def academy():
    return OldAcademy()


EVE = Recipient(emails=("eve@example.org",))


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
