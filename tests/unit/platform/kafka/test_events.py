from dataclasses import replace
from datetime import UTC, datetime

import pytest
from google.protobuf.wrappers_pb2 import StringValue
from hypothesis import given
from hypothesis import strategies as st

from credence.platform.errors import Malformed
from credence.platform.kafka.events import (
    Event,
    headers_of,
    new_event,
    parse_message,
    parse_record,
    tombstone,
)
from credence.platform.kafka.topics import MAX_RECORD_BYTES, Topic, dlq_of
from credencepb.events.v1.envelope_pb2 import Envelope

TOPIC = Topic("things.v1", partitions=1, owner="things", key="tenant/thing", compacted=True)
STRING = StringValue.DESCRIPTOR.full_name


def event(text: str = "x", **options: object) -> Event:
    said = {"tenant": "acme", "subject": "tenants/acme/things/a", "revision": 1} | options
    return new_event(TOPIC, StringValue(value=text), **said)


def parsed(given: Event, **changes: object) -> Event:
    record = {
        "topic": given.topic,
        "partition": 2,
        "offset": 7,
        "key": given.key.encode(),
        "value": given.value,
        "headers": headers_of(given),
        "timestamp_ms": 1_780_000_000_000,
    }
    return parse_record(**(record | changes))


@given(st.text(max_size=200), st.integers(1, 2**62), st.booleans())
def test_an_event_survives_its_record(text: str, revision: int, ignorable: bool) -> None:
    given = event(text, revision=revision, ignorable=ignorable, causation_id="c")
    assert parsed(given) == given
    message = parse_message(given, {STRING: StringValue})
    assert isinstance(message, StringValue)
    assert message.value == text


def test_an_event_follows_from_its_cause() -> None:
    cause = replace(event(), traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    effect = event(cause=cause)
    assert (effect.causation_id, effect.traceparent) == (cause.id, cause.traceparent)
    assert effect.id != cause.id


def test_the_key_is_the_subject_or_what_it_is_told() -> None:
    assert event().key == "acme/a"
    assert event(key="b").key == "acme/b"


def test_headers_repeat_what_tools_need() -> None:
    given = event()
    assert dict(headers_of(given)) == {"id": given.id.encode(), "type": STRING.encode(), "traceparent": b""}


def test_a_tombstone_says_all_in_headers() -> None:
    given = tombstone(TOPIC, tenant="acme", subject="tenants/acme/things/a", revision=9, causation_id="call")
    got = parsed(given)
    assert got.tombstone
    assert got == replace(given, time=datetime.fromtimestamp(1_780_000_000, UTC))
    assert parse_message(got, {}) is None


def test_a_foreign_tombstone_is_the_same_event_each_time() -> None:
    first, second = (parsed(event(), value=None, headers=[]) for _ in range(2))
    assert first == second
    assert (first.id, first.tenant, first.revision, first.subject) == ("things.v1/2/7", "acme", 0, "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": None}, "NO_KEY"),
        ({"key": b"acme"}, "NO_KEY"),
        ({"key": b"/a"}, "NO_KEY"),
        ({"key": b"acme/"}, "NO_KEY"),
        ({"key": b"\xff/a"}, "NO_KEY"),
        ({"key": b"globex/a"}, "KEY_OF_OTHER_TENANT"),
        ({"value": b"not protobuf"}, "NOT_AN_ENVELOPE"),
        ({"value": b""}, "INCOMPLETE_ENVELOPE"),
        (
            {"value": Envelope(id="1", type="t", tenant="acme", subject="s").SerializeToString()},
            "INCOMPLETE_ENVELOPE",
        ),
    ],
)
def test_other_records_are_malformed(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(Malformed) as caught:
        parsed(event(), **changes)
    assert caught.value.reason == reason


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_malformed(value: bytes) -> None:
    try:
        got = parsed(event(), value=value)
    except Malformed:
        return
    assert got.tenant == "acme"


def test_an_unknown_type_and_a_broken_payload_are_malformed() -> None:
    with pytest.raises(Malformed, match="UNKNOWN_TYPE"):
        parse_message(event(), {})
    with pytest.raises(Malformed, match="NOT_THE_PAYLOAD"):
        parse_message(replace(event(), payload=b"\xff"), {STRING: StringValue})


def test_topics_tell_the_broker_how_to_keep_them() -> None:
    assert dlq_of(TOPIC) == dlq_of("things.v1") == "things.v1.dlq"
    compacted = TOPIC.configs
    assert compacted["cleanup.policy"] == "compact"
    assert compacted["segment.ms"] == compacted["max.compaction.lag.ms"]
    kept = replace(TOPIC, compacted=False, retention_ms=5).configs
    assert (kept["cleanup.policy"], kept["retention.ms"]) == ("delete", "5")
    assert compacted["max.message.bytes"] == kept["max.message.bytes"] == str(MAX_RECORD_BYTES)
