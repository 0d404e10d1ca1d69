"""What people read on a terminal: tables of rankings, explanations, audits and verdicts."""

import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.box import SIMPLE
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from credencepb.audit.v1 import audit_pb2
from credencepb.credentials.v1 import profile_pb2, renewal_pb2, verification_pb2
from credencepb.matching.v1 import ranking_pb2

_WIDTH = None if sys.stdout.isatty() else 120
console = Console(highlight=False, emoji=False, width=_WIDTH)  # emoji: did:key: is no picture
errors = Console(stderr=True, highlight=False, emoji=False)

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


def ranking(candidates: Sequence[ranking_pb2.RankedCandidate], title: str, names: Mapping[str, str]) -> Group:
    """The shortlist: score, verified-only score, must-haves, the two strongest reasons, flags."""
    width = max([len(_who(c, names)) for c in candidates], default=10)
    lines: list[RenderableType] = [Text(f"\n{title}", style="bold")]
    lines.append(Text(f"{'':>4}  {'':{width}}  {'score':>6}  {'verified':>8}  must-haves", style="dim"))
    for candidate in candidates:
        musts = [c for c in candidate.competencies if c.necessity == 1]
        met = sum(c.met for c in musts)
        mark = "✓" if candidate.must_haves_met else "✗"
        lines.append(
            Text.assemble(
                f"{candidate.rank:>4}  ",
                (f"{_who(candidate, names):{width}}", "bold"),
                f"  {candidate.score:>6.1f}  {candidate.verified_score:>8.1f}  {mark} {met} of {len(musts)}",
            )
        )
        reasons = [Text(f"+ {c.sentence}", style="dim") for c in candidate.contributions[:2]]
        lines += [Padding(text, (0, 0, 0, 6), expand=False) for text in (*reasons, *_flags(candidate.flags))]
    return Group(*lines)


def _who(candidate: ranking_pb2.RankedCandidate, names: Mapping[str, str]) -> str:
    return names.get(candidate.candidate) or candidate.external_id


def _flags(flags: Iterable[profile_pb2.ProfileFlag]) -> list[Text]:
    return [
        # a text may be the issuer's own words, which do not say what is wrong with them
        Text(
            f"! {f.title}: {f.flag.code.replace('_', ' ').lower()}: {f.flag.text}",
            style="red" if f.flag.severity == 2 else "yellow",
        )
        for f in flags
    ]


def explanation(candidate: ranking_pb2.RankedCandidate, title: str) -> Table:
    """Every contribution; their sum is the score."""
    table = Table(
        title=title, title_justify="left", title_style="bold", show_footer=True, pad_edge=False, box=SIMPLE
    )
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


def gaps(audit: audit_pb2.Audit) -> Group:
    """The top gaps with their causes."""
    title = f"\n{audit.cohort_display_name}: {audit.people} people against {audit.role_title}, the top gaps"
    lines: list[RenderableType] = [Text(title, style="bold")]
    for place, gap in enumerate(audit.top_gaps, start=1):
        short = (
            "fewer than five people are short"
            if gap.suppressed
            else f"{gap.people_short} of {audit.people} short, by {gap.mean_shortfall:.2f} of {audit.target_coverage:.2f}"
        )
        lines.append(Text.assemble(f"{place:>4}  ", (gap.wording, "bold"), f"  gap {gap.gap:.1f}: {short}"))
        lines += [
            Padding(Text(cause.sentence, style="dim"), (0, 0, 0, 6), expand=False) for cause in gap.causes
        ]
    return Group(*lines)


def programmes(recommendation: audit_pb2.Recommendation) -> Group:
    """Side by side: what each would close, its cost and what speaks against it."""
    closed = recommendation.gap_before - recommendation.gap_after
    title = f"\nProgrammes that close {closed:.1f} of {recommendation.gap_before:.1f} gap points"
    lines: list[RenderableType] = [Text(title, style="bold")]
    for place, line in enumerate(recommendation.programmes, start=1):
        programme = line.programme
        cost = f"{line.cost_minor / 100:,.0f} {programme.currency}"
        lines.append(
            Text.assemble(
                f"{place:>4}  ",
                (programme.title, "bold"),
                f"  {programme.provider}: {cost} for {line.participants}, {line.hours:g} hours each",
            )
        )
        lines.append(Padding(Text(line.sentence, style="dim"), (0, 0, 0, 6), expand=False))
        if line.flags:
            flags = ", ".join(flag.replace("_", " ").lower() for flag in line.flags)
            lines.append(Padding(Text(f"! {flags}", style="yellow"), (0, 0, 0, 6), expand=False))
    lines += [Text(note) for note in recommendation.notes]
    return Group(*lines, Text(""))


def renewals(found: Sequence[renewal_pb2.Renewal], names: Mapping[str, str], days: int) -> Group:
    """What expires soon, the soonest first, each with the skills that lose most."""
    lines: list[RenderableType] = [
        Text(f"\n{len(found)} credentials expire within {days} days", style="bold")
    ]
    for renewal in found:
        who = names.get(renewal.candidate) or renewal.external_id
        why = ", by its issuer's policy" if renewal.by_policy else ""
        lines.append(
            Text.assemble(
                f"{renewal.expires_on}  ",
                (who, "bold"),
                f"  {renewal.title}, {renewal.issuer} (in {renewal.days_left} days{why})",
            )
        )
        lines += [
            Padding(
                Text(
                    f"- {s.concept_label}: {s.coverage:.2f} now, {s.coverage_without:.2f} without it",
                    style="dim",
                ),
                (0, 0, 0, 12),
                expand=False,
            )
            for s in renewal.skills[:3]
            if s.coverage > s.coverage_without
        ]
    return Group(*lines)


def verdicts(verification: verification_pb2.Verification, title: str) -> Group:
    """The verdict sheet: eight questions, each answered on its own, and one paragraph for people."""
    outcome = verification_pb2.Outcome.Name(verification.outcome).removeprefix("OUTCOME_").replace("_", " ")
    heading = Text(f"{_shown(title)}: {outcome}", style="bold")
    if verification.format != "unknown":
        heading.append(f"  ({verification.format})", style="dim")
    table = Table(pad_edge=False, box=SIMPLE)
    table.add_column("Question")
    table.add_column("Answer")
    table.add_column("Because", ratio=1)
    for name, question in QUESTIONS.items():
        verdict = getattr(verification.verdicts, name)
        word, style = _VALUES[verdict.verdict]
        table.add_row(question, Text(word, style=style), Text(_shown(f"{verdict.message} [{verdict.code}]")))
    flags = [
        Text(_shown(f"! {f.code}: {f.text}"), style="red" if f.severity == 2 else "yellow")
        for f in verification.flags
    ]
    endorsements = [
        Text(_shown(f"Endorsed by {e.display_name or e.issuer_id or 'somebody'}: {e.verdict.message}"))
        for e in verification.endorsements
    ]
    members = [
        Padding(verdicts(member, f"{title}, credential {number}"), (1, 0, 0, 4))
        for number, member in enumerate(verification.members, start=1)
    ]
    explanation = Text(_shown(verification.explanation))
    return Group(heading, explanation, table, *flags, *endorsements, *members, Text(""))


def _shown(text: str) -> str:
    """With what would steer a terminal, or turn the direction of reading, spelled out: documents are written by strangers."""
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else f"\\u{ord(c):04x}"
        for c in text
    )
