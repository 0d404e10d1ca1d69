"""`credence verify`: judges files here, without any service and, unless asked, without a network."""

import json
import sys
from datetime import datetime
from pathlib import Path

from credence.cli import output
from credence.credentials import convert
from credence.credentials.verifier import (
    Documents,
    FolderDocuments,
    GuardedFetcher,
    NoDocuments,
    Outcome,
    Recipient,
    StaticRegistry,
    verify,
)


def verify_files(
    files: list[str],
    *,
    recipient: str,
    at: datetime,
    documents_dir: Path | None,
    online: bool,
    as_json: bool,
    registry: StaticRegistry | None = None,
) -> bool:
    """Prints a verdict sheet for each file (`-`: standard input), or one JSON object a line; True when all are VERIFIED."""
    documents: Documents = NoDocuments()
    if documents_dir is not None:
        documents = FolderDocuments(documents_dir)
    elif online:
        documents = GuardedFetcher()
    wanted = None
    if recipient:
        wanted = (
            Recipient(dids=(recipient,)) if recipient.startswith("did:") else Recipient(emails=(recipient,))
        )
    good = True
    for file in files:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        verification = verify(
            content, recipient=wanted, at=at, documents=documents, registry=registry or StaticRegistry()
        )
        good = good and verification.outcome is Outcome.VERIFIED
        if as_json:
            output.console.out(json.dumps(verification.to_json(file), ensure_ascii=False), highlight=False)
        else:
            output.console.print(output.verdicts(convert.verification(verification), file))
    return good
