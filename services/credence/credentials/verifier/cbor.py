"""The little of CBOR (RFC 8949) that proofs are written in: numbers, byte strings, arrays and maps of definite length.

A general decoder knows tags, floats, shared references and lengths that no proof has; each is one more thing to bound.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["loads"]

_MAX_DEPTH: Final = 4
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}


def loads(data: bytes) -> Any:
    """The one value that `data` is: int (not negative), bytes, list, or dict with int keys. ValueError: anything else."""
    value, end = _value(data, 0, 0)
    if end != len(data):
        raise ValueError("more than one value")
    return value


def _value(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > _MAX_DEPTH or at >= len(data):
        raise ValueError("nested too deeply, or cut off")
    major, size = data[at] >> 5, data[at] & 0x1F
    at += 1
    if size >= 24:
        width = _WIDTHS.get(size)
        if width is None or at + width > len(data):
            raise ValueError("a length that is not stated")
        size = int.from_bytes(data[at : at + width], "big")
        at += width
    if major == 0:
        return size, at
    # each member takes a byte at least, so no length goes beyond the data
    if size > len(data) - at:
        raise ValueError("cut off")
    if major == 2:
        return data[at : at + size], at + size
    if major == 4:
        items = []
        for _ in range(size):
            item, at = _value(data, at, depth + 1)
            items.append(item)
        return items, at
    if major == 5:
        pairs: dict[int, Any] = {}
        for _ in range(size):
            name, at = _value(data, at, depth + 1)
            if not isinstance(name, int) or name in pairs:
                raise ValueError("a name that is no number, or stands twice")
            pairs[name], at = _value(data, at, depth + 1)
        return pairs, at
    raise ValueError(f"a value of the kind {major}")
