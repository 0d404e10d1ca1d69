"""A table from the official downloads of ESCO and O*NET, in the format of the one that is built from packages."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ... import cache, wheels
from ..build import assemble, common_names
from ..diff import Diff, compare
from ..install import NAME, folder, load
from ..model import Concept, Taxonomy, TaxonomyMissing
from ..relations import Occupation, Relations
from ..sources import ESCO_RUNS, LAISER, read_esco, read_technologies
from ..succession import succeed
from ..table import dump, parse
from .esco import SKILLS, EscoDownload, read_esco_download
from .esco_relations import BROADER, GROUPS, ISCO, NEEDS, OCCUPATIONS, RELATED
from .files import Download, DownloadError, Notes
from .onet import TECHNOLOGIES, OnetDownload, OnetOccupation, read_onet_download

ATTRIBUTION = (
    (
        "ESCO, the European Skills, Competences, Qualifications and Occupations classification of the European "
        "Commission, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Changed: reduced to English and "
        "to labels, descriptions and relations; software marked as technology; spellings added; concepts that "
        "earlier versions had mapped to others or kept as retired."
    ),
    (
        "O*NET Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA), "
        "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Changed: technology skills and titles of "
        "occupations only, merged with ESCO concepts of the same name, spellings added. USDOL/ETA has not "
        "approved, endorsed or tested this."
    ),
)

_WANTED = (BROADER, GROUPS, RELATED, OCCUPATIONS, NEEDS, ISCO)
"""Tables of ESCO whose absence leaves a gap that is worth a word."""


@dataclass(frozen=True, slots=True)
class Imported:
    """`diff` compares with the table that was in use before, if there was one. `notes` say what was left out
    and what is missing.
    """

    path: Path
    taxonomy: Taxonomy
    diff: Diff | None
    notes: tuple[str, ...]


def import_table(sources: Sequence[Path], out: Path | None, say: Callable[[str], None]) -> Imported:
    """Read folders and zip archives of ESCO's and O*NET's downloads; write a table to `out`, by default into
    the cache, when all of it is good.

    What is given of neither is read from the packages that `build` uses, which needs the package index. Ids
    of the table in use keep their meaning (succession.py). Raises `DownloadError`, whose message names file,
    line, column and reason; `WheelError`; and `TaxonomyCorrupt` where the table in use is damaged.
    """
    download, notes = Download(sources), Notes()
    if SKILLS not in download and TECHNOLOGIES not in download:
        others = "".join(f"; found {name}, but only English is read" for name in download.other_languages[:1])
        raise DownloadError(
            f"{', '.join(map(str, sources))}: neither ESCO's skills_en.csv nor O*NET's Technology Skills.txt "
            f"is there{others}"
        )
    previous = _in_use()
    esco, onet, packages = _read(download, notes, say)
    unknown: list[str] = []
    concepts = assemble(esco.rows, onet.technologies, common_names(), unknown=unknown.append)
    replaced, retired = succeed(previous, concepts, obsolete=esco.obsolete, declared=esco.declared)
    about = {
        "sources": [
            *({"file": name, "sha256": digest} for name, digest in sorted(download.used.items())),
            *({"package": wheel.requirement, "sha256": wheel.sha256} for wheel in packages),
        ],
        "attribution": ATTRIBUTION,
    }
    table = dump(
        NAME,
        concepts,
        about,
        replaced=replaced,
        retired=retired,
        relations=_relations(esco.relations, onet, concepts),
    )
    taxonomy = parse(table, "the new table")
    path = out or folder() / f"{taxonomy.version}.json"
    with cache.appearing(path) as part:
        part.write_bytes(table)
    lines = notes.lines()
    if unknown:
        lines.append(f"common_names.yaml names {len(unknown)} that no source has, such as {unknown[0]!r}")
    if SKILLS in download:
        lines += [f"missing: {name}_en.csv of ESCO" for name in _WANTED if name not in download]
    diff = compare(previous, taxonomy) if previous is not None else None
    return Imported(path, taxonomy, diff, tuple(lines))


def _in_use() -> Taxonomy | None:
    try:
        return load()
    except TaxonomyMissing:
        return None


def _read(
    download: Download, notes: Notes, say: Callable[[str], None]
) -> tuple[EscoDownload, OnetDownload, list[wheels.PinnedWheel]]:
    """Both sources, and the packages that one of them came from."""
    wanted = [] if TECHNOLOGIES in download and SKILLS in download else [LAISER]
    wanted += [] if SKILLS in download else [ESCO_RUNS]
    with ExitStack() as stack:
        # what is given is read first: an error in it should not wait for 90 MB
        esco = read_esco_download(download, notes) if SKILLS in download else None
        onet = read_onet_download(download) if TECHNOLOGIES in download else None
        if wanted:
            missing = "ESCO" if esco is None else "O*NET"
            say(f"no download of {missing} given: reading it from {', '.join(w.requirement for w in wanted)}")
        opened = [stack.enter_context(wheels.opened(wheel)) for wheel in wanted]
        if esco is None:
            esco = EscoDownload(read_esco(opened[0], opened[1]), [], {}, Relations())
        if onet is None:
            onet = OnetDownload(read_technologies(opened[0]), {}, [])
    return esco, onet, wanted


def _relations(esco: Relations, onet: OnetDownload, concepts: Sequence[Concept]) -> Relations:
    ids = _ids_by_name(concepts)
    occupations = {o.id: _occupation(o, ids) for o in onet.occupations}
    return replace(
        esco,
        groups={**esco.groups, **onet.groups},
        occupations={**esco.occupations, **occupations},
    )


def _occupation(occupation: OnetOccupation, ids: Mapping[str, str]) -> Occupation:
    """Technologies that name whole classes of software are no concepts, so they are not among its own."""
    used = dict.fromkeys(ids[name] for name in occupation.technologies if name in ids)
    return Occupation(
        occupation.id, occupation.title, description=occupation.description, technologies=tuple(used)
    )


def _ids_by_name(concepts: Sequence[Concept]) -> dict[str, str]:
    """The concept that a name of O*NET's became. Labels go before other names, technologies before others."""
    found: dict[str, Any] = {}
    ranked = sorted(concepts, key=lambda concept: concept.kind.value != "technology")
    for concept in ranked:
        found.setdefault(concept.label, concept.id)
    for concept in ranked:
        for name in concept.aliases:
            found.setdefault(name, concept.id)
    return found
