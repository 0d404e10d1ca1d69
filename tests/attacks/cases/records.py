"""Records (CLR) and endorsements: members of others, endorsements of something else, depth, number, and statements moved between them."""

import json

from attacks.model import Attack, Row
from credence.credentials.issuing import Issuer
from credence.credentials.issuing_records import record_credential
from credence.credentials.verifier import Code, Outcome, Recipient
from support.badges import FROM, HOLDER, ISSUER, OTHER, Shelf, credential, edited

UNIVERSITY = Issuer.from_seed(b"university")


def member(number=1, signer=ISSUER, securing="eddsa-jcs-2022", **changed):
    return signer.sign(credential(**({"id": f"urn:x:{number}"} | changed)), securing)


def of_its_own_issuer(number):
    own = Issuer.from_seed(b"x", did_web=f"did:web:h{number}.example")
    return own.sign(credential(own, id=f"urn:x:{number}"), "eddsa-jcs-2022")


def record(*members, securing="eddsa-jcs-2022", **changed):
    made = record_credential(
        id="urn:x:record",
        issuer_id=UNIVERSITY.id,
        issuer_name="Example University",
        subject_id=HOLDER,
        members=members,
        valid_from=FROM,
        **changed,
    )
    return UNIVERSITY.sign(made, securing)


def attack(name, outcome, code, verdict="integrity", *, make, **given):
    return Attack(
        Row.RECORDS, name, make, outcome, code, verdict, recipient=Recipient(dids=(HOLDER,)), **given
    )


def nested(depth):
    document = member()
    for _ in range(depth):
        document = record(document)
    return document


def taken_over():
    """The university's record about another, with its subject changed."""
    document = json.loads(record(member()))
    document["credentialSubject"]["id"] = OTHER.id
    return json.dumps(document)


def smuggled(securing):
    """A member of Eve's put into a record after the university signed it."""
    document = json.loads(record(member(1), member(2), securing=securing))
    document["credentialSubject"]["verifiableCredential"].append(json.loads(member(3, OTHER)))
    return json.dumps(document)


WORST = (Outcome.NOT_VERIFIED, Code.OK)

ATTACKS = (
    attack("a member that was changed", *WORST, make=lambda: record(edited(member(), name="PhD"))),
    attack(
        "a member that somebody else signed in the academy's name",
        *WORST,
        make=lambda: record(member(signer=OTHER)),
    ),
    attack("a member without a proof", *WORST, make=lambda: record(json.dumps(credential()).encode())),
    attack("a member issued to somebody else", *WORST, make=lambda: record(member(subject_id=OTHER.id))),
    attack("an expired member", *WORST, make=lambda: record(member(valid_until=FROM))),
    *(
        attack(
            f"{securing}: a member put in after signing",
            Outcome.NOT_VERIFIED,
            Code.SIGNATURE_MISMATCH,
            make=lambda s=securing: smuggled(s),
        )
        for securing in ("eddsa-jcs-2022", "eddsa-rdfc-2022")
    ),
    attack(
        "a record about another, with its subject changed",
        Outcome.NOT_VERIFIED,
        Code.SIGNATURE_MISMATCH,
        make=taken_over,
    ),
    attack("records in records, six deep", Outcome.INDETERMINATE, Code.OK, make=lambda: nested(6)),
    attack(
        "a hundred members",
        Outcome.INDETERMINATE,
        Code.OK,
        make=lambda: record(*[member(n) for n in range(100)]),
    ),
    attack(
        "members of fifty issuers, whose documents nobody has",
        Outcome.INDETERMINATE,
        Code.OK,
        documents=Shelf,
        make=lambda: record(*[of_its_own_issuer(n) for n in range(50)]),
    ),
)
