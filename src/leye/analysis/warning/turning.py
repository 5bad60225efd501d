"""The two-sided rule: unemployment rises and vacancies fall (layer L4).

*Rise*: the three-month mean less its lowest of the last twelve months and this one (Sahm 2019).
*Two-sided*: the lesser of the rise of unemployment and the fall of vacancies (Michaillat and Saez,
*Oxford Bulletin of Economics and Statistics* 87(6), 2025). Both take series in percent. For a
sample the line must grow with the standard error of a month: a rule of half a point gives a false
alarm a year in a survey of 1,500 persons.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SAHM = 0.5
MICHEZ = 0.29
CERTAIN = 0.81
"""The two-sided rule's upper line: below it a recession is probable, above it certain."""

MEAN, LOOK = 3, 12
NOISE_LINE = 2.35
"""Standard errors of one month's rate that a rise must exceed for at most one false alarm in ten
years; measured by simulation in the backtest for 400 to 20,000 persons."""

PAIR_LINE = 1.65
"""The same for the two-sided rule, each side in its own standard errors."""

_LEAST_HISTORY = 36


def smoothed(values: Floats, width: int = MEAN) -> Floats:
    """Give trailing means along the last axis; nan until there are ``width`` months."""
    total = np.zeros_like(values)
    for back in range(width):
        total[..., back:] += values[..., : values.shape[-1] - back]
    total[..., : width - 1] = np.nan
    return total / width


def rise(values: Floats, *, width: int = MEAN, look: int = LOOK) -> Floats:
    """Give how far the mean of ``width`` months is above its lowest of ``look`` months and now.

    Along the last axis; nan until so many months are known, never negative.
    """
    mean = smoothed(values, width)
    lowest = mean.copy()
    for back in range(1, look + 1):
        lowest[..., back:] = np.minimum(lowest[..., back:], mean[..., :-back])
        lowest[..., :back] = np.nan
    return mean - lowest


def two_sided(unemployment: Floats, vacancies: Floats) -> Floats:
    """Give the lesser of the rise of the one and the fall of the other, in points."""
    both: Floats = np.minimum(rise(unemployment), rise(-vacancies))
    return both


def noise_line(standard_error: float, *, base: float, factor: float = NOISE_LINE) -> float:
    """Give the line for a rate with a standard error, both in points: never below ``base``."""
    return max(base, factor * standard_error)


def irregular(values: Floats) -> Floats:
    """Give the standard error of single months that a series' own roughness shows.

    Along the last axis: the middle absolute second difference, of which independent noise has a
    standard deviation of the root of six times its own; nan with fewer than eight months.
    """
    rough = np.abs(np.diff(values, n=2, axis=-1))
    if rough.shape[-1] < 6:
        return np.full(values.shape[:-1], np.nan)
    middle: Floats = np.nanmedian(rough, axis=-1) / 0.6745 / np.sqrt(6)
    return middle


def rank_scores(values: Floats, *, least: int = _LEAST_HISTORY) -> Floats:
    """Give each month's normal score among the months up to it; nan before ``least`` are known.

    Shape (t,). Ties share their rank, so a month like all others scores about zero.
    """
    scores = np.full(len(values), np.nan)
    known = ~np.isnan(values)
    for t in np.flatnonzero(known):
        past = values[: t + 1][known[: t + 1]]
        if len(past) >= least:
            below = (past < values[t]).sum()
            same = (past == values[t]).sum()
            scores[t] = ndtri((below + same / 2) / len(past))
    return scores


def stouffer(series: Sequence[Floats]) -> Floats:
    """Give the sum of rank scores over the root of how many there are (Stouffer 1949)."""
    total: Floats = np.sum([rank_scores(each) for each in series], axis=0) / np.sqrt(len(series))
    return total


def scaled_least(series: Sequence[Floats], *, least: int = _LEAST_HISTORY) -> Floats:
    """Give the least of the series, each over its standard deviation up to the month."""
    found: Floats = np.min([_scaled(each, least) for each in series], axis=0)
    return found


def scaled_mean(series: Sequence[Floats], *, least: int = _LEAST_HISTORY) -> Floats:
    """Give the mean of the series, each over its standard deviation up to the month."""
    found: Floats = np.mean([_scaled(each, least) for each in series], axis=0)
    return found


def _scaled(values: Floats, least: int) -> Floats:
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    count = np.cumsum(known)
    mean = np.cumsum(filled) / np.maximum(count, 1)
    square = np.cumsum(filled**2) / np.maximum(count, 1)
    spread = np.sqrt(np.maximum(square - mean**2, 1e-12))
    return np.where(known & (count >= least), values / spread, np.nan)


def held(raised: Flags, *, quiet: int) -> Flags:
    """Give a state that is raised at once and lowered after ``quiet`` months below (hysteresis).

    Along the last axis.
    """
    state = raised.copy()
    since = np.full(raised.shape[:-1], quiet)
    for t in range(raised.shape[-1]):
        since = np.where(raised[..., t], 0, since + 1)
        state[..., t] = since < quiet
    return state
