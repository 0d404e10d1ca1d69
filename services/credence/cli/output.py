"""What people read on a terminal: tables of rankings, explanations, audits and verdicts."""

from collections.abc import Iterable, Mapping, Sequence

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from credencepb.audit.v1 import audit_pb2
from credencepb.credentials.v1 import profile_pb2, verification_pb2
from credencepb.matching.v1 import ranking_pb2

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

_VALUES = {
    verification_pb2.Verdict.VALUE_VALID: ("yes", "green"),
    verification_pb2.Verdict.VALUE_INVALID: ("NO", "bold red"),
    verification_pb2.Verdict.VALUE_INDETERMINATE: ("unclear", "yellow"),
    verification_pb2.Verdict.VALUE_NOT_APPLICABLE: ("–", "dim"),
}
QUESTIONS = {
    "integrity": "Unchanged since it was signed?",
    "issuer_authenticated": "Signed by the issuer it names?",
    "issuer_trusted": "Does the registry know the issuer?",
    "status": "Not revoked or suspended?",
    "validity": "Within its dates?",
    "recipient": "Issued to this person?",
    "schema": "Well-formed?",
    "extraction": "Could its contents be read?",
}


def as_json(message: Message) -> dict[str, object]:
    """For programs: the message with the names of its proto fields."""
    return MessageToDict(message, preserving_proto_field_name=True)


def ranking(candidates: Sequence[ranking_pb2.RankedCandidate], title: str, names: Mapping[str, str]) -> Table:
    """The shortlist: score, verified-only score, must-haves, the two strongest reasons, flags."""
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=True, pad_edge=False)
    table.add_column("#", justify="right")
    table.add_column("Candidate", min_width=12)
    table.add_column("Score", justify="right")
    table.add_column("Verified", justify="right")
    table.add_column("Must-haves")
    table.add_column("Strongest reasons, and flags", ratio=1)
    for candidate in candidates:
        musts = [c for c in candidate.competencies if c.necessity == 1]
        met = sum(c.met for c in musts)
        reasons = [Text(f"+ {c.sentence}") for c in candidate.contributions[:2]]
        table.add_row(
            str(candidate.rank),
            Text(names.get(candidate.candidate) or candidate.external_id),
            f"{candidate.score:.1f}",
            f"{candidate.verified_score:.1f}",
            Text(f"{'✓' if candidate.must_haves_met else '✗'} {met} of {len(musts)}"),
            Group(*reasons, *_flags(candidate.flags)),
        )
    return table


def _flags(flags: Iterable[profile_pb2.ProfileFlag]) -> list[Text]:
    return [
        Text(f"! {f.title}: {f.flag.text}", style="red" if f.flag.severity == 2 else "yellow") for f in flags
    ]


def explanation(candidate: ranking_pb2.RankedCandidate, title: str) -> Table:
    """Every contribution; their sum is the score."""
    table = Table(title=title, title_justify="left", title_style="bold", show_footer=True, pad_edge=False)
    total = sum(c.points for c in candidate.contributions)
    table.add_column("Competency", footer="Sum")
    table.add_column("Points", justify="right", footer=f"{total:.2f}")
    table.add_column("Why", ratio=1)
    wordings = {c.competency: c for c in candidate.competencies}
    for contribution in candidate.contributions:
        result = wordings[contribution.competency]
        table.add_row(result.wording, f"{contribution.points:.2f}", Text(contribution.sentence))
    for result in candidate.competencies:
        if result.missing:
            table.add_row(result.wording, "", Text(f"missing: {result.missing}", style="dim"))
    return table


def gaps(audit: audit_pb2.Audit) -> Table:
    """The top gaps with their causes."""
    title = f"{audit.cohort_display_name}: {audit.people} people against {audit.role_title}"
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=True, pad_edge=False)
    table.add_column("Top gap")
    table.add_column("Gap", justify="right")
    table.add_column("Short", justify="right")
    table.add_column("By", justify="right")
    table.add_column("Why", ratio=1)
    for gap in audit.top_gaps:
        hidden = gap.suppressed
        table.add_row(
            gap.wording,
            f"{gap.gap:.1f}",
            "<5" if hidden else f"{gap.people_short} of {audit.people}",
            "" if hidden else f"{gap.mean_shortfall:.2f}",
            Group(*(Text(cause.sentence) for cause in gap.causes)),
        )
    return table


def programmes(recommendation: audit_pb2.Recommendation) -> Table:
    """Side by side: what each would close, its cost and what speaks against it."""
    closed = recommendation.gap_before - recommendation.gap_after
    title = f"Programmes that close {closed:.1f} of {recommendation.gap_before:.1f} gap points"
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=True, pad_edge=False)
    for column in ("Programme", "Closes", "People", "Cost", "Hours each"):
        table.add_column(column, justify="left" if column == "Programme" else "right")
    table.add_column("What it would do, and flags", ratio=1)
    for line in recommendation.programmes:
        flags = ", ".join(flag.replace("_", " ").lower() for flag in line.flags)
        table.add_row(
            f"{line.programme.title}\n{line.programme.provider}",
            f"{line.gap_closed:.1f}",
            str(line.participants),
            f"{line.cost_minor / 100:,.0f} {line.programme.currency}",
            f"{line.hours:g}",
            Group(Text(line.sentence), *([Text(f"! {flags}", style="yellow")] if flags else [])),
        )
    return table


def verdicts(verification: verification_pb2.Verification, title: str) -> Group:
    """The verdict sheet: eight questions, each answered on its own, and one paragraph for people."""
    outcome = verification_pb2.Outcome.Name(verification.outcome).removeprefix("OUTCOME_").replace("_", " ")
    table = Table(title=f"{title}: {outcome}", title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("Question")
    table.add_column("Answer")
    table.add_column("Because", ratio=1)
    for name, question in QUESTIONS.items():
        verdict = getattr(verification.verdicts, name)
        word, style = _VALUES[verdict.verdict]
        table.add_row(question, Text(word, style=style), Text(f"{verdict.message} [{verdict.code}]"))
    flags = [
        Text(f"! {f.code}: {f.text}", style="red" if f.severity == 2 else "yellow")
        for f in verification.flags
    ]
    return Group(table, *flags, Text(verification.explanation), Text(""))
