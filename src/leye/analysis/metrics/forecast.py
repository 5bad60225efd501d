"""Forecasts of a monthly series for the next three months, with what such forecasts were worth.

Every candidate method (``forecast_methods``) forecasts from every month of the past as it would
have then (rolling origin, Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*, 3rd
edition, section 5.10). The method with the least mean absolute error over the months that all of
them can be judged on is used. An interval reaches as far as past errors did: its half-width is the
⌈(n+1)·level⌉-th smallest of n past absolute errors (split conformal prediction, Vovk, Gammerman
and Shafer 2005; the errors of a series are not exchangeable, so coverage holds about, not exactly).
Where n is too small for a level there is no interval of it.

How often intervals held is judged the way they are given: at each past month with the method chosen
and the width known then. A series too short or interrupted gets no forecast, and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil

import numpy as np

from leye.analysis.metrics.forecast_methods import (
    FIRST,
    HORIZONS,
    METHODS,
    Floats,
    Series,
    festival_shares,
)
from leye.kernel.months import month_add, month_range

LEVELS = (80, 95)
LEAST_MONTHS = 12
LEAST_ERRORS = 6
"""Past errors at one month ahead that a method must have to be chosen."""

_LEAST_SHARE = 0.01
"""Of the mean: a share of less than this says nothing of how far off a forecast was."""


class ForecastState(StrEnum):
    """Whether there is a forecast, and why not."""

    READY = "ready"
    TOO_SHORT = "too_short"
    INTERRUPTED = "interrupted"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {"ready": "可以预测", "too_short": "序列太短", "interrupted": "序列中断"}[self.value]


METHOD_LABELS = {
    "naive": "沿用上月值",
    "drift": "沿历史平均增量",
    "damped_trend": "阻尼趋势指数平滑",
    "seasonal_naive": "沿用去年同月值",
    "festival_naive": "去年同月值（校正春节移动）",
    "seasonal_smoothing": "季节指数平滑",
}

_SEASONAL = frozenset({"seasonal_naive", "festival_naive", "seasonal_smoothing"})


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that held the true value in about ``level`` of 100 past cases."""

    level: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Step:
    """The forecast of one month; an interval is missing where too few past errors are known."""

    month: int
    horizon: int
    value: float
    intervals: tuple[Interval, ...]

    def interval(self, level: int) -> Interval | None:
        """Give the interval of a level."""
        return next((each for each in self.intervals if each.level == level), None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the intervals of a level that could be judged held the true value."""

    level: int
    judged: int
    inside: int


@dataclass(frozen=True, slots=True)
class PastError:
    """What the method's forecasts at one horizon missed by.

    ``mae`` in the series' unit; ``mape`` in percent, None where a value is 0, negative or
    next to nothing beside the others; ``mase``
    against the naive one-month change of the same series (Hyndman and Koehler 2006), None where
    the series never changed.
    """

    horizon: int
    count: int
    mae: float
    mape: float | None
    mase: float | None
    coverage: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A method, and its mean absolute error over what all can be judged on; None: not judged."""

    method: str
    mae: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a series, or the reason why there is none.

    ``first`` and ``last`` are the months used (0 where there is no value at all).
    """

    state: ForecastState
    reason: str
    first: int
    last: int
    months: int
    method: str
    steps: tuple[Step, ...]
    errors: tuple[PastError, ...]
    candidates: tuple[Candidate, ...]

    @property
    def knows_seasons(self) -> bool:
        """Whether the series is long enough for the methods with seasons to be judged."""
        return any(each.mae is not None for each in self.candidates if each.method in _SEASONAL)


def forecast(
    values: Sequence[tuple[int, float | None]],
    *,
    festivals: Mapping[int, date] | None = None,
    lowest: float | None = None,
) -> Forecast:
    """Forecast the three months after the last of ``values``.

    ``values`` are months (202401) in order with what was measured, None where nothing was. The run
    of months without a gap up to the last is used. ``festivals`` are the days of the Spring
    Festival by year. ``lowest`` is the least value there can be, such as 0 for counts; forecasts
    and intervals end there.
    """
    run = _unbroken(values)
    if len(run) < LEAST_MONTHS:
        return _none(values, run)
    months = [month for month, _ in run]
    ahead_months = [*months, *(month_add(months[-1], h) for h in range(1, HORIZONS + 1))]
    shares = None if festivals is None else festival_shares(ahead_months, festivals)
    y = np.array([value for _, value in run])
    ahead = np.stack([method(Series(y, shares)) for method in METHODS.values()])
    if lowest is not None:
        ahead = np.maximum(ahead, lowest)
    missed = _missed(ahead, y)
    scores = _scores(missed, at=len(y) - 1)
    best = int(np.nanargmin(scores))
    return Forecast(
        state=ForecastState.READY,
        reason="",
        first=months[0],
        last=months[-1],
        months=len(months),
        method=tuple(METHODS)[best],
        steps=_steps(ahead[best, -1], missed[best], last=months[-1], lowest=lowest),
        errors=_errors(missed, y, best=best),
        candidates=tuple(
            Candidate(name, None if np.isnan(score) else float(score))
            for name, score in zip(METHODS, scores, strict=True)
        ),
    )


def _unbroken(values: Sequence[tuple[int, float | None]]) -> list[tuple[int, float]]:
    run: list[tuple[int, float]] = []
    for month, value in reversed(values):
        if value is None or (run and month_add(month, 1) != run[-1][0]):
            break
        run.append((month, float(value)))
    return run[::-1]


def _none(values: Sequence[tuple[int, float | None]], run: Sequence[tuple[int, float]]) -> Forecast:
    known = [month for month, value in values if value is not None]
    first, last = (known[0], known[-1]) if known else (0, 0)
    state, lead = ForecastState.TOO_SHORT, "只有"
    if len(known) > len(run):
        gap = max(set(month_range(values[0][0], values[-1][0])) - {month for month, _ in run})
        state, lead = (
            ForecastState.INTERRUPTED,
            f"{gap // 100}年{gap % 100}月没有可用的数，此后只有",
        )
    reason = f"{lead}{len(run)}个月的连续数据，至少要{LEAST_MONTHS}个月"
    if known and not run:
        reason = f"{lead.removesuffix('，此后只有')}，要有连续{LEAST_MONTHS}个月的数据"
    return Forecast(state, reason, first, last, len(run), "", (), (), ())


def _missed(ahead: Floats, y: Floats) -> Floats:
    """Give absolute errors in the shape of ``ahead``; nan where the month has not come."""
    missed = np.full(ahead.shape, np.nan)
    for h in range(1, HORIZONS + 1):
        missed[:, :-h, h - 1] = np.abs(y[h:] - ahead[:, :-h, h - 1])
    return missed


def _known(missed: Floats, *, at: int) -> Floats:
    """Give the errors known at the end of month ``at``; nan for later ones."""
    known = missed[..., : at + 1, :].copy()
    for h in range(1, HORIZONS + 1):
        known[..., max(at - h + 1, 0) :, h - 1] = np.nan
    return known


def _scores(missed: Floats, *, at: int) -> Floats:
    """Give each method's mean absolute error over the months all of them are judged on.

    Methods with fewer than ``LEAST_ERRORS`` errors at one month ahead are left out, as nan.
    """
    known = _known(missed, at=at)
    enough = (~np.isnan(known[:, :, 0])).sum(axis=1) >= LEAST_ERRORS
    scores = np.full(len(known), np.nan)
    if enough.any():
        common = ~np.isnan(known[enough]).any(axis=0)
        scores[enough] = np.where(common, known[enough], 0).sum(axis=(1, 2)) / common.sum()
    return scores


def _width(errors: Floats, level: int) -> float | None:
    known = np.sort(errors[~np.isnan(errors)])
    rank = ceil((len(known) + 1) * level / 100)
    return float(known[rank - 1]) if 0 < rank <= len(known) else None


def _steps(ahead: Floats, missed: Floats, *, last: int, lowest: float | None) -> tuple[Step, ...]:
    floor = -np.inf if lowest is None else lowest
    steps = []
    for h in range(1, HORIZONS + 1):
        value = float(ahead[h - 1])
        widths = [(level, _width(missed[:, h - 1], level)) for level in LEVELS]
        intervals = tuple(
            Interval(level, max(value - width, floor), value + width)
            for level, width in widths
            if width is not None
        )
        steps.append(Step(month_add(last, h), h, value, intervals))
    return tuple(steps)


def _errors(missed: Floats, y: Floats, *, best: int) -> tuple[PastError, ...]:
    covered = _coverage(missed)
    change = float(np.abs(np.diff(y)).mean())
    found = []
    for h in range(1, HORIZONS + 1):
        errors = missed[best, :, h - 1]
        at = np.flatnonzero(~np.isnan(errors))
        mae = float(errors[at].mean())
        true = y[at + h]
        tells = true.min() > _LEAST_SHARE * true.mean()
        mape = float((errors[at] / true).mean() * 100) if tells else None
        mase = mae / change if change else None
        found.append(PastError(h, len(at), mae, mape, mase, covered[h - 1]))
    return tuple(found)


def _coverage(missed: Floats) -> tuple[tuple[Coverage, ...], ...]:
    """Count, by horizon and level, past intervals that held, each given as at its own month."""
    judged = np.zeros((HORIZONS, len(LEVELS)), dtype=int)
    inside = judged.copy()
    for at in range(FIRST + LEAST_ERRORS - 1, missed.shape[1] - 1):
        scores = _scores(missed, at=at)
        if np.isnan(scores).all():
            continue
        best = int(np.nanargmin(scores))
        known = _known(missed[best], at=at)
        for h in range(HORIZONS):
            error = missed[best, at, h]
            for column, level in enumerate(LEVELS):
                width = _width(known[:, h], level)
                if width is not None and not np.isnan(error):
                    judged[h, column] += 1
                    # A width is a past error: equal up to rounding is held.
                    inside[h, column] += error <= width * (1 + 1e-9) + 1e-12
    return tuple(
        tuple(
            Coverage(level, int(judged[h, c]), int(inside[h, c])) for c, level in enumerate(LEVELS)
        )
        for h in range(HORIZONS)
    )
