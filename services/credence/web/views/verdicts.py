"""A credential in plain words: eight questions, each with its own answer, and one paragraph."""

from dataclasses import dataclass
from typing import Final

from credence.web import words
from credence.web.resources import last
from credence.web.views.flags import FlagView, flag_view
from credence.web.views.links import Link, link
from credencepb.credentials.v1.verification_pb2 import (
    OUTCOME_NOT_VERIFIED,
    OUTCOME_VERIFIED,
    Endorsement,
    Verdict,
    Verification,
)

_QUESTIONS: Final = (
    ("integrity", "Is it exactly what was signed?"),
    ("issuer_authenticated", "Did the issuer sign it?"),
    ("issuer_trusted", "Does the registry trust the issuer?"),
    ("status", "Is it still in force?"),
    ("validity", "Is it in date?"),
    ("recipient", "Was it issued to this person?"),
    ("schema", "Does it follow the standard?"),
    ("extraction", "Could it be read in full?"),
)
_ANSWERS: Final = {
    Verdict.VALUE_VALID: ("yes", "Yes", "check"),
    Verdict.VALUE_INVALID: ("no", "No", "cross"),
    Verdict.VALUE_INDETERMINATE: ("open", "Unclear", "ask"),
    Verdict.VALUE_NOT_APPLICABLE: ("na", "Does not apply", "dash"),
}
_OPEN: Final = ("open", "Unclear", "ask")


@dataclass(frozen=True, slots=True)
class Answer:
    """`state`: `yes`, `no`, `open` or `na`."""

    question: str
    state: str
    word: str
    icon: str
    message: str


@dataclass(frozen=True, slots=True)
class CredentialSheet:
    """`state` of the outcome: `yes`, `no` or `open`. `technical` is empty in a blind session: identifiers may name people."""

    id: str
    title: str
    issuer: str
    standing: str
    outcome: str
    state: str
    icon: str
    explanation: str
    answers: tuple[Answer, ...]
    flags: tuple[FlagView, ...]
    links: tuple[Link, ...]
    dates: str
    endorsements: tuple[str, ...]
    record: str
    """id of the sheet of the learner record that it came in"""
    technical: tuple[tuple[str, str], ...]


def credential_sheet(verification: Verification, *, links: bool) -> CredentialSheet:
    achievement, issuer = verification.achievement, verification.issuer
    state = {OUTCOME_VERIFIED: "yes", OUTCOME_NOT_VERIFIED: "no"}.get(verification.outcome, "open")
    shown = (link(url, shown=links) for url in achievement.evidence_urls)
    return CredentialSheet(
        id=last(verification.name),
        title=achievement.name or f"{_kind(verification)} {verification.credential_id}",
        issuer=issuer.display_name or (issuer.issuer_id if links else "") or "issuer not named",
        standing=words.STANDING.get(issuer.standing, ""),
        outcome=words.OUTCOME.get(verification.outcome, "Not decided"),
        state=state,
        icon={"yes": "check", "no": "cross", "open": "ask"}[state],
        explanation=verification.explanation,
        answers=tuple(
            _answer(question, getattr(verification.verdicts, field)) for field, question in _QUESTIONS
        ),
        flags=tuple(flag_view(flag) for flag in verification.flags),
        links=tuple(item for item in shown if item is not None),
        dates=_dates(verification),
        endorsements=tuple(_endorsement(said, words=links) for said in verification.endorsements),
        record=last(verification.record) if verification.record else "",
        technical=_technical(verification) if links else (),
    )


def _kind(verification: Verification) -> str:
    return "Learner record" if verification.format.startswith("clr") else "Credential"


def _endorsement(endorsement: Endorsement, *, words: bool) -> str:
    """Who says what, and whether that is shown. `words`: with the endorser's own, which may name the person."""
    who = endorsement.display_name or "Somebody not named"
    said = f": “{endorsement.comment[:300]}”" if endorsement.comment and words else ""
    shown = "" if endorsement.verdict.verdict == Verdict.VALUE_VALID else f" ({endorsement.verdict.message})"
    return f"{who}, of the {endorsement.endorsed}{said}{shown}"


def _answer(question: str, verdict: Verdict) -> Answer:
    state, word, icon = _ANSWERS.get(verdict.verdict, _OPEN)
    return Answer(question, state, word, icon, verdict.message)


def _dates(verification: Verification) -> str:
    said = []
    if verification.achievement.awarded:
        said.append(f"awarded {words.day(verification.achievement.awarded)}")
    if verification.HasField("valid_until"):
        said.append(f"valid until {words.moment(verification.valid_until).split(',')[0]}")
    elif verification.policy_end:
        said.append(f"valid until {words.day(verification.policy_end)} by its issuer's policy")
    if checked := words.moment(verification.check_time):
        said.append(f"checked {checked}")
    return ", ".join(said)


def _technical(verification: Verification) -> tuple[tuple[str, str], ...]:
    codes = ((field, getattr(verification.verdicts, field).code) for field, _ in _QUESTIONS)
    facts = [
        ("Format", verification.format),
        ("SHA-256", verification.content_hash),
        ("Issuer", verification.issuer.issuer_id),
        *(("Proof", f"{proof.suite} by {proof.verification_method}") for proof in verification.proofs),
        ("Verdict codes", ", ".join(f"{field} {code}" for field, code in codes if code)),
    ]
    return tuple((name, value) for name, value in facts if value)
