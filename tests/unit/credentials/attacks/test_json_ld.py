"""Attacks on the gap between the quads that are signed and the JSON that is read. None may come out VERIFIED."""

import json

import pytest

from credence.credentials.verifier import Code, Outcome, Recipient
from support.badges import ACHIEVEMENT, HOLDER, ISSUER, check, clone, credential

CREDENTIALS = "https://www.w3.org/2018/credentials#"


def signed(**changed):
    return json.loads(ISSUER.sign(credential(**changed), "eddsa-rdfc-2022"))


def refused(document, *codes):
    answer = check(json.dumps(document))
    assert answer.outcome is not Outcome.VERIFIED
    assert answer.verdicts["integrity"].code in codes, answer.verdicts["integrity"]
    return answer


def test_the_untouched_badge_is_verified():
    assert check(json.dumps(signed())).outcome is Outcome.VERIFIED


@pytest.mark.parametrize(
    "place", [(), ("credentialSubject",), ("credentialSubject", "achievement"), ("issuer",), ("proof",)]
)
def test_a_term_that_no_context_maps(place):
    document = signed()
    node = document
    for step in place:
        node = node[step]
    node["grade"] = "with distinction"
    answer = refused(document, Code.UNSIGNED_TERM)
    assert answer.verdicts["integrity"].pointer == "/" + "/".join((*place, "grade"))


def test_a_relative_type_is_unsigned():
    document = signed()
    document["credentialSubject"]["achievement"]["type"].append("Degree")
    refused(document, Code.UNSIGNED_TERM, Code.NOT_COMPACTED)


def test_a_relative_identifier_is_unsigned():
    document = signed()
    document["evidence"] = [{"id": "portfolio", "type": ["Evidence"], "name": "Portfolio"}]
    refused(document, Code.UNSIGNED_TERM, Code.NOT_COMPACTED)


def test_the_expiry_under_its_full_name():
    document = signed()
    end = document.pop("validUntil")
    document[CREDENTIALS + "validUntil"] = {
        "@value": end,
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
    }
    refused(document, Code.NOT_COMPACTED)


@pytest.mark.parametrize(
    "keyword", ["@included", "@graph", "@reverse", "@nest", "@id", "@type", "@index", "@list"]
)
def test_keywords_that_hide(keyword):
    document = signed()
    document["credentialSubject"]["achievement"][keyword] = [{"id": "urn:x:y", "name": "hidden"}]
    refused(document, Code.NOT_COMPACTED)


def test_the_expiry_included_elsewhere():
    document = signed()
    document["@included"] = [{"id": document["id"], "validUntil": document.pop("validUntil")}]
    refused(document, Code.NOT_COMPACTED)


def test_the_expiry_moved_to_another_mention_of_the_credential():
    """The quads are equal wherever the statement stands; a reader looks at the top. Without the check this one is VERIFIED."""
    document = signed(evidence=[{"id": credential()["id"]}])
    assert check(json.dumps(document)).outcome is Outcome.VERIFIED
    end = document.pop("validUntil")
    document["evidence"] = [{"id": document["id"], "type": "VerifiableCredential", "validUntil": end}]
    refused(document, Code.SPLIT_NODE)
    typed = {"@value": end, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    document["evidence"] = [{"id": document["id"], CREDENTIALS + "validUntil": typed}]
    refused(document, Code.NOT_COMPACTED, Code.SPLIT_NODE)


def test_a_failing_result_moved_to_another_mention_of_the_holder():
    document = signed(results=[{"status": "Failed"}], evidence=[{"id": HOLDER}])
    subject = document["credentialSubject"]
    document["evidence"] = [{"id": HOLDER, "type": ["AchievementSubject"], "result": subject.pop("result")}]
    refused(document, Code.SPLIT_NODE)


def test_a_class_that_no_context_maps():
    """As of credentials that leave the context of the 1EdTech extensions out."""
    document = signed()
    document["credentialSchema"] = [
        {"id": "https://x.example/s.json", "type": "1EdTechJsonSchemaValidator2019"}
    ]
    answer = refused(document, Code.UNSIGNED_TERM)
    assert answer.verdicts["integrity"].pointer == "/credentialSchema/0/type"
    assert "1EdTechJsonSchemaValidator2019" in answer.verdicts["integrity"].message


def test_a_refresh_service_at_the_credentials_own_address():
    """Which is plain honest; what else stands there was moved."""
    contexts = [*credential()["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
    service = {"id": credential()["id"], "type": "1EdTechCredentialRefresh"}
    document = json.loads(
        ISSUER.sign({**credential(context=contexts), "refreshService": service}, "eddsa-rdfc-2022")
    )
    assert check(json.dumps(document)).outcome is Outcome.VERIFIED
    document["refreshService"]["validUntil"] = document.pop("validUntil")
    refused(document, Code.SPLIT_NODE, Code.UNSIGNED_TERM, Code.NOT_COMPACTED)


def test_an_inline_context():
    for context in (
        {"grade": "https://schema.org/grade"},
        {"@vocab": "https://x.example/"},
        {"validUntil": None},
        None,
    ):
        document = signed()
        document["@context"].append(context)
        refused(document, Code.INLINE_CONTEXT)


def test_a_nested_context():
    document = signed()
    document["credentialSubject"]["achievement"]["@context"] = {"@vocab": "https://x.example/"}
    refused(document, Code.INLINE_CONTEXT)
    document["credentialSubject"]["achievement"]["@context"] = ["https://www.w3.org/ns/credentials/v2"]
    refused(document, Code.UNSIGNED_TERM)


def test_an_unknown_context_is_an_open_question_and_is_not_fetched():
    document = signed()
    document["@context"].append("https://evil.example/context.json")
    assert refused(document, Code.CONTEXT_NOT_PINNED).outcome is Outcome.INDETERMINATE


def test_another_pinned_context_changes_nothing_unseen():
    document = signed()
    document["@context"].append("https://w3id.org/security/multikey/v1")
    answer = check(json.dumps(document))
    assert answer.outcome is Outcome.VERIFIED or answer.verdicts["integrity"].code is Code.CONTEXT_INVALID


@pytest.mark.parametrize(
    "identifier",
    [
        'urn:x> <urn:p> "1" .\n<urn:x',
        "urn:x>",
        "urn:x y",
        "urn:x\n",
        'urn:"x"',
        "urn:\\u003e",
        "urn:{x}",
        "https://a.example/<b>",
    ],
)
def test_a_name_that_would_write_quads_of_its_own(identifier):
    document = signed()
    document["credentialSubject"]["achievement"]["id"] = identifier
    refused(document, Code.UNSIGNED_TERM, Code.NOT_COMPACTED, Code.CONTEXT_INVALID)


def test_a_language_that_would_write_quads_of_its_own():
    document = signed()
    document["description"] = {"@value": "x", "@language": 'en . <urn:a> <urn:b> "c"'}
    refused(document, Code.NOT_COMPACTED, Code.CONTEXT_INVALID)


def test_types_as_a_property():
    document = signed()
    subject = document["credentialSubject"]
    subject["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"] = {"id": "https://x.example/Degree"}
    refused(document, Code.NOT_COMPACTED)


def test_control_characters_are_covered():
    """RDFC-1.0 escapes them; a canonicaliser that does not would not agree with the issuer's, nor tell \\b from its escape."""
    document = signed(achievement={**ACHIEVEMENT, "description": "a\b\f\x01\x7f\tb"})
    assert check(json.dumps(document)).outcome is Outcome.VERIFIED
    document["credentialSubject"]["achievement"]["description"] = "a\\b\\f\\u0001\\u007F\tb"
    refused(document, Code.SIGNATURE_MISMATCH)


def test_null_is_absence_and_order_of_a_set_is_none():
    document = signed()
    document["description"] = None
    document["credentialSubject"]["achievement"]["tag"].reverse()
    assert check(json.dumps(document)).outcome is Outcome.VERIFIED


def test_two_subjects_do_not_lend_each_other_their_achievements():
    mine, theirs = clone(credential()["credentialSubject"]), clone(credential()["credentialSubject"])
    mine["id"], mine["achievement"]["name"], mine["achievement"]["id"] = HOLDER, "Attended", "urn:a:1"
    theirs["id"], theirs["achievement"]["name"], theirs["achievement"]["id"] = (
        "did:example:expert",
        "Expert",
        "urn:a:2",
    )
    for order in ([mine, theirs], [theirs, mine]):
        document = ISSUER.sign({**credential(), "credentialSubject": order}, "eddsa-rdfc-2022")
        answer = check(document, recipient=Recipient(dids=(HOLDER,)))
        assert answer.outcome is Outcome.VERIFIED
        assert answer.achievement is not None
        assert answer.achievement.name == "Attended"


def test_a_poison_graph_is_refused_in_time():
    document = signed()
    # a blank node with many like children, at several levels: every permutation would be tried
    level = [{"type": ["Evidence"], "name": "x"} for _ in range(9)]
    document["credentialSubject"]["achievement"]["related"] = [
        {"type": ["Related"], "endorsement": clone(level)} for _ in range(9)
    ]
    refused(document, Code.POISON_GRAPH, Code.SIGNATURE_MISMATCH, Code.UNSIGNED_TERM)
    document = signed()
    document["evidence"] = [{"type": ["Evidence"]} for _ in range(40)]
    refused(document, Code.POISON_GRAPH, Code.SIGNATURE_MISMATCH)


@pytest.mark.parametrize("count", [400, 5_000, 15_000])
def test_many_values_are_bounded_in_time(count):
    document = signed()
    document["credentialSubject"]["achievement"]["tag"] = [f"t{i}" for i in range(count)]
    refused(document, Code.TOO_COMPLEX, Code.SIGNATURE_MISMATCH)


def test_many_objects_are_bounded_in_time():
    document = signed()
    document["credentialSubject"]["achievement"]["alignment"] = [
        {"type": ["Alignment"], "targetName": f"t{i}", "targetUrl": f"urn:x:{i}"} for i in range(3_000)
    ]
    refused(document, Code.TOO_COMPLEX, Code.SIGNATURE_MISMATCH)
