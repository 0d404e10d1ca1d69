"""Repeatable chance: one independent stream of random numbers for each purpose, all from one seed."""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


def stream(seed: int, *purpose: str | int) -> Random:
    """A stream that depends on nothing but its arguments, so that one part can change without moving the others."""
    return Random(":".join(map(str, (seed, *purpose))))  # noqa: S311 - invented data, nothing secret


def uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def weighted(rng: Random, weights: Mapping[T, float]) -> T:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def weighted_sample(rng: Random, weights: Mapping[T, float], count: int) -> list[T]:
    """Up to `count` different keys; a weight of 0 or less is never drawn. (Efraimidis and Spirakis 2006: largest u^(1/w).)"""
    drawn = [(math.log(1.0 - rng.random()) / weight, key) for key, weight in weights.items() if weight > 0]
    drawn.sort(key=lambda pair: -pair[0])
    return [key for _, key in drawn[:count]]


def some(rng: Random, items: Sequence[T], low: int, high: int) -> list[T]:
    """Between `low` and `high` different items (fewer where there are fewer)."""
    return rng.sample(items, min(rng.randint(low, high), len(items)))


def clip(value: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(high, max(low, value))
