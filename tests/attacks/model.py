"""An attack, and what the verifier must say to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from attacks.guard import no_network
from credence.credentials.verifier import (
    Code,
    Documents,
    IssuerRegistry,
    NoDocuments,
    Outcome,
    Recipient,
    StaticRegistry,
    Verification,
    verify,
)
from credence.credentials.verifier.key_history import NO_HISTORY, KeyHistory
from support.badges import AT


class Row(StrEnum):
    """Rows of the table of attacks that the design answers to, in its order; the last six are ours."""

    ALGORITHMS = "Algorithms that show nothing"
    KEYS = "Keys that are not the issuer's"
    READING = "What is read is not what is signed"
    PROOFS = "Proofs that are none, or not all good"
    REQUESTS = "Requests that a credential would have us make"
    BOMBS = "Documents made to be costly"
    STATUS = "Status lists that cannot be believed"
    NAMES = "Names that look like others'"
    RECIPIENTS = "Someone else's credential"
    TIMES = "Two ends, and times that can be read in two ways"
    SPELLINGS = "Numbers, texts and tokens in another spelling"
    KEY_MATERIAL = "Keys and signatures that are degenerate"
    PICTURES = "Pictures with credentials in them"
    OLDER = "Hosted and signed badges of versions 1 and 2"
    RECORDS = "Credentials within credentials"
    PAST = "Keys of the past"


@dataclass(frozen=True)
class Attack:
    row: Row
    name: str
    document: Callable[[], bytes | str]
    outcome: Outcome
    code: Code
    """of the verdict that is decisive"""
    verdict: str = "integrity"
    recipient: Recipient | None = None
    at: datetime = AT
    documents: Callable[[], Documents] = NoDocuments
    registry: Callable[[], IssuerRegistry] = StaticRegistry
    history: KeyHistory = NO_HISTORY
    flag: str | None = None
    """of a warning that must be raised beside the verdicts"""
    hosts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """what the name server says, for attacks that reach the guarded fetcher"""
    answers: Mapping[str, bytes] = field(default_factory=dict)
    """what the peer at an address answers to a request, where one may be made at all"""

    def prepare(self) -> Callable[[], Verification]:
        """Makes all that the attacker makes; the call of what is returned is the verifier's part, with every way to the network barred."""
        document, documents, registry = self.document(), self.documents(), self.registry()

        def run() -> Verification:
            with no_network(self.hosts, self.answers):
                return verify(
                    document,
                    recipient=self.recipient,
                    at=self.at,
                    documents=documents,
                    registry=registry,
                    history=self.history,
                )

        return run

    def wrong(self, answer: Verification) -> str | None:
        """How `answer` differs from what it must be."""
        given: dict[str, Any] = {
            "outcome": answer.outcome,
            self.verdict: answer.verdicts[self.verdict].code,
        }
        wanted: dict[str, Any] = {"outcome": self.outcome, self.verdict: self.code}
        if given != wanted:
            return f"{given}, and not {wanted}: {answer.verdicts}"
        if self.flag is not None and self.flag not in {flag.code for flag in answer.flags}:
            return f"no flag {self.flag}: {answer.flags}"
        return None
