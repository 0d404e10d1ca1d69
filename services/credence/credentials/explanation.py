"""A credential in one plain paragraph, for people who never heard of it."""

from credence.credentials.verifier import Outcome, Standing, Verification

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


def explain(verification: Verification) -> str:
    """What the holder did, how it was assessed, by whom, what it proves and what it does not."""
    achievement = verification.achievement
    if achievement is None or not achievement.name:
        return f"What this document says could not be read: {verification.verdicts['extraction'].message}"
    issuer = verification.issuer_name or verification.issuer_id or "somebody unnamed"
    awarded = f" in {achievement.awarded_on:%B %Y}" if achievement.awarded_on else ""
    sentences = [
        f"“{achievement.name}” was awarded{awarded} by {issuer}, {_STANDING[verification.standing]}."
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
    sentences.append(_proof(verification))
    return " ".join(sentences)


def _proof(verification: Verification) -> str:
    if verification.outcome is Outcome.VERIFIED:
        return (
            "It proves that this issuer said this of this person and has not taken it back;"
            " it does not prove how well the person would do the work today."
        )
    reasons = [
        verdict.message
        for name, verdict in verification.verdicts.items()
        if name in ("integrity", "issuer_authenticated", "validity", "status", "recipient")
        and not verdict.valid
        and verdict.state.name != "NOT_APPLICABLE"
    ]
    verb = (
        "It proves nothing as it stands"
        if verification.outcome is Outcome.NOT_VERIFIED
        else "It could not be verified in full"
    )
    return f"{verb}: {' '.join(reasons)}"
