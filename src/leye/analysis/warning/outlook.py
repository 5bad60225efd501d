"""The next three months (layer L5): forecasts that add up, and the chance of crossing a line.

The methods are those of ``metrics.forecast_methods``, the best by past error for each series. What
counties forecast and what the city forecasts is made to add up by minimum trace with a shrunk
covariance of past errors (Wickramasuriya, Athanasopoulos and Hyndman 2019). The chance of crossing
is the share of past errors, laid around the forecast, that end beyond the line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from leye.analysis.metrics.forecast_methods import HORIZONS, METHODS, festival_shares
from leye.analysis.metrics.forecast_methods import Series as Monthly
from leye.kernel.months import month_add

Floats = NDArray[np.float64]

LEAST_MONTHS = 18
LEAST_ERRORS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Forecasts of several series: ``ahead`` (s, 3), and past errors, nan where not known.

    ``errors`` has shape (s, n, 3): what was measured less what was forecast.
    """

    ahead: Floats
    errors: Floats
    methods: tuple[str, ...]


def outlook(values: Floats, months: Sequence[int], festivals: Mapping[int, date]) -> Outlook | None:
    """Forecast each row of ``values``, shape (s, t) without gaps; None where t is too short."""
    length = values.shape[1]
    if length < LEAST_MONTHS:
        return None
    later = [*months, *(month_add(months[-1], h) for h in range(1, HORIZONS + 1))]
    shares = festival_shares(later, festivals)
    rows = [_best(Monthly(row, shares)) for row in values]
    ahead, errors, names = zip(*rows, strict=True)
    return Outlook(np.stack(ahead), np.stack(errors), tuple(names))


def reconciled(found: Outlook, parts: Floats) -> Outlook:
    """Make the forecasts add up. ``parts`` (s, b): which of the b bottom series each is the sum of.

    Errors are carried through the same projection.
    """
    ahead, errors = found.ahead.copy(), found.errors.copy()
    for h in range(HORIZONS):
        project = parts @ _mint(found.errors[:, :, h], parts)
        ahead[:, h] = project @ found.ahead[:, h]
        errors[:, :, h] = project @ found.errors[:, :, h]
    return Outlook(ahead, errors, found.methods)


def crossing_chance(ahead: float, errors: Floats, line: float, *, direction: int) -> float | None:
    """Give the chance that the value lies beyond a line; None with too few past errors."""
    known = errors[~np.isnan(errors)]
    if len(known) < LEAST_ERRORS:
        return None
    beyond = ((ahead + known - line) * direction >= 0).sum()
    return float((beyond + 0.5) / (len(known) + 1))


def _best(series: Monthly) -> tuple[Floats, Floats, str]:
    y = series.values
    best: tuple[float, str, Floats] | None = None
    for name, method in METHODS.items():
        ahead = method(series)
        errors = _errors(y, ahead)
        recent = errors[:, 0][~np.isnan(errors[:, 0])]
        if len(recent) < LEAST_ERRORS or np.isnan(ahead[-1]).any():
            continue
        score = float(np.abs(recent[-24:]).mean())
        if best is None or score < best[0]:
            best = (score, name, ahead)
    if best is None:
        last = np.repeat(y[-1], HORIZONS)
        return last, np.full((len(y), HORIZONS), np.nan), "naive"
    return best[2][-1], _errors(y, best[2]), best[1]


def _errors(y: Floats, ahead: Floats) -> Floats:
    errors = np.full((len(y), HORIZONS), np.nan)
    for h in range(1, HORIZONS + 1):
        errors[:-h, h - 1] = y[h:] - ahead[:-h, h - 1]
    return errors


def _mint(errors: Floats, parts: Floats) -> Floats:
    """Give the matrix that takes forecasts of all series to coherent ones of the bottom."""
    weight = _precision(errors, parts)
    inner = parts.T @ weight @ parts
    solved: Floats = np.linalg.solve(inner + 1e-12 * np.eye(len(inner)), parts.T @ weight).astype(
        np.float64
    )
    return solved


def _precision(errors: Floats, parts: Floats) -> Floats:
    known = ~np.isnan(errors).any(axis=0)
    if known.sum() < LEAST_ERRORS:
        return np.diag(1 / np.maximum(parts.sum(axis=1), 1.0))
    spread = np.nanmean(errors**2) * 1e-9 + 1e-12
    covariance = _shrunk(errors[:, known]) + spread * np.eye(len(errors))
    found: Floats = np.linalg.inv(covariance).astype(np.float64)
    return found


def _shrunk(errors: Floats) -> Floats:
    """Give the covariance drawn to its diagonal (Schaefer and Strimmer 2005)."""
    n = errors.shape[1]
    spread = np.maximum(np.sqrt((errors**2).mean(axis=1)), 1e-9)
    scaled = errors / spread[:, None]
    correlation = scaled @ scaled.T / n
    each = (scaled**2) @ (scaled**2).T / n - correlation**2
    off = ~np.eye(len(errors), dtype=bool)
    total = float((correlation[off] ** 2).sum())
    lam = min(1.0, float(each[off].sum()) / n / total) if total > 0 else 1.0
    shrunk = np.where(off, (1 - lam) * correlation, 1.0)
    found: Floats = shrunk * np.outer(spread, spread)
    return found
