"""What the consumer refuses; the rest is tested on a real database and broker."""

import pytest

from credence.matching.consumer import ProfileHandler
from credence.matching.decision_store import DecisionStore
from credence.matching.profile_store import ProfileStore
from credence.matching.ranking_store import RankingStore
from credence.platform.errors import NeverRetry
from credence.platform.kafka.events import Event, Received, parse_message
from credencepb.credentials.v1.profile_pb2 import Profile
from support.matching import changed, deleted, profile, purged

HANDLER = ProfileHandler(ProfileStore(), RankingStore(), DecisionStore())


def prepare(event: Event) -> object:
    return HANDLER.prepare([Received(event, parse_message(event, dict(HANDLER.consumes)), 0, 0)])[0]


def spoiled(**fields: object) -> Profile:
    made = profile("a", [("esco:1", 0.5)])
    made.MergeFrom(Profile(**fields))  # type: ignore[arg-type]
    return made


def too_strong() -> Profile:
    made = profile("a", [("esco:1", 0.5)])
    made.evidence[0].strength = 2.0
    return made


@pytest.mark.parametrize(
    "made",
    [spoiled(candidate="tenants/acme/candidates/a"), spoiled(candidate="a"), too_strong()],
    ids=["another tenant's", "no name", "too strong"],
)
def test_a_profile_that_cannot_be_ranked_is_never_retried(made: Profile) -> None:
    event = changed(made)
    with pytest.raises(NeverRetry) as caught:
        prepare(event)
    assert caught.value.reason == "INVALID_PROFILE"


def test_revisions_of_event_and_profile_must_agree() -> None:
    made = profile("a")
    event = changed(made)
    made.revision = 2
    other = Event(**{f: getattr(event, f) for f in event.__slots__} | {"payload": changed(made).payload})
    with pytest.raises(NeverRetry):
        prepare(other)


def test_deletions_and_tombstones() -> None:
    row = prepare(deleted("a", 4))
    assert (row.candidate, row.revision, row.content) == ("a", 4, None)  # type: ignore[attr-defined]
    assert prepare(purged("a")) is None
