"""A company as files: what an ATS would export, what issuers publish, and what tests expect.

manifest.json            tenant, reference date, layout version
candidates.jsonl         one candidate a line, protobuf JSON; so are issuers, cohorts and programmes
postings/<role>/01.txt
web/<host>/<path>        DID documents and status lists, to be served on loopback or given to a verifier
expectations.json
"""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.json_format import MessageToDict, Parse
from google.protobuf.message import Message
from pydantic import TypeAdapter

from credencepb.audit.v1 import audit_pb2
from credencepb.candidates.v1 import candidate_pb2
from credencepb.credentials.v1 import verification_pb2

from .model import Company, Expectations

LAYOUT = 1
M = TypeVar("M", bound=Message)
_EXPECTATIONS = TypeAdapter(Expectations)


def write(company: Company, directory: Path) -> None:
    """Equal companies give equal files. The manifest comes last: a folder with one is complete."""
    directory.mkdir(parents=True, exist_ok=True)
    _write_lines(directory / "candidates.jsonl", company.candidates)
    _write_lines(directory / "issuers.jsonl", company.issuers)
    _write_lines(directory / "cohorts.jsonl", company.cohorts)
    _write_lines(directory / "programmes.jsonl", company.programmes)
    for role, texts in company.postings.items():
        for number, text in enumerate(texts, start=1):
            _write(directory / "postings" / role / f"{number:02}.txt", text.encode())
    for path, body in company.web_documents.items():
        _write(directory / "web" / path, body)
    _write(directory / "expectations.json", _EXPECTATIONS.dump_json(company.expectations, indent=1))
    manifest = {"layout": LAYOUT, "tenant": company.tenant, "reference": company.reference.isoformat()}
    _write(directory / "manifest.json", json.dumps(manifest).encode())


def read(directory: Path) -> Company | None:
    """What `write` wrote, or None where no complete company of this layout lies."""
    manifest = _manifest(directory)
    if manifest.get("layout") != LAYOUT:
        return None
    web, postings = directory / "web", directory / "postings"
    return Company(
        tenant=manifest["tenant"],
        reference=date.fromisoformat(manifest["reference"]),
        candidates=_read_lines(directory / "candidates.jsonl", candidate_pb2.Candidate),
        postings={
            role.name: [path.read_text(encoding="utf-8") for path in sorted(role.iterdir())]
            for role in sorted(postings.iterdir())
        },
        cohorts=_read_lines(directory / "cohorts.jsonl", audit_pb2.Cohort),
        programmes=_read_lines(directory / "programmes.jsonl", audit_pb2.Programme),
        issuers=_read_lines(directory / "issuers.jsonl", verification_pb2.Issuer),
        web_documents={
            path.relative_to(web).as_posix(): path.read_bytes()
            for path in sorted(web.rglob("*"))
            if path.is_file()
        },
        expectations=_EXPECTATIONS.validate_json((directory / "expectations.json").read_bytes()),
    )


def _manifest(directory: Path) -> dict[str, Any]:
    path = directory / "manifest.json"
    manifest: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
    return manifest


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def _write_lines(path: Path, messages: Iterable[Message]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for message in messages:
            file.write(json.dumps(MessageToDict(message), ensure_ascii=False, sort_keys=True) + "\n")


def _read_lines(path: Path, kind: type[M]) -> list[M]:
    with path.open(encoding="utf-8") as file:
        return [Parse(line, kind()) for line in file]
