"""Update masks (AIP-134) and read masks (AIP-157)."""

from collections.abc import Collection
from typing import Any, TypeVar

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from credence.platform.errors import InvalidField, InvalidUpdateMask

M = TypeVar("M", bound=Message)


def apply_update_mask(target: M, source: M, mask: FieldMask, *, writable: Collection[str]) -> M:
    """A copy of `target` in which the fields that `mask` names are those of `source`; lists are replaced, not
    joined.
    `writable` are the top-level fields that may be written. An empty mask means those that are set in
    `source`; `*` means all writable ones, so that what `source` leaves out is cleared. Nested paths
    (`role.title`) are allowed below a writable field. Raises InvalidUpdateMask for a path that does not exist
    or cannot be written.
    """
    paths = list(mask.paths)
    if not paths:
        paths = [field.name for field, _ in source.ListFields() if field.name in writable]
    elif "*" in paths:
        if len(paths) > 1:
            raise InvalidUpdateMask("*", "stands alone or not at all")
        paths = sorted(writable)
    for path in paths:
        _check(target, path, writable)
    changed = type(target)()
    changed.CopyFrom(target)
    for path in paths:
        _copy(changed, source, path.split("."))
    return changed


def check_read_mask(mask: FieldMask, kind: type[Message], field: str = "read_mask") -> None:
    """Raises InvalidField for a path that `kind` does not have, or that goes below a list or a map."""
    paths = list(mask.paths)
    if paths == ["*"]:
        return
    descriptor: Any = kind.DESCRIPTOR
    for path in paths:
        if not FieldMask(paths=[path]).IsValidForDescriptor(descriptor):
            raise InvalidField(field, f"{path[:200]!r} is no field that can be read")


def apply_read_mask(source: M, mask: FieldMask) -> M:
    """`source` with the fields that a checked `mask` names; all of it where the mask is empty or `*`."""
    if not mask.paths or list(mask.paths) == ["*"]:
        return source
    kept = type(source)()
    mask.MergeMessage(source, kept)
    return kept


def _check(message: Message, path: str, writable: Collection[str]) -> None:
    first, *rest = path.split(".")
    descriptor: Any = message.DESCRIPTOR
    for depth, part in enumerate([first, *rest]):
        field = descriptor.fields_by_name.get(part)
        if field is None:
            raise InvalidUpdateMask(path, "does not exist")
        if depth == 0 and first not in writable:
            raise InvalidUpdateMask(path, "cannot be written")
        if depth < len(rest) and (field.is_repeated or field.message_type is None):
            raise InvalidUpdateMask(path, f"goes below {part}, which is replaced as a whole")
        descriptor = field.message_type


def _copy(target: Message, source: Message, path: list[str]) -> None:
    first, *rest = path
    field = target.DESCRIPTOR.fields_by_name[first]
    if rest:
        _copy(getattr(target, first), getattr(source, first), rest)
    elif field.is_repeated or field.message_type is not None:
        target.ClearField(first)
        if field.is_repeated or source.HasField(first):
            # a merge into the cleared field; it knows lists, maps and messages alike
            only = type(source)()
            only.CopyFrom(source)
            for other, _ in source.ListFields():
                if other.name != first:
                    only.ClearField(other.name)
            target.MergeFrom(only)
    elif field.has_presence and not source.HasField(first):
        target.ClearField(first)
    else:
        setattr(target, first, getattr(source, first))
