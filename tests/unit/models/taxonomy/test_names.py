import pytest

from credence_models.taxonomy.names import is_kind_of_software, parse, slug

ORDINARY = frozenset({"inventory", "control", "testing", "data", "visualization"})


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Security assertion markup language SAML", "Security assertion markup language"),
        ("Amazon Web Services AWS software", "Amazon Web Services"),
        ("Human resource information system (HRIS)", "Human resource information system"),
        ("Microsoft Azure software", "Microsoft Azure"),
        ("IBM DB2", "IBM DB2"),
        ("C++", "C++"),
        ("Microsoft Excel", "Microsoft Excel"),
    ],
)
def test_a_label_is_what_people_would_say(name: str, label: str) -> None:
    assert parse(name).label == label


def test_an_acronym_in_the_name_is_no_name_of_its_own() -> None:
    assert "PMP" not in parse("Pathogen Modeling Program PMP").aliases


def test_a_kind_of_software_is_told_from_a_product() -> None:
    assert is_kind_of_software("Inventory control software", ORDINARY)
    assert not is_kind_of_software("Moxa software", ORDINARY)
    assert not is_kind_of_software("Microsoft Azure software", ORDINARY)


def test_slugs_keep_apart_what_differs_by_signs() -> None:
    names = ["C", "C++", "C#", ".NET", "NET", "F#", "F"]
    assert len({slug(name) for name in names}) == len(names)
