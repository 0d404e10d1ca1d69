"""Documents made to cost time or memory: graphs, nesting, sizes, regular expressions. Refused, or answered, within bounds."""

import copy
import json

from attacks.cases.making import after, before
from attacks.model import Attack, Row
from credence.credentials.verifier import Code, Outcome, RegistryEntry, Standing, StaticRegistry
from support.badges import ACHIEVEMENT, ISSUER, OTHER, WEB, Shelf, credential
from support.forging import DID_URL, b64

DEEP = (Outcome.NOT_VERIFIED, Code.TOO_DEEP)
LARGE = (Outcome.NOT_VERIFIED, Code.TOO_LARGE)
COMPLEX = (Outcome.NOT_VERIFIED, Code.TOO_COMPLEX)
MISMATCH = (Outcome.NOT_VERIFIED, Code.SIGNATURE_MISMATCH)
POISON = (Outcome.NOT_VERIFIED, Code.POISON_GRAPH)
HOLDS = (Outcome.VERIFIED, Code.OK)
KNOWN = StaticRegistry([RegistryEntry((OTHER.id,), "Example Academy", Standing.RECOGNISED)])


def achievement(document):
    return document["credentialSubject"]["achievement"]


def rdf(name, change, answer):
    return Attack(Row.BOMBS, f"RDF: {name}", after(change), *answer)


def raw(name, document, answer):
    return Attack(Row.BOMBS, name, lambda: document, *answer)


def evidence(count, **changed):
    return [{"type": ["Evidence"], **changed} for _ in range(count)]


def rubric(levels):
    return {
        "type": ["ResultDescription"],
        "name": "x",
        "resultType": "Result",
        "rubricCriterionLevel": levels,
    }


def twins(width):
    """Blank nodes that are told apart by nothing but each other."""
    return [rubric([{"type": ["RubricCriterionLevel"], "name": "y"} for _ in range(width)]) for _ in range(2)]


def nested(width):
    aligned = [{"type": ["Alignment"], "targetName": "z"} for _ in range(width)]
    level = {"type": ["RubricCriterionLevel"], "name": "y", "alignment": aligned}
    return [rubric([copy.deepcopy(level) for _ in range(width)]) for _ in range(width)]


def numbers(count, proofs=1):
    def make():
        signed = json.loads(
            ISSUER.sign({**credential(), "x": [0.1 + i for i in range(count)]}, "eddsa-jcs-2022")
        )
        signed["proof"] = [signed["proof"]] * proofs
        return json.dumps(signed).encode()

    return make


def chain(size):
    """Eight proofs, each over all those before it: eight different graphs."""
    document = json.loads(ISSUER.sign(credential(), "eddsa-rdfc-2022"))
    achievement(document)["alignment"] = [
        {"type": ["Alignment"], "targetName": f"t{i}", "targetUrl": f"urn:x:{i}"} for i in range(size)
    ]
    proof = document["proof"]
    document["proof"] = [
        {**proof, "id": f"urn:p:{i}", **({"previousProof": [f"urn:p:{j}" for j in range(i)]} if i else {})}
        for i in range(8)
    ]
    return json.dumps(document)


def wordy(phrase, **more):
    """Texts as long as they may be, of words that a search for hints stumbles over."""
    long = phrase * (19_000 // len(phrase))
    body = {**ACHIEVEMENT, "name": long[:5_000], "description": long, "criteria": {"narrative": long}, **more}
    return Attack(
        Row.BOMBS, f"texts that repeat {phrase!r}", before(lambda d: None, "vc-jwt", achievement=body), *HOLDS
    )


def document_at(body):
    return lambda: Shelf({DID_URL: body() if callable(body) else body})


def many_methods():
    document = WEB.did_document()
    document["verificationMethod"] *= 5_000
    return json.dumps(document).encode()


ATTACKS = (
    *(
        raw(f"{name}, {depth} deep", opening * depth + b"1" + closing * depth, DEEP)
        for name, opening, closing in (
            ("arrays", b"[", b"]"),
            ("objects", b'{"a":', b"}"),
            ("both", b'[{"a":', b"}]"),
        )
        for depth in (65, 10_000, 250_000)
    ),
    raw("arrays that are never closed", b"[" * 2_000_000, DEEP),
    raw("a string that is never closed", b'"' + b'\\"' * 999_000, (Outcome.NOT_VERIFIED, Code.NOT_JSON)),
    raw("two million backslashes", b"\\" * 2_000_000, (Outcome.NOT_VERIFIED, Code.NOT_JSON)),
    raw("two million quotes", b'"' * 1_999_999, (Outcome.NOT_VERIFIED, Code.NOT_JSON)),
    raw("two million spaces", b" " * 2_000_000, (Outcome.NOT_VERIFIED, Code.NOT_JSON)),
    raw(
        "a number of two million digits",
        b'{"a":' + b"9" * 2_000_000 + b"}",
        (Outcome.NOT_VERIFIED, Code.NOT_JSON),
    ),
    raw(
        "an exponent of a million digits",
        b'{"a":1e' + b"9" * 1_000_000 + b"}",
        (Outcome.NOT_VERIFIED, Code.NOT_JSON),
    ),
    raw(
        "a fraction of two million digits",
        b'{"a":0.' + b"1" * 2_000_000 + b"}",
        (Outcome.NOT_VERIFIED, Code.UNSUPPORTED_FORMAT),
    ),
    raw("many empty arrays", b"[" + b"[]," * 90_000 + b"[]]", COMPLEX),
    raw("many small values", b"[" + b"1," * 900_000 + b"1]", COMPLEX),
    raw(
        "many names",
        json.dumps({f"n{i}": i for i in range(99_000)}).encode(),
        (Outcome.NOT_VERIFIED, Code.UNSUPPORTED_FORMAT),
    ),
    raw("five megabytes", b'{"a":"' + b"a" * 5_000_000 + b'"}', LARGE),
    raw("a token of five megabytes", b"eyJ" + b"a" * 5_000_000 + b".e30.AA", LARGE),
    raw(
        "a token with a header of a megabyte",
        b64({"alg": "EdDSA", "x": "a" * 1_000_000}) + b"." + b64(credential()) + b".AA",
        (Outcome.NOT_VERIFIED, Code.SIGNATURE_MISMATCH),
    ),
    raw("a token nested deep", b64(b'{"alg":"EdDSA"}') + b"." + b64(b"[" * 100_000) + b".AA", DEEP),
    rdf("forty like blank nodes under a named one", lambda d: d.update(evidence=evidence(40)), MISMATCH),
    rdf(
        "two like nodes with nine like children each: 9! orders to try",
        lambda d: achievement(d).update(resultDescription=twins(9)),
        POISON,
    ),
    rdf(
        "like nodes in three levels, each four wide",
        lambda d: achievement(d).update(resultDescription=nested(4)),
        POISON,
    ),
    rdf(
        "thirty subjects that are all alike",
        lambda d: d.update(
            credentialSubject=[
                {"type": ["AchievementSubject"], "achievement": {"type": ["Achievement"]}} for _ in range(30)
            ]
        ),
        MISMATCH,
    ),
    *(
        rdf(
            f"{count} tags", lambda d, n=count: achievement(d).update(tag=[f"t{i}" for i in range(n)]), answer
        )
        for count, answer in ((512, MISMATCH), (513, COMPLEX), (50_000, COMPLEX))
    ),
    *(
        rdf(
            f"{count} alignments",
            lambda d, n=count: achievement(d).update(
                alignment=[
                    {"type": ["Alignment"], "targetName": f"t{i}", "targetUrl": f"urn:x:{i}"}
                    for i in range(n)
                ]
            ),
            answer,
        )
        for count, answer in ((400, MISMATCH), (2_000, COMPLEX))
    ),
    rdf("a tag of a million characters", lambda d: achievement(d).update(tag=["x" * 1_000_000]), MISMATCH),
    rdf(
        "eight proofs with 500 domains each",
        lambda d: d.update(
            proof=[{**d["proof"], "domain": [f"d{j}.{i}" for i in range(500)]} for j in range(8)]
        ),
        COMPLEX,
    ),
    Attack(Row.BOMBS, "RDF: eight proofs in a chain, over a large badge", lambda: chain(380), *MISMATCH),
    Attack(Row.BOMBS, "JCS: 90,000 fractions", numbers(90_000), *HOLDS),
    Attack(Row.BOMBS, "JCS: 90,000 fractions under eight proofs", numbers(90_000, 8), *HOLDS),
    Attack(
        Row.BOMBS,
        "JCS: 90,000 names",
        before(lambda d: d.update(x={f"n{i}": 0 for i in range(90_000)})),
        *HOLDS,
    ),
    Attack(
        Row.BOMBS,
        "an issuer's name that unfolds to eighteen times its length",
        before(lambda d: None, issuer_name="\ufdfa" * 600_000),
        *HOLDS,
        registry=lambda: KNOWN,
    ),
    Attack(
        Row.BOMBS,
        "an issuer's name of 400,000 combining marks",
        before(lambda d: None, issuer_name="a" + "\u0301" * 400_000),
        *HOLDS,
        registry=lambda: KNOWN,
    ),
    Attack(
        Row.BOMBS,
        "an achievement's name of 900,000 letters",
        before(lambda d: None, achievement={**ACHIEVEMENT, "name": "x" * 900_000}),
        *HOLDS,
    ),
    *(
        wordy(phrase)
        for phrase in (
            "1,",
            "1.",
            "$1",
            "no ",
            "no a ",
            "in one ",
            "in  ",
            "pay ",
            "without any ",
            "a-",
            "one-hour-",
            "certificate guaranteed ",
            "newly ",
            "100 % ",
        )
    ),
    Attack(
        Row.BOMBS,
        "a hundred rubrics of 19,000 characters",
        before(
            lambda d: None,
            achievement={
                **ACHIEVEMENT,
                "resultDescription": [
                    {"id": f"urn:x:{i}", "type": ["ResultDescription"], "name": f"{i} " + "no a " * 3_700}
                    for i in range(100)
                ],
            },
        ),
        *HOLDS,
    ),
    Attack(
        Row.BOMBS,
        "a did:key of 1,000,000 characters",
        lambda: _did_key("z" + "1" * 1_000_000),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_MALFORMED,
        "issuer_authenticated",
    ),
    Attack(
        Row.BOMBS,
        "a did:web of 200,000 steps",
        lambda: _did_key(None, "did:web:a.example" + ":x" * 200_000),
        Outcome.NOT_VERIFIED,
        Code.ISSUER_NOT_AUTHENTICATED,
        "issuer_authenticated",
        documents=Shelf,
    ),
    *(
        Attack(
            Row.BOMBS,
            f"the issuer's document: {name}",
            lambda: WEB.sign(credential(WEB), "eddsa-jcs-2022"),
            Outcome.INDETERMINATE,
            Code.ISSUER_DOCUMENT_MALFORMED,
            "issuer_authenticated",
            documents=document_at(body),
        )
        for name, body in {
            "nested deep": b"[" * 100_000,
            "three megabytes": b" " * 3_000_000,
            "5,000 keys": many_methods,
            "a web page": b"<!doctype html>",
            "nothing": b"",
            "two names alike": b'{"id":"did:web:academy.example","id":"x"}',
            "a list": b"[]",
            "a byte order mark": b"\xef\xbb\xbf{}",
            "a proper document in UTF-16": json.dumps(WEB.did_document()).encode("utf-16"),
        }.items()
    ),
)


def _did_key(multikey, did=None):
    from support.forging import pretending

    own = pretending(did or f"did:key:{multikey}")
    signed = json.loads(own.sign(credential(ISSUER), "eddsa-jcs-2022"))
    signed["issuer"] = {"id": own.id}
    return json.dumps(signed)
