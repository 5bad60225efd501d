"""Random people, for what must hold of everybody."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.decision.policy.facts import Fact, Kind, facts
from leye.decision.policy.situation import DTYPES

_COUNTIES = (360902, 360921, 360922, 360923, 360924, 360925, 360926, 360981, 360982, 360983)


def random_arrays(
    entity: str, size: int, rng: np.random.Generator, *, known: float = 1.0
) -> dict[str, NDArray[Any]]:
    """Every fact of an entity; a share of the values is not known."""
    return {
        each.name: blanked(each, _values(each, size, rng), rng.random(size) > known)
        for each in facts().values()
        if each.entity == entity
    }


def blanked(each: Fact, values: NDArray[Any], where: NDArray[np.bool_]) -> NDArray[Any]:
    """The same values, not known where told so."""
    return np.where(where, each.unknown, values).astype(DTYPES[each.kind])


def _values(each: Fact, size: int, rng: np.random.Generator) -> NDArray[Any]:
    if each.kind is Kind.ANSWER:
        return rng.choice([0, 2], size)
    if each.kind is Kind.CHOICE:
        return rng.integers(1, len(each.options) + 1, size)
    if each.kind is Kind.PLACE:
        return rng.choice(_COUNTIES, size)
    if each.kind is Kind.MONTH:
        oldest = 1950 if each.name == "birth_month" else 2015
        newest = 2009 if each.name == "birth_month" else 2025
        return rng.integers(oldest, newest, size) * 100 + rng.integers(1, 13, size)
    low, high = each.bounds or (0, 1000)
    # Small numbers matter most: thresholds lie there.
    small = rng.integers(int(low), int(min(high, low + 60)) + 1, size)
    large = rng.uniform(low, high, size)
    return np.where(rng.random(size) < 0.7, small, large)
