"""Someone else's credential: by DID, by address, by hash, and by letters that fold into another's."""

from attacks.cases.making import jwt
from attacks.model import Attack, Row
from credence.credentials.issuing import hashed_email
from credence.credentials.verifier import Code, Outcome, Recipient
from support.badges import HOLDER, ISSUER, OTHER, credential

THEIRS = (Outcome.NOT_VERIFIED, Code.RECIPIENT_MISMATCH)
OPEN = (Outcome.INDETERMINATE, Code.RECIPIENT_NOT_COMPARABLE)


def plain(email):
    return {"type": "IdentityObject", "hashed": False, "identityHash": email, "identityType": "emailAddress"}


def attack(name, answer, *identities, emails=(), dids=(), **changed):
    arguments = {"subject_id": None, "identifiers": identities} | changed
    return Attack(
        Row.RECIPIENTS,
        name,
        lambda: ISSUER.sign(credential(**arguments), "eddsa-jcs-2022"),
        *answer,
        "recipient",
        recipient=Recipient(emails=tuple(emails), dids=tuple(dids)),
    )


SALTED = hashed_email("ada@example.com", "salt")

ATTACKS = (
    attack("issued to another DID", THEIRS, subject_id=HOLDER, dids=[OTHER.id]),
    attack("issued to a DID that mine begins", THEIRS, subject_id=HOLDER, dids=[HOLDER[:-1]]),
    attack(
        "issued to a DID that differs in case",
        THEIRS,
        subject_id=HOLDER,
        dids=[HOLDER.upper().replace("DID:KEY", "did:key")],
    ),
    attack("issued to a DID, and nobody knows mine", OPEN, subject_id=HOLDER, emails=["ada@example.com"]),
    attack("issued to another address", THEIRS, plain("ada@example.com"), emails=["eve@example.com"]),
    attack(
        "issued to a subject mailto: another",
        THEIRS,
        subject_id="mailto:ada@example.com",
        emails=["eve@example.com"],
    ),
    attack("issued to another hash", THEIRS, SALTED, emails=["eve@example.com"]),
    attack("mine is the hash itself", THEIRS, SALTED, emails=[SALTED["identityHash"]]),
    attack(
        "the salt is the tail of my address",
        THEIRS,
        hashed_email("ada@example.co", "msalt"),
        emails=["ada@example.comm"],
    ),
    attack("straße is not strasse", THEIRS, plain("straße@example.com"), emails=["strasse@example.com"]),
    attack("the Kelvin sign is not k", THEIRS, plain("\u212aate@example.com"), emails=["kate@example.com"]),
    attack(
        "the Kelvin sign of mine is not their k",
        THEIRS,
        hashed_email("kate@example.com", "s"),
        emails=["\u212aate@example.com"],
    ),
    attack("a Cyrillic letter is not Latin", THEIRS, plain("аda@example.com"), emails=["ada@example.com"]),
    attack(
        "a zero width joiner is not nothing",
        THEIRS,
        plain("ada\u200d@example.com"),
        emails=["ada@example.com"],
    ),
    attack("another's plus is not mine", THEIRS, plain("ada+eve@example.com"), emails=["ada@example.com"]),
    attack("an empty hash", OPEN, {**SALTED, "identityHash": "sha256$"}, emails=["ada@example.com"]),
    attack(
        "a short hash",
        OPEN,
        {**SALTED, "identityHash": SALTED["identityHash"][:20]},
        emails=["ada@example.com"],
    ),
    attack(
        "a hash of an unknown kind",
        OPEN,
        {**SALTED, "identityHash": "crc32$cbf43926"},
        emails=["ada@example.com"],
    ),
    attack(
        "a plain address said to be hashed",
        OPEN,
        {**plain("ada@example.com"), "hashed": True},
        emails=["ada@example.com"],
    ),
    attack(
        "an address said to be neither plain nor hashed",
        OPEN,
        {**plain("ada@example.com"), "hashed": "false"},
        emails=["ada@example.com"],
    ),
    attack(
        "a telephone number that reads like an address",
        OPEN,
        {**plain("ada@example.com"), "identityType": "phoneNumber"},
        emails=["ada@example.com"],
    ),
    attack(
        "nobody's name on it", (Outcome.INDETERMINATE, Code.RECIPIENT_NOT_STATED), emails=["ada@example.com"]
    ),
    Attack(
        Row.RECIPIENTS,
        "sub says me, the subject says another",
        lambda: jwt({"sub": OTHER.id, "vc": credential()}, typ="JWT"),
        Outcome.NOT_VERIFIED,
        Code.CLAIMS_DISAGREE,
        recipient=Recipient(dids=(OTHER.id,)),
    ),
    Attack(
        Row.RECIPIENTS,
        "the expert's achievement beside mine",
        lambda: ISSUER.sign(
            {
                **credential(),
                "credentialSubject": [
                    {**credential()["credentialSubject"], "id": "did:example:expert"},
                    {**credential()["credentialSubject"], "id": "did:example:another"},
                ],
            },
            "vc-jwt",
        ),
        *THEIRS,
        "recipient",
        recipient=Recipient(dids=(HOLDER,)),
    ),
)
