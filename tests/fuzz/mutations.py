"""One change in one place of a JSON document, a token or some bytes; and how much of each test a run does."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("CREDENCE_FUZZ_EXAMPLES", "60"))
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
Path = tuple[str | int, ...]

ODD = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        -1,
        1.5,
        2**53,
        10**400,
        "",
        " ",
        "x",
        "\ud83d",
        "\u202e",
        "\x00",
        "a" * 3000,
        [],
        {},
        [[]],
        [{}],
        [None],
        {"@value": "x"},
        {"@value": "x", "@language": "en"},
        {"@id": "urn:x"},
        {"id": "urn:x"},
        {"id": "urn:x", "type": "X"},
        {"a": {"b": []}},
        "did:key:z6Mk",
        "did:web:localhost",
        "https://[",
        "https://inner.example/",
        "data:,",
        "_:b0",
        "2099-01-01T00:00:00Z",
        "2020-01-01T00:00:00",
        "sha256$00",
        "assertionMethod",
        ["assertionMethod"],
        "revocation",
        "-1",
        "1e3",
        "z",
        "u",
        "uH4sIAAAAAAAA_",
        {"@context": {"@vocab": "urn:x:"}},
    ]
) | st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "@context",
        "@id",
        "@type",
        "@value",
        "@included",
        "@graph",
        "@reverse",
        "@language",
        "@direction",
        "@index",
        "@nest",
        "@list",
        "@set",
        "id",
        "type",
        "vc",
        "proof",
        "issuer",
        "validFrom",
        "validUntil",
        "expirationDate",
        "issuanceDate",
        "credentialSubject",
        "credentialStatus",
        "evidence",
        "name",
        "refreshService",
        "endorsement",
        "endorsementJwt",
        "verifiableCredential",
        "termsOfUse",
        "achievement",
        "result",
        "identifier",
        "revoked",
        "expires",
        "created",
        "previousProof",
        "nonce",
        "domain",
        "iss",
        "sub",
        "exp",
        "nbf",
        "alg",
        "kid",
        "jwk",
        "crit",
        "b64",
        "verification",
        "verify",
        "badge",
        "recipient",
        "https://www.w3.org/2018/credentials#validUntil",
        "cred:validUntil",
        "urn:x:term",
        "unmapped",
        "",
    ]
) | st.text(max_size=6)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """All places but the whole."""
    steps: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, item in steps:
        yield (*path, step)
        yield from places(item, (*path, step))


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def changed(draw: Callable[..., Any], document: Any) -> Any:
    """A copy of `document` with one change: of a value, a name, an order, a number of members, or a place."""
    made = copy.deepcopy(document)
    paths = list(places(made))
    path = draw(st.sampled_from(paths))
    holder, step = at(made, path[:-1]), path[-1]
    how = draw(
        st.sampled_from(
            ["odd", "drop", "wrap", "text", "move", "swap", "rename", "insert", "double", "turn", "letter"]
        )
    )
    value = holder[step]
    if how == "odd":
        holder[step] = draw(ODD)
    elif how == "drop":
        del holder[step]
    elif how == "wrap":
        holder[step] = draw(
            st.sampled_from(
                [
                    [value],
                    [[value]],
                    [value, None],
                    {"@value": value},
                    {"@set": value},
                    {"@list": [value]},
                    {"id": value},
                ]
            )
        )
    elif how == "text":
        holder[step] = draw(
            st.sampled_from(
                [
                    str(value),
                    json.dumps(value),
                    f" {value}",
                    f"{value} ",
                    str(value).upper(),
                    str(value).lower(),
                ]
            )
        )
    elif how in ("move", "swap"):
        other = draw(st.sampled_from(paths))
        target, name = at(made, other[:-1]), other[-1]
        if how == "swap" and path[: len(other)] != other and other[: len(path)] != path:
            holder[step], target[name] = target[name], value
        elif isinstance(target, dict) and isinstance(step, str) and other[: len(path)] != path:
            del holder[step]
            target[step] = value
    elif how == "rename" and isinstance(holder, dict):
        del holder[step]
        holder[
            draw(
                NAMES
                | st.sampled_from([str(step).upper(), f"@{step}", f"https://schema.org/{step}", f"{step} "])
            )
        ] = value
    elif how == "insert":
        inside = value if isinstance(value, dict) else holder
        if isinstance(inside, dict):
            inside[draw(NAMES)] = draw(ODD)
        else:
            inside.insert(draw(st.integers(0, len(inside))), draw(ODD))
    elif how == "double" and isinstance(holder, list):
        holder.append(copy.deepcopy(value))
    elif how == "turn" and isinstance(holder, list):
        holder.reverse()
    elif how == "letter" and isinstance(value, str) and value:
        place = draw(st.integers(0, len(value) - 1))
        letter = draw(st.sampled_from("aA0 zZ-_.:/\u0430\u200b\u0301é"))
        holder[step] = value[:place] + letter + value[place + draw(st.integers(0, 1)) :]
    return made


@st.composite
def cut(draw: Callable[..., Any], content: bytes) -> bytes:
    """Bytes turned, taken out, put in or said twice, once or several times."""
    made = bytearray(content)
    for _ in range(draw(st.integers(1, 3))):
        if not made:
            break
        place = draw(st.integers(0, len(made) - 1))
        length = draw(st.sampled_from([1, 1, 2, 4, 16, 200]))
        match draw(st.sampled_from(["turn", "drop", "put", "again"])):
            case "turn":
                made[place] ^= 1 << draw(st.integers(0, 7))
            case "drop":
                del made[place : place + length]
            case "put":
                made[place:place] = draw(st.binary(min_size=1, max_size=8))
            case "again":
                made[place:place] = made[place : place + length]
    return bytes(made)
