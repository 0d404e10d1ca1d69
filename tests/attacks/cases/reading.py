"""The gap between the quads that an RDF suite signs and the JSON that people and programs read."""

from dataclasses import replace

from attacks.cases.making import after, before
from attacks.model import Attack, Row
from credence.credentials.verifier import Code, Outcome
from support.badges import HOLDER, credential

CREDENTIALS = "https://www.w3.org/2018/credentials#"
BADGES = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DATE = "http://www.w3.org/2001/XMLSchema#dateTime"
UNSIGNED = (Outcome.NOT_VERIFIED, Code.UNSIGNED_TERM)
HIDDEN = (Outcome.NOT_VERIFIED, Code.NOT_COMPACTED)


STATUS = {
    "id": "urn:x:1",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "1",
    "statusListCredential": "https://academy.example/status/1",
}


def achievement(document):
    return document["credentialSubject"]["achievement"]


def renamed(name, to, wrap=lambda value: value):
    return lambda d: d.update({to: wrap(d.pop(name))})


def attack(name, change, answer, securing="eddsa-rdfc-2022", **changed):
    return Attack(Row.READING, name, after(change, securing, **changed), *answer)


def elsewhere(document):
    """The same statement, at another mention of the credential: the quads are equal."""
    document["evidence"] = [
        {"id": document["id"], "type": "VerifiableCredential", "validUntil": document.pop("validUntil")}
    ]


def failed_result_elsewhere(document):
    result = document["credentialSubject"].pop("result")
    document["evidence"] = [{"id": HOLDER, "type": ["AchievementSubject"], "result": result}]


ATTACKS = (
    *(
        attack(f"a term that no context maps, in {name}", change, UNSIGNED)
        for name, change in {
            "the credential": lambda d: d.update(grade="A"),
            "the subject": lambda d: d["credentialSubject"].update(grade="A"),
            "the achievement": lambda d: achievement(d).update(grade="A"),
            "the issuer": lambda d: d["issuer"].update(accredited=True),
            "the proof": lambda d: d["proof"].update(approvedBy="ministry"),
        }.items()
    ),
    attack("a type that no context maps", lambda d: achievement(d)["type"].append("Degree"), UNSIGNED),
    attack(
        "an identifier relative to nothing",
        lambda d: d.update(evidence=[{"id": "portfolio", "type": ["Evidence"]}]),
        HIDDEN,
    ),
    attack(
        "a blank node's name, which no signature keeps", lambda d: achievement(d).update(id="_:b0"), UNSIGNED
    ),
    replace(
        attack(
            "a direction of writing, which quads do not hold and nobody here reads",
            lambda d: achievement(d).update(
                description={"@value": achievement(d)["description"], "@direction": "rtl"}
            ),
            (Outcome.VERIFIED, Code.OK),
        ),
        flag="UNSIGNED_DIRECTION",
    ),
    *(
        attack(
            f"{name} under its full name",
            renamed(name, CREDENTIALS + name, lambda v: {"@value": v, "@type": DATE}),
            HIDDEN,
        )
        for name in ("validUntil", "validFrom")
    ),
    attack(
        "validUntil under its full name, as it stands",
        renamed("validUntil", CREDENTIALS + "validUntil"),
        HIDDEN,
    ),
    attack(
        "validUntil as a compact name of the same",
        renamed("validUntil", "cred:validUntil"),
        (Outcome.NOT_VERIFIED, Code.SIGNATURE_MISMATCH),
    ),
    attack(
        "credentialStatus under its full name",
        renamed("credentialStatus", CREDENTIALS + "credentialStatus"),
        HIDDEN,
        status={
            "id": "urn:x:1",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "1",
            "statusListCredential": "https://academy.example/status/1",
        },
    ),
    attack("the issuer under its full name", renamed("issuer", CREDENTIALS + "issuer"), HIDDEN),
    attack(
        "the failing result under its full name",
        lambda d: d["credentialSubject"].update({BADGES + "result": d["credentialSubject"].pop("result")}),
        HIDDEN,
        results=[{"status": "Failed"}],
    ),
    attack(
        "the expiry as a value object",
        lambda d: d.update(validUntil={"@value": d["validUntil"], "@type": DATE}),
        HIDDEN,
    ),
    attack("@id for id", renamed("id", "@id"), HIDDEN),
    attack("@type for type", lambda d: achievement(d).update({"@type": achievement(d).pop("type")}), HIDDEN),
    attack(
        "rdf:type for type",
        lambda d: d["credentialSubject"].update({RDF + "type": {"id": "https://x.example/Degree"}}),
        HIDDEN,
    ),
    attack(
        "the expiry in @included",
        lambda d: d.update({"@included": [{"id": d["id"], "validUntil": d.pop("validUntil")}]}),
        HIDDEN,
    ),
    attack(
        "the whole in @graph",
        lambda d: d.update({"@graph": [{"id": d["id"], "validUntil": d.pop("validUntil")}]}),
        HIDDEN,
    ),
    *(
        attack(
            f"{keyword} within the achievement",
            lambda d, k=keyword: achievement(d).update({k: [{"id": "urn:x:y", "name": "hidden"}]}),
            HIDDEN,
        )
        for keyword in (
            "@included",
            "@graph",
            "@reverse",
            "@nest",
            "@index",
            "@list",
            "@set",
            "@json",
            "@import",
            "@propagate",
        )
    ),
    attack(
        "the expiry moved to another mention of the credential",
        elsewhere,
        (Outcome.NOT_VERIFIED, Code.SPLIT_NODE),
        evidence=[{"id": credential()["id"]}],
    ),
    attack(
        "the failing result moved to another mention of the holder",
        failed_result_elsewhere,
        (Outcome.NOT_VERIFIED, Code.SPLIT_NODE),
        results=[{"status": "Failed"}],
        evidence=[{"id": HOLDER}],
    ),
    attack(
        "the failing result in a list within its list",
        lambda d: d["credentialSubject"].update(result=[d["credentialSubject"]["result"]]),
        HIDDEN,
        results=[{"status": "Failed"}],
    ),
    attack(
        "the status in a list within a list",
        lambda d: d.update(credentialStatus=[[d["credentialStatus"]]]),
        HIDDEN,
        status=STATUS,
    ),
    *(
        attack(
            f"an inline context: {name}",
            lambda d, c=context: d["@context"].append(c),
            (Outcome.NOT_VERIFIED, Code.INLINE_CONTEXT),
        )
        for name, context in {
            "a vocabulary for everything": {"@vocab": "https://x.example/"},
            "the expiry means nothing": {"validUntil": None},
            "another term for the expiry": {"expires": CREDENTIALS + "validUntil"},
            "none": None,
            "a base": {"@base": "https://x.example/"},
            "in a list of its own": [{"@vocab": "https://x.example/"}],
        }.items()
    ),
    attack(
        "a context before the data model's",
        lambda d: d["@context"].insert(0, {"@vocab": "https://x.example/"}),
        (Outcome.NOT_VERIFIED, Code.UNSUPPORTED_FORMAT),
    ),
    attack(
        "a context that is not pinned",
        lambda d: d["@context"].append("https://evil.example/context.json"),
        (Outcome.INDETERMINATE, Code.CONTEXT_NOT_PINNED),
    ),
    attack(
        "the address of a pinned context with a query",
        lambda d: d["@context"].__setitem__(1, d["@context"][1] + "?x"),
        (Outcome.INDETERMINATE, Code.CONTEXT_NOT_PINNED),
    ),
    attack(
        "the same contexts in another order",
        lambda d: d["@context"].reverse(),
        (Outcome.NOT_VERIFIED, Code.UNSUPPORTED_FORMAT),
    ),
    attack(
        "a nested context that redefines",
        lambda d: achievement(d).update({"@context": {"@vocab": "https://x.example/"}}),
        (Outcome.NOT_VERIFIED, Code.INLINE_CONTEXT),
    ),
    attack(
        "a nested context that takes all away",
        lambda d: achievement(d).update({"@context": None}),
        (Outcome.NOT_VERIFIED, Code.INLINE_CONTEXT),
    ),
    attack(
        "a nested context that is another pinned one",
        lambda d: achievement(d).update({"@context": ["https://www.w3.org/ns/credentials/v2"]}),
        UNSIGNED,
    ),
    *(
        attack(
            f"a name that would write quads of its own: {name!r}",
            lambda d, n=name: achievement(d).update(id=n),
            UNSIGNED,
        )
        for name in (
            'urn:x> <urn:p> "1" .\n<urn:x',
            "urn:x>",
            "urn:x y",
            "urn:x\n",
            'urn:"x"',
            "https://a.example/<b>",
        )
    ),
    attack(
        "a language that would write quads of its own",
        lambda d: d.update(description={"@value": "x", "@language": 'en . <urn:a> <urn:b> "c"'}),
        HIDDEN,
    ),
    *(
        Attack(Row.READING, f"{securing}: {name}, signed so by the issuer", before(change, securing), *HIDDEN)
        for securing in ("eddsa-jcs-2022", "vc-jwt")
        for name, change in {
            "an expiry under its full name": lambda d: d.update(
                {CREDENTIALS + "validUntil": "2020-01-01T00:00:00Z"}
            ),
            "an expiry in @included": lambda d: d.update(
                {"@included": [{"validUntil": "2020-01-01T00:00:00Z"}]}
            ),
            "@id beside id": lambda d: d.update({"@id": "urn:x:other"}),
        }.items()
    ),
)
