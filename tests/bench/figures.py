"""What a bench gives: a figure, and what it stands against."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: a value, and its ratio to ``against``, a floor of the same run."""

    name: str
    value: float
    unit: str
    ratio: float | None
    against: str


def p95(values: Sequence[float]) -> float:
    """Give the smallest value that 95 of 100 do not exceed."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def median(values: Sequence[float]) -> float:
    """Give the middle value."""
    return statistics.median(values)


def ratio_of_rounds(values: Sequence[float], floors: Sequence[float]) -> float:
    """Give the median of the ratios, round by round, so that a slow minute slows both sides."""
    return median([value / floor for value, floor in zip(values, floors, strict=True)])
