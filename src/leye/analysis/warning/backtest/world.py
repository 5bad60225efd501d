"""A made-up panel of cells with shocks planted in it: 11 counties by 20 industries, by month.

Sizes are log-normal and together about the insured staff of a prefecture city of five million; each
month two to three in a hundred leave, with seasons of the industry and the cell, a Spring Festival
that moves, a cycle all industries feel in their own measure, a slow course of every cell's own, and
counts that vary beyond chance. A shock takes a share of a cell's staff over three months. Nothing
here is fitted to what the detectors do well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from leye.analysis.metrics.forecast_methods import festival_shares
from leye.analysis.warning.season import Clock
from leye.kernel.months import month_add

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

COUNTIES, TRADES = 11, 20
FIRST_MONTH = 201501
MONTHS = 108
JUDGED = 60
"""The position of the first month that is judged; shocks come from it on."""


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """How the panel is made; shares are of the cell's staff, spreads of logarithms."""

    median_size: float = 2000.0
    size_spread: float = 1.0
    leaving: float = 0.025
    season: float = 0.18
    own_season: float = 0.05
    cycle: float = 0.10
    own_course: float = 0.06
    dispersion: float = 0.02
    shocks: int = 60


@dataclass(frozen=True, slots=True, eq=False)
class CellWorld:
    """Counts and headcounts (cells, months), the clock, industries, and what was planted.

    ``planted`` gives cell and first month of each shock.
    """

    counts: Floats
    headcount: Floats
    clock: Clock
    trades: Whole
    counties: Whole
    planted: tuple[tuple[int, int], ...]


def make_cells(
    festivals: Mapping[int, date],
    *,
    seed: int,
    shock: float,
    settings: WorldSettings | None = None,
) -> CellWorld:
    """Make a panel in which shocks take ``shock`` of a cell's staff; none when it is 0."""
    s = settings or WorldSettings()
    rng = np.random.default_rng(seed)
    months = np.array([month_add(FIRST_MONTH, at) for at in range(MONTHS)])
    shares = festival_shares(months.tolist(), festivals)
    if shares is None:
        shares = np.zeros((MONTHS, 2))
    trades = np.tile(np.arange(TRADES), COUNTIES)
    size = np.exp(np.log(s.median_size) + s.size_spread * rng.standard_normal(len(trades)))
    rate = _log_rates(rng, s, trades, months, shares)
    mean = size[:, None] * np.exp(rate)
    varied = mean * rng.gamma(1 / s.dispersion, s.dispersion, mean.shape)
    counts = rng.poisson(varied).astype(float)
    planted = _plant(rng, counts, size, shock=shock, many=s.shocks)
    headcount = np.round(np.repeat(size[:, None], MONTHS, axis=1))
    counties = np.repeat(np.arange(COUNTIES), TRADES)
    return CellWorld(counts, headcount, Clock(months, shares), trades, counties, planted)


def _log_rates(
    rng: np.random.Generator, s: WorldSettings, trades: Whole, months: Whole, shares: Floats
) -> Floats:
    cells = len(trades)
    usual = np.log(s.leaving) + 0.3 * rng.standard_normal(TRADES)[trades]
    season = s.season * rng.standard_normal((TRADES, 12))[trades]
    season = season + s.own_season * rng.standard_normal((cells, 12))
    festival = np.abs(rng.standard_normal((TRADES, 2)))[trades] * np.array([0.25, 0.45])
    felt = np.exp(0.3 * rng.standard_normal(TRADES))[trades]
    cycle = _course(rng, 1, s.cycle, keep=0.9)[0]
    own = _course(rng, cells, s.own_course, keep=0.95)
    still: Floats = usual[:, None] + season[:, months % 100 - 1] + festival @ shares.T
    found: Floats = still + felt[:, None] * cycle + own
    return found


def _course(rng: np.random.Generator, many: int, spread: float, *, keep: float) -> Floats:
    course = np.zeros((many, MONTHS))
    step = spread * np.sqrt(1 - keep**2)
    for t in range(1, MONTHS):
        course[:, t] = keep * course[:, t - 1] + step * rng.standard_normal(many)
    return course


def _plant(
    rng: np.random.Generator, counts: Floats, size: Floats, *, shock: float, many: int
) -> tuple[tuple[int, int], ...]:
    planted: list[tuple[int, int]] = []
    for _ in range(many if shock > 0 else 0):
        cell, at = int(rng.integers(len(size))), int(rng.integers(JUDGED, MONTHS - 3))
        if any(one == cell and abs(other - at) < 12 for one, other in planted):
            continue
        planted.append((cell, at))
        lost = rng.multinomial(round(shock * size[cell]), [1 / 3] * 3)
        counts[cell, at : at + 3] += lost
    return tuple(planted)
