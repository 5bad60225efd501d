"""Three-valued logic on small integers: what is not known is not false.

A truth is an ``int8`` array of :data:`NO`, :data:`UNKNOWN` and :data:`YES`, in this order, so that
"and" is the minimum and "or" the maximum (Kleene's strong logic). Numbers are ``float64`` with NaN
for not known, months ``int32`` with 0 for not known.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.int8]
Number = NDArray[np.float64]
Months = NDArray[np.int32]

NO: Final = np.int8(0)
UNKNOWN: Final = np.int8(1)
YES: Final = np.int8(2)

_TWO = np.int8(2)


def all_of(*truths: Truth) -> Truth:
    """Give YES where every one is YES, NO where any is NO, else UNKNOWN."""
    found = truths[0]
    for other in truths[1:]:
        found = np.minimum(found, other)
    return found


def any_of(*truths: Truth) -> Truth:
    """Give YES where any is YES, NO where every one is NO, else UNKNOWN."""
    found = truths[0]
    for other in truths[1:]:
        found = np.maximum(found, other)
    return found


def negate(truth: Truth) -> Truth:
    """Swap YES and NO."""
    return np.asarray(_TWO - truth, dtype=np.int8)


def at_least(left: Number | float, right: Number | float) -> Truth:
    """Tell whether left >= right; UNKNOWN where either is NaN."""
    return _compared(np.greater_equal(left, right), left, right)


def above(left: Number | float, right: Number | float) -> Truth:
    """Tell whether left > right; UNKNOWN where either is NaN."""
    return _compared(np.greater(left, right), left, right)


def at_most(left: Number | float, right: Number | float) -> Truth:
    """Tell whether left <= right; UNKNOWN where either is NaN."""
    return at_least(right, left)


def below(left: Number | float, right: Number | float) -> Truth:
    """Tell whether left < right; UNKNOWN where either is NaN."""
    return above(right, left)


def between(value: Number, least: Number | float, most: Number | float) -> Truth:
    """Tell whether least <= value <= most."""
    return all_of(at_least(value, least), at_most(value, most))


def same(left: Number | float, right: Number | float) -> Truth:
    """Tell whether left == right; UNKNOWN where either is NaN."""
    return _compared(np.equal(left, right), left, right)


def known(value: Number) -> NDArray[np.bool_]:
    """Tell where a number is known."""
    found: NDArray[np.bool_] = np.isfinite(value)
    return found


def choose(truth: Truth, then: Number | float, otherwise: Number | float) -> Number:
    """Give ``then`` where YES, ``otherwise`` where NO, NaN where UNKNOWN and they differ."""
    picked = np.where(truth == YES, then, otherwise)
    open_ = (truth == UNKNOWN) & (np.asarray(then) != np.asarray(otherwise))
    return np.where(open_, np.nan, picked)


def truth_of(flags: NDArray[np.bool_]) -> Truth:
    """Give YES where true and NO where false: for what is always known."""
    return flags.astype(np.int8) << np.int8(1)


def ordinal(month: Months | int) -> Number:
    """Give a month as a count of months, so that differences are plain; NaN where it is 0."""
    given = np.asarray(month, dtype=np.int32)
    counted = (given // 100 * 12 + given % 100 - 1).astype(np.float64)
    return np.where(given == 0, np.nan, counted)


def months_from(earlier: Months | int, later: Months | int) -> Number:
    """Give how many months later ``later`` is (202501 to 202502: 1); NaN where either is 0."""
    return ordinal(later) - ordinal(earlier)


def month_plus(month: Months, count: Number | float) -> Months:
    """Give the month ``count`` months later; 0 where either is not known."""
    moved = ordinal(month) + count
    missing = np.isnan(moved)
    whole = np.where(missing, 0, moved).astype(np.int32)
    return np.where(missing, 0, whole // 12 * 100 + whole % 12 + 1).astype(np.int32)


def not_before(month: Months, first: float) -> Truth:
    """Tell whether a month is ``first`` (202101) or later; UNKNOWN where either is not known."""
    given = np.asarray(month)
    return at_least(np.where(given == 0, np.nan, given), first)


def _compared(result: NDArray[np.bool_], *sides: Number | float) -> Truth:
    truth = np.atleast_1d(np.asarray(result)).astype(np.int8) << np.int8(1)
    for side in sides:
        if np.ndim(side):
            truth[np.isnan(side)] = UNKNOWN
        elif np.isnan(side):
            truth.fill(UNKNOWN)
    return truth
