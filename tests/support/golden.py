"""Golden records: what stands on the topics, kept as it was written, to be read for as long as it may be there.

`tests/contract/golden/<topic>/<Message>.v<schema version>.binpb` is a record's value (an Envelope), `.json` beside it the same for people;
`Tombstone.json` is a record without value. Those of roles, shortlists and decisions lie with matching, which writes them. Files are never
changed: a new schema version adds one. `CREDENCE_WRITE_GOLDEN=1` writes those that do not exist.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from credence.platform.kafka.events import Event, Received, headers_of, parse_message, parse_record
from credencepb.audit.v1 import audit_events_pb2
from credencepb.candidates.v1 import candidate_events_pb2
from credencepb.credentials.v1 import credential_events_pb2
from credencepb.events.v1.envelope_pb2 import Envelope
from credencepb.matching.v1 import matching_events_pb2

_CONTRACT = Path(__file__).parents[1] / "contract"
OURS = _CONTRACT / "golden"
FOLDERS = (OURS, _CONTRACT / "matching" / "golden")
EVENT_FILES = (candidate_events_pb2, credential_events_pb2, matching_events_pb2, audit_events_pb2)
MESSAGES: Mapping[str, type[Message]] = {
    descriptor.full_name: getattr(file, name)
    for file in EVENT_FILES
    for name, descriptor in file.DESCRIPTOR.message_types_by_name.items()
}
"""Every message that an event can carry, by its full name."""

_ID, _TIME_S = "01a1f0e4c0007000800000000000cafe", 1_795_262_400


def records() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(folder.glob("*/*.binpb"))


def envelope(path: Path) -> Envelope:
    return Envelope.FromString(path.read_bytes())


def payload(of: Envelope) -> Message:
    return MESSAGES[of.type].FromString(of.payload)


def readable(of: Envelope) -> dict[str, Any]:
    said = MessageToDict(of, preserving_proto_field_name=True)
    return said | {"payload": MessageToDict(payload(of), preserving_proto_field_name=True)}


def keep(topic: str, event: Event) -> Path:
    """The golden file of what `event` is; written, with an id and a time that mean nothing, if there is none and it was asked for."""
    if event.tombstone:
        path = OURS / topic / "Tombstone.json"
        said = {name: text.decode() for name, text in headers_of(event)}
        text = json.dumps(
            {"key": event.key, "headers": {**said, "id": _ID, "causation_id": "", "traceparent": ""}},
            indent=2,
        )
        if asked(path):
            path.write_text(text + "\n")
        return path
    path = OURS / topic / f"{event.type.rpartition('.')[2]}.v{event.schema_version}.binpb"
    if asked(path):
        said = Envelope.FromString(event.value or b"")
        said.id, said.causation_id, said.traceparent = _ID, "", ""
        said.time.seconds, said.time.nanos = _TIME_S, 0
        path.write_bytes(said.SerializeToString(deterministic=True))
        path.with_suffix(".json").write_text(json.dumps(readable(said), indent=2, sort_keys=True) + "\n")
    return path


def asked(path: Path) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    return bool(os.environ.get("CREDENCE_WRITE_GOLDEN")) and not path.exists()


def received(topic: str, consumes: Mapping[str, type[Message]], *, key: str = "") -> list[Received]:
    """Every golden record of the topic as a consumer gets it, tombstones last. Their ids are made different."""
    found: list[Received] = []
    for folder in FOLDERS:
        for path in sorted(folder.glob(f"{topic}/*.binpb")):
            said = envelope(path)
            said.id = f"{said.id[:-4]}{len(found):04}"
            record_key = key or f"{said.tenant}/{said.subject.rpartition('/')[2]}"
            event = parse_record(topic, 0, len(found), record_key.encode(), said.SerializeToString(), [], 0)
            found.append(Received(event, parse_message(event, dict(consumes)), 0, len(found)))
        for path in sorted(folder.glob(f"{topic}/Tombstone.json")):
            record = json.loads(path.read_text())
            headers = [(name, text.encode()) for name, text in record["headers"].items()]
            event = parse_record(topic, 0, len(found), record["key"].encode(), None, headers, 0)
            found.append(Received(event, None, 0, len(found)))
    return found
