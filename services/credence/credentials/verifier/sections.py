"""Small readers of a credential's JSON that several checks share. None of them judges."""

from __future__ import annotations

from typing import Any

__all__ = ["as_list", "identifier_of", "issuer_of", "name_of", "text_of", "types_of"]


def as_list(value: Any) -> list[Any]:
    """JSON-LD writes a set of one as its member: a list of what is there, empty for null or absence."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str | None:
    """A string, or the first text of a language value (`{"@value": ..., "@language": ...}`) or language list."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict):
        return text_of(value.get("@value"))
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), None)
    return None


def identifier_of(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return str(value["id"])
    return None


def types_of(value: Any) -> frozenset[str]:
    if not isinstance(value, dict):
        return frozenset()
    return frozenset(item for item in as_list(value.get("type")) if isinstance(item, str))


def issuer_of(credential: dict[str, Any]) -> str | None:
    """None where the issuer is absent or anything but one identifier."""
    return identifier_of(credential.get("issuer"))


def name_of(value: Any) -> str | None:
    """At most 500 characters: names are compared by their looks, which costs many times their length."""
    name = text_of(value.get("name")) if isinstance(value, dict) else None
    return name and name[:500]
