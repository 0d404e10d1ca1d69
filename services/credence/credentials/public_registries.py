"""Public lists of issuers, as files that somebody downloaded, made into registry entries.

What a list claims is taken with its source and no further: everybody in it gets the one standing that the operator gives the list, entries
that call themselves tests are left out, and of two entries for one identifier the first counts. A list of domains gives standing to the
did:web of the domain itself, whose owner alone can publish it, and never to addresses below it, where students have pages.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from credence.credentials.verifier import RegistryEntry, Standing
from credence.credentials.verifier.snapshot import Source

__all__ = ["Imported", "NotARegistryError", "merged", "read_list"]

MAX_BYTES: Final = 64 * 1024 * 1024
_MOST_ALIASES: Final = 20
_TEST: Final = re.compile(
    r"\b(test(s|ing|-only)?|sandbox|playground|plugfest|example|demo|dummy|my (university|college|school))\b",
    re.IGNORECASE,
)
_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_ID: Final = re.compile(r"(did:[a-z0-9]+:\S+|https://\S+)")


class NotARegistryError(ValueError):
    """The file is no list of issuers in a shape that is known."""


@dataclass(frozen=True, slots=True)
class Imported:
    entries: tuple[RegistryEntry, ...]
    source: Source
    remarks: tuple[str, ...]
    """What was left out or read with doubt, one plain sentence each."""


def read_list(
    content: bytes, *, title: str, licence: str, standing: Standing, url: str = "", with_tests: bool = False
) -> Imported:
    """The entries of one list, in its order. NotARegistryError: not JSON, or of no known shape."""
    if len(content) > MAX_BYTES:
        raise NotARegistryError(f"{title} has {len(content)} bytes; at most {MAX_BYTES} are read")
    twice: list[str] = []
    parsed = _parsed(content, title, twice)
    found = [pair for reader in _READERS for pair in reader(parsed)]
    if not found:
        raise NotARegistryError(f"{title} is no list of issuers in a shape that is known here")
    remarks = [f"{title}: {name[:100]} stands there twice." for name in twice]
    entries: list[RegistryEntry] = []
    tests = 0
    for issuer_ids, name in found:
        usable = tuple(i for i in issuer_ids if _ID.fullmatch(i) and len(i) <= 2048)
        clean = " ".join(name.split())[:300]
        if not usable or not clean:
            remarks.append(f"{title}: {(issuer_ids or ('?',))[0][:100]} has no usable identifier or name.")
        elif _TEST.search(clean) and not with_tests:
            tests += 1
        else:
            entries.append(RegistryEntry(usable, clean, standing))
    if tests:
        remarks.append(f"{title}: {tests} entries that call themselves tests or examples were left out.")
    source = Source(
        title=title,
        licence=licence,
        url=url,
        sha256=hashlib.sha256(content).hexdigest(),
        entries=len(entries),
    )
    return Imported(tuple(entries), source, tuple(remarks))


def merged(lists: Iterable[Imported]) -> tuple[list[RegistryEntry], list[Source], list[str]]:
    """Entries, sources and remarks of several lists. An identifier has one entry, the first; later names of it become aliases."""
    entries: list[RegistryEntry] = []
    sources: list[Source] = []
    remarks: list[str] = []
    places: dict[str, int] = {}
    for number, imported in enumerate(lists):
        sources.append(imported.source)
        remarks += imported.remarks
        for entry in imported.entries:
            known = next((places[i] for i in entry.issuer_ids if i in places), None)
            if known is None:
                places |= dict.fromkeys(entry.issuer_ids, len(entries))
                entries.append(replace(entry, source=number))
                continue
            first = entries[known]
            if entry.name not in first.names and len(first.aliases) < _MOST_ALIASES:
                entries[known] = replace(first, aliases=(*first.aliases, entry.name))
            if entry.standing is not first.standing:
                remarks.append(
                    f"{entry.issuer_ids[0][:100]} is {first.standing} by {sources[first.source or 0].title!r}; that it is"
                    f" {entry.standing} by {imported.source.title!r} does not count."
                )
    return entries, sources, remarks


def _parsed(content: bytes, title: str, twice: list[str]) -> Any:
    def first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for name, value in pairs:
            if name in built:
                twice.append(name)  # public lists do hold an issuer twice
            built.setdefault(name, value)
        return built

    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=first_of_each)
    except (ValueError, RecursionError) as error:
        raise NotARegistryError(f"{title} is not JSON: {str(error)[:120]}") from None


Found = Iterator[tuple[tuple[str, ...], str]]


def _keyed(parsed: Any) -> Found:
    """`{"registry": {issuer id: {"name": ...}}}`, as consortia of universities publish."""
    registry = parsed.get("registry") if isinstance(parsed, dict) else None
    if isinstance(registry, dict):
        for issuer_id, about in registry.items():
            yield (issuer_id,), _text(about, "name")


def _rows(parsed: Any) -> Found:
    """Rows with `sub_name` (the DID) and `organization_name`: OpenID Federation registries, plain or as a DynamoDB batch."""
    tables = list(parsed.values()) if isinstance(parsed, dict) else [parsed]
    for table in tables:
        for row in table if isinstance(table, list) else ():
            item = _plain(row)
            if isinstance(item.get("sub_name"), str):
                yield (item["sub_name"],), _text(item, "organization_name") or _text(item, "legal_name")


def _plain(row: Any) -> dict[str, Any]:
    while isinstance(row, dict) and len(row) == 1 and next(iter(row)) in ("PutRequest", "Item"):
        row = next(iter(row.values()))
    if not isinstance(row, dict):
        return {}
    return {
        name: value["S"] if isinstance(value, dict) and value.keys() == {"S"} else value
        for name, value in row.items()
    }


def _domains(parsed: Any) -> Found:
    """`[{"name": ..., "domains": [...]}]`, as lists of universities come."""
    for row in parsed if isinstance(parsed, list) else ():
        if isinstance(row, dict) and isinstance(row.get("domains"), list):
            hosts = [d.lower() for d in row["domains"] if isinstance(d, str) and _DOMAIN.fullmatch(d.lower())]
            yield tuple(f"did:web:{host}" for host in dict.fromkeys(hosts)), _text(row, "name")


_READERS: Final[tuple[Callable[[Any], Found], ...]] = (_keyed, _rows, _domains)


def _text(row: Any, name: str) -> str:
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, str) else ""
