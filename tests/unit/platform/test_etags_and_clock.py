from datetime import UTC, datetime, timedelta, timezone

import pytest
from google.protobuf.wrappers_pb2 import StringValue

from credence.platform.clock import FixedClock, SystemClock, clock_of
from credence.platform.errors import EtagMismatch
from credence.platform.etags import check_etag, etag


def test_an_etag_tells_contents_apart() -> None:
    assert etag(StringValue(value="a"), 1) == etag(StringValue(value="a"), 1)
    assert len({etag("a", "b"), etag("ab"), etag("a", "b", 1), etag(StringValue(value="ab"))}) == 4
    assert etag("a").startswith('"')


def test_only_a_sent_etag_is_checked() -> None:
    check_etag("tenants/acme", "", '"1"')
    check_etag("tenants/acme", '"1"', '"1"')
    with pytest.raises(EtagMismatch) as caught:
        check_etag("tenants/acme", '"0"', '"1"')
    assert caught.value.metadata == {"resource": "tenants/acme", "etag": '"1"'}


def test_clocks_speak_utc() -> None:
    at = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert FixedClock(at).now() == clock_of(at).now() == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert FixedClock(at).now().tzinfo is UTC
    assert isinstance(clock_of(None), SystemClock)
    assert SystemClock().now().tzinfo is UTC
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 5, 1))  # noqa: DTZ001 - that is the point
