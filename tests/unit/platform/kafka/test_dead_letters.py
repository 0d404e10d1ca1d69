import pytest

from credence.platform.kafka.dead_letters import (
    ALWAYS_ALLOWED,
    SHARE,
    WINDOW,
    DeadLetters,
    TooManyDeadLetters,
)


def counter(*, good: int = 0, dead: int = 0) -> DeadLetters:
    letters = DeadLetters("127.0.0.1:1", "group")
    for _ in range(good):
        letters.count(dead=False)
    for _ in range(dead):
        letters.count(dead=True)
    return letters


def test_a_few_are_always_allowed() -> None:
    letters = counter(dead=ALWAYS_ALLOWED)
    with pytest.raises(TooManyDeadLetters, match="group"):
        letters.count(dead=True)


def test_a_share_of_many_is_allowed() -> None:
    allowed = int(SHARE * WINDOW)
    letters = counter(good=WINDOW, dead=allowed)
    with pytest.raises(TooManyDeadLetters):
        letters.count(dead=True)


def test_old_ones_are_forgotten() -> None:
    letters = counter(dead=ALWAYS_ALLOWED)
    for _ in range(WINDOW):
        letters.count(dead=False)
    for _ in range(ALWAYS_ALLOWED):
        letters.count(dead=True)
