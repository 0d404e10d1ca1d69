"""What an rpc method declares about itself: the scope it needs and where its request names resources."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from credence.platform.errors import InvalidResourceName
from credence.platform.grpc.auth import check_resource

_F = TypeVar("_F", bound=Callable[..., Any])
_ATTRIBUTE = "__credence_rule__"

ResourceCheck = Callable[[Message, bool], None]
"""(request, first of its stream) -> raises when a resource name in it is not the caller's."""


class UndeclaredMethod(TypeError):  # noqa: N818 - names what is wrong
    """A servicer that cannot be served: rpc methods without `@method`, or with paths that their request does
    not have.
    """


@dataclass(frozen=True, slots=True)
class Rule:
    """A method's declaration."""

    scope: str
    resources: tuple[str, ...]


def method(*, scope: str, resource: str | Sequence[str]) -> Callable[[_F], _F]:
    """Declares the scope that a caller needs, and the dotted paths in the request that hold resource names.

    Before the handler runs, every name there begins with `tenants/{the caller's tenant}`. The first path must
    be set; the others may be empty. Repeated fields are checked element by element. In a request stream every
    message is checked, and the first path must be set in the first message.
    """
    resources = (resource,) if isinstance(resource, str) else tuple(resource)
    if not scope or not resources or not all(resources):
        raise UndeclaredMethod("@method needs a scope and at least one resource path")

    def declare(function: _F) -> _F:
        setattr(function, _ATTRIBUTE, Rule(scope, resources))
        return function

    return declare


def rule_of(function: object) -> Rule | None:
    """The declaration of a servicer's method; None without one."""
    rule = getattr(function, _ATTRIBUTE, None)
    return rule if isinstance(rule, Rule) else None


def resource_check(rule: Rule, request: Descriptor) -> ResourceCheck:
    """The check of one method's requests.

    Raises `UndeclaredMethod` for a path that is not a string field of `request`.
    """
    paths = [(path, _resolve(path, request)) for path in rule.resources]
    (first_path, first_fields), others = paths[0], paths[1:]

    def check(message: Message, is_first: bool) -> None:
        empty = True
        for name in _values(message, first_fields):
            check_resource(name, first_path)
            empty = False
        if empty and is_first:
            raise InvalidResourceName("", "tenants/{tenant}/...", field=first_path)
        for path, fields in others:
            for name in _values(message, fields):
                check_resource(name, path)

    if len(first_fields) > 1 or first_fields[0].is_repeated or others:
        return check

    attribute = first_path  # most methods: one plain field

    def check_plain(message: Message, is_first: bool) -> None:
        name = getattr(message, attribute)
        if name:
            check_resource(name, attribute)
        elif is_first:
            raise InvalidResourceName("", "tenants/{tenant}/...", field=attribute)

    return check_plain


def _resolve(path: str, message: Descriptor) -> tuple[FieldDescriptor, ...]:
    fields: list[FieldDescriptor] = []
    here: Descriptor | None = message
    for segment in path.split("."):
        field = here.fields_by_name.get(segment) if here is not None else None
        if field is None:
            raise UndeclaredMethod(f"{message.full_name} has no field {path!r}")
        fields.append(field)
        here = field.message_type
    if fields[-1].type != FieldDescriptor.TYPE_STRING:
        raise UndeclaredMethod(f"{path!r} of {message.full_name} is not a string")
    return tuple(fields)


def _values(message: Message, fields: tuple[FieldDescriptor, ...]) -> Iterator[str]:
    """Every non-empty string at a path; elements of repeated fields, also empty ones, so that no element goes
    unchecked.
    """
    field, rest = fields[0], fields[1:]
    value = getattr(message, field.name)
    if rest:
        for item in value if field.is_repeated else (value,):
            yield from _values(item, rest)
    elif field.is_repeated:
        yield from value
    elif value:
        yield value
