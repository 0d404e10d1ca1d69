"""Which rows may be deleted after a send that went wrong in part."""

from hypothesis import given
from hypothesis import strategies as st

from credence.platform.sql.relay import Row, _deletable


class Sent:
    def __init__(self, acknowledged: bool) -> None:
        self._acknowledged = acknowledged

    def succeeded(self) -> bool:
        return self._acknowledged


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())), st.integers(0, 5))
def test_what_is_sent_again_never_precedes_what_is_gone(
    outcomes: list[tuple[str, bool]], unsent: int
) -> None:
    rows = [Row(i, "t", key, "{}", b"") for i, (key, _) in enumerate(outcomes)]
    sent = [Sent(acknowledged) for _, acknowledged in outcomes][: max(0, len(rows) - unsent)]
    gone = {row.id for row in _deletable(rows, sent)}
    for row in rows:
        if row.id in gone:
            assert sent[row.id].succeeded()
            assert all(
                earlier.id in gone for earlier in rows if earlier.key == row.key and earlier.id < row.id
            )
    if all(acknowledged for _, acknowledged in outcomes) and not unsent:
        assert len(gone) == len(rows)
