"""Keys that a document brings along, points at, or calls the issuer's: only the issuer's own document vouches for a key."""

import copy

from attacks.cases.making import jwt
from attacks.model import Attack, Row
from credence.credentials.issuing import Issuer
from credence.credentials.verifier import Code, Outcome
from support.badges import ISSUER, OTHER, SECURINGS, WEB, Shelf, credential, web_shelf
from support.forging import DID_URL, jwk_of, pretending, token

NOT_THEIRS = {
    "outcome": Outcome.NOT_VERIFIED,
    "code": Code.ISSUER_NOT_AUTHENTICATED,
    "verdict": "issuer_authenticated",
}
OPEN = {
    "outcome": Outcome.INDETERMINATE,
    "code": Code.ISSUER_NOT_AUTHENTICATED,
    "verdict": "issuer_authenticated",
}
HTTPS = "https://academy.example/issuers/1"


def by(signer, header):
    """A token over the issuer's badge that somebody else signed."""
    return lambda: token({"alg": "EdDSA", "typ": "vc+jwt", **header()}, credential(), signer._private.sign)


def web_document(change):
    def shelf():
        document = copy.deepcopy(WEB.did_document())
        change(document)
        return Shelf({DID_URL: document})

    return shelf


def method(document):
    return document["verificationMethod"][0]


def embedded(document, **changed):
    """The key of somebody else, embedded in assertionMethod."""
    entry = {**method(document), "id": f"{WEB.id}#other", "publicKeyMultibase": OTHER.multikey, **changed}
    document["assertionMethod"].append(entry)


UNVOUCHED = {
    "no assertionMethod": lambda d: d.pop("assertionMethod"),
    "the key stands under authentication alone": lambda d: d.update(authentication=d.pop("assertionMethod")),
    "the method is controlled by another DID": lambda d: method(d).update(controller="did:web:other.example"),
    "the method has no controller": lambda d: method(d).pop("controller"),
    "the method holds another key": lambda d: method(d).update(publicKeyMultibase=OTHER.multikey),
    "the key was revoked": lambda d: method(d).update(revoked="2020-01-01T00:00:00Z"),
    "the key had expired when it signed": lambda d: method(d).update(expires="2020-01-01T00:00:00Z"),
}

ATTACKS = (
    Attack(Row.KEYS, "a jwk in the header", by(OTHER, lambda: {"jwk": jwk_of(OTHER)}), **NOT_THEIRS),
    Attack(
        Row.KEYS,
        "a jwk in the header, under the issuer's kid",
        by(OTHER, lambda: {"jwk": jwk_of(OTHER), "kid": ISSUER.key_id}),
        Outcome.NOT_VERIFIED,
        Code.CLAIMS_DISAGREE,
    ),
    Attack(
        Row.KEYS,
        "a jwk in the header, under the attacker's kid",
        by(OTHER, lambda: {"jwk": jwk_of(OTHER), "kid": OTHER.key_id}),
        **NOT_THEIRS,
    ),
    *(
        Attack(
            Row.KEYS,
            f"{name} in the header, to fetch the attacker's key from",
            by(OTHER, lambda n=name, v=value: {n: v, "kid": OTHER.key_id}),
            documents=Shelf,
            **NOT_THEIRS,
        )
        for name, value in (
            ("jku", "https://evil.example/jwks.json"),
            ("x5u", "https://evil.example/chain.pem"),
            ("x5c", ["MIIB"]),
            ("x5t", "AAAA"),
        )
    ),
    Attack(
        Row.KEYS,
        "jku alone, under no kid",
        by(OTHER, lambda: {"jku": "https://evil.example/jwks.json"}),
        Outcome.NOT_VERIFIED,
        Code.SIGNATURE_MISMATCH,
    ),
    Attack(
        Row.KEYS,
        "iss names the attacker, who signed; issuer names the academy",
        lambda: jwt({"iss": OTHER.id, "vc": credential()}, OTHER, typ="JWT"),
        **NOT_THEIRS,
    ),
    Attack(
        Row.KEYS,
        "iss names another than the issuer, who signed",
        lambda: jwt({"iss": OTHER.id, "vc": credential()}, typ="JWT"),
        **NOT_THEIRS,
    ),
    Attack(Row.KEYS, "iss is no text", lambda: jwt({**credential(), "iss": [ISSUER.id]}), **NOT_THEIRS),
    *(
        Attack(
            Row.KEYS,
            f"{securing} by the key of somebody else",
            lambda s=securing: OTHER.sign(credential(), s),
            **NOT_THEIRS,
        )
        for securing in SECURINGS
    ),
    *(
        Attack(
            Row.KEYS,
            f"{securing}: a fragment of {where} spells the attacker's key out; the document {'lists others' if shelf else 'is away'}",
            lambda s=securing, o=own: pretending(o).sign(credential(pretending(o)), s),
            documents=shelf or Shelf,
            **(NOT_THEIRS if shelf else OPEN),
        )
        for securing in SECURINGS
        for where, own, shelf in (
            ("did:web", WEB.id, web_shelf),
            ("did:web", WEB.id, None),
            ("an https issuer", HTTPS, lambda: Shelf({HTTPS: {"id": HTTPS, "assertionMethod": []}})),
            ("an https issuer", HTTPS, None),
        )
    ),
    *(
        Attack(
            Row.KEYS,
            f"{securing}: a fragment of the issuer's did:key spells another key out",
            lambda s=securing: _liar().sign(credential(), s),
            **NOT_THEIRS,
        )
        for securing in SECURINGS
    ),
    *(
        Attack(
            Row.KEYS,
            f"the issuer's document: {name}",
            lambda: WEB.sign(credential(WEB), "eddsa-jcs-2022"),
            Outcome.NOT_VERIFIED,
            Code.KEY_REVOKED
            if "revoked" in name or "expired" in name
            else Code.SIGNATURE_MISMATCH
            if "another key" in name
            else Code.ISSUER_NOT_AUTHENTICATED,
            "integrity" if "another key" in name else "issuer_authenticated",
            documents=web_document(change),
        )
        for name, change in UNVOUCHED.items()
    ),
    *(
        Attack(
            Row.KEYS,
            f"the issuer's document cannot be used: {name}",
            lambda: WEB.sign(credential(WEB), "eddsa-jcs-2022"),
            Outcome.INDETERMINATE,
            Code.ISSUER_DOCUMENT_MALFORMED,
            "issuer_authenticated",
            documents=web_document(change),
        )
        for name, change in {
            "it is another's": lambda d: d.update(id="did:web:other.example"),
            "it has no id": lambda d: d.pop("id"),
            "two keys of one name": lambda d: d["verificationMethod"].append(
                {**method(d), "publicKeyMultibase": OTHER.multikey}
            ),
            "one name, once listed and once embedded": lambda d: embedded(d, id=WEB.key_id),
            "a method without a name": lambda d: embedded(d, id=None),
        }.items()
    ),
    Attack(
        Row.KEYS,
        "a method of the attacker's DID embedded among the issuer's",
        lambda: OTHER.sign(credential(WEB), "eddsa-jcs-2022"),
        documents=web_document(lambda d: embedded(d, id=OTHER.key_id, controller=OTHER.id)),
        **NOT_THEIRS,
    ),
    Attack(
        Row.KEYS,
        "a proof dated before the theft of its key",
        lambda: WEB.sign(credential(WEB), "eddsa-jcs-2022", proof={"created": "2024-02-01T00:00:00Z"}),
        Outcome.NOT_VERIFIED,
        Code.KEY_REVOKED,
        "issuer_authenticated",
        documents=web_document(lambda d: method(d).update(revoked="2025-01-01T00:00:00Z")),
    ),
)


def _liar():
    own = Issuer.from_seed(b"pretender")
    return Issuer(ISSUER.id, f"{ISSUER.id}#{own.multikey}", own.multikey, own._private)
