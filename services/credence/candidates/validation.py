"""What may be said of a candidate: shapes, sizes and numbers of everything that comes in. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from credence.candidates.domain import Content, CredentialDocument, Experience, Identity, PortfolioItem

Violation = tuple[str, str]
"""The field at fault, and what is wrong with it."""

MAX_NAME = 200
MAX_TEXT = 10_000
MAX_LIST = 200
MAX_LABELS = 32
MAX_DOCUMENT_BYTES = 512 * 1024
"""A picture with a badge baked in; the credentials themselves take a few kilobytes."""
MAX_DOCUMENTS_BYTES = 768 * 1024
"""All documents of one person together: they travel in one event, and a broker takes a megabyte."""

_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LABEL_KEY = re.compile(r"[a-z0-9]([a-z0-9_.-]{0,61}[a-z0-9])?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def violations(content: Content, field_prefix: str = "candidate") -> list[Violation]:
    """Everything that is wrong with `content`, each under its field's path; empty when it may be stored."""
    return [(f"{field_prefix}.{path}", text) for path, text in _violations(content)]


def _violations(content: Content) -> Iterator[Violation]:
    yield from _text("external_id", content.external_id, 128)
    yield from _identity(content.identity)
    if content.region and not _REGION.fullmatch(content.region):
        yield "region", "must be a country or subdivision by ISO 3166, for example DE or DE-BE"
    yield from _labels(content.labels)
    for name in ("experiences", "portfolio", "claims", "assessments", "credentials"):
        if len(getattr(content, name)) > MAX_LIST:
            yield name, f"has {len(getattr(content, name))} entries, the limit is {MAX_LIST}"
    for i, experience in enumerate(content.experiences):
        yield from _experience(f"experiences[{i}]", experience)
    for i, item in enumerate(content.portfolio):
        yield from _portfolio(f"portfolio[{i}]", item)
    for i, claim in enumerate(content.claims):
        yield from _skill(f"claims[{i}]", claim.skill, claim.level)
        yield from _date(f"claims[{i}].last_used", claim.last_used)
    for i, assessment in enumerate(content.assessments):
        yield from _skill(f"assessments[{i}]", assessment.skill, assessment.level)
        yield from _date(f"assessments[{i}].date", assessment.date)
        yield from _text(f"assessments[{i}].method", assessment.method, MAX_NAME)
    yield from _credentials(content.credentials)


def _identity(identity: Identity) -> Iterator[Violation]:
    yield from _text("identity.display_name", identity.display_name, MAX_NAME)
    for name, values, ok, what in (
        ("emails", identity.emails, lambda v: _EMAIL.fullmatch(v), "is not an e-mail address"),
        (
            "dids",
            identity.dids,
            lambda v: v.startswith("did:"),
            "is not a decentralised identifier (did:...)",
        ),
    ):
        if len(values) > 20:
            yield f"identity.{name}", f"has {len(values)} entries, the limit is 20"
        for i, value in enumerate(values):
            if len(value) > 2048 or not ok(value):
                yield f"identity.{name}[{i}]", what


def _labels(labels: Mapping[str, str]) -> Iterator[Violation]:
    if len(labels) > MAX_LABELS:
        yield "labels", f"has {len(labels)} entries, the limit is {MAX_LABELS}"
    for key, value in labels.items():
        if not _LABEL_KEY.fullmatch(key):
            yield "labels", f"the key {key[:80]!r} must be 1 to 63 of a-z, 0-9, '_', '.', '-'"
        yield from _text(f"labels[{key[:80]!r}]", value, 128)


def _experience(path: str, experience: Experience) -> Iterator[Violation]:
    for name in ("title", "organisation"):
        yield from _text(f"{path}.{name}", getattr(experience, name), MAX_NAME)
    yield from _text(f"{path}.summary", experience.summary, MAX_TEXT)
    yield from _texts(f"{path}.highlights", experience.highlights, 2000)
    yield from _date(f"{path}.start_date", experience.start_date)
    yield from _date(f"{path}.end_date", experience.end_date)
    if (
        experience.start_date
        and experience.end_date
        and experience.end_date < experience.start_date[: len(experience.end_date)]
    ):
        yield f"{path}.end_date", "lies before the start_date"


def _portfolio(path: str, item: PortfolioItem) -> Iterator[Violation]:
    yield from _text(f"{path}.title", item.title, MAX_NAME)
    yield from _text(f"{path}.description", item.description, MAX_TEXT)
    yield from _texts(f"{path}.skills", item.skills, MAX_NAME)
    yield from _date(f"{path}.date", item.date)
    yield from _url(f"{path}.url", item.url)


def _credentials(credentials: Sequence[CredentialDocument]) -> Iterator[Violation]:
    seen: set[str] = set()
    total = 0
    for i, credential in enumerate(credentials):
        path = f"credentials[{i}]"
        yield from _text(f"{path}.id", credential.id, 128)
        if credential.id in seen:
            yield f"{path}.id", "is the id of an earlier credential of this person"
        seen.add(credential.id)
        if credential.document is not None:
            size = len(credential.document)
            total += size
            if not size:
                yield f"{path}.document", "is empty"
            elif size > MAX_DOCUMENT_BYTES:
                yield f"{path}.document", f"has {size} bytes, the limit is {MAX_DOCUMENT_BYTES}"
        elif credential.claimed is not None:
            if not credential.claimed.title:
                yield f"{path}.claimed.title", "is required"
            for name in ("title", "issuer"):
                yield from _text(f"{path}.claimed.{name}", getattr(credential.claimed, name), MAX_NAME)
            yield from _url(f"{path}.claimed.url", credential.claimed.url)
            yield from _date(f"{path}.claimed.awarded", credential.claimed.awarded)
        else:
            yield path, "needs a document, or what is claimed"
    if total > MAX_DOCUMENTS_BYTES:
        yield "credentials", f"hold {total} bytes of documents, the limit is {MAX_DOCUMENTS_BYTES}"


def _skill(path: str, skill: str, level: int) -> Iterator[Violation]:
    if not skill.strip():
        yield f"{path}.skill", "is required"
    yield from _text(f"{path}.skill", skill, MAX_NAME)
    if not 0 <= level <= 5:
        yield f"{path}.level", f"must be 1 to 5, or 0 when unknown, not {level}"


def _texts(path: str, values: Sequence[str], limit: int) -> Iterator[Violation]:
    if len(values) > MAX_LIST:
        yield path, f"has {len(values)} entries, the limit is {MAX_LIST}"
    for i, value in enumerate(values):
        yield from _text(f"{path}[{i}]", value, limit)


def _text(path: str, value: str, limit: int) -> Iterator[Violation]:
    if len(value) > limit:
        yield path, f"has {len(value)} characters, the limit is {limit}"
    if "\x00" in value:
        yield path, "holds a NUL character"


def _url(path: str, value: str) -> Iterator[Violation]:
    if not value:
        return
    try:
        parts = urlsplit(value)
    except ValueError:
        yield path, "is not a URL"
        return
    if len(value) > 2048 or parts.scheme not in ("http", "https") or not parts.netloc:
        yield path, "must be an http or https URL of at most 2048 characters"


def _date(path: str, value: str) -> Iterator[Violation]:
    if value and parse_partial_date(value) is None:
        yield path, f"{value[:40]!r} is not a date such as 2024-05-17, 2024-05 or 2024"


def parse_partial_date(value: str) -> date | None:
    """The first day that an ISO 8601 date, month or year covers; None when it is none of them."""
    match = _PARTIAL_DATE.fullmatch(value)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
