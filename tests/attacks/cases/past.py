"""Keys that an issuer replaced: what somebody signs with them now is not what the issuer signed then."""

import hashlib
from datetime import UTC, datetime

from attacks.model import Attack, Row
from credence.credentials.issuing import Issuer
from credence.credentials.verifier import Code, FormerKey, Outcome, Remembered
from support.badges import OTHER, SECURINGS, WEB, Shelf, credential
from support.forging import DID_URL

SINCE = datetime(2025, 1, 2, tzinfo=UTC)
NEXT = Issuer.from_seed(b"the next key", did_web=WEB.id)


class History:
    def __init__(self, keys, verified=()):
        self.known = Remembered(tuple(keys), tuple(verified))

    def remembered(self, issuer_id, content_hash):
        return self.known


class OfOneDocument(History):
    """Remembers `document` and no other."""

    def __init__(self, keys, document):
        super().__init__(keys, [(WEB.multikey, SINCE)])
        self.hash = hashlib.sha256(document).hexdigest()

    def remembered(self, issuer_id, content_hash):
        return self.known if content_hash == self.hash else Remembered(self.known.keys)


def shelf():
    return Shelf({DID_URL: NEXT.did_document()})


def expired(end="2025-03-01T00:00:00Z"):
    document = WEB.did_document()
    document["verificationMethod"][0]["expires"] = end
    return Shelf({DID_URL: document})


def attack(name, outcome, code, history, make):
    return Attack(
        Row.PAST, name, make, outcome, code, "issuer_authenticated", documents=shelf, history=history
    )


FORMER = FormerKey(WEB.key_id, WEB.multikey, SINCE)
OPEN = (Outcome.INDETERMINATE, Code.KEY_NO_LONGER_LISTED)
NOT_THEIRS = (Outcome.NOT_VERIFIED, Code.ISSUER_NOT_AUTHENTICATED)
SEEN = WEB.sign(credential(WEB), "eddsa-jcs-2022")

ATTACKS = (
    *(
        attack(
            f"{securing}: a replaced key signs something new, dated before it was replaced",
            *OPEN,
            History([FORMER]),
            lambda s=securing: WEB.sign(credential(WEB, id="urn:x:new"), s),
        )
        for securing in SECURINGS
    ),
    attack(
        "a replaced key, and another document was seen",
        *OPEN,
        OfOneDocument([FORMER], SEEN),
        lambda: WEB.sign(credential(WEB, id="urn:x:new"), "eddsa-jcs-2022"),
    ),
    attack(
        "the document that was seen, with a space after it",
        *OPEN,
        OfOneDocument([FORMER], SEEN),
        lambda: SEEN + b" ",
    ),
    attack(
        "a key that was never the issuer's, under the name of one that was",
        *NOT_THEIRS,
        History([FORMER], [(WEB.multikey, SINCE)]),
        lambda: Issuer(WEB.id, WEB.key_id, OTHER.multikey, OTHER._private).sign(credential(WEB), "vc-jwt"),
    ),
    attack(
        "a replaced key under the name of the present one",
        Outcome.NOT_VERIFIED,
        Code.OK,
        History([FORMER], [(WEB.multikey, SINCE)]),
        lambda: Issuer(WEB.id, NEXT.key_id, WEB.multikey, WEB._private).sign(
            credential(WEB), "eddsa-jcs-2022"
        ),
    ),
    attack("a key that nobody remembers", *NOT_THEIRS, History([]), lambda: SEEN),
    Attack(
        Row.PAST,
        "an expired key signs something new, dated before its end",
        lambda: WEB.sign(credential(WEB, id="urn:x:new"), "eddsa-jcs-2022"),
        *OPEN,
        "issuer_authenticated",
        history=OfOneDocument([FORMER], SEEN),
        documents=expired,
    ),
    Attack(
        Row.PAST,
        "a document that was seen before its key expired, as it should be",
        lambda: SEEN,
        Outcome.VERIFIED,
        Code.KEY_REPLACED_SINCE,
        "issuer_authenticated",
        history=OfOneDocument([FORMER], SEEN),
        documents=expired,
    ),
    Attack(
        Row.PAST,
        "a document that was seen only after its key expired",
        lambda: SEEN,
        *OPEN,
        "issuer_authenticated",
        history=OfOneDocument([FORMER], SEEN),
        documents=lambda: expired("2025-01-01T00:00:00Z"),
    ),
    Attack(
        Row.PAST,
        "a key that the issuer revoked, though the document was seen before",
        lambda: SEEN,
        Outcome.NOT_VERIFIED,
        Code.KEY_REVOKED,
        "issuer_authenticated",
        history=OfOneDocument([FORMER], SEEN),
        documents=lambda: Shelf(
            {
                DID_URL: {
                    **WEB.did_document(),
                    "verificationMethod": [
                        {**WEB.did_document()["verificationMethod"][0], "revoked": "2025-03-01T00:00:00Z"}
                    ],
                }
            }
        ),
    ),
)
