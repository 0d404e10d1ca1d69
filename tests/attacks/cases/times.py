"""exp and validUntil that differ, ends that cannot be read, zones: the earliest end wins, and what cannot be read is no end."""

from datetime import UTC, datetime, timedelta

from attacks.cases.making import before, jwt
from attacks.model import Attack, Row
from credence.credentials.verifier import Code, Outcome
from support.badges import AT, DATA_INTEGRITY, ISSUER, UNTIL, credential

SOON = AT - timedelta(days=1)
GONE = {"outcome": Outcome.NOT_VERIFIED, "code": Code.EXPIRED, "verdict": "validity"}
UNREADABLE = {"outcome": Outcome.NOT_VERIFIED, "code": Code.DATE_MALFORMED, "verdict": "validity"}
EARLY = {"outcome": Outcome.NOT_VERIFIED, "code": Code.NOT_YET_VALID, "verdict": "validity"}


def seconds(time):
    return int(time.timestamp())


def dated(name, **changed):
    return Attack(Row.TIMES, name, before(lambda d: d.update(changed)), **UNREADABLE)


def zoned(text, at, answer, member="validUntil"):
    return Attack(
        Row.TIMES,
        f"{member} is {text}, and it is {at.isoformat()}",
        before(lambda d: d.update({member: text})),
        at=at,
        **answer,
    )


ATTACKS = (
    Attack(
        Row.TIMES,
        "exp is past, validUntil is not",
        lambda: jwt({**credential(), "exp": seconds(SOON)}),
        **GONE,
    ),
    Attack(
        Row.TIMES,
        "validUntil is past, exp is not",
        lambda: jwt({**credential(valid_until=SOON), "exp": seconds(UNTIL)}),
        **GONE,
    ),
    Attack(
        Row.TIMES,
        "exp of a vc claim is past",
        lambda: jwt({"iss": ISSUER.id, "vc": credential(), "exp": seconds(SOON)}, typ="JWT"),
        **GONE,
    ),
    Attack(
        Row.TIMES,
        "nbf is to come, validFrom is not",
        lambda: jwt({**credential(), "nbf": seconds(UNTIL) - 1}),
        **EARLY,
    ),
    Attack(
        Row.TIMES,
        "expirationDate is past, validUntil is not",
        before(lambda d: d.update(expirationDate="2025-01-01T00:00:00Z")),
        **GONE,
    ),
    Attack(
        Row.TIMES,
        "issuanceDate is to come, validFrom is not",
        before(lambda d: d.update(issuanceDate="2026-01-01T00:00:00Z")),
        **EARLY,
    ),
    *(
        Attack(
            Row.TIMES,
            f"{securing}: the proof's own end is past",
            lambda s=securing: ISSUER.sign(credential(), s, proof={"expires": "2025-01-01T00:00:00Z"}),
            **GONE,
        )
        for securing in DATA_INTEGRITY
    ),
    *(
        Attack(
            Row.TIMES,
            f"exp is {str(exp)[:30]!s}",
            lambda e=exp: jwt({**credential(), "exp": e}),
            **UNREADABLE,
        )
        for exp in ("2030", True, 1e300, -1e300, [1], {"a": 1}, 2**63, 10**400, 10**15)
    ),
    *(
        dated(f"{name} is {value!r}", **{name: value})
        for name in ("validUntil", "expirationDate", "validFrom")
        for value in (
            "tomorrow",
            "",
            1893456000,
            ["2030-01-01T00:00:00Z"],
            {"@value": "2030-01-01T00:00:00Z"},
            "2030-01-01",
            "2030-13-01T00:00:00Z",
            "2030-02-30T00:00:00Z",
            "2030-01-01T25:00:00Z",
            "2030-01-01T00:00:61Z",
            "2030-01-01T00:00:00+15:00",
            "2030-01-01T00:00:00+14:01",
            "２０３０-01-01T00:00:00Z",
            "+12030-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59-01:00",
            "2030-01-01T00:00:00Z ",
            "2030-01-01T00:00:00Z\n",
            "2030-01-01T00:00:00 Z",
            "2030-01-01T00:00:00UTC",
            "20300101T000000Z",
        )
    ),
    Attack(
        Row.TIMES,
        "a window that ends before it begins",
        before(lambda d: d.update(validFrom="2025-07-01T00:00:00Z", validUntil="2025-01-01T00:00:00Z")),
        Outcome.NOT_VERIFIED,
        Code.WINDOW_EMPTY,
        "validity",
    ),
    # one instant in several zones: a comparison of texts would let the first three pass
    zoned("2025-06-01T12:00:00+14:00", datetime(2025, 6, 1, tzinfo=UTC), GONE),
    zoned("2025-06-01T00:00:00+00:01", datetime(2025, 6, 1, tzinfo=UTC), GONE),
    zoned("2025-06-02T00:00:00.000001+14:00", datetime(2025, 6, 1, 10, 0, 1, tzinfo=UTC), GONE),
    zoned("2025-05-31T23:59:60Z", datetime(2025, 6, 1, tzinfo=UTC), GONE),
    zoned("2025-05-31T24:00:00Z", datetime(2025, 6, 1, 0, 0, 1, tzinfo=UTC), GONE),
    zoned("2025-05-31T12:00:00-14:00", datetime(2025, 6, 1, tzinfo=UTC), EARLY, "validFrom"),
    zoned("2025-06-01T00:00:00", datetime(2025, 6, 1, 0, 0, 1, tzinfo=UTC), GONE),
)
