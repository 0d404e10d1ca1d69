"""Verification of Open Badges 3.0 and other verifiable credentials, offline first: separate verdicts, never one boolean.

Pure but for the `Documents` port. Nothing here imports gRPC, SQL, Kafka or generated messages.
"""

from .documents import Documents, DocumentUnavailable, FolderDocuments, NoDocuments
from .fetcher import GuardedFetcher
from .key_history import NO_HISTORY, FormerKey, KeyHistory, Remembered, SigningKey
from .model import (
    Achievement,
    Alignment,
    Association,
    Endorsement,
    EvidenceLink,
    Limits,
    ProofReport,
    Recipient,
    Result,
    StatusEntry,
    Verification,
)
from .registry import (
    IssuerAnswer,
    IssuerRegistry,
    LayeredRegistry,
    RegistryEntry,
    Standing,
    StaticRegistry,
)
from .status import recheck_status
from .validity import validity_at
from .verdicts import VERDICTS, Code, Flag, Outcome, Severity, State, Verdict, outcome_of
from .verification import verify

__all__ = [
    "NO_HISTORY",
    "VERDICTS",
    "Achievement",
    "Alignment",
    "Association",
    "Code",
    "DocumentUnavailable",
    "Documents",
    "Endorsement",
    "EvidenceLink",
    "Flag",
    "FolderDocuments",
    "FormerKey",
    "GuardedFetcher",
    "IssuerAnswer",
    "IssuerRegistry",
    "KeyHistory",
    "LayeredRegistry",
    "Limits",
    "NoDocuments",
    "Outcome",
    "ProofReport",
    "Recipient",
    "RegistryEntry",
    "Remembered",
    "Result",
    "Severity",
    "SigningKey",
    "Standing",
    "State",
    "StaticRegistry",
    "StatusEntry",
    "Verdict",
    "Verification",
    "outcome_of",
    "recheck_status",
    "validity_at",
    "verify",
]
