"""O*NET's download, as text (https://www.onetcenter.org/database.html) or as CSV with the same columns."""

from collections import Counter
from dataclasses import dataclass

from ..relations import Group
from ..sources import TechnologyRow
from .esco_relations import plain
from .files import Download, DownloadError

TECHNOLOGIES, OCCUPATIONS = "technology skills", "occupation data"


@dataclass(frozen=True, slots=True)
class OnetOccupation:
    """`technologies` are names of rows."""

    id: str
    title: str
    description: str
    technologies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnetDownload:
    """`technologies` in order of name; `groups` are the commodity classes of the United Nations (UNSPSC) that
    they are examples of: headings, no skills.
    """

    technologies: list[TechnologyRow]
    groups: dict[str, Group]
    occupations: list[OnetOccupation]


def read_onet_download(download: Download) -> OnetDownload:
    """Raises `DownloadError` where a table is not what it should be."""
    classes: dict[str, Counter[str]] = {}
    titles: dict[str, str] = {}
    used: dict[str, dict[str, None]] = {}
    for row in download.rows(
        TECHNOLOGIES, ["O*NET-SOC Code", "Example", "Commodity Code", "Commodity Title"]
    ):
        name, code = plain(row.needed("Example")), row.needed("Commodity Code")
        if not code.isdigit():
            row.refuse("Commodity Code", f"{code[:40]!r} is no code of the UNSPSC")
        group = f"unspsc:{code}"
        titles[group] = plain(row.needed("Commodity Title"))
        classes.setdefault(name, Counter())[group] += 1
        used.setdefault(row.needed("O*NET-SOC Code"), {})[name] = None
    if not classes:
        raise DownloadError(f"{TECHNOLOGIES}: there is nothing in it")
    technologies = []
    for name, counts in sorted(classes.items()):
        groups = sorted(counts, key=lambda group: (-counts[group], group))  # its usual class first
        technologies.append(TechnologyRow(name, titles[groups[0]], tuple(groups)))
    return OnetDownload(
        technologies,
        {
            group: Group(group, title, group.removeprefix("unspsc:"))
            for group, title in sorted(titles.items())
        },
        _occupations(download, used),
    )


def _occupations(download: Download, used: dict[str, dict[str, None]]) -> list[OnetOccupation]:
    if OCCUPATIONS not in download:
        return []
    return [
        OnetOccupation(
            f"onet-soc:{row.needed('O*NET-SOC Code')}",
            plain(row.needed("Title")),
            plain(row["Description"]),
            tuple(used.get(row["O*NET-SOC Code"], ())),
        )
        for row in download.rows(OCCUPATIONS, ["O*NET-SOC Code", "Title", "Description"])
    ]
