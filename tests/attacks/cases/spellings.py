"""One value in two spellings, and texts that two parsers read in two ways."""

import json

from attacks.cases.making import jwt, text
from attacks.model import Attack, Row
from credence.credentials.verifier import Code, Outcome
from support.badges import ACHIEVEMENT, ISSUER, credential
from support.forging import b64

NOT_JSON = (Outcome.NOT_VERIFIED, Code.NOT_JSON)
MISMATCH = (Outcome.NOT_VERIFIED, Code.SIGNATURE_MISMATCH)
TWICE = (Outcome.NOT_VERIFIED, Code.DUPLICATE_KEY)


def attack(name, change, answer, securing="eddsa-jcs-2022", **changed):
    return Attack(Row.SPELLINGS, name, text(change, securing, **changed), *answer)


def parts():
    return ISSUER.sign(credential(), "vc-jwt").split(b".")


def raw_payload(payload):
    """A token over a payload of bytes, whatever they are."""
    head = b64({"alg": "EdDSA", "typ": "vc+jwt", "kid": ISSUER.key_id})
    signing_input = head + b"." + b64(payload)
    return signing_input + b"." + b64(ISSUER._private.sign(signing_input))


def earned(to):
    return lambda signed: signed.replace('"creditsEarned": 30', f'"creditsEarned": {to}')


ATTACKS = (
    attack("validUntil twice", lambda s: s[:-1] + ', "validUntil": "2099-01-01T00:00:00Z"}', TWICE),
    attack(
        "validUntil twice, once with an escape",
        lambda s: s[:-1] + ', "valid\\u0055ntil": "2099-01-01T00:00:00Z"}',
        TWICE,
    ),
    attack("a proof twice", lambda s: s[:-1] + ', "proof": []}', TWICE),
    attack(
        "a type twice, deep within",
        lambda s: s.replace(
            '"type": ["AchievementSubject"]', '"type": ["AchievementSubject"], "type": ["X"]'
        ),
        TWICE,
    ),
    Attack(
        Row.SPELLINGS,
        "a claim twice in a token",
        lambda: raw_payload(
            json.dumps(credential())[:-1].encode() + b',"validUntil":"2020-01-01T00:00:00Z"}'
        ),
        *TWICE,
    ),
    attack("a byte order mark", lambda s: "\ufeff" + s, NOT_JSON),
    Attack(
        Row.SPELLINGS,
        "UTF-16",
        lambda: ISSUER.sign(credential(), "eddsa-jcs-2022").decode().encode("utf-16"),
        *NOT_JSON,
    ),
    attack("half a surrogate pair, escaped", lambda s: s[:-1] + ', "x": "\\ud800"}', NOT_JSON),
    attack("half a surrogate pair, in bytes", lambda s: s[:-1] + ', "x": "\ud800"}', NOT_JSON),
    attack("a name that is half a surrogate pair", lambda s: s[:-1] + ', "\\udc00": 1}', NOT_JSON),
    attack("an overlong zero byte", lambda s: s[:-1] + ', "x": "\x00"}', NOT_JSON),
    *(
        attack(f"after the end: {tail!r}", lambda s, t=tail: s + t, NOT_JSON)
        for tail in ("{}", ",", "x", "\x00", "\ufeff")
    ),
    *(
        attack(f"{number} as a number", lambda s, n=number: s[:-1] + f', "x": {n}}}', NOT_JSON)
        for number in (
            "NaN",
            "Infinity",
            "-Infinity",
            "1e400",
            "-1e400",
            "01",
            "+1",
            ".5",
            "1.",
            "0x1F",
            "1_000",
            "9" * 5000,
        )
    ),
    *(
        attack(f"{name} for 30", earned(to), MISMATCH, credits_earned=30)
        for name, to in {
            "-30": "-30",
            "30.000001": "30.000001",
            "a text": '"30"',
            "true": "true",
            "null": "null",
        }.items()
    ),
    *(
        attack(f"RDF: {name} for 30", earned(to), MISMATCH, "eddsa-rdfc-2022", credits_earned=30)
        for name, to in {"-30": "-30", "30.5": "30.5", "3e2": "3e2", "a set": "[30, 31]"}.items()
    ),
    attack(
        "an integer that no double holds, for the one beside it",
        earned("9007199254740993"),
        (Outcome.NOT_VERIFIED, Code.PROOF_MALFORMED),
        credits_earned=30,
    ),
    *(
        Attack(Row.SPELLINGS, f"{securing}: an integer of 400 digits", huge, outcome, code)
        for securing, huge, outcome, code in (
            (
                "eddsa-jcs-2022",
                text(lambda s: s[:-1] + f', "x": {10**400}}}', "eddsa-jcs-2022"),
                Outcome.NOT_VERIFIED,
                Code.PROOF_MALFORMED,
            ),
            (
                "eddsa-rdfc-2022",
                text(lambda s: s.replace('"tag": [', f'"tag": [{10**400}, '), "eddsa-rdfc-2022"),
                Outcome.NOT_VERIFIED,
                Code.CONTEXT_INVALID,
            ),
        )
    ),
    attack(
        "composed and decomposed letters",
        lambda s: s.replace("Café", "Cafe\u0301"),
        MISMATCH,
        achievement={**ACHIEVEMENT, "name": "Café"},
    ),
    attack(
        "RDF: composed and decomposed letters",
        lambda s: s.replace("Café", "Cafe\u0301"),
        MISMATCH,
        "eddsa-rdfc-2022",
        achievement={**ACHIEVEMENT, "name": "Café"},
    ),
    attack(
        "RDF: an escape for the character that it names",
        lambda s: s.replace("\\b", "\\\\b"),
        MISMATCH,
        "eddsa-rdfc-2022",
        achievement={**ACHIEVEMENT, "description": "a\bb"},
    ),
    attack(
        "RDF: a carriage return for a line feed",
        lambda s: s.replace("\\n", "\\r"),
        MISMATCH,
        "eddsa-rdfc-2022",
        achievement={**ACHIEVEMENT, "description": "a\nb"},
    ),
    Attack(
        Row.SPELLINGS, "a token with padding", lambda: b".".join((parts()[0] + b"=", *parts()[1:])), *NOT_JSON
    ),
    Attack(
        Row.SPELLINGS,
        "a token in base64 of the other alphabet",
        lambda: b".".join((*parts()[:2], b"+/" * 43)),
        *NOT_JSON,
    ),
    Attack(Row.SPELLINGS, "a token in two parts", lambda: b".".join(parts()[:2]), *NOT_JSON),
    Attack(Row.SPELLINGS, "a token in four parts", lambda: b".".join((*parts(), b"")), *NOT_JSON),
    Attack(
        Row.SPELLINGS,
        "a token with five parts, as if encrypted",
        lambda: b".".join((*parts(), b"", b"")),
        *NOT_JSON,
    ),
    Attack(Row.SPELLINGS, "a token without a signature", lambda: b".".join((*parts()[:2], b"")), *MISMATCH),
    Attack(
        Row.SPELLINGS,
        "a signature whose last character carries bits of no byte",
        lambda: _loose_bits(),
        *NOT_JSON,
    ),
    Attack(Row.SPELLINGS, "a token with a line break within", lambda: b".\n".join(parts()), *NOT_JSON),
    *(
        Attack(
            Row.SPELLINGS,
            f"a token of the type {kind!r}",
            lambda k=kind: jwt(credential(), typ=k),
            Outcome.NOT_VERIFIED,
            Code.UNSUPPORTED_FORMAT,
        )
        for kind in ("vp+jwt", "at+jwt", "dpop+jwt", "secevent+jwt", "vc+sd-jwt", 1)
    ),
    Attack(
        Row.SPELLINGS,
        "a token with two credentials",
        lambda: jwt({**credential(), "vc": credential(name="Other")}, typ=None),
        Outcome.NOT_VERIFIED,
        Code.UNSUPPORTED_FORMAT,
    ),
    Attack(
        Row.SPELLINGS,
        "a presentation for a credential",
        lambda: jwt({**credential(), "vp": {}}, typ=None),
        Outcome.NOT_VERIFIED,
        Code.UNSUPPORTED_FORMAT,
    ),
    Attack(Row.SPELLINGS, "a token whose payload is a text", lambda: jwt("vc", typ=None), *NOT_JSON),
)


def _loose_bits():
    """86 characters hold 64 bytes and four bits more."""
    signed = ISSUER.sign(credential(), "vc-jwt")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(signed[-1]) ^ 1]
    return signed[:-1] + bytes([last])
