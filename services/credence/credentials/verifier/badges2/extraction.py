"""What a badge of version 1.x or 2.0 says that its holder achieved, in the form that version 3.0 gave it. Taken as written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..model import Achievement, Alignment, EvidenceLink
from ..sections import as_list, identifier_of, text_of, types_of
from ..validity import Window
from ..verdicts import Code, Verdict, indeterminate, valid
from .chain import Chain

__all__ = ["extract_badge"]

_MOST: Final = 256
_LONGEST: Final = 20_000


def extract_badge(
    assertion: dict[str, Any], chain: Chain, window: Window
) -> tuple[Achievement | None, Verdict]:
    """The achievement that the badge class describes, and how complete it is."""
    badge = chain.badge
    if badge is None:
        return None, indeterminate(
            Code.NO_ACHIEVEMENT, "What was achieved stands in the badge class, which cannot be had.", "/badge"
        )
    criteria = [_criterion(item) for item in as_list(badge.get("criteria"))[:_MOST]]
    achievement = Achievement(
        id=chain.badge_id,
        type=None,
        name=_text(badge.get("name")),
        description=_text(badge.get("description")),
        criteria=next((text for text, _ in criteria if text), None),
        criteria_url=next((url for _, url in criteria if url), None),
        alignments=tuple(_alignments(badge)),
        tags=tuple(tag for item in as_list(badge.get("tags"))[:_MOST] if (tag := _text(item))),
        results=(),
        achieved_level=None,
        assessment=tuple(dict.fromkeys(_assessment(badge)))[:_MOST],
        evidence=tuple(_evidence(assertion)),
        credits=None,
        issuer_id=chain.issuer_id,
        issuer_name=_text(chain.name),
        awarded_on=window.valid_from,
        valid_from=window.valid_from,
        valid_until=window.valid_until,
    )
    missing = [name for name in ("name", "description") if not getattr(achievement, name)]
    if not (achievement.criteria or achievement.criteria_url):
        missing.append("criteria")
    if missing:
        return achievement, indeterminate(
            Code.ACHIEVEMENT_INCOMPLETE, f"The badge class states no {' and no '.join(missing)}.", "/badge"
        )
    if not achievement.criteria:
        return achievement, indeterminate(
            Code.ACHIEVEMENT_INCOMPLETE,
            "The badge class only links to its criteria, which is not followed.",
            "/badge/criteria",
        )
    return achievement, valid(Code.OK, "The achievement was read.")


def _criterion(stated: Any) -> tuple[str | None, str | None]:
    """(narrative, address)"""
    if isinstance(stated, dict):
        return _text(stated.get("narrative")), _text(identifier_of(stated))
    text = _text(stated)
    if text is not None and text.startswith(("http://", "https://")) and " " not in text:
        return None, text
    return text, None


def _alignments(badge: dict[str, Any]) -> Iterator[Alignment]:
    """`alignment` with the names of 2.0 (targetName...) or of 1.1 (name, url)."""
    for item in as_list(badge.get("alignment"))[:_MOST]:
        if isinstance(item, str):
            yield Alignment(item, None, None, None, None)
        elif isinstance(item, dict):
            yield Alignment(
                target_url=_text(item.get("targetUrl"))
                or _text(item.get("url"))
                or _text(identifier_of(item)),
                target_framework=_text(item.get("targetFramework")),
                target_code=_text(item.get("targetCode")),
                target_name=_text(item.get("targetName")) or _text(item.get("name")),
                target_type=None,
            )


def _evidence(assertion: dict[str, Any]) -> Iterator[EvidenceLink]:
    narrative = _text(assertion.get("narrative"))
    if narrative:
        yield EvidenceLink(None, None, narrative, None)
    for item in as_list(assertion.get("evidence"))[:_MOST]:
        if isinstance(item, dict):
            link = _text(identifier_of(item))
            yield EvidenceLink(
                None if link and link.startswith("_:") else link,
                _text(item.get("name")),
                _text(item.get("narrative")) or _text(item.get("description")),
                _text(item.get("genre")),
            )
        elif text := _text(item):
            yield EvidenceLink(text, None, None, None)


def _assessment(badge: dict[str, Any]) -> Iterator[str]:
    """Texts of the 1EdTech assessment extension."""
    for name, value in badge.items():
        if not name.startswith("extensions:") or not isinstance(value, dict | list):
            continue
        for extension in as_list(value)[:_MOST]:
            if not isinstance(extension, dict) or "sessment" not in name + "".join(types_of(extension)):
                continue
            for item in (extension, *as_list(extension.get("assessments"))[:_MOST]):
                if isinstance(item, dict):
                    for key in ("name", "description", "assessmentEvaluation", "assessmentOutput"):
                        if text := _text(item.get(key)):
                            yield text
                    for key in ("evaluationMethod", "assessmentType"):
                        yield from (
                            f"{key}: {text}" for entry in as_list(item.get(key)) if (text := _text(entry))
                        )


def _text(value: Any) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = text_of(value)
    return text[:_LONGEST] if text else None
