"""A small invented download in the columns of ESCO 1.2 and O*NET 30."""

import csv
import io
import zipfile
from pathlib import Path

SKILL = "http://data.europa.eu/esco/skill/"
ISCED = "http://data.europa.eu/esco/isced-f/"
ISCO = "http://data.europa.eu/esco/isco/"
OCCUPATION = "http://data.europa.eu/esco/occupation/"


def uuid(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"


def uri(n: int) -> str:
    return SKILL + uuid(n)


STAFF, TEAM, DATABASES, PELICAN, HONESTY, WRITE, FLUTIAN, OLD = range(1, 9)
"""The concepts."""
SKILLS, KNOWLEDGE, TRANSVERSAL, LANGUAGE, LEADING = range(101, 106)
"""Groups."""

DO, KNOW = "skill/competence", "knowledge"

COLUMNS = {
    "skills_en.csv": "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,"
    "modifiedDate,scopeNote,definition,inScheme,description",
    "skillGroups_en.csv": "conceptType,conceptUri,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,"
    "scopeNote,inScheme,description,code",
    "skillsHierarchy_en.csv": "Level 0 URI,Level 0 preferred term,Level 1 URI,Level 1 preferred term,Level 2 URI,"
    "Level 2 preferred term,Level 3 URI,Level 3 preferred term,Description,Scope note,Level 0 code,Level 1 code,"
    "Level 2 code,Level 3 code",
    "broaderRelationsSkillPillar_en.csv": "conceptType,conceptUri,broaderType,broaderUri",
    "skillSkillRelations_en.csv": "originalSkillUri,originalSkillType,relationType,relatedSkillType,"
    "relatedSkillUri",
    "occupations_en.csv": "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,hiddenLabels,status,"
    "modifiedDate,regulatedProfessionNote,scopeNote,definition,inScheme,description,code",
    "occupationSkillRelations_en.csv": "occupationUri,relationType,skillType,skillUri",
    "ISCOGroups_en.csv": "conceptType,conceptUri,code,preferredLabel,status,altLabels,inScheme,description",
    "digitalSkillsCollection_en.csv": "conceptType,conceptUri,preferredLabel,status,skillType,reuseLevel,altLabels,"
    "description,broaderConceptUri,broaderConceptPT",
    "Technology Skills.txt": "O*NET-SOC Code,Example,Commodity Code,Commodity Title,Hot Technology,In Demand",
    "Occupation Data.txt": "O*NET-SOC Code,Title,Description",
}


def _skill(n, kind, reuse, label, alternatives="", hidden="", status="released", text=""):
    head = ["KnowledgeSkillCompetence", uri(n), kind, reuse, label, alternatives, hidden, status]
    return [*head, "2026-01-01", "", "", "x", text or f"About {label}."]


def _group(at, label, code, text=""):
    return ["SkillGroup", at, label, "", "", "released", "", "", "x", text, code]


def _occupation(n, label, names, status, text):
    head = ["Occupation", OCCUPATION + uuid(n), "5164", label, names, "", status]
    return [*head, "", "", "", "", "x", text, f"5164.{n}"]


def _tables():
    """Rows by table, without the header."""
    return {
        "skills_en.csv": [
            _skill(STAFF, DO, "cross-sector", "run a kennel", "keep kennels\nrun kennels", "kennel"),
            _skill(TEAM, DO, "cross-sector", "lead a pack", "head a pack, or several"),
            _skill(DATABASES, KNOW, "sector-specific", "kennel books", "Dogbase"),
            _skill(PELICAN, KNOW, "", "PelicanDB", text="The computer program PelicanDB keeps beaks."),
            _skill(HONESTY, DO, "transversal", "be frank"),
            _skill(WRITE, DO, "transversal", "write Flutian"),
            _skill(FLUTIAN, KNOW, "transversal", "Flutian"),
            _skill(OLD, KNOW, "", "pelican data base", status="obsolete"),
        ],
        "skillGroups_en.csv": [
            _group(uri(SKILLS), "skills", "S"),
            _group(uri(KNOWLEDGE), "knowledge", "K"),
            _group(uri(TRANSVERSAL), "transversal", "T"),
            _group(uri(LANGUAGE), "languages", "L"),
            _group(uri(LEADING), "leading", "S4"),
            _group(ISCED + "0612", "data bases", "0612", "Of data."),
        ],
        "skillsHierarchy_en.csv": [
            [uri(SKILLS), "skills", uri(LEADING), "leading", *[""] * 6, "S", "S4"],
        ],
        "broaderRelationsSkillPillar_en.csv": [
            ["x", below, "x", above]
            for below, above in (
                (ISCED + "0612", uri(KNOWLEDGE)),
                (uri(STAFF), uri(TEAM)),
                (uri(TEAM), uri(LEADING)),
                (uri(DATABASES), ISCED + "0612"),
                (uri(PELICAN), ISCED + "0612"),
                (uri(HONESTY), uri(TRANSVERSAL)),
                (uri(WRITE), uri(FLUTIAN)),
                (uri(FLUTIAN), uri(LANGUAGE)),
                (uri(FLUTIAN), uri(TRANSVERSAL)),
            )
        ],
        "skillSkillRelations_en.csv": [
            [uri(STAFF), DO, "essential", KNOW, uri(DATABASES)],
            [uri(STAFF), DO, "optional", DO, uri(HONESTY)],
            [uri(STAFF), DO, "optional", DO, uri(99)],
        ],
        "occupations_en.csv": [
            _occupation(1, "kennel master", "dog keeper", "released", "Keeps dogs."),
            _occupation(2, "dog king", "", "obsolete", ""),
        ],
        "occupationSkillRelations_en.csv": [
            [OCCUPATION + uuid(1), "essential", DO, uri(STAFF)],
            [OCCUPATION + uuid(1), "optional", DO, uri(TEAM)],
            [OCCUPATION + uuid(2), "optional", DO, uri(TEAM)],
        ],
        "ISCOGroups_en.csv": [
            ["ISCOGroup", ISCO + "C516", "516", "personal services", "released", "", "x", ""],
            ["ISCOGroup", ISCO + "C5164", "5164", "animal care", "released", "", "x", ""],
        ],
        "digitalSkillsCollection_en.csv": [
            ["x", uri(PELICAN), "PelicanDB", "released", KNOW, "", "", "", "", ""],
        ],
        "Technology Skills.txt": [
            ["39-2021.00", "PelicanDB", "43232304", "Data base software", "N", "N"],
            ["39-2021.00", 'Ruff "Pro" Suite', "43232304", "Data base software", "N", "N"],
            ["39-2021.00", 'Ruff "Pro" Suite', "43231507", "Project software", "N", "N"],
            ["15-1252.00", 'Ruff "Pro" Suite', "43231507", "Project software", "Y", "Y"],
            ["15-1252.00", "Dogbase", "43231507", "Project software", "Y", "Y"],
        ],
        "Occupation Data.txt": [["39-2021.00", "Animal Caretakers", "Feed them."]],
    }


class Files:
    """The tables as lists of rows, header first, to be changed at will; `folder` and `archive` write them."""

    def __init__(self, at: Path) -> None:
        self.at = at
        self.tables = {name: [COLUMNS[name].split(","), *rows] for name, rows in _tables().items()}

    def text(self, name: str) -> str:
        text = io.StringIO()
        if name.endswith(".txt"):
            for row in self.tables[name]:
                text.write("\t".join(row) + "\n")
        else:
            csv.writer(text, lineterminator="\r\n").writerows(self.tables[name])
        return text.getvalue()

    def change(self, name: str, row: int, column: str, value: str) -> None:
        """`row` counts from 1, the header being row 0."""
        self.tables[name][row][self.tables[name][0].index(column)] = value

    def rename(self, one: str, other: str) -> None:
        """A cell that is `one` becomes `other`, in every table."""
        for rows in self.tables.values():
            rows[:] = [[other if cell == one else cell for cell in row] for row in rows]

    def without(self, *parts: str) -> "Files":
        """Only the tables whose name holds none of `parts`."""
        self.tables = {n: t for n, t in self.tables.items() if not any(part in n for part in parts)}
        return self

    def folder(self, name: str = "download") -> Path:
        (self.at / name).mkdir(exist_ok=True)
        for table in self.tables:
            (self.at / name / table).write_text(self.text(table), "utf-8-sig", newline="")
        return self.at / name

    def archive(self, name: str = "download.zip") -> Path:
        with zipfile.ZipFile(self.at / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for table in self.tables:
                archive.writestr(f"some folder/{table}", self.text(table))
        return self.at / name
