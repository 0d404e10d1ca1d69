"""A credential in one plain paragraph, for people who never heard of it."""

from collections.abc import Iterator

from credence.credentials.verifier import Code, Outcome, Standing, Verification

_RIGOR = {
    "PROCTORED_EXAM_PROJECT_PORTFOLIO": "It was assessed by a proctored exam together with a project and a portfolio",
    "REVIEWED_PROJECT": "It was assessed by a project that an expert or peer reviewed",
    "PROJECT": "It was assessed by a project or scenario",
    "AUTOMATED_EXAM": "It was assessed by an automatically graded exam",
    "QUIZ": "It was assessed by a quiz",
    "VIDEO_QUIZ": "It took watching videos and answering a quiz",
    "PARTICIPATION": "It attests taking part, without an assessment",
}
_STANDING = {
    Standing.RECOGNISED: "an issuer that your registry recognises",
    Standing.KNOWN: "an issuer that your registry knows",
    Standing.UNKNOWN: "an issuer that your registry does not know, which is neither good nor bad",
    Standing.RED_FLAGGED: "an issuer that your registry warns of",
}
_MAX_TEXT = 300
_MAX_NAME = 100
_MAX_NAMES = 5


def explain(verification: Verification) -> str:
    """What the holder did, how it was assessed, by whom, what it proves and what it does not."""
    if verification.members:
        return " ".join((*_record(verification), _proof(verification)))
    achievement = verification.achievement
    if achievement is None or not achievement.name:
        verdict = verification.verdicts["extraction"]
        unread = verification.verdicts["integrity"] if verdict.code is Code.NOT_EVALUATED else verdict
        return f"What this document says could not be read: {unread.message}"
    awarded = f" in {achievement.awarded_on:%B %Y}" if achievement.awarded_on else ""
    sentences = [
        f"“{achievement.name}” was awarded{awarded} by {_issuer(verification)}, {_STANDING[verification.standing]}."
    ]
    done = (achievement.criteria or achievement.description or "").strip()
    if done:
        short = done if len(done) <= _MAX_TEXT else done[:_MAX_TEXT].rsplit(" ", 1)[0] + " …"
        sentences.append(f"To earn it, in the issuer's words: “{short}”")
    sentences.append(
        f"{_RIGOR[verification.rigor]}."
        if verification.rigor in _RIGOR
        else "How it was assessed is not stated, so it is taken as neither easy nor hard."
    )
    sentences += _vouched(verification)
    if verification.format.endswith("+hosted"):
        sentences.append("It carries no signature: the web host of its issuer says that it is so.")
    sentences.append(_proof(verification))
    return " ".join(sentences)


def _issuer(verification: Verification) -> str:
    return verification.issuer_name or verification.issuer_id or "somebody unnamed"


def _record(verification: Verification) -> Iterator[str]:
    """A learner record is a collection: what it holds, and how much of that holds."""
    members = verification.members
    yield (
        f"This is a learner record of {_issuer(verification)}, {_STANDING[verification.standing]}:"
        f" a collection of {_count(len(members), 'credential')} that various issuers may have awarded,"
        " each of which was checked on its own."
    )
    names = [m.achievement.name for m in members if m.achievement is not None and m.achievement.name]
    if names:
        listed = ", ".join(f"“{name[:_MAX_NAME]}”" for name in names[:_MAX_NAMES])
        yield f"It holds {listed}{' and others' if len(names) > _MAX_NAMES else ''}."
    verified = sum(member.outcome is Outcome.VERIFIED for member in members)
    if verified < len(members):
        yield f"{verified} of {len(members)} could be verified."


def _vouched(verification: Verification) -> Iterator[str]:
    others = {
        e.issuer_id: e.issuer_name or e.issuer_id
        for e in verification.endorsements
        if e.result.valid and e.issuer_id not in (None, verification.issuer_id)
    }
    if others:
        named = ", ".join(str(name)[:_MAX_NAME] for name in list(others.values())[:_MAX_NAMES])
        yield f"It is endorsed by {named}, which is shown as well."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _proof(verification: Verification) -> str:
    if verification.outcome is Outcome.VERIFIED:
        whom = (
            "this person"
            if verification.verdicts["recipient"].valid
            else "whoever it names, which was not compared with anybody"
        )
        return (
            f"It proves that this issuer said this of {whom}, and has not taken it back;"
            " it does not prove how well the person would do the work today."
        )
    reasons = [
        verdict.message
        for name, verdict in verification.verdicts.items()
        if name in ("integrity", "issuer_authenticated", "validity", "status", "recipient")
        and not verdict.valid
        and verdict.state.name != "NOT_APPLICABLE"
    ] or ["Not all of its credentials hold."]
    verb = (
        "It proves nothing as it stands"
        if verification.outcome is Outcome.NOT_VERIFIED
        else "It could not be verified in full"
    )
    return f"{verb}: {' '.join(reasons)}"
