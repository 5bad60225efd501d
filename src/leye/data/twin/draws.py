"""Drawing at random, whole columns at a time. Every draw takes its generator."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leye.kernel.months import month_add

Rng = np.random.Generator
Index = NDArray[np.int64]


def generator(seed: int, *path: int | str) -> Rng:
    """Give the generator of one topic (and month) of one seed; the same path draws the same."""
    words = [zlib.crc32(part.encode()) if isinstance(part, str) else part for part in path]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


def chance(rng: Rng, probability: ArrayLike, count: int) -> NDArray[np.bool_]:
    """Give ``count`` yes or no, each with its probability."""
    drawn: NDArray[np.bool_] = rng.random(count, dtype=np.float32) < np.asarray(probability)
    return drawn


def some(rng: Rng, members: NDArray[Any], probability: ArrayLike) -> NDArray[Any]:
    """Give those of ``members`` that a chance picks."""
    return members[chance(rng, probability, len(members))]


def pick(rng: Rng, weights: Sequence[float] | NDArray[Any], count: int) -> Index:
    """Give ``count`` positions drawn by weight, with replacement."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    edges /= edges[-1]
    found = np.searchsorted(edges, rng.random(count), side="right")
    return np.minimum(found, len(edges) - 1)


def pick_evenly(rng: Rng, weights: NDArray[Any], count: int) -> Index:
    """Give ``count`` positions by weight, each as often as its weight says, in random order."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    edges /= edges[-1]
    steps = (rng.permutation(count) + rng.random(count)) / max(count, 1)
    return np.minimum(np.searchsorted(edges, steps, side="right"), len(edges) - 1)


def pick_rows(rng: Rng, edges: NDArray[np.float64], row: NDArray[Any]) -> Index:
    """Give one column for each element, by the cumulated weights in its row of ``edges``."""
    drawn = rng.random(len(row))
    found = np.zeros(len(row), dtype=np.int64)
    for column in range(edges.shape[1] - 1):
        found += drawn >= edges[row, column]
    return found


def cumulated(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each row's weights added up and scaled to end in 1."""
    total = weights.sum(axis=1, keepdims=True)
    shares = np.divide(
        weights, total, out=np.full_like(weights, 1 / weights.shape[1]), where=total > 0
    )
    added: NDArray[np.float64] = np.cumsum(shares, axis=1)
    return added


def sample(rng: Rng, members: NDArray[Any], count: int) -> NDArray[Any]:
    """Give up to ``count`` different members, in the order of the draw."""
    if count >= len(members):
        return rng.permutation(members)
    return rng.choice(members, size=max(count, 0), replace=False)


def days_of(month: int, rng: Rng, count: int) -> NDArray[np.datetime64]:
    """Give ``count`` days inside a month (yyyymm)."""
    first = first_day(month)
    length = int((first_day(month_add(month, 1)) - first).astype(np.int64))
    days: NDArray[np.datetime64] = first + rng.integers(0, length, count).astype("m8[D]")
    return days


def first_day(month: int) -> np.datetime64:
    """Give the first day of a month (yyyymm)."""
    return np.datetime64(f"{month // 100:04d}-{month % 100:02d}-01", "D")


def last_day(month: int) -> np.datetime64:
    """Give the last day of a month (yyyymm)."""
    return first_day(month_add(month, 1)) - np.timedelta64(1, "D")


def ordinal_of(month: int) -> int:
    """Give a month (yyyymm) as months since year 0, for arithmetic in arrays."""
    return month // 100 * 12 + month % 100 - 1


def yyyymm(ordinal: NDArray[Any]) -> NDArray[np.int32]:
    """Give months since year 0 as yyyymm."""
    months: NDArray[np.int32] = (ordinal // 12 * 100 + ordinal % 12 + 1).astype(np.int32)
    return months


def month_of_day(day: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Give the month of each day as months since year 0."""
    return day.astype("M8[M]").astype(np.int64) + 1970 * 12
