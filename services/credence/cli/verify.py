"""`credence verify`: judges files here, without any service and, unless asked, without a network."""

import json
import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

from credence.cli import output
from credence.credentials import convert
from credence.credentials.verifier import (
    Code,
    Documents,
    FolderDocuments,
    GuardedFetcher,
    Limits,
    NoDocuments,
    Outcome,
    Recipient,
    State,
    StaticRegistry,
    verify,
)
from credence.credentials.verifier.refusals import refusal

_LOG: Final = logging.getLogger(__name__)


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
    """Prints a verdict sheet for each file (`-`: standard input), or one JSON object a line; True when all are VERIFIED.

    ValueError: `recipient` is neither an e-mail address nor a DID, or documents are to come from a folder and from the network.
    """
    if documents_dir is not None and online:
        raise ValueError("--documents is for checking without a network; choose it or --online")
    if recipient and not recipient.startswith("did:") and "@" not in recipient:
        raise ValueError(f"{recipient!r} is neither an e-mail address nor a DID")
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
        content = _content(file)
        try:
            verification = verify(
                content, recipient=wanted, at=at, documents=documents, registry=registry or StaticRegistry()
            )
        except Exception:
            # verify promises not to raise; where it does, one file must not cost the others their answers
            _LOG.exception("%s broke the verifier", file)
            verification = refusal(
                content,
                Code.VERIFICATION_CRASHED,
                "The verification broke off.",
                at,
                state=State.INDETERMINATE,
            )
        good = good and verification.outcome is Outcome.VERIFIED
        if as_json:
            # in ASCII: some characters in texts are line ends to some readers, or change how a terminal reads
            output.console.out(json.dumps(verification.to_json(file)), highlight=False)
        else:
            output.console.print(output.verdicts(convert.verification(verification), file))
    return good


def _content(file: str) -> bytes:
    """No more than shows that it is too large."""
    most = Limits().max_image_bytes + 1
    if file == "-":
        return sys.stdin.buffer.read(most)
    with Path(file).open("rb") as opened:
        return opened.read(most)
