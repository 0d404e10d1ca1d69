"""Whether assertion, badge class and issuer have the members that Open Badges 1.x and 2.0 ask for."""

from __future__ import annotations

from typing import Any, Final

from ..parsing import pointer
from ..sections import as_list, types_of
from ..verdicts import Code, Verdict, indeterminate, invalid, valid
from .forms import V1_CONTEXTS, V2_CONTEXTS, family, is_hosted, is_signed, method_of, moment
from .hosts import normal

__all__ = ["check_shape"]

_TYPES: Final = {
    "Assertion": frozenset({"Assertion"}),
    "BadgeClass": frozenset({"BadgeClass"}),
    "Issuer": frozenset({"Issuer", "Profile"}),
}


class _Violation(Exception):  # noqa: N818
    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.pointer = where
        self.message = message


def check_shape(
    assertion: dict[str, Any], badge: dict[str, Any] | None, profile: dict[str, Any] | None
) -> Verdict:
    """The first departure, or VALID. INDETERMINATE: badge class or issuer could not be had to be looked at."""
    version = family(assertion)
    try:
        _check_assertion(assertion, version)
        if badge is not None:
            _check_badge(badge, version)
        if profile is not None:
            _check_issuer(profile, version)
    except _Violation as violation:
        return invalid(Code.SCHEMA_VIOLATION, violation.message, violation.pointer)
    if badge is None or profile is None:
        return indeterminate(
            Code.NOT_EVALUATED, "Badge class or issuer could not be had to be looked at.", "/badge"
        )
    return valid(Code.OK, "The badge has the shape of its version.")


def _demand(condition: bool, where: str, message: str) -> None:
    if not condition:
        raise _Violation(where, message)


def _check_assertion(assertion: dict[str, Any], version: str) -> None:
    _check_kind(assertion, "Assertion", version, "")
    if version == "ob2":
        identifier = assertion.get("id")
        _demand(isinstance(identifier, str) and ":" in identifier, "/id", "The badge is named by no address.")
    recipient = assertion.get("recipient")
    _demand(isinstance(recipient, dict), "/recipient", "The badge names no recipient.")
    for name in ("type", "identity"):
        _demand(
            isinstance(recipient, dict) and bool(as_list(recipient.get(name))),
            f"/recipient/{name}",
            f"The recipient has no {name}.",
        )
    _demand(bool(assertion.get("badge")), "/badge", "The badge names no badge class.")
    _demand("issuedOn" in assertion, "/issuedOn", "The badge does not say when it was issued.")
    for name in ("issuedOn", "expires"):
        try:
            moment(assertion.get(name))
        except ValueError:
            raise _Violation(f"/{name}", f"{name} is not a time.") from None
    _demand(bool(method_of(assertion)), "/verification", "The badge does not say how it is verified.")
    _demand(
        is_hosted(assertion) or is_signed(assertion),
        "/verification/type",
        "The badge is verified in no way that is known.",
    )
    image = assertion.get("image")
    _demand(
        not (isinstance(image, str) and image.startswith("data:")),
        "/image",
        "The badge's picture has no address of its own.",
    )


def _check_badge(badge: dict[str, Any], version: str) -> None:
    _check_kind(badge, "BadgeClass", version, "/badge")
    required = ["name", "description", "criteria", "issuer"] + (["image"] if version == "ob1" else [])
    for name in required:
        _demand(bool(badge.get(name)), f"/badge/{name}", f"The badge class has no {name}.")


def _check_issuer(profile: dict[str, Any], version: str) -> None:
    where = "/badge/issuer"
    _check_kind(profile, "Issuer", version, where)
    for name in ("name", "url"):
        _demand(isinstance(profile.get(name), str), f"{where}/{name}", f"The issuer has no {name}.")
    _demand(normal(profile["url"]) is not None, f"{where}/url", "The issuer's url is no web address.")
    if version == "ob2":
        _demand(bool(profile.get("email")), f"{where}/email", "The issuer has no email.")


def _check_kind(document: dict[str, Any], kind: str, version: str, where: str) -> None:
    context = document.get("@context")
    _check_extensions(document, where)
    if version == "ob2":
        _demand(not types_of(document).isdisjoint(_TYPES[kind]), f"{where}/type", f"The type is not {kind}.")
    if context is None and (version == "ob1" or where):
        return  # version 1.0 had no contexts, and an embedded object is read in its host's
    known = V1_CONTEXTS | V2_CONTEXTS
    _demand(
        any(isinstance(entry, str) and entry in known for entry in as_list(context)),
        f"{where}/@context",
        "The context is not that of Open Badges.",
    )


def _check_extensions(document: dict[str, Any], where: str) -> None:
    """Open Badges 2.0, "Extensions": each brings its own context, and a type besides `Extension`."""
    for name, value in document.items():
        if name.startswith("extensions:"):
            for extension in as_list(value):
                _demand(
                    isinstance(extension, dict)
                    and "@context" in extension
                    and "Extension" in types_of(extension)
                    and len(types_of(extension)) > 1,
                    where + pointer(name),
                    f"The extension {name[:60]!r} does not say what it is.",
                )
