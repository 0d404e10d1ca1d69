"""Credentials within credentials: learner records, endorsements, and newer versions of a credential."""

import json

import pytest

from credence.credentials.issuing import Issuer
from credence.credentials.issuing_records import endorsement_credential, record_credential
from credence.credentials.verifier import (
    Association,
    Code,
    Limits,
    Outcome,
    Recipient,
    State,
)
from credence.credentials.verifier.parsing import Refused
from credence.credentials.verifier.reading import check_expanded
from support.badges import (
    ACHIEVEMENT,
    FROM,
    HOLDER,
    ISSUER,
    OTHER,
    SECURINGS,
    UNTIL,
    WEB,
    Shelf,
    check,
    credential,
    edited,
    web_shelf,
)

UNIVERSITY = Issuer.from_seed(b"university")
BOARD = Issuer.from_seed(b"board")


def member(number=1, issuer=ISSUER, securing="eddsa-rdfc-2022", **changed):
    achievement = {**ACHIEVEMENT, "id": f"urn:x:achievement:{number}", "name": f"Course {number}"}
    made = credential(issuer, id=f"urn:x:{number}", achievement=achievement, **changed)
    return issuer.sign(made, securing)


def record(*members, securing="eddsa-rdfc-2022", **changed):
    made = record_credential(
        **{
            "id": "urn:x:record",
            "issuer_id": UNIVERSITY.id,
            "issuer_name": "Example University",
            "subject_id": HOLDER,
            "members": members,
            "valid_from": FROM,
            **changed,
        }
    )
    return UNIVERSITY.sign(made, securing)


@pytest.mark.parametrize("outer", [s for s in SECURINGS if s != "vc-jwt"])
@pytest.mark.parametrize("inner", SECURINGS)
def test_a_good_member_of_another_record_is_not_one_of_this(outer, inner):
    mine, another = (json.loads(record(member(n, securing=inner), securing=outer)) for n in (1, 2))
    mine["credentialSubject"]["verifiableCredential"] = another["credentialSubject"]["verifiableCredential"]
    answer = check(json.dumps(mine))
    assert answer.verdicts["integrity"].code is Code.SIGNATURE_MISMATCH
    assert answer.outcome is Outcome.NOT_VERIFIED


@pytest.mark.parametrize("outer", SECURINGS)
@pytest.mark.parametrize("inner", SECURINGS)
def test_a_record_and_its_members(outer, inner):
    associations = [("isParentOf", "urn:x:achievement:1", "urn:x:achievement:2")]
    document = record(
        member(1, securing=inner), member(2, OTHER, securing=inner), securing=outer, associations=associations
    )
    answer = check(document, recipient=Recipient(dids=(HOLDER,)))
    assert (answer.format, answer.outcome) == (f"clr+{outer}", Outcome.VERIFIED), answer.verdicts
    assert answer.verdicts["extraction"].state is State.NOT_APPLICABLE
    assert answer.verdicts["schema"].valid
    assert [m.achievement.name for m in answer.members] == ["Course 1", "Course 2"]
    assert [m.issuer_id for m in answer.members] == [ISSUER.id, OTHER.id]
    assert all(m.outcome is Outcome.VERIFIED and m.format == f"ob3+{inner}" for m in answer.members)
    assert answer.associations == (Association(*associations[0]),)
    again = check(answer.members[0].source, recipient=Recipient(dids=(HOLDER,)))
    assert again.outcome is Outcome.VERIFIED, "each member stands on its own"
    assert again.content_hash == answer.members[0].content_hash
    assert [m["format"] for m in answer.to_json()["members"]] == [f"ob3+{inner}"] * 2


def test_a_record_is_no_better_than_its_worst_member():
    good = member(1, securing="eddsa-jcs-2022")
    expired = member(2, securing="eddsa-jcs-2022", valid_until=FROM.replace(month=2))
    forged = edited(member(3, securing="eddsa-jcs-2022"), name="PhD")
    unsigned = edited(member(4, securing="eddsa-jcs-2022"), proof=None)
    web = member(5, WEB, "eddsa-jcs-2022")
    strange = member(6, securing="eddsa-jcs-2022", subject_id="did:example:somebody")
    for bad, name, code, outcome in (
        (expired, "validity", Code.EXPIRED, Outcome.NOT_VERIFIED),
        (forged, "integrity", Code.SIGNATURE_MISMATCH, Outcome.NOT_VERIFIED),
        (unsigned, "integrity", Code.NO_PROOF, Outcome.NOT_VERIFIED),
        (web, "issuer_authenticated", Code.ISSUER_NOT_AUTHENTICATED, Outcome.INDETERMINATE),
        (strange, "recipient", Code.RECIPIENT_MISMATCH, Outcome.NOT_VERIFIED),
        (b'{"type": "Poem"}', "integrity", Code.UNSUPPORTED_FORMAT, Outcome.NOT_VERIFIED),
    ):
        answer = check(record(good, bad, securing="eddsa-jcs-2022"), recipient=Recipient(dids=(HOLDER,)))
        assert answer.verdicts["integrity"].valid
        assert [m.outcome for m in answer.members] == [Outcome.VERIFIED, outcome]
        assert answer.members[1].verdicts[name].code is code
        assert answer.outcome is outcome


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        ({"id": HOLDER, "type": ["AchievementSubject"]}, "/credentialSubject/type"),
        ({"id": HOLDER, "type": ["ClrSubject"]}, "/credentialSubject/verifiableCredential"),
        (
            {"type": "ClrSubject", "verifiableCredential": ["a.b.c"]},
            "/credentialSubject/verifiableCredential/0",
        ),
    ],
)
def test_the_shape_of_a_record(subject, where):
    verdict = check(edited(record(member()), credentialSubject=subject)).verdicts["schema"]
    assert (verdict.code, verdict.pointer) == (Code.SCHEMA_VIOLATION, where)


def test_members_outlive_a_record_that_was_forged():
    answer = check(edited(record(member()), name="Another"))
    assert answer.outcome is Outcome.NOT_VERIFIED
    assert answer.members[0].outcome is Outcome.VERIFIED


def test_whose_credentials_a_record_holds():
    answer = check(record(member(subject_id="did:example:somebody"), securing="eddsa-jcs-2022"))
    assert [flag.code for flag in answer.flags] == ["MEMBER_OF_ANOTHER_SUBJECT"]


def test_records_in_records_end_somewhere():
    document = record(member(), securing="eddsa-jcs-2022")
    for _ in range(4):
        document = record(document, securing="eddsa-jcs-2022")
    answer = check(document)
    assert answer.outcome is Outcome.INDETERMINATE
    depth = 0
    while answer.members:
        (answer,) = answer.members
        depth += 1
    assert depth == 3
    assert answer.verdicts["integrity"].code is Code.NOT_EVALUATED


def test_only_so_many_members_are_looked_at():
    document = record(*(member(number, securing="vc-jwt") for number in range(8)), securing="eddsa-jcs-2022")
    answer = check(document, limits=Limits(max_embedded=5))
    assert [m.outcome for m in answer.members] == [Outcome.VERIFIED] * 5 + [Outcome.INDETERMINATE]
    assert answer.outcome is Outcome.INDETERMINATE
    document = record(*(member(number) for number in range(8)), securing="eddsa-jcs-2022")
    answer = check(document, limits=Limits(max_graph_values=100))
    assert answer.members[-1].verdicts["integrity"].code is Code.NOT_EVALUATED
    assert len(answer.members) < 8


def test_issuers_of_members_are_bounded_together():
    issuers = [Issuer.from_seed(b"w", did_web=f"did:web:a{n}.example") for n in range(6)]
    shelf = Shelf()
    document = record(*(member(n, issuer, "vc-jwt") for n, issuer in enumerate(issuers)), securing="vc-jwt")
    check(document, documents=shelf, limits=Limits(max_documents=3))
    assert len(shelf.asked) == 3


def endorsement(endorser=BOARD, endorsed=ACHIEVEMENT["id"], securing="eddsa-rdfc-2022", **changed):
    made = endorsement_credential(
        **{
            "id": "urn:x:endorsement",
            "issuer_id": endorser.id,
            "issuer_name": "Board of Analysts",
            "endorsed": endorsed,
            "comment": "We looked at it.",
            "valid_from": FROM,
            **changed,
        }
    )
    return endorser.sign(made, securing)


PROJECT = {**ACHIEVEMENT, "criteria": {"narrative": "A capstone project."}}


def test_an_endorsement_moves_no_statement_of_the_credential():
    """Where a graph is signed, the same statement may stand in either place; a reader looks in one."""
    made = credential()
    moved = json.loads(endorsement(endorsed=made["id"]))
    made["endorsement"] = [moved]
    signed = json.loads(ISSUER.sign(made, "eddsa-rdfc-2022"))
    assert check(json.dumps(signed)).outcome is Outcome.VERIFIED
    moved = signed["endorsement"][0]["credentialSubject"]
    for name in ("validUntil", "refreshService", "issuer"):
        changed = json.loads(json.dumps(signed))
        changed["endorsement"][0]["credentialSubject"] = {**moved, name: "2099-01-01T00:00:00Z"}
        assert check(json.dumps(changed)).outcome is Outcome.NOT_VERIFIED


@pytest.mark.parametrize(
    ("node", "passes"),
    [
        ({}, True),
        ({"https://www.w3.org/2018/credentials#validUntil": [{"@value": "2099-01-01T00:00:00Z"}]}, False),
        ({"https://schema.org/name": [{"@value": "x"}]}, False),
        ({"@type": ["https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"]}, False),
    ],
)
def test_only_its_comment_may_stand_by_the_name_of_a_credential(node, passes):
    vocabulary = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
    root = {
        "@id": "urn:x:1",
        "https://www.w3.org/2018/credentials#issuer": [{"@id": "urn:x:issuer"}],
        "urn:x:endorsement": [
            {
                "@id": "urn:x:1",
                "@type": [vocabulary + "EndorsementSubject"],
                vocabulary + "endorsementComment": [{"@value": "Well made."}],
                **node,
            }
        ],
    }
    if passes:
        check_expanded(root)
        return
    with pytest.raises(Refused) as caught:
        check_expanded(root)
    assert caught.value.code is Code.SPLIT_NODE


def endorsed_badge(*endorsements, tokens=(), on="achievement", securing="eddsa-rdfc-2022"):
    made = credential(achievement=PROJECT)
    holder = {
        "achievement": made["credentialSubject"]["achievement"],
        "credential": made,
        "issuer": made["issuer"],
    }[on]
    if endorsements:
        holder["endorsement"] = [json.loads(item) for item in endorsements]
    if tokens:
        holder["endorsementJwt"] = [token.decode() for token in tokens]
    return ISSUER.sign(made, securing)


@pytest.mark.parametrize("securing", SECURINGS)
def test_endorsements_in_both_forms(securing):
    document = endorsed_badge(
        endorsement(), tokens=[endorsement(OTHER, securing="vc-jwt")], securing=securing
    )
    answer = check(document)
    assert answer.outcome is Outcome.VERIFIED, answer.verdicts
    first, second = answer.endorsements
    assert (first.endorsed, first.issuer_name, first.comment) == (
        "achievement",
        "Board of Analysts",
        "We looked at it.",
    )
    assert first.pointer.endswith("/credentialSubject/achievement/endorsement/0")
    assert first.result.valid
    assert second.result.valid
    assert second.issuer_id == OTHER.id
    assert answer.rigor == "REVIEWED_PROJECT"


@pytest.mark.parametrize(
    ("made", "state", "code"),
    [
        (edited(endorsement(), name="Changed"), State.INVALID, Code.ENDORSEMENT_NOT_AUTHENTIC),
        (endorsement(endorsed="urn:x:other"), State.INVALID, Code.ENDORSES_ANOTHER),
        (endorsement(valid_until=FROM.replace(month=2)), State.INVALID, Code.ENDORSEMENT_NOT_AUTHENTIC),
        (endorsement(WEB), State.INDETERMINATE, Code.ENDORSEMENT_NOT_AUTHENTIC),
        (member(), State.INVALID, Code.ENDORSEMENT_NOT_AUTHENTIC),
        (b'{"id": "urn:x:y"}', State.INVALID, Code.UNSUPPORTED_FORMAT),
    ],
)
def test_endorsements_that_do_not_hold(made, state, code):
    answer = check(endorsed_badge(made, securing="eddsa-jcs-2022"))
    (found,) = answer.endorsements
    assert (found.result.state, found.result.code) == (state, code)
    assert answer.outcome is Outcome.VERIFIED, "it stands beside the credential"
    assert answer.rigor == "PROJECT"


def test_only_others_vouch_for_a_project():
    for on, endorsed in (("credential", credential()["id"]), ("issuer", ISSUER.id)):
        answer = check(endorsed_badge(endorsement(endorsed=endorsed), on=on))
        assert [(e.endorsed, e.result.valid) for e in answer.endorsements] == [(on, True)]
        assert answer.rigor == ("PROJECT" if on == "issuer" else "REVIEWED_PROJECT")
    own = check(endorsed_badge(endorsement(ISSUER)))
    assert own.endorsements[0].result.valid
    assert own.rigor == "PROJECT"


def test_endorsements_of_a_forgery_are_not_looked_at():
    shelf = web_shelf()
    forged = edited(endorsed_badge(endorsement(WEB), securing="eddsa-jcs-2022"), name="PhD")
    assert check(forged, documents=shelf).endorsements == ()
    assert shelf.asked == []


URL = "https://academy.example/credentials/7"


def refreshable(**changed):
    made = credential(valid_until=FROM.replace(month=3), **changed)
    made["refreshService"] = {"id": URL, "type": "1EdTechCredentialRefresh"}
    return made


def newer(issuer=ISSUER, **changed):
    return issuer.sign(credential(issuer, **changed), "eddsa-jcs-2022")


def test_a_newer_version_takes_its_place():
    old = ISSUER.sign(refreshable(), "eddsa-jcs-2022")
    assert check(old).verdicts["validity"].code is Code.EXPIRED
    answer = check(old, documents=Shelf({URL: newer()}))
    assert (answer.outcome, answer.valid_until) == (Outcome.VERIFIED, UNTIL)
    assert [flag.code for flag in answer.flags] == ["REFRESHED"]
    assert answer.content_hash == check(old).content_hash, "of what was handed in"
    withdrawn = newer(valid_until=FROM.replace(month=2))
    assert check(old, documents=Shelf({URL: withdrawn})).outcome is Outcome.NOT_VERIFIED


@pytest.mark.parametrize(
    "other",
    [
        newer(OTHER),
        newer(id="urn:x:another"),
        newer(valid_from=FROM.replace(year=2020)),
        edited(newer(), name="PhD"),
        edited(newer(), proof=None),
        b"nonsense",
        b"{}",
    ],
    ids=["issuer", "id", "older", "forged", "unsigned", "text", "empty"],
)
def test_newer_versions_that_are_not_taken(other):
    old = ISSUER.sign(refreshable(), "eddsa-jcs-2022")
    answer = check(old, documents=Shelf({URL: other}))
    assert (answer.outcome, answer.verdicts["validity"].code) == (Outcome.NOT_VERIFIED, Code.EXPIRED)
    assert [flag.code for flag in answer.flags] == ["REFRESH_NOT_BELIEVED"]


def test_when_nothing_newer_is_there():
    current = credential()
    current["refreshService"] = [{"id": URL, "type": ["1EdTechCredentialRefresh"]}]
    signed = ISSUER.sign(current, "eddsa-jcs-2022")
    same = check(signed, documents=Shelf({URL: signed}))
    assert (same.outcome, same.flags) == (Outcome.VERIFIED, ())
    away = check(signed)
    assert (away.outcome, [flag.code for flag in away.flags]) == (Outcome.VERIFIED, ["REFRESH_UNREACHABLE"])
    shelf = Shelf({URL: signed})
    assert check(edited(signed, name="PhD"), documents=shelf).outcome is Outcome.NOT_VERIFIED
    assert shelf.asked == [], "a forgery's addresses are left alone"


def test_a_newer_version_names_no_newer_one():
    old = ISSUER.sign(refreshable(), "eddsa-jcs-2022")
    second = refreshable(valid_from=FROM.replace(month=2))
    second["refreshService"]["id"] = "https://academy.example/credentials/8"
    shelf = Shelf({URL: ISSUER.sign(second, "eddsa-jcs-2022")})
    answer = check(old, documents=shelf)
    assert [flag.code for flag in answer.flags] == ["REFRESHED"]
    assert shelf.asked == [URL]
