"""Events: how state changes travel. One event is one Kafka record, an Envelope or a tombstone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from google.protobuf.message import DecodeError, Message

from credence.platform.errors import Malformed
from credence.platform.kafka.topics import Topic
from credence.platform.names import last_id, new_id
from credence.platform.telemetry import traceparent
from credencepb.events.v1.envelope_pb2 import Envelope

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Event:
    """A change of `subject`. `payload` holds the serialised message that `type` names; it is None in a
    tombstone.
    `revision` counts the subject's changes from 1; stores ignore one at or below the applied one. A tombstone
    erases `key`: its record has no value, and `id`, `subject`, `revision` and `causation_id` stand in headers
    (empty and 0 when a foreign tool wrote it).
    """

    topic: str
    key: str
    id: str
    time: datetime
    type: str
    tenant: str
    subject: str
    revision: int
    payload: bytes | None
    causation_id: str = ""
    traceparent: str = ""
    schema_version: int = 1
    ignorable: bool = False

    @property
    def tombstone(self) -> bool:
        return self.payload is None

    @property
    def value(self) -> bytes | None:
        """The record's value: the serialised Envelope, None for a tombstone."""
        if self.payload is None:
            return None
        envelope = Envelope(
            id=self.id,
            type=self.type,
            tenant=self.tenant,
            subject=self.subject,
            revision=self.revision,
            causation_id=self.causation_id,
            traceparent=self.traceparent,
            schema_version=self.schema_version,
            ignorable=self.ignorable,
            payload=self.payload,
        )
        envelope.time.FromDatetime(self.time)
        return envelope.SerializeToString()


@dataclass(frozen=True, slots=True)
class Received:
    """An event as a consumer gets it, with its place in the topic. `message` is the parsed payload; None for
    a tombstone.
    """

    event: Event
    message: Message | None
    partition: int
    offset: int


def new_event(
    topic: Topic,
    payload: Message,
    *,
    tenant: str,
    subject: str,
    revision: int,
    key: str | None = None,
    cause: Event | None = None,
    causation_id: str = "",
    time: datetime | None = None,
    schema_version: int = 1,
    ignorable: bool = False,
) -> Event:
    """A new event that says `payload` about `subject`.
    `key` is the record's key behind `tenant/`; without it, the last segment of `subject`. `cause` is the
    event that this one follows from: it gives the causation id and the trace. Without one the current trace
    is taken.
    """
    return Event(
        topic=topic.name,
        key=f"{tenant}/{key or last_id(subject)}",
        id=new_id(),
        time=time or datetime.now(UTC),
        type=payload.DESCRIPTOR.full_name,
        tenant=tenant,
        subject=subject,
        revision=revision,
        payload=payload.SerializeToString(deterministic=True),
        causation_id=cause.id if cause else causation_id,
        traceparent=cause.traceparent if cause else traceparent(),
        schema_version=schema_version,
        ignorable=ignorable,
    )


def tombstone(
    topic: Topic,
    *,
    tenant: str,
    subject: str,
    revision: int,
    key: str | None = None,
    cause: Event | None = None,
    causation_id: str = "",
) -> Event:
    """A new event that erases `subject` from a compacted topic: all of its records, within the topic's
    compaction lag.
    """
    return Event(
        topic=topic.name,
        key=f"{tenant}/{key or last_id(subject)}",
        id=new_id(),
        time=datetime.now(UTC),
        type="",
        tenant=tenant,
        subject=subject,
        revision=revision,
        payload=None,
        causation_id=cause.id if cause else causation_id,
        traceparent=cause.traceparent if cause else traceparent(),
    )


def headers_of(event: Event) -> list[tuple[str, bytes]]:
    """The record's headers: what tools read without the value, and all that a tombstone has to say."""
    headers = {"id": event.id, "type": event.type, "traceparent": event.traceparent}
    if event.tombstone:
        headers |= {
            "subject": event.subject,
            "revision": str(event.revision),
            "causation_id": event.causation_id,
        }
    return [(name, text.encode()) for name, text in headers.items()]


def parse_record(
    topic: str,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: Iterable[tuple[str, bytes]],
    timestamp_ms: int,
) -> Event:
    """The event in a record; raises Malformed (NO_KEY, NOT_AN_ENVELOPE, INCOMPLETE_ENVELOPE,
    KEY_OF_OTHER_TENANT).
    """
    try:
        text_key = (key or b"").decode()
    except UnicodeDecodeError:
        text_key = ""
    tenant, slash, rest = text_key.partition("/")
    if not (tenant and slash and rest):
        raise Malformed("NO_KEY", "the record's key is not of the form tenant/subject")
    if value is None:
        return _tombstone_of(topic, partition, offset, text_key, headers, timestamp_ms)
    try:
        envelope = Envelope.FromString(value)
    except DecodeError:
        raise Malformed("NOT_AN_ENVELOPE", "the record's value is not an Envelope in protobuf") from None
    missing = [name for name in ("id", "type", "tenant", "subject") if not getattr(envelope, name)]
    if envelope.revision < 1:
        missing.append("revision")
    if missing:
        # bytes that are no Envelope often parse as an empty one: protobuf skips fields that it does not know
        raise Malformed("INCOMPLETE_ENVELOPE", f"the envelope lacks {', '.join(missing)}")
    if envelope.tenant != tenant:
        raise Malformed("KEY_OF_OTHER_TENANT", "the record's key and its envelope name different tenants")
    return Event(
        topic=topic,
        key=text_key,
        id=envelope.id,
        time=envelope.time.ToDatetime(UTC),
        type=envelope.type,
        tenant=tenant,
        subject=envelope.subject,
        revision=envelope.revision,
        payload=envelope.payload,
        causation_id=envelope.causation_id,
        traceparent=envelope.traceparent,
        schema_version=envelope.schema_version,
        ignorable=envelope.ignorable,
    )


def _tombstone_of(
    topic: str, partition: int, offset: int, key: str, headers: Iterable[tuple[str, bytes]], timestamp_ms: int
) -> Event:
    said = {name: raw.decode(errors="replace") for name, raw in headers}
    revision = said.get("revision", "")
    return Event(
        topic=topic,
        key=key,
        # without an id of its own, its place in the topic makes it the same event each time it is read
        id=said.get("id") or f"{topic}/{partition}/{offset}",
        time=datetime.fromtimestamp(timestamp_ms / 1000, UTC),
        type="",
        tenant=key.partition("/")[0],
        subject=said.get("subject", ""),
        revision=int(revision) if revision.isdecimal() else 0,
        payload=None,
        causation_id=said.get("causation_id", ""),
        traceparent=said.get("traceparent", ""),
    )


def parse_message(event: Event, consumes: Mapping[str, type[Message]]) -> Message | None:
    """The event's payload as the class that `consumes` has for its type; None for a tombstone.

    Raises Malformed: UNKNOWN_TYPE, NOT_THE_PAYLOAD.
    """
    if event.payload is None:
        return None
    cls = consumes.get(event.type)
    if cls is None:
        raise Malformed("UNKNOWN_TYPE", f"this consumer knows no {event.type[:200]}")
    try:
        return cls.FromString(event.payload)
    except DecodeError:
        raise Malformed("NOT_THE_PAYLOAD", f"the payload is not a {event.type[:200]}") from None
