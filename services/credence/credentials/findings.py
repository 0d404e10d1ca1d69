"""From what came in about a candidate to findings: one for each skill that each source shows."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from credence.credentials.ctdl import Descriptions
from credence.credentials.domain import (
    Check,
    ClaimedCredential,
    Dossier,
    Finding,
    Position,
    State,
    StatedSkill,
    Work,
)
from credence.credentials.skills import ShownSkill, phrases_of, skills_of
from credence.credentials.unreached import first_check
from credence.credentials.verifier import Verification
from credence.credentials.verifier.platforms import platform_of_link
from credence.credentials.verifier.rigor import rigor_of
from credence_models.coverage import EvidenceKind
from credence_models.linker import Linker

MAX_TEXT = 20_000
"""Characters of one text that are read for skills."""

NOTHING_DESCRIBED = Descriptions()


def warm_dossiers(dossiers: Iterable[Dossier], linker: Linker) -> None:
    """Links what `state_of` will ask of dossiers in one go: the encoder is many times faster in batches."""
    phrases: dict[str, None] = {}
    for dossier in dossiers:
        phrases.update(dict.fromkeys(s.skill for s in (*dossier.claims, *dossier.assessments)))
        phrases.update(dict.fromkeys(skill for work in dossier.works for skill in work.skills))
    linker.link_phrases(list(phrases))


def warm_achievements(verifications: Iterable[Verification], linker: Linker) -> None:
    """The same for what credentials say."""
    achievements = (
        held.verification.achievement
        for v in verifications
        for held in _all_within("", v)
        if held.verification.achievement is not None
    )
    linker.link_phrases(list(dict.fromkeys(phrase for a in achievements for phrase in phrases_of(a))))


def state_of(
    dossier: Dossier,
    verifications: Sequence[Verification],
    linker: Linker,
    described: Descriptions = NOTHING_DESCRIBED,
) -> State:
    """What is kept of the candidate; `verifications` are those of `dossier.documents`, in order. `described`: what is publicly said of
    the achievements, as far as the tenant imported it."""
    checks: list[Check] = []
    findings: list[Finding] = []
    for document, verification in zip(dossier.documents, verifications, strict=True):
        for held in _all_within(document.id, verification):
            checks.append(first_check(held.id, document.document, held.verification, held.record))
            if held.verification.achievement is not None:
                checks[-1], found = with_findings(checks[-1], linker, described)
                findings += found
    for claimed in dossier.claimed:
        findings += _from_claim(claimed, linker)
    for i, position in enumerate(dossier.positions):
        findings += _from_position(i, position, linker)
    for i, work in enumerate(dossier.works):
        findings += _from_work(i, work, linker)
    findings += _stated(dossier.claims, EvidenceKind.SELF_CLAIMED, "claim", linker)
    findings += _stated(dossier.assessments, EvidenceKind.EMPLOYER_ASSESSMENT, "assessment", linker)
    return State(dossier.external_id, dossier.facets, each_once(findings), tuple(checks))


def _from_claim(claimed: ClaimedCredential, linker: Linker) -> Iterator[Finding]:
    """A PDF or a share link: named by its platform where the address is one of a known platform, and never verified."""
    platform = platform_of_link(claimed.url)
    # what a platform shows of itself is its own; on a host it may be anybody's
    shown_by = platform.name if platform is not None and platform.kind == "issuer" else ""
    issuer = claimed.issuer or shown_by
    for skill in _in_text(claimed.title, linker):
        yield _finding(
            skill,
            EvidenceKind.UNVERIFIED_CREDENTIAL,
            source=f"claimed/{claimed.id}",
            group=f"issuer/{issuer.casefold()}",
            title=claimed.title,
            url=claimed.url,
            issuer=issuer,
            observed_on=claimed.awarded_on,
            platform=platform.name if platform is not None else "",
        )


def _as_described(verification: Verification, described: Descriptions) -> Verification:
    """With the rigor that the achievement's public description states, where the credential itself states none."""
    achievement = verification.achievement
    if achievement is None or verification.rigor != "NOT_STATED":
        return verification
    description = described.of(achievement)
    if description is None or not description.assessments:
        return verification
    return replace(verification, rigor=rigor_of(replace(achievement, assessment=description.assessments)))


class _Held(NamedTuple):
    id: str
    verification: Verification
    record: str


def _all_within(credential_id: str, verification: Verification, record: str = "") -> Iterator[_Held]:
    """A credential, and where it is a learner record its members, theirs, and so on, each as if it had come alone."""
    yield _Held(credential_id, verification, record)
    for number, member in enumerate(verification.members):
        yield from _all_within(f"{credential_id}#{number}", member, credential_id)


def with_findings(
    check: Check, linker: Linker, described: Descriptions = NOTHING_DESCRIBED
) -> tuple[Check, tuple[Finding, ...]]:
    """The findings of a credential that could be read; `check` says what in it contradicts itself."""
    achievement = check.verification.achievement
    if achievement is None:
        return check, ()
    competencies = described.competencies_of(achievement)
    shown, flags = skills_of(achievement, linker, described.competencies, competencies)
    verification = _as_described(check.verification, described)
    if flags:
        verification = replace(verification, flags=(*verification.flags, *flags))
    found = tuple(_from_credential(check.credential_id, verification, shown))
    return replace(check, verification=verification), found


def _from_credential(
    credential_id: str, verification: Verification, shown: Iterable[ShownSkill]
) -> Iterator[Finding]:
    achievement = verification.achievement
    if achievement is None:
        return
    awarded = achievement.awarded_on or verification.valid_from
    for skill in shown:
        yield _finding(
            skill,
            EvidenceKind.VERIFIED_CREDENTIAL,
            source=f"credential/{credential_id}",
            group=f"issuer/{verification.issuer_id or ''}",
            title=achievement.name or "",
            issuer=verification.issuer_name or "",
            observed_on=awarded.date() if awarded else None,
            credential_id=credential_id,
        )


def _text_of(position: Position) -> str:
    return f"{position.title}\n{position.text}"[:MAX_TEXT]


def _from_position(index: int, position: Position, linker: Linker) -> Iterator[Finding]:
    if not position.text:
        return  # a title alone describes no duties
    for skill in _in_text(_text_of(position), linker):
        yield _finding(
            skill,
            EvidenceKind.EXPERIENCE,
            source=f"position/{position.title}/{position.start}/{index}",
            group=f"position/{index}",
            title=position.title,
            observed_on=position.end,
            ongoing=position.ongoing,
        )


def _from_work(index: int, work: Work, linker: Linker) -> Iterator[Finding]:
    named = [link for link in linker.link_phrases(work.skills) if link is not None]
    skills = [*_shown(named, linker), *(_in_text(work.text, linker) if work.text else ())]
    for skill in skills:
        yield _finding(
            skill,
            EvidenceKind.PORTFOLIO_AUTHORED if work.checked else EvidenceKind.PORTFOLIO,
            source=f"work/{work.url or work.title}/{index}",
            group="portfolio",
            title=work.title,
            url=work.url,
            observed_on=work.made_on,
        )


def _stated(
    stated: Sequence[StatedSkill], kind: EvidenceKind, source: str, linker: Linker
) -> Iterator[Finding]:
    for statement, link in zip(stated, linker.link_phrases([s.skill for s in stated]), strict=True):
        for skill in _shown([link] if link else [], linker):
            yield _finding(
                skill,
                kind,
                source=f"{source}/{statement.skill}/{statement.on}/{statement.level}",
                group=source,
                title=statement.method or statement.skill,
                observed_on=statement.on,
                level=statement.level,
            )


def _in_text(text: str, linker: Linker) -> list[ShownSkill]:
    """What people say of themselves counts where it names a skill, not where it may mean one: that would be a guess to their credit,
    and reading it takes the encoder longer than everything else of an import.
    """
    return _shown(linker.names_in(text[:MAX_TEXT]), linker)


def _shown(links: Iterable, linker: Linker) -> list[ShownSkill]:  # type: ignore[type-arg]
    found = []
    for link in links:
        concept = linker.taxonomy.get(link.concept_id)
        if concept is not None:
            found.append(ShownSkill(concept, 0, link.surface, link.confidence, link.method))
    return found


def _finding(
    skill: ShownSkill,
    kind: EvidenceKind,
    *,
    source: str,
    group: str,
    title: str,
    observed_on: date | None,
    url: str = "",
    issuer: str = "",
    ongoing: bool = False,
    credential_id: str = "",
    level: int = 0,
    platform: str = "",
) -> Finding:
    identity = f"{kind}\x1f{source}\x1f{skill.concept.id}"
    return Finding(
        evidence_id=hashlib.sha256(identity.encode()).hexdigest()[:24],
        concept_id=skill.concept.id,
        concept_label=skill.concept.label,
        concept_kind=skill.concept.kind,
        kind=kind,
        level=level or skill.level,
        observed_on=observed_on,
        ongoing=ongoing,
        group=group,
        title=title,
        url=url,
        issuer=issuer,
        credential_id=credential_id,
        wording=skill.wording,
        link_confidence=skill.confidence,
        link_method=skill.method,
        platform=platform,
        link_source=skill.source,
    )


def each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """A source shows a concept once: by its surest wording, the first of several."""
    best: dict[str, Finding] = {}
    for finding in findings:
        known = best.get(finding.evidence_id)
        if known is None or finding.link_confidence > known.link_confidence:
            best[finding.evidence_id] = finding
    return tuple(best[evidence_id] for evidence_id in sorted(best))
