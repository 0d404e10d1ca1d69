from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credence_models.taxonomy import Concept, ConceptKind, TaxonomyCorrupt, TaxonomyMissing
from credence_models.taxonomy.relations import Group, Occupation, Relations
from credence_models.taxonomy.table import dump, parse, read, read_about

concepts = st.lists(
    st.builds(
        Concept,
        id=st.text(min_size=1),
        label=st.text(),
        kind=st.sampled_from(ConceptKind),
        aliases=st.lists(st.text()).map(tuple),
        description=st.text(),
        broader=st.lists(st.text()).map(tuple),
        reuse_level=st.sampled_from(["", "transversal"]),
    ),
    unique_by=lambda concept: concept.id,
    max_size=5,
)


@given(concepts)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, written: list[Concept]) -> None:
    path = tmp_path_factory.mktemp("table") / "t.json"
    path.write_bytes(dump("name", written, {"attribution": ["of X\nand Y"]}))
    taxonomy = read(path)
    assert list(taxonomy.concepts) == written
    assert taxonomy.version == read_about(path)["version"]


GO = Concept("onet:go", "Go", ConceptKind.TECHNOLOGY, (), "", ("g",))
RELATIONS = Relations(
    groups={"g": Group("g", "group", "G1", "about", ("h",)), "h": Group("h", "upper")},
    occupations={
        "o": Occupation("o", "coder", ("hacker",), "codes", ("h",), ("onet:go",), (), ("onet:sql",))
    },
    essential={"onet:go": ("onet:sql",)},
    optional={"onet:sql": ("onet:go", "onet:sql")},
    collections={"digital": ("onet:sql",)},
)


def test_relations_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(dump("n", [SQL, GO], {}, relations=RELATIONS))
    assert read(path).relations == RELATIONS
    assert read(path).version != parse(dump("n", [SQL, GO], {}), "bare").version
    assert parse(dump("n", [SQL, GO], {}), "bare").relations == Relations()
    path.write_bytes(path.read_bytes().replace(b"hacker", b"cracker"))
    with pytest.raises(TaxonomyCorrupt, match="damaged"):
        read(path)


def test_what_packages_give_is_laid_out_as_ever() -> None:
    """Vectors are kept by version: the bytes of a table without anything new must not change."""
    assert dump("n", [SQL], {}) == (
        b'{"version":"n+074e973b6a0b","name":"n","concepts":1}\n'
        b'{"id":["onet:sql"],"label":["SQL"],"kind":["technology"],"aliases":[[]],"description":[""],"broader":[[]]}\n'
    )


SQL = Concept("onet:sql", "SQL", ConceptKind.TECHNOLOGY, (), "", ())


def test_the_version_says_what_is_in_it_and_nothing_else() -> None:
    def version(*args: object) -> bytes:
        return dump(*args).split(b'"')[3]  # type: ignore[arg-type]

    assert version("n", [SQL], {"a": 1}) == version("n", [SQL], {"a": 2})
    assert version("n", [SQL], {}) != version("n", [], {})


def test_a_missing_table_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyMissing, match=r"credence_models\.taxonomy build"):
        read(tmp_path / "none.json")


@pytest.mark.parametrize("damage", [b"", b"{}", b"{}\n{}\n", b"\x00" * 64, b"[]\n[]\n[]\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(damage)
    with pytest.raises(TaxonomyCorrupt):
        read(path)


def test_one_changed_letter_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_bytes(dump("n", [SQL], {}).replace(b'["SQL"]', b'["SQ1"]'))
    with pytest.raises(TaxonomyCorrupt, match="damaged"):
        read(path)
