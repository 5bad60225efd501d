"""Detectors for many cells of counts at once (layer L3): county by industry by source.

A month's count is held against what its own past leads to expect (``season``), on the scale on
which counts of any size have about the same noise; the strongest of the last one, two or three
months is the statistic. How rare it is is read from the same statistic of all cells in the last
36 months (conformal calibration), not from a distribution assumed: parametric tails of such series
are several times too thin. False discoveries are then limited (Benjamini and Hochberg 1995), and
never more cells than the alarm budget are named.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from leye.analysis.warning.season import (
    Clock,
    Expected,
    Floats,
    SeasonSettings,
    Whole,
    expected_log_rates,
)

Flags = NDArray[np.bool_]

_PRIOR = 18.0
"""Months of the cells' common noise that a cell's own is drawn to."""

_COUNTABLE, _FEW = 8.0, 10
_MIDDLE, _USUAL, _LOWEST = 1.5, 0.02, 0.002


@dataclass(frozen=True, slots=True)
class CellSettings:
    """What the detector is set to.

    ``history``: months of residuals that calibrate; ``spans``: how many months are added up;
    ``discovery``: the share of false ones among those named (q of Benjamini and Hochberg);
    ``budget``: the most cells named in a month; ``least``: a cell must have so many persons too
    many over the span; ``quiet``: months of silence after which a cell may be named anew.
    """

    season: SeasonSettings = field(default_factory=SeasonSettings)
    history: int = 36
    spans: tuple[int, ...] = (1, 2, 3)
    discovery: float = 0.06
    budget: int = 11
    least: float = 0.0
    quiet: int = 2


@dataclass(frozen=True, slots=True)
class CellScores:
    """All of shape (s, t), nan where not judged.

    ``expected`` and ``high`` are counts: what was expected, and what 19 of 20 months stay below.
    ``score`` is the statistic, ``excess`` the persons too many over the span that gives it,
    ``rarity`` the conformal p-value, ``named`` whether the cell is named in the month.
    """

    expected: Floats
    high: Floats
    residual: Floats
    score: Floats
    excess: Floats
    rarity: Floats
    named: Flags


def score_cells(
    counts: Floats,
    exposure: Floats,
    clock: Clock,
    *,
    groups: Whole,
    settings: CellSettings,
    first: int | None = None,
    direction: int = 1,
) -> CellScores:
    """Judge every cell in every month from ``first`` on (by default the last month alone).

    ``direction`` 1 looks for too many, -1 for too few; ``score`` and ``excess`` are positive then.

    ``counts`` (s, t) of persons, nan where missing; ``exposure`` (s, t) the headcount they are out
    of; ``groups`` (s,) numbers cells that share a season.
    """
    rates = np.log((counts + 0.5) / (np.maximum(exposure, 0) + 1))
    weights = np.sqrt(np.maximum(np.nanmean(exposure, axis=1), 1.0))
    expected = expected_log_rates(
        rates, clock, groups=groups, weights=weights, settings=settings.season
    )
    mean = _counts(expected, exposure)
    dispersion = _dispersion(counts, mean)
    raw = _stable(counts, dispersion) - _stable(mean, dispersion)
    spread = _spread(raw)
    residual = raw / spread
    off = (counts - mean) * direction
    score, excess = _statistic(residual * direction, off, settings.spans)
    mirror, _ = _statistic(-residual * direction, -off, settings.spans)
    start = counts.shape[1] - 1 if first is None else first
    rarity, named = _judged(score, mirror, excess, start=start, settings=settings)
    high = _counted(_stable(mean, dispersion) + 1.645 * spread, dispersion)
    return CellScores(mean, high, residual, score, excess, rarity, named)


def benjamini_hochberg(rarity: Floats, share: float) -> Flags:
    """Give which of the p-values, shape (n,), are discoveries at a false share of ``share``."""
    known = ~np.isnan(rarity)
    order = np.argsort(np.where(known, rarity, 2.0), kind="stable")
    ranked = rarity[order]
    line = share * np.arange(1, len(rarity) + 1) / max(int(known.sum()), 1)
    below = np.flatnonzero(np.where(np.isnan(ranked), False, ranked <= line))
    found = np.zeros(len(rarity), dtype=bool)
    if len(below):
        found[order[: below[-1] + 1]] = True
    return found


def conformal(history: Floats, now: Floats) -> Floats:
    """Give the share of past values, shape (n,), at least as large as each of ``now``."""
    past = np.sort(history[~np.isnan(history)])
    at_least = len(past) - np.searchsorted(past, now, side="left")
    share: Floats = np.where(np.isnan(now), np.nan, (at_least + 1) / (len(past) + 1))
    return share


def _counts(expected: Expected, exposure: Floats) -> Floats:
    # The mean of a count lies above the mean of its logarithm; the half is what was added to it.
    counts = np.exp(expected.log_rate) * (np.maximum(exposure, 0) + 1) - 0.5
    found: Floats = np.maximum(counts, 0.05)
    return found


def _dispersion(counts: Floats, mean: Floats) -> Floats:
    """Give, for each month, by how much all cells' counts vary beyond chance, up to the month.

    The d of a variance of m + d m^2 (negative binomial), shape (t,); from middle squares, which a
    few shocks do not move.
    """
    over = ((counts - mean) ** 2 - mean) / np.maximum(mean, 1.0) ** 2
    weight = np.where(mean >= _COUNTABLE, 1.0, np.nan)
    each = np.full(counts.shape[1], np.nan)
    some = (~np.isnan(over * weight)).sum(axis=0) >= _FEW
    each[some] = np.nanmedian((over * weight)[:, some], axis=0) * _MIDDLE
    known = ~np.isnan(each)
    running = np.cumsum(np.where(known, each, 0.0)) / np.maximum(np.cumsum(known), 1)
    found: Floats = np.maximum(np.where(np.cumsum(known) > 0, running, _USUAL), _LOWEST)
    return found


def _stable(counts: Floats, dispersion: Floats) -> Floats:
    """Give counts on the scale on which their noise is about 1 (Anscombe 1948)."""
    root = np.sqrt(dispersion)
    found: Floats = 2 / root * np.arcsinh(root * np.sqrt(np.maximum(counts, 0) + 0.375))
    return found


def _counted(stable: Floats, dispersion: Floats) -> Floats:
    root = np.sqrt(dispersion)
    found: Floats = (np.sinh(np.maximum(stable, 0) * root / 2) / root) ** 2 - 0.375
    return np.maximum(found, 0.0)


def _spread(raw: Floats) -> Floats:
    """Give each cell's noise before each month: its own past drawn to that of all."""
    square = np.minimum(raw**2, 9.0)
    known = ~np.isnan(square)
    sums = np.cumsum(np.where(known, square, 0.0), axis=1)
    seen = np.cumsum(known, axis=1)
    pooled = sums.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    own = (sums + _PRIOR * np.maximum(pooled, 0.25)) / (seen + _PRIOR)
    before = np.concatenate([own[:, :1], own[:, :-1]], axis=1)
    found: Floats = np.sqrt(before)
    return found


def _statistic(residual: Floats, excess: Floats, spans: tuple[int, ...]) -> tuple[Floats, Floats]:
    best = np.full(residual.shape, -np.inf)
    persons = np.full(residual.shape, np.nan)
    for span in spans:
        total, many = _trailing(residual, span) / np.sqrt(span), _trailing(excess, span)
        better = total > best
        best = np.where(better, total, best)
        persons = np.where(better, many, persons)
    return np.where(np.isfinite(best), best, np.nan), persons


def _trailing(values: Floats, span: int) -> Floats:
    total = values.copy()
    for back in range(1, span):
        total[:, back:] += values[:, :-back]
        total[:, :back] = np.nan
    return total


def _judged(
    score: Floats, mirror: Floats, excess: Floats, *, start: int, settings: CellSettings
) -> tuple[Floats, Flags]:
    """Calibrate on what the same cells did in the other direction.

    A shock pushes counts up, so the past upward side holds the very events looked for; what fell
    as far below expectation shows how far chance goes.
    """
    rarity = np.full(score.shape, np.nan)
    named = np.zeros(score.shape, dtype=bool)
    months = score.shape[1]
    # What was named before the first month asked for has to be known, too.
    for t in range(max(start - settings.history, 0), months):
        history = mirror[:, max(t - settings.history, 0) : t]
        if np.isnan(history).all() or np.isnan(score[:, t]).all():
            continue
        rarity[:, t] = conformal(history.ravel(), score[:, t])
        found = benjamini_hochberg(rarity[:, t], settings.discovery)
        found &= np.nan_to_num(excess[:, t]) >= settings.least
        if found.sum() > settings.budget:
            order = np.argsort(-np.where(found, score[:, t], -np.inf), kind="stable")
            found[order[settings.budget :]] = False
        named[:, t] = found
    rarity[:, :start] = np.nan
    return rarity, named
