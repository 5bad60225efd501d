"""What a month would have been like by itself: season, Spring Festival, level and the city's cycle.

Everything is causal. What is expected of a month uses earlier months alone, but for the common
factor, which is read from the same month of all the other cells; so a residual of the past is what
it would have been then, and may be used to judge the present (layer L1 of the design).

Seasons and the moving festival are regressors (shares of the days before and after it in a month,
as ``metrics.forecast_methods``), fitted once a year to all earlier months: to the mean of a cell's
group first, then, with a ridge, to what is the cell's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

YEAR = 12
FIRST = 12
"""Months that must have passed before anything is expected of the next."""

_CLIP = 0.25
_FEWEST = 4
"""Cells a group must have for a movement of its own to be told from a cell's."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The months of a panel: ``months`` as 202401, and the festival's shares, shape (t, 2)."""

    months: Whole
    festival: Floats

    @property
    def design(self) -> Floats:
        """Regressors, shape (t, 13): eleven months against December, and the festival's two."""
        month = self.months % 100 - 1
        dummies = (month[:, None] == np.arange(YEAR - 1)).astype(float)
        return np.column_stack([dummies, self.festival])


@dataclass(frozen=True, slots=True)
class SeasonSettings:
    """How seasons and levels are followed.

    ``own_ridge``: how hard a cell's own season is drawn to its group's. ``memory``: the weight of
    the newest month in the level; ``guard``: how many newest months the level leaves out, so that a
    loss spread over months does not come to look usual. ``common``: whether what all cells, and
    what the cells of a group, have in common in a month is taken out; ``group_noise`` is how many
    cells' worth of noise a group's own movement is held to have.
    """

    own_ridge: float = 12.0
    memory: float = 0.1
    guard: int = 2
    common: bool = True
    group_noise: float = 6.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of each month in logarithms, shape (s, t), nan before ``FIRST``.

    ``common`` is what all cells shared in a month, shape (t,), 0 where it is not taken out.
    """

    log_rate: Floats
    common: Floats


def expected_log_rates(
    log_rates: Floats,
    clock: Clock,
    *,
    groups: Whole,
    weights: Floats,
    settings: SeasonSettings,
) -> Expected:
    """Give what is expected of each month from earlier ones.

    ``log_rates`` has shape (s, t), nan where missing; ``groups`` (s,) numbers the cells' groups;
    ``weights`` (s,) says how much a cell counts in its group and in the common factor.
    """
    count, months = log_rates.shape
    expected = np.full((count, months), np.nan)
    shared = np.zeros(months)
    design = clock.design
    filled = _filled(log_rates)
    for first in range(FIRST, months, YEAR):
        last = min(first + YEAR, months)
        coefficients = _seasons(filled[:, :first], design[:first], groups, weights, settings)
        season = coefficients @ design[:last].T
        off = log_rates[:, :last] - season
        levels, shared[:last], ours = _levels(off, groups, weights, settings)
        expected[:, first:last] = (season + levels + shared[:last] + ours)[:, first:last]
    return Expected(expected, shared)


def _filled(values: Floats) -> Floats:
    """Give the values with gaps closed by the same month a year before, else by the mean."""
    known = ~np.isnan(values)
    if known.all():
        return values
    filled = values.copy()
    sums = np.where(known, values, 0.0).sum(axis=1)
    mean = sums / np.maximum(known.sum(axis=1), 1)
    for t in range(values.shape[1]):
        gap = ~known[:, t]
        filled[gap, t] = filled[gap, t - YEAR] if t >= YEAR else mean[gap]
    return filled


def _seasons(
    past: Floats, design: Floats, groups: Whole, weights: Floats, settings: SeasonSettings
) -> Floats:
    """Give each cell's coefficients, shape (s, 13), from months so far, shape (s, t)."""
    off = past - _centred(past)
    plain = _regression(design, ridge=0.3)
    own = _regression(design, ridge=settings.own_ridge)
    numbers = int(groups.max()) + 1 if len(groups) else 0
    total = np.zeros((numbers, past.shape[1]))
    weight = np.zeros(numbers)
    np.add.at(total, groups, off * weights[:, None])
    np.add.at(weight, groups, weights)
    pooled = (total / np.maximum(weight, 1e-12)[:, None]) @ plain.T
    rest = off - (pooled @ (design - design.mean(axis=0)).T)[groups]
    found: Floats = pooled[groups] + rest @ own.T
    return found


def _centred(past: Floats) -> Floats:
    """Give a year's centred mean for each month, so that trends do not pass for seasons."""
    ends = np.concatenate(
        [np.repeat(past[:, :1], 6, axis=1), past, np.repeat(past[:, -1:], 6, axis=1)], axis=1
    )
    ends[:, :6] = past[:, 6:12][:, ::-1].mean(axis=1, keepdims=True)
    ends[:, -6:] = past[:, -12:-6].mean(axis=1, keepdims=True)
    sums = np.cumsum(np.pad(ends, ((0, 0), (1, 0))), axis=1)
    twelve = (sums[:, YEAR:] - sums[:, :-YEAR]) / YEAR
    found: Floats = (twelve[:, :-1] + twelve[:, 1:])[:, : past.shape[1]] / 2
    return found


def _regression(design: Floats, *, ridge: float) -> Floats:
    """Give the matrix that takes centred values to coefficients."""
    centred = design - design.mean(axis=0)
    return np.linalg.solve(centred.T @ centred + ridge * np.eye(design.shape[1]), centred.T)


def _levels(
    off: Floats, groups: Whole, weights: Floats, settings: SeasonSettings
) -> tuple[Floats, Floats, Floats]:
    """Follow each cell's level and, month by month, what all and what a group's cells share.

    The level of a month is what was known ``guard`` months before it.
    """
    count, months = off.shape
    levels, ours = np.empty((count, months)), np.zeros((count, months))
    shared = np.zeros(months)
    members = _members(groups)
    level = np.nanmean(np.where(np.isnan(off[:, :YEAR]), 0.0, off[:, :YEAR]), axis=1)
    waiting: list[Floats] = []
    for t in range(months):
        levels[:, t] = level
        gap = off[:, t] - level
        if settings.common:
            shared[t] = _middle(gap, weights)
            ours[:, t] = _group_middles(gap - shared[t], members, weights, settings.group_noise)
        cell = gap - shared[t] - ours[:, t]
        waiting.append(np.where(np.isnan(cell), 0.0, np.clip(cell, -_CLIP, _CLIP)))
        if len(waiting) > settings.guard:
            level = level + settings.memory * waiting.pop(0)
    return levels, shared, ours


def _members(groups: Whole) -> list[Whole]:
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def _group_middles(gap: Floats, members: list[Whole], weights: Floats, noise: float) -> Floats:
    """Give the middle of each cell's group, drawn to 0 the more the fewer cells it rests on."""
    found = np.zeros(len(gap))
    for cells in members:
        if len(cells) >= _FEWEST:
            found[cells] = _middle(gap[cells], weights[cells]) * len(cells) / (len(cells) + noise)
    return found


def _middle(values: Floats, weights: Floats) -> float:
    """Give the weighted median."""
    known = ~np.isnan(values)
    if not known.any():
        return 0.0
    order = np.argsort(values[known], kind="stable")
    weight = np.cumsum(weights[known][order])
    return float(values[known][order][np.searchsorted(weight, weight[-1] / 2)])
