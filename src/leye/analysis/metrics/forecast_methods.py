"""Six ways to go on with a monthly series, each from every month of it at once.

The equations are those of Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*, 3rd
edition: naive, drift and seasonal naive from section 5.2, damped trend from 8.2, additive seasons
with damped trend from 8.3, in component form. Smoothing parameters are those of a fixed grid with
the least squared one-step error up to the month forecast from, so that no forecast knows what came
after it. The moving Spring Festival is taken from the shares of the twenty days before it and of
the twenty days from it that lie in each month (regressors as in Roberts and White, RBA Research
Discussion Paper 2015-13).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import numpy as np
from numpy.typing import NDArray

from leye.kernel.months import month_of

Floats = NDArray[np.float64]

YEAR = 12
HORIZONS = 3
FIRST = 6
"""Months a method without seasons sees before its first forecast."""
_BEFORE, _AFTER = 20, 20
_RIDGE = 0.05


@dataclass(frozen=True, slots=True)
class Series:
    """Values of consecutive months, and the festival's shares of these and the next three months.

    ``values`` has length n, ``festival`` shape (n + 3, 2), or None where the calendar is not known.
    """

    values: Floats
    festival: Floats | None


def festival_shares(months: Sequence[int], festivals: Mapping[int, date]) -> Floats | None:
    """Give which share of the days before and from the Spring Festival lies in each month.

    The shape is (months, 2); None where ``festivals`` lacks a year that is needed.
    """
    shares = np.zeros((len(months), 2))
    row = {month: index for index, month in enumerate(months)}
    for year in {month // 100 for month in months}:
        day = festivals.get(year)
        if day is None:
            return None
        for side, first, count in ((0, day - timedelta(_BEFORE), _BEFORE), (1, day, _AFTER)):
            for offset in range(count):
                at = row.get(month_of(first + timedelta(offset)))
                if at is not None:
                    shares[at, side] += 1 / count
    return shares


def naive(series: Series) -> Floats:
    """Go on with the last value."""
    y = series.values
    return np.where(_seen(len(y), FIRST)[:, None], np.repeat(y[:, None], HORIZONS, axis=1), np.nan)


def drift(series: Series) -> Floats:
    """Go on along the line from the first value to the last."""
    y = series.values
    steps = np.arange(1, HORIZONS + 1)
    slope = (y - y[0]) / np.maximum(np.arange(len(y)), 1)
    return np.where(_seen(len(y), FIRST)[:, None], y[:, None] + slope[:, None] * steps, np.nan)


def seasonal_naive(series: Series) -> Floats:
    """Repeat the value of the same month a year ago."""
    y = series.values
    ahead = np.full((len(y), HORIZONS), np.nan)
    for h in range(1, HORIZONS + 1):
        ahead[YEAR - 1 :, h - 1] = y[h - 1 : len(y) - YEAR + h]
    return ahead


def festival_naive(series: Series) -> Floats:
    """Repeat the month a year ago, corrected for the festival having moved.

    The correction is fitted, with a small ridge, to the yearly differences known so far.
    """
    y, x = series.values, series.festival
    ahead = np.full((len(y), HORIZONS), np.nan)
    if x is None:
        return ahead
    for t in range(2 * YEAR - 1, len(y)):
        moved, changed = x[YEAR : t + 1] - x[: t + 1 - YEAR], y[YEAR : t + 1] - y[: t + 1 - YEAR]
        effect = np.linalg.solve(moved.T @ moved + _RIDGE * np.eye(2), moved.T @ changed)
        later = np.arange(t + 1, t + 1 + HORIZONS)
        ahead[t] = y[later - YEAR] + (x[later] - x[later - YEAR]) @ effect
    return ahead


def damped_trend(series: Series) -> Floats:
    """Smooth level and trend; the trend fades."""
    y = series.values
    if len(y) < FIRST:
        return np.full((len(y), HORIZONS), np.nan)
    grid = np.array(
        list(product((0.1, 0.3, 0.5, 0.7, 0.9, 1.0), (0.0, 0.05, 0.2, 0.5), (0.8, 0.95)))
    )
    slope = (y[FIRST - 1] - y[0]) / (FIRST - 1)
    start = Start(level=y[0], trend=slope, seasons=np.zeros(1))
    return _best(y, smooth(y, grid[:, 0], grid[:, 1], grid[:, 2], start=start), first=FIRST)


def seasonal_smoothing(series: Series) -> Floats:
    """Smooth level, fading trend and twelve seasons; needs two years to begin with."""
    y = series.values
    if len(y) < 2 * YEAR:
        return np.full((len(y), HORIZONS), np.nan)
    one, two = y[:YEAR], y[YEAR : 2 * YEAR]
    slope = (two.mean() - one.mean()) / YEAR
    line = slope * (np.arange(YEAR) - (YEAR - 1) / 2)
    seasons = ((one - one.mean() - line) + (two - two.mean() - line)) / 2
    start = Start(level=one.mean() - slope * (YEAR + 1) / 2, trend=slope, seasons=seasons)
    grid = np.array(list(product((0.1, 0.3, 0.6, 0.9), (0.0, 0.1), (0.8, 0.98), (0.05, 0.2, 0.5))))
    smoothed = smooth(y, grid[:, 0], grid[:, 1], grid[:, 2], gamma=grid[:, 3], start=start)
    return _best(y, smoothed, first=2 * YEAR)


METHODS: Mapping[str, Callable[[Series], Floats]] = {
    "naive": naive,
    "drift": drift,
    "damped_trend": damped_trend,
    "seasonal_naive": seasonal_naive,
    "festival_naive": festival_naive,
    "seasonal_smoothing": seasonal_smoothing,
}
"""By name, the plain ones first. Each gives shape (n, 3): from month t, the three after it."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where smoothing begins: level, trend, and one season for each month of the cycle."""

    level: float
    trend: float
    seasons: Floats


def smooth(
    y: Floats,
    alpha: Floats,
    beta: Floats,
    phi: Floats,
    *,
    start: Start,
    gamma: Floats | None = None,
) -> Floats:
    """Run additive exponential smoothing for many parameters at once.

    Parameters have shape (p,). Gives shape (n, p, 3): the forecasts of the next three months after
    each month, by each parameter set. Without ``gamma`` seasons stay as they start.
    """
    cycle = len(start.seasons)
    level, trend = np.full(len(alpha), start.level), np.full(len(alpha), start.trend)
    seasons = np.repeat(start.seasons[:, None], len(alpha), axis=1)
    gamma = np.zeros(len(alpha)) if gamma is None else gamma
    fades = np.cumsum([phi**h for h in range(1, HORIZONS + 1)], axis=0)
    ahead = np.empty((len(y), len(alpha), HORIZONS))
    for t, value in enumerate(y):
        season = seasons[t % cycle].copy()
        expected = level + phi * trend
        seasons[t % cycle] = gamma * (value - expected) + (1 - gamma) * season
        new = alpha * (value - season) + (1 - alpha) * expected
        trend = beta * (new - level) + (1 - beta) * phi * trend
        level = new
        for h in range(HORIZONS):
            ahead[t, :, h] = level + fades[h] * trend + seasons[(t + 1 + h) % cycle]
    return ahead


def _best(y: Floats, ahead: Floats, *, first: int) -> Floats:
    """Take at each month the parameters that erred least up to it."""
    squared = np.zeros(ahead.shape[:2])
    squared[1:] = (y[1:, None] - ahead[:-1, :, 0]) ** 2
    chosen = np.cumsum(squared, axis=0).argmin(axis=1)
    best: Floats = ahead[np.arange(len(y)), chosen]
    return np.where(_seen(len(y), first)[:, None], best, np.nan)


def _seen(length: int, first: int) -> NDArray[np.bool_]:
    return np.arange(1, length + 1) >= first
