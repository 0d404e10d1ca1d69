"""A bad download is one plain line: file, line, column, reason."""

import zipfile
from pathlib import Path

import pytest

from credence_models.taxonomy.official import DownloadError, import_table
from credence_models.taxonomy.official import files as reading
from support.downloads import SKILL, STAFF, Files, uri


def refusal(*sources: Path) -> str:
    with pytest.raises(DownloadError) as refused:
        import_table(sources, None, lambda _: None)
    text = str(refused.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "line"),
    [
        (
            "skills_en.csv",
            2,
            "conceptUri",
            "http://example.org/x",
            "skills_en.csv, line 4, column conceptUri: 'http://example.org/x' is not the URI of anything in ESCO",
        ),
        (
            "skills_en.csv",
            2,
            "conceptUri",
            SKILL + "S4.1",
            f"skills_en.csv, line 4, column conceptUri: '{SKILL}S4.1' is not the URI of a skill",
        ),
        (
            "skills_en.csv",
            2,
            "conceptUri",
            uri(STAFF),
            f"skills_en.csv, line 4, column conceptUri: {uri(STAFF)} is on line 2 already",
        ),
        (
            "skills_en.csv",
            3,
            "skillType",
            "talent",
            "skills_en.csv, line 5, column skillType: 'talent' is none of 'knowledge', 'skill/competence', ''",
        ),
        (
            "skills_en.csv",
            3,
            "status",
            "draft",
            "skills_en.csv, line 5, column status: 'draft' is none of '', 'released', 'obsolete'",
        ),
        (
            "skillGroups_en.csv",
            1,
            "preferredLabel",
            "  ",
            "skillGroups_en.csv, line 2, column preferredLabel: is empty",
        ),
        (
            "broaderRelationsSkillPillar_en.csv",
            2,
            "broaderUri",
            uri(STAFF),
            f"broaderRelationsSkillPillar_en.csv, line 3, column broaderUri: {uri(STAFF)} is above itself",
        ),
        (
            "skillSkillRelations_en.csv",
            1,
            "relationType",
            "",
            "skillSkillRelations_en.csv, line 2, column relationType: '' is none of 'essential', 'optional'",
        ),
        (
            "Technology Skills.txt",
            4,
            "Commodity Code",
            "4323x",
            "Technology Skills.txt, line 5, column Commodity Code: '4323x' is no code of the UNSPSC",
        ),
        (
            "Technology Skills.txt",
            1,
            "Example",
            "",
            "Technology Skills.txt, line 2, column Example: is empty",
        ),
    ],
)
def test_a_bad_cell(files: Files, table: str, row: int, column: str, value: str, line: str) -> None:
    files.change(table, row, column, value)
    assert refusal(files.folder()) == line


@pytest.mark.parametrize("column", ["preferredLabel", "altLabels", "skillType", "description"])
def test_a_missing_column(files: Files, column: str) -> None:
    header = files.tables["skills_en.csv"][0]
    header[header.index(column)] = "x"
    assert refusal(files.folder()) == f"skills_en.csv, line 1: there is no column {column}"


def test_a_row_with_too_many_cells(files: Files) -> None:
    files.tables["skills_en.csv"][3].append("x")
    assert refusal(files.folder()) == "skills_en.csv, line 5: 14 cells in a table of 13 columns"


@pytest.mark.parametrize(
    ("cut", "reason"),
    [
        (lambda content: content[: content.index(b"run kennels")], "line 2: unexpected end of data"),
        (lambda content: content.replace(b"lead a pack", b"lead \xff pack"), "line 4: not UTF-8 at byte"),
        (
            lambda content: content.replace(b"lead a pack", b"lead \x1b[31m"),
            "line 4: holds the control character '\\x1b'",
        ),
        (
            lambda content: content.replace(b"be frank", b"b" * 200_000, 1),
            "line 7: field larger than field limit",
        ),
        (lambda _: b"", "line 1: there is no column preferredLabel"),
    ],
)
def test_a_damaged_file(files: Files, cut, reason: str) -> None:
    path = files.folder() / "skills_en.csv"
    path.write_bytes(cut(path.read_bytes()))
    assert refusal(path.parent).startswith(f"skills_en.csv, {reason}")


def test_a_table_without_rows(files: Files) -> None:
    del files.tables["skills_en.csv"][1:]
    assert refusal(files.folder()) == "skills: there is no released concept in it"


def test_too_much(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1 << 20)
    filler = ["x" * 1000] * 13
    files.tables["skills_en.csv"] += [filler] * 100
    assert refusal(files.folder()) == "skills_en.csv: more than 1 MiB"
    assert refusal(files.archive()) == "skills_en.csv: more than 1 MiB"  # a few KiB in the archive
    monkeypatch.setattr(reading, "MAX_MEMBERS", 3)
    assert refusal(files.archive()).endswith("download.zip: 11 files, more than 3")


def test_what_is_no_download(files: Files) -> None:
    assert refusal(files.at / "none").endswith("none: there is no such folder or archive")
    text = files.at / "text.zip"
    text.write_text("no archive")
    assert refusal(text).endswith("text.zip: neither a folder nor a zip archive")
    (files.at / "empty").mkdir()
    assert refusal(files.at / "empty").endswith(
        "empty: neither ESCO's skills_en.csv nor O*NET's Technology Skills.txt is there"
    )


def test_another_language_is_named(files: Files) -> None:
    folder = files.without(".txt").folder()
    for path in folder.iterdir():
        path.rename(path.with_name(path.name.replace("_en", "_de")))
    assert refusal(folder).endswith("is there; found ISCOGroups_de.csv, but only English is read")


def test_the_same_table_twice(files: Files) -> None:
    assert "there are two tables" in refusal(files.folder(), files.archive())


def test_a_damaged_archive(files: Files) -> None:
    path = files.archive()
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("some folder/skills_en.csv")
    content[info.header_offset + 30 + len(info.filename) + 20] ^= 0xFF
    path.write_bytes(content)
    assert "download.zip: some folder/skills_en.csv cannot be unpacked: " in refusal(path)
