"""A rate some months ahead from fast indicators: ridge regression, refitted every month (L5).

Intervals come from past forecast errors (split conformal) with a level that is moved up after a
miss and down after a hit (adaptive conformal inference, Gibbs and Candes 2021), because errors of a
series are not exchangeable.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FAR = 4.0
_MEMORY = 120
_LEAST = 36
_STEP = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Forecasts made in each month, shape (t,): value and interval, nan where none was made."""

    value: Floats
    low: Floats
    high: Floats


def ridge_paths(
    predictors: Floats,
    rate: Floats,
    *,
    horizon: int,
    ridge: float,
    first: int,
    start: int,
    level: float,
) -> Paths:
    """Forecast ``rate``, shape (t,), ``horizon`` months ahead in every month from ``start`` on.

    ``predictors`` (t, f) are known in their month. A fit uses months from ``first`` whose outcome
    is known; ``level`` of intervals, such as 0.9.
    """
    length = len(rate)
    change = np.full(length, np.nan)
    change[:-horizon] = rate[horizon:] - rate[:-horizon]
    usable = np.atleast_1d(~np.isnan(predictors).any(axis=1))
    value = np.full(length, np.nan)
    for t in range(start, length):
        known = np.flatnonzero(usable[: t - horizon + 1])
        known = known[known >= first]
        if not usable[t] or len(known) <= _LEAST:
            continue
        value[t] = rate[t] + _ridge(predictors[known], change[known], predictors[t], ridge)
    low, high = _intervals(value, rate, horizon=horizon, level=level)
    return Paths(value, low, high)


def _ridge(rows: Floats, true: Floats, now: Floats, ridge: float) -> float:
    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    scaled = np.clip((rows - mean) / spread, -_FAR, _FAR)
    middle = true.mean()
    inner = scaled.T @ scaled + ridge * np.eye(rows.shape[1])
    weights = np.linalg.solve(inner, scaled.T @ (true - middle))
    return float(middle + np.clip((now - mean) / spread, -_FAR, _FAR) @ weights)


def _intervals(value: Floats, rate: Floats, *, horizon: int, level: float) -> tuple[Floats, Floats]:
    """Widen each forecast by what past ones missed by, the level following how often that held."""
    length = len(rate)
    off = np.full(length, np.nan)
    off[:-horizon] = np.abs(rate[horizon:] - value[:-horizon])
    low, high = np.full(length, np.nan), np.full(length, np.nan)
    width = np.full(length, np.nan)
    asked = level
    for t in range(length):
        judged = t - horizon
        if judged >= 0 and not np.isnan(width[judged]):
            missed = off[judged] > width[judged]
            asked += _STEP * (missed - (1 - level))
        past = off[max(0, t - horizon - _MEMORY + 1) : max(0, t - horizon + 1)]
        past = np.sort(past[~np.isnan(past)])
        if np.isnan(value[t]) or len(past) < _LEAST:
            continue
        rank = int(np.ceil((len(past) + 1) * min(max(asked, 0.5), 0.999)))
        width[t] = past[min(rank, len(past)) - 1]
        low[t], high[t] = value[t] - width[t], value[t] + width[t]
    return low, high
