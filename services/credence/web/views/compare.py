"""Two to four candidates side by side: one line for each competency, one column for each candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from credence.web import words
from credence.web.views.bars import Bar, two_part
from credence.web.views.shortlist import Row, row
from credencepb.matching.v1.matching_service_pb2 import CompareCandidatesResponse
from credencepb.matching.v1.ranking_pb2 import CompetencyResult, Contribution, RankedCandidate
from credencepb.matching.v1.role_pb2 import NECESSITY_MUST

AT_LEAST, AT_MOST = 2, 4


@dataclass(frozen=True, slots=True)
class Cell:
    """`best`: nobody here covers the competency better, and somebody covers it less."""

    points: str
    coverage: str
    bar: Bar
    met: bool
    best: bool
    strongest: str


@dataclass(frozen=True, slots=True)
class Line:
    wording: str
    necessity: str
    must: bool
    possible: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]


def comparison(answer: CompareCandidatesResponse, names: Mapping[str, str]) -> Comparison:
    candidates = answer.candidates
    lines = [
        _line(results, candidates)
        for results in zip(*(candidate.competencies for candidate in candidates), strict=True)
    ]
    return Comparison(tuple(row(c, names) for c in candidates), tuple(lines))


def _line(results: Sequence[CompetencyResult], candidates: Sequence[RankedCandidate]) -> Line:
    first = results[0]
    coverages = [result.coverage for result in results]
    differ = max(coverages) - min(coverages) > 5e-3
    return Line(
        first.wording,
        words.NECESSITY.get(first.necessity, ""),
        first.necessity == NECESSITY_MUST,
        f"{first.max_points:.1f}",
        tuple(
            _cell(result, candidate, best=differ and result.coverage == max(coverages))
            for result, candidate in zip(results, candidates, strict=True)
        ),
    )


def _cell(result: CompetencyResult, candidate: RankedCandidate, *, best: bool) -> Cell:
    coverage = words.percent(result.coverage)
    said = f"{coverage} covered, {words.percent(result.verified_coverage)} by verified evidence alone"
    return Cell(
        points=f"{result.points:.1f}",
        coverage=coverage,
        bar=two_part(result.coverage, result.verified_coverage, said, mark=result.gate),
        met=result.met,
        best=best,
        strongest=_strongest([c for c in candidate.contributions if c.competency == result.competency]),
    )


def _strongest(contributions: Sequence[Contribution]) -> str:
    if not contributions:
        return "nothing yet"
    evidence = max(contributions, key=lambda c: c.points).evidence
    kind = words.KIND.get(evidence.kind, "Evidence")
    return f"{kind}: {evidence.source.title}" if evidence.source.title else kind
