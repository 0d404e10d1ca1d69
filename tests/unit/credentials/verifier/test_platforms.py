"""Platforms by address and name; what is said of them proves nothing."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources

import pytest
from pydantic import ValidationError

from credence.credentials.issuing import Issuer
from credence.credentials.verifier import (
    Code,
    Outcome,
    RegistryEntry,
    Severity,
    Standing,
    State,
    StaticRegistry,
)
from credence.credentials.verifier.platforms import (
    name_flags,
    platform_of_issuer,
    platform_of_link,
    platforms,
    policy_end,
    read_platforms,
)
from credence.credentials.verifier.trust import lapse, lapsed, trusted_by
from support.badges import ACHIEVEMENT, HOLDER, ISSUER, check, credential

NAMED = {
    "Credly", "Canvas Credentials", "Moodle", "Open edX", "Coursera", "edX", "Udacity", "Udemy", "LinkedIn Learning",
    "Amazon Web Services", "Microsoft", "Google", "Cisco", "Salesforce", "IBM", "CompTIA", "Project Management Institute",
    "SHRM", "CFA Institute",
}  # fmt: skip


def test_every_named_platform_is_there():
    assert {platform.name for platform in platforms()} == NAMED


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.credly.com/badges/1dce57f5-1a2b-4c3d-8e9f-000000000001/public_url", "Credly"),
        ("http://credly.com/badges/1dce57f5-1a2b-4c3d-8e9f-000000000001", "Credly"),
        ("https://api.badgr.io/public/assertions/AbCd?identity__email=a%40b.example", "Canvas Credentials"),
        ("https://learn.uni.example/moodle/badges/badge.php?hash=0123abcd", "Moodle"),
        ("https://uni.example/badges/badge.php?hash=0123abcd", "Moodle"),
        ("https://www.coursera.org/account/accomplishments/specialization/certificate/ABCDEF", "Coursera"),
        ("https://coursera.org/share/0123456789abcdef", "Coursera"),
        ("https://credentials.edx.org/credentials/0123456789abcdef/", "edX"),
        ("https://www.udemy.com/certificate/UC-0123/", "Udemy"),
        (
            "https://www.linkedin.com/learning/certificates/0123abcd?trk=share_certificate",
            "LinkedIn Learning",
        ),
        ("https://learn.microsoft.com/api/credentials/share/en-us/AdaL-1/0123?sharingId=01", "Microsoft"),
        ("https://cp.certmetrics.com/amazon/en/public/verify/credential/0123", "Amazon Web Services"),
    ],
)
def test_share_links(url, name):
    found = platform_of_link(url)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "url",
    [
        "https://www.credly.com@evil.example/badges/1",
        "https://someone@www.credly.com/badges/1",
        "https://evil.example/www.credly.com/badges/1",
        "https://www.credly.com.evil.example/badges/1",
        "https://evilcredly.com/badges/1",
        "https://www.credly.com\\@evil.example/badges/1",
        "https://www.credly.com:8443/badges/1",
        "https://www.сredly.com/badges/1",  # Cyrillic с
        "https://www.credly.com/organizations/example",
        "https://uni.example/badges/badge.php",
        "https://www.udemy.com/course/python/",
        "ftp://www.credly.com/badges/1",
        "javascript:https://www.credly.com/badges/1",
        "https://[::1/badges/1",
        "https://www.credly.com/badges/" + "1" * 3000,
        "",
    ],
)
def test_links_that_only_look_so(url):
    assert platform_of_link(url) is None


def test_issuers_by_their_host():
    credly = "https://api.credly.com/v1/obi/v2/issuers/0123"
    assert platform_of_issuer(credly).name == "Credly"
    assert platform_of_issuer("did:web:learn.microsoft.com:issuers:1").name == "Microsoft"
    for other in (
        "did:key:z6MkA",
        "did:web:credly.com.evil.example",
        "https://bucket.s3.amazonaws.com/i",
        "",
        None,
    ):
        assert platform_of_issuer(other) is None


@pytest.mark.parametrize(
    ("title", "awarded", "issuer", "address", "end"),
    [
        ("AWS Certified Developer – Associate", date(2024, 1, 31), "Amazon Web Services Training and Certification", "", date(2027, 1, 31)),
        ("AWS Certified Developer", date(2024, 1, 31), "", "https://cp.certmetrics.com/amazon/en/public/x", date(2027, 1, 31)),
        ("Microsoft Certified: Azure Administrator Associate", date(2024, 2, 29), "microsoft", "", date(2025, 2, 28)),
        ("Microsoft Certified: Azure Administrator Associate", date(2021, 6, 30), "Microsoft", "", date(2023, 6, 30)),
        ("Microsoft Certified: Azure Fundamentals", date(2024, 2, 29), "Microsoft", "", None),
        ("Microsoft® Certified: Data Analyst Associate", date(2024, 8, 31), "Microsoft", "", date(2025, 8, 31)),
        ("Professional Cloud Architect", date(2024, 12, 31), "Google Cloud", "", date(2026, 12, 31)),
        ("CompTIA Security+ ce Certification", date(2024, 1, 1), "CompTIA", "", date(2027, 1, 1)),
        ("CompTIA Server+", date(2024, 1, 1), "CompTIA", "", None),
        ("CompTIA A+", date(2010, 12, 31), "CompTIA", "", None),
        ("CCNA", date(2024, 1, 1), "Cisco", "", date(2027, 1, 1)),
        ("Cisco Certified Support Technician", date(2024, 1, 1), "Cisco", "", None),
        ("Project Management Professional (PMP)®", date(2024, 1, 1), "PMI", "", date(2027, 1, 1)),
        ("SHRM-CP", date(2024, 1, 1), "SHRM", "", date(2027, 1, 1)),
        ("CFA Charter", date(2014, 1, 1), "CFA Institute", "", None),
        ("AWS Certified Developer", date(2024, 1, 31), "Academy of AWS fans", "", None),
        ("AWS Certified Developer", None, "AWS", "", None),
        ("", date(2024, 1, 31), "AWS", "", None),
    ],
)  # fmt: skip
def test_policies_of_expiry(title, awarded, issuer, address, end):
    found = policy_end(title, awarded, issuer, address)
    assert (found.on if found else None) == end
    assert found is None or found.source.startswith("https://")


@pytest.mark.parametrize(
    ("issuer_id", "name", "flags"),
    [
        ("did:key:z6MkA", "Microsoft", [("PLATFORM_NAME_NOT_PROVEN", Severity.YELLOW)]),
        ("did:key:z6MkA", "  microsoft ", [("PLATFORM_NAME_NOT_PROVEN", Severity.YELLOW)]),
        ("did:web:learn.microsoft.com", "Microsoft", []),
        ("https://api.credly.com/v1/obi/v2/issuers/1", "Microsoft", []),
        ("https://api.badgr.io/public/issuers/1", "Microsoft", [("PLATFORM_NAME_NOT_PROVEN", Severity.YELLOW)]),
        ("did:key:z6MkA", "Micr0soft", [("CONFUSABLE_ISSUER_NAME", Severity.RED)]),
        ("did:key:z6MkA", "Сisсo", [("CONFUSABLE_ISSUER_NAME", Severity.RED)]),
        ("did:key:z6MkA", "Example Academy", []),
        ("did:key:z6MkA", "Courserra", [("SIMILAR_ISSUER_NAME", Severity.YELLOW)]),
        ("did:web:www.coursera.org", "Courserra", []),
        ("did:key:z6MkA", None, []),
    ],
)  # fmt: skip
def test_names_of_platforms_on_strangers(issuer_id, name, flags):
    assert [(flag.code, flag.severity) for flag in name_flags(issuer_id, name)] == flags


def posing(name):
    return check(ISSUER.sign(credential(issuer_name=name), "eddsa-jcs-2022"))


def test_a_registered_issuer_may_bear_its_name():
    answer = posing("Cisco")
    assert "PLATFORM_NAME_NOT_PROVEN" in {flag.code for flag in answer.flags}
    registry = StaticRegistry([RegistryEntry((ISSUER.id,), "Cisco", Standing.KNOWN)])
    assert "PLATFORM_NAME_NOT_PROVEN" not in {flag.code for flag in trusted_by(answer, registry).flags}
    again = trusted_by(trusted_by(answer, registry), StaticRegistry())
    assert again.flags == answer.flags, "what another registry said is gone"


def test_a_certification_that_states_no_end_runs_out_by_policy():
    achievement = {**ACHIEVEMENT, "name": "AWS Certified Developer - Associate"}
    made = {"achievement": achievement, "issuer_name": "Amazon Web Services", "valid_until": None}
    early = check(ISSUER.sign(credential(**made), "eddsa-jcs-2022"))
    assert lapse(early).on == date(2027, 1, 1)
    assert not lapsed(early, datetime(2027, 1, 1, 23, tzinfo=UTC))
    assert lapsed(early, datetime(2027, 1, 2, tzinfo=UTC))
    assert "EXPIRED_BY_POLICY" not in {flag.code for flag in early.flags}
    late = check(ISSUER.sign(credential(**made), "eddsa-jcs-2022"), at=datetime(2027, 1, 2, tzinfo=UTC))
    (flag,) = [flag for flag in late.flags if flag.code == "EXPIRED_BY_POLICY"]
    assert "until 2027-01-01" in flag.text
    assert late.outcome is Outcome.VERIFIED, "a policy is no part of what was signed"
    stated = check(
        ISSUER.sign(credential(**made | {"valid_until": datetime(2030, 1, 1, tzinfo=UTC)}), "eddsa-jcs-2022")
    )
    assert lapse(stated) is None, "what the credential says counts before any policy"
    assert lapse(replace(early, achievement=None)) is None


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "A PDF"),
        (b"https://www.credly.com/badges/1dce57f5/public_url\n", "A share link of Credly"),
        (b"https://uni.example/certificates/7.pdf", "A link"),
    ],
)
def test_a_pdf_or_a_link_is_a_claim(document, said):
    answer = check(document)
    integrity = answer.verdicts["integrity"]
    assert (answer.outcome, integrity.state, integrity.code) == (
        Outcome.INDETERMINATE,
        State.INDETERMINATE,
        Code.CLAIMED_ONLY,
    )
    assert integrity.message.startswith(said)


@pytest.mark.parametrize(
    "document", [b"https://a.example/x y", b"{}", b"see %PDF-1.7", b"http://", b"\x89PNG%PDF-"]
)
def test_other_documents_are_no_claims(document):
    assert check(document).verdicts["integrity"].code is not Code.CLAIMED_ONLY


def test_issued_to_oneself():
    mine = check(ISSUER.sign(credential(subject_id=ISSUER.id), "eddsa-jcs-2022"))
    (flag,) = [flag for flag in mine.flags if flag.code == "SELF_ISSUED"]
    assert flag.severity is Severity.RED
    assert ISSUER.id[:40] in flag.text
    other = Issuer.from_seed(b"one who teaches others")
    theirs = check(other.sign(credential(other, subject_id=HOLDER), "eddsa-jcs-2022"))
    assert "SELF_ISSUED" not in {flag.code for flag in theirs.flags}


FILE = resources.files("credence.credentials.verifier").joinpath("platforms.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        ('kind = "issuer"', 'kind = "school"'),
        ("months = 36", "months = 0"),
        ("months = 36", 'months = "36"'),
        ("source =", "sauce ="),
        ('name = "Udacity"', 'name = "Udemy"'),
        ('id = "udacity"', 'id = "udemy"'),
        ('"ude.my/*"', '"ude.my"'),
        ('"udemy.com"', '"https://udemy.com"'),
        ("since = 2021-07-01", "since = 2021-07-01\nbefore = 2021-07-01"),
        ("https://support.google.com", "http://support.google.com"),
        ("[[platform]]", "[[platforms]]"),
        ("[[platform.expiry]]", "[[platform.expiry"),
    ],
)
def test_the_schema_is_strict(change):
    assert change[0] in FILE
    with pytest.raises((ValidationError, tomllib.TOMLDecodeError)):
        read_platforms(FILE.replace(*change, 1))
    assert len(read_platforms(FILE)) == len(tomllib.loads(FILE)["platform"])
