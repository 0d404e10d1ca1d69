"""Hosted badges of another host, at another address, taken back or redirected; signed ones by keys of others; versions mixed up."""

import json

from attacks.model import Attack, Row
from credence.credentials.verifier import Code, GuardedFetcher, Outcome, Recipient
from support.badges import Shelf
from support.older import V1, OldAcademy, hashed, itxt, jws, png

AUTHENTICATED = "issuer_authenticated"
NOT_THEIRS = (Outcome.NOT_VERIFIED, Code.ISSUER_NOT_AUTHENTICATED, AUTHENTICATED)
EVE = OldAcademy("eve.example")


class Stage:
    """The academy's documents and Eve's, and what Eve hands in. Made anew for each attack."""

    def __init__(self):
        self.academy, self.eve = OldAcademy(), OldAcademy("eve.example")
        self.handed_in = b""

    def publish(self, url, document):
        self.academy.shelf.documents[url] = document

    @property
    def shelf(self):
        return Shelf(self.eve.shelf.documents | self.academy.shelf.documents)


def attack(name, outcome, code, verdict="integrity", *, play, **given):
    def stage():
        made = Stage()
        made.handed_in = play(made)
        return made

    return Attack(
        Row.OLDER,
        name,
        lambda: stage().handed_in,
        outcome,
        code,
        verdict,
        documents=lambda: stage().shelf,
        **given,
    )


def hosted_elsewhere(stage):
    """Eve's host says that the academy issued it."""
    return stage.eve.hosted(badge=stage.academy.url("badge"))


def hosted_elsewhere_with_the_class_in_it(stage):
    return stage.eve.hosted(badge={**stage.academy.badge_class(), "id": stage.eve.url("badge")})


def hosted_elsewhere_with_an_anonymous_class(stage):
    badge = stage.academy.badge_class()
    del badge["id"]
    return stage.eve.hosted(badge=badge)


def class_elsewhere(stage):
    """The academy's host, by mistake, hosts an assertion of a class of Eve's that names the academy as its issuer."""
    stage.publish(stage.eve.url("badge"), {**stage.eve.badge_class(), "issuer": stage.academy.issuer_id})
    return stage.academy.hosted(badge=stage.eve.url("badge"))


def issuer_says_other_origins(stage):
    stage.publish(
        stage.academy.issuer_id, stage.academy.profile(verification={"allowedOrigins": "other.example"})
    )
    return stage.academy.hosted()


def changed_copy(**changed):
    def play(stage):
        return json.dumps({**json.loads(stage.academy.hosted()), **changed}).encode()

    return play


def another_at_the_address(stage):
    handed_in = stage.academy.hosted()
    stage.publish(stage.academy.url("assertion"), stage.academy.assertion(id=stage.academy.url("other")))
    return handed_in


def taken_back(stage):
    return stage.academy.hosted(revoked=True, revocationReason="Plagiarism")


def signed_by_eve(**changed):
    def play(stage):
        verification = {"type": "SignedBadge", "creator": stage.eve.key_id}
        return stage.academy.signed(key=stage.eve.key, **{"verification": verification, **changed})

    return play


def key_that_says_it_is_the_academys(stage):
    stage.publish(stage.eve.key_id, stage.eve.key_document(owner=stage.academy.issuer_id))
    return signed_by_eve()(stage)


def key_on_the_academys_host(stage):
    """Somebody may put files on the academy's host, and the academy lists its keys."""
    pem = stage.eve.key_document()["publicKeyPem"].encode()
    stage.publish(stage.academy.url("uploads/eve.pem"), pem)
    verify = {"type": "signed", "url": stage.academy.url("uploads/eve.pem")}
    made = stage.academy.assertion(**{"@context": V1, "uid": "1"}, verify=verify)
    del made["verification"], made["id"]
    return jws(made, stage.eve.key)


def signed_over_anothers_class(stage):
    """Eve signs, by her own key, a badge class at the academy's address that she calls her own."""
    badge = {**stage.academy.badge_class(), "issuer": stage.eve.issuer_id}
    return stage.eve.signed(badge=badge)


def revoked_by_list(listed):
    def play(stage):
        url = stage.academy.url("revoked")
        stage.publish(stage.academy.issuer_id, stage.academy.profile(revocationList=url))
        stage.publish(url, listed)
        return stage.academy.signed()

    return play


def said_to_be_signed(stage):
    return json.dumps(
        stage.academy.assertion(verification={"type": "SignedBadge", "creator": stage.academy.key_id})
    )


NAME = "urn:uuid:7f5c0c5e-0000-4000-8000-000000000001"
MISMATCH = (Outcome.NOT_VERIFIED, Code.HOSTED_MISMATCH)

ATTACKS = (
    attack("hosted by Eve, of the academy's class", *NOT_THEIRS, play=hosted_elsewhere),
    attack(
        "hosted by Eve, with the academy's class in it under her address",
        *NOT_THEIRS,
        play=hosted_elsewhere_with_the_class_in_it,
    ),
    attack(
        "hosted by Eve, with the academy's class in it under no address",
        *NOT_THEIRS,
        play=hosted_elsewhere_with_an_anonymous_class,
    ),
    attack("a class on Eve's host that names the academy as its issuer", *NOT_THEIRS, play=class_elsewhere),
    attack("a host that the issuer no longer lists", *NOT_THEIRS, play=issuer_says_other_origins),
    attack(
        "a copy with another recipient",
        *MISMATCH,
        play=changed_copy(recipient=hashed("eve@example.org", "salt")),
    ),
    attack("a copy with a later end", *MISMATCH, play=changed_copy(expires="2099-01-01T00:00:00Z")),
    attack(
        "a copy with evidence of its own",
        *MISMATCH,
        play=changed_copy(evidence=[{"id": "https://eve.example/thesis"}]),
    ),
    attack("a copy of another class", *MISMATCH, play=changed_copy(badge="https://badges.example/expert")),
    attack("at its address is another badge", *MISMATCH, play=another_at_the_address),
    attack("taken back by its host", Outcome.NOT_VERIFIED, Code.REVOKED, "status", play=taken_back),
    attack(
        "handed in, and nowhere published",
        Outcome.INDETERMINATE,
        Code.HOSTED_UNAVAILABLE,
        play=lambda s: json.dumps(s.academy.assertion()).encode(),
    ),
    attack(
        "an address that climbs out",
        Outcome.NOT_VERIFIED,
        Code.HOSTED_MALFORMED,
        play=changed_copy(id="https://badges.example/../../etc/passwd"),
    ),
    attack(
        "an address with somebody's name before the host",
        Outcome.NOT_VERIFIED,
        Code.HOSTED_MALFORMED,
        play=changed_copy(id="https://badges.example@eve.example/assertion"),
    ),
    attack(
        "hosted in a file",
        Outcome.NOT_VERIFIED,
        Code.HOSTED_MALFORMED,
        play=changed_copy(id="file:///etc/passwd"),
    ),
    attack(
        "it says that it is signed, and is not", Outcome.NOT_VERIFIED, Code.NO_PROOF, play=said_to_be_signed
    ),
    attack(
        "it says nothing of how it is verified",
        Outcome.NOT_VERIFIED,
        Code.NO_PROOF,
        play=changed_copy(verification={}),
    ),
    attack(
        "issued to somebody else",
        Outcome.NOT_VERIFIED,
        Code.RECIPIENT_MISMATCH,
        "recipient",
        play=lambda s: s.academy.hosted(),
        recipient=Recipient(emails=("eve@example.org",)),
    ),
    attack("signed by Eve's key", *NOT_THEIRS, play=signed_by_eve()),
    attack(
        "signed by Eve's key, which says that it is the academy's",
        *NOT_THEIRS,
        play=key_that_says_it_is_the_academys,
    ),
    attack(
        "signed by Eve's key under the academy's key's address",
        Outcome.NOT_VERIFIED,
        Code.SIGNATURE_MISMATCH,
        play=lambda s: s.academy.signed(key=s.eve.key),
    ),
    attack(
        "signed by a key that somebody put on the academy's host, as version 1 allowed",
        *NOT_THEIRS,
        play=key_on_the_academys_host,
    ),
    attack(
        "signed by Eve over a class at the academy's address", *NOT_THEIRS, play=signed_over_anothers_class
    ),
    attack(
        "signed with none",
        Outcome.NOT_VERIFIED,
        Code.ALGORITHM_NOT_ALLOWED,
        play=lambda s: s.academy.signed(header={"alg": "none"}),
    ),
    attack(
        "signed with HMAC",
        Outcome.NOT_VERIFIED,
        Code.ALGORITHM_NOT_ALLOWED,
        play=lambda s: s.academy.signed(header={"alg": "HS256"}),
    ),
    attack(
        "signed by an extension that must be understood",
        Outcome.NOT_VERIFIED,
        Code.CRITICAL_HEADER_UNKNOWN,
        play=lambda s: s.academy.signed(header={"crit": ["x"]}),
    ),
    attack(
        "revoked by the issuer's list",
        Outcome.NOT_VERIFIED,
        Code.REVOKED,
        "status",
        play=revoked_by_list({"type": "RevocationList", "revokedAssertions": [{"id": NAME}]}),
    ),
    attack(
        "a list that is another issuer's",
        Outcome.INDETERMINATE,
        Code.STATUS_LIST_WRONG_ISSUER,
        "status",
        play=revoked_by_list(
            {"type": "RevocationList", "issuer": "https://eve.example/issuer", "revokedAssertions": []}
        ),
    ),
    attack(
        "a list without a list",
        Outcome.INDETERMINATE,
        Code.STATUS_LIST_MALFORMED,
        "status",
        play=revoked_by_list({"type": "RevocationList"}),
    ),
    attack(
        "a list that is a web page",
        Outcome.INDETERMINATE,
        Code.STATUS_LIST_MALFORMED,
        "status",
        play=revoked_by_list(b"<html>"),
    ),
    attack(
        "a list that cannot be had",
        Outcome.INDETERMINATE,
        Code.STATUS_UNREACHABLE,
        "status",
        play=lambda s: (
            s.publish(s.academy.issuer_id, s.academy.profile(revocationList=s.academy.url("revoked"))),
            s.academy.signed(),
        )[1],
    ),
    attack(
        "only an address in a picture, where Eve hosts the academy's badge",
        *NOT_THEIRS,
        play=lambda s: (hosted_elsewhere(s), png(itxt(s.eve.url("assertion").encode())))[1],
    ),
    *(
        Attack(
            Row.OLDER,
            f"a badge hosted at {url!a}",
            lambda u=url: json.dumps(EVE.assertion(id=u)).encode(),
            outcome,
            code,
            documents=GuardedFetcher,
            hosts={"localhost": "127.0.0.1", "inner.example": "10.0.0.5"},
        )
        for url, outcome, code in (
            ("https://inner.example/a", Outcome.INDETERMINATE, Code.HOSTED_UNAVAILABLE),
            ("http://inner.example/a", Outcome.INDETERMINATE, Code.HOSTED_UNAVAILABLE),
            ("http://169.254.169.254/latest/meta-data", Outcome.INDETERMINATE, Code.HOSTED_UNAVAILABLE),
            ("https://localhost:6379/", Outcome.INDETERMINATE, Code.HOSTED_UNAVAILABLE),
            ("https://[::1]/", Outcome.INDETERMINATE, Code.HOSTED_UNAVAILABLE),
            ("https://0x7f.1/", Outcome.INDETERMINATE, Code.HOSTED_UNAVAILABLE),
            ("gopher://inner.example/", Outcome.NOT_VERIFIED, Code.HOSTED_MALFORMED),
        )
    ),
    Attack(
        Row.OLDER,
        "the host of a hosted badge redirects to another",
        lambda: EVE.hosted(),
        Outcome.INDETERMINATE,
        Code.HOSTED_UNAVAILABLE,
        documents=lambda: GuardedFetcher(
            development_hosts={"eve.example": "http://127.0.0.1:9"}, timeout_s=2
        ),
        answers={
            "127.0.0.1:9": b"HTTP/1.1 302 Found\r\nLocation: https://badges.example/assertion\r\nContent-Length: 0\r\n\r\n"
        },
    ),
)
