"""Names that pose as others."""

import pytest

from credence.credentials.verifier import RegistryEntry, Severity, Standing, StaticRegistry
from credence.credentials.verifier.confusables import hidden_characters, mixed_scripts, skeleton

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
