"""Names that pose as others."""

from dataclasses import replace
from datetime import date

import pytest

from credence.credentials.verifier import (
    LayeredRegistry,
    RegistryEntry,
    Severity,
    Standing,
    StaticRegistry,
)
from credence.credentials.verifier.confusables import hidden_characters, mixed_scripts, skeleton
from credence.credentials.verifier.names import one_edit_apart
from credence.credentials.verifier.trust import trusted_by
from support.badges import FROM, ISSUER, check, credential

MIT = RegistryEntry(
    ("did:web:mit.example",), "Massachusetts Institute", Standing.RECOGNISED, aliases=("MIT Learn",)
)
REGISTRY = StaticRegistry([MIT])


@pytest.mark.parametrize(
    "name",
    [
        "Massachusetts Institute",
        "MASSACHUSETTS INSTITUTE",
        "Massаchusetts Institute",  # Cyrillic а
        "Massachusetts Instituτe",  # Greek tau
        "Massachusetts  Institute.",
        "Massachusetts lnstitute",  # l for I
        "Mаsѕachusеtts Institutе",
        "Massachusetts\u200b Institute",
        "Ｍassachusetts Institute",
        "MIT Leam",  # rn and m
        "M1T Learn",
    ],
)
def test_a_stranger_with_a_name_that_reads_alike_is_flagged(name):
    answer = REGISTRY.standing("did:web:evil.example", name)
    assert (answer.standing, answer.entry) == (Standing.UNKNOWN, None)
    assert "CONFUSABLE_ISSUER_NAME" in {flag.code for flag in answer.flags}
    assert all(flag.severity is Severity.RED for flag in answer.flags)


@pytest.mark.parametrize(
    "name",
    ["Massachusetts General", "Institute", "MIT", "Université de Lyon", "Московский университет", "北京大学"],
)
def test_other_names_are_not(name):
    assert REGISTRY.standing("did:web:other.example", name).flags == ()


def test_the_registered_issuer_is_not_its_own_double():
    assert REGISTRY.standing("did:web:mit.example", "MIT Learn").flags == ()
    renamed = REGISTRY.standing("did:web:mit.example", "Something Else")
    assert renamed.standing is Standing.RECOGNISED
    assert [flag.code for flag in renamed.flags] == ["ISSUER_NAME_DIFFERS"]


@pytest.mark.parametrize("name", ["Academy\u202e", "Aca\u200bdemy", "\u2066Academy", "Academy\U000e0041"])
def test_invisible_characters_are_flagged(name):
    assert [flag.code for flag in REGISTRY.standing(None, name).flags] == ["HIDDEN_CHARACTERS_IN_ISSUER_NAME"]
    assert hidden_characters(name)
    assert hidden_characters("Académie d’été") == ()


def test_scripts_mixed_in_one_word():
    assert mixed_scripts("Аcademy of Sciences") == ("LATIN", "CYRILLIC")
    assert mixed_scripts("Академия Sciences") == ()
    assert [flag.code for flag in REGISTRY.standing(None, "Аcademy").flags] == [
        "MIXED_SCRIPTS_IN_ISSUER_NAME"
    ]


def test_identifiers_are_compared_exactly():
    for issuer_id in ("did:web:mit.example:x", "did:web:MIT.example", "did:web:mit.example#k", "", None):
        assert REGISTRY.standing(issuer_id, None).standing is Standing.UNKNOWN


def test_a_red_flagged_name_flags_no_one_else():
    registry = StaticRegistry(
        [RegistryEntry(("did:web:mill.example",), "Diploma Mill", Standing.RED_FLAGGED)]
    )
    assert registry.standing("did:web:other.example", "Diploma Mill").flags == ()


def test_skeletons_are_stable():
    for name in ("Example Academy", "0penBadges", "Ünïversity"):
        assert skeleton(skeleton(name)) == skeleton(name)


@pytest.mark.parametrize(
    "name",
    [
        "Massachusets Institute",
        "Massachusetts Instiute",
        "Massachusetts Insttiute",
        "Massachusetts Institude",
    ],
)
def test_a_slip_of_the_pen_is_a_note(name):
    (flag,) = REGISTRY.standing("did:web:evil.example", name).flags
    assert (flag.code, flag.severity) == ("SIMILAR_ISSUER_NAME", Severity.YELLOW)
    assert "Massachusetts Institute" in flag.text
    assert name in flag.text
    known = StaticRegistry([MIT, RegistryEntry(("did:web:other.example",), name, Standing.KNOWN)])
    assert known.standing("did:web:other.example", name).flags == (), (
        "who stands in the registry has its own name"
    )


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("abcdefgh", "abcdefgh", False),
        ("abcdefgh", "abcdefgi", True),
        ("abcdefgh", "abcdefghi", True),
        ("abcdefgh", "bcdefgh", True),
        ("abcdefgh", "abcdegfh", True),
        ("abcdefgh", "abcdfgeh", False),
        ("abcdefgh", "abxxefgh", False),
        ("abcdefgh", "abcdefghij", False),
        ("academy 2", "academy 3", False),
        ("academy", "academy2", False),
        ("", "a", True),
    ],
)
def test_one_edit(one, other, near):
    assert one_edit_apart(one, other) is near
    assert one_edit_apart(other, one) is near


def test_the_upper_registry_alone_decides_about_an_identifier():
    snapshot = StaticRegistry([MIT, RegistryEntry(("did:web:b.example",), "B", Standing.KNOWN)], version="3")
    distrusted = replace(MIT, standing=Standing.RED_FLAGGED, note="Not by us.")
    layered = LayeredRegistry(StaticRegistry([distrusted]), snapshot, version="3+1")
    assert layered.standing("did:web:mit.example", "MIT Learn").standing is Standing.RED_FLAGGED
    assert layered.standing("did:web:b.example", "B").standing is Standing.KNOWN
    assert layered.standing("did:web:c.example", None).standing is Standing.UNKNOWN
    stranger = layered.standing("did:web:evil.example", "MIT Leam")
    assert stranger.flags == (), "nobody profits from posing as one who is distrusted"
    assert (
        LayeredRegistry(StaticRegistry(), snapshot, version="3+0")
        .standing("did:web:evil.example", "MIT Leam")
        .flags
    )


def test_the_verdict_names_the_registry_and_its_version():
    answer = check(ISSUER.sign(credential(), "eddsa-jcs-2022"))
    assert answer.registry_version == ""
    assert "version" not in answer.verdicts["issuer_trusted"].message
    entry = RegistryEntry((ISSUER.id,), "Example Academy", Standing.RECOGNISED)
    trusted = trusted_by(answer, StaticRegistry([entry], version="7"))
    assert trusted.registry_version == "7"
    assert (
        trusted.verdicts["issuer_trusted"].message == "The issuer is recognised by the registry (version 7)."
    )
    warned = replace(entry, standing=Standing.RED_FLAGGED, note="Sold degrees in 2025.")
    assert trusted_by(answer, StaticRegistry([warned], version="8")).verdicts["issuer_trusted"].message == (
        "The registry warns of the issuer (version 8): Sold degrees in 2025."
    )


@pytest.mark.parametrize(("since", "flagged"), [(FROM.date(), False), (date(2024, 6, 1), True)])
def test_a_credential_that_is_older_than_its_issuer(since, flagged):
    entry = RegistryEntry((ISSUER.id,), "Example Academy", Standing.KNOWN, since=since)
    document = ISSUER.sign(credential(), "eddsa-jcs-2022")
    for answer in (
        check(document, registry=StaticRegistry([entry])),
        trusted_by(check(document), StaticRegistry([entry])),
    ):
        assert ("ISSUER_NEWER_THAN_CREDENTIAL" in {flag.code for flag in answer.flags}) is flagged
