"""What a headcount series says of its own next months: features for the pooled risk model (L6).

All of them are known in the month they stand in; none looks ahead. Shapes are (s, t) and, stacked,
(s, t, f).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

YEAR = 12
FEATURES = (
    *("year", "year_1", "year_3", "year_6", "year_12", "month", "quarter", "half", "turn"),
    *("lowest", "highest", "worst", "spread", "scaled", "roughness", "quarter_scaled", "size"),
    *("sector", "sector_quarter", "total", "total_6", "breadth", "breadth_quarter", "breadth_6"),
    "past",
)
"""The names of the features, in the order they are stacked."""


def year_growth(headcount: Floats) -> Floats:
    """Give growth over a year in hundredths of a logarithm, nan in the first year."""
    logs = 100 * np.log(headcount)
    return logs - _back(logs, YEAR)


def features(headcount: Floats, sectors: Whole, *, total: int, line: float, gap: int) -> Floats:
    """Give every feature of every series and month.

    ``sectors`` (s,) numbers the series' sectors; ``total`` is the row that stands for all of them;
    a fall of the year's growth to ``line`` after more than ``gap`` months above it is an event,
    of which ``past`` counts those a year so far.
    """
    year = year_growth(headcount)
    change = 100 * (np.log(headcount) - _back(np.log(headcount), 1))
    month = _adjusted(change)
    quarter, half = 4 * _mean(month, 3), 2 * _mean(month, 6)
    spread, rough = _spread(year, 60), _spread(month, 36)
    breadth = _share(year)
    quarter_breadth = _share(quarter)
    all_of_them = np.broadcast_to(year[total], year.shape)
    found = {
        "year": year,
        "year_1": year - _back(year, 1),
        "year_3": year - _back(year, 3),
        "year_6": year - _back(year, 6),
        "year_12": year - _back(year, 12),
        "month": month,
        "quarter": quarter,
        "half": half,
        "turn": quarter - half,
        "lowest": _window(year, 24, np.min),
        "highest": _window(year, 24, np.max),
        "worst": _window(year, 120, np.min),
        "spread": spread,
        "scaled": year / spread,
        "roughness": rough,
        "quarter_scaled": quarter / rough,
        "size": np.log(headcount),
        "sector": _by_sector(year, sectors),
        "sector_quarter": _by_sector(quarter, sectors),
        "total": all_of_them,
        "total_6": all_of_them - _back(all_of_them, 6),
        "breadth": breadth,
        "breadth_quarter": quarter_breadth,
        "breadth_6": breadth - _back(breadth, 6),
        "past": _past(year, line=line, gap=gap),
    }
    return np.stack([found[name] for name in FEATURES], axis=2)


def _back(values: Floats, months: int) -> Floats:
    earlier = np.full(values.shape, np.nan)
    earlier[:, months:] = values[:, :-months]
    return earlier


def _adjusted(change: Floats) -> Floats:
    """Take from each month's change what the month usually brings, by up to eight years before."""
    found = np.full(change.shape, np.nan)
    for t in range(3 * YEAR + 1, change.shape[1]):
        same = np.arange(t - YEAR, 0, -YEAR)[:8]
        usual = np.median(change[:, same], axis=1)
        found[:, t] = change[:, t] - usual + change[:, max(1, t - 96) : t].mean(axis=1)
    return found


def _window(values: Floats, width: int, what: Callable[..., Floats]) -> Floats:
    found = np.full(values.shape, np.nan)
    if values.shape[1] >= width:
        windows = np.lib.stride_tricks.sliding_window_view(values, width, axis=1)
        found[:, width - 1 :] = what(windows, axis=2)
    return found


def _mean(values: Floats, width: int) -> Floats:
    return _window(values, width, np.mean)


def _spread(values: Floats, width: int) -> Floats:
    return np.maximum(_window(values, width, np.std), 1e-6)


def _share(values: Floats) -> Floats:
    known = ~np.isnan(values)
    falling = np.where(known, values < 0, False).sum(axis=0)
    share = np.where(known.any(axis=0), falling / np.maximum(known.sum(axis=0), 1), np.nan)
    return np.broadcast_to(share, values.shape)


def _by_sector(values: Floats, sectors: Whole) -> Floats:
    found = np.full(values.shape, np.nan)
    for sector in np.unique(sectors):
        mine = sectors == sector
        found[mine] = values[mine].mean(axis=0)
    return found


def _past(year: Floats, *, line: float, gap: int) -> Floats:
    count = np.zeros(year.shape)
    for row, at in falls(year, line=line, gap=gap):
        count[row, at] = 1
    years = np.maximum(np.arange(year.shape[1]) / YEAR, 1)
    return np.cumsum(count, axis=1) / years


def falls(year: Floats, *, line: float, gap: int) -> list[tuple[int, int]]:
    """Give the events (series, month): growth at or below ``line`` after ``gap`` months above."""
    found = []
    for row, values in enumerate(year):
        last = -gap - 1
        for at in np.flatnonzero(values <= line).tolist():
            if at - last > gap:
                found.append((row, at))
            last = at
    return found
