"""How good the warnings are, each figure beside its bar, and how fast they judge many series.

``LEYE_REFERENCE_DATA`` may name a folder with a vacancy rate that is not kept in the repository;
without it the rules that need vacancies are left out. ``LEYE_BENCH_CITY=0`` leaves out the
synthetic city.
"""

import hashlib
import os
import time

import numpy as np

from leye.analysis.metrics.forecast_methods import festival_shares
from leye.analysis.warning.backtest.results import Figure, Trial
from leye.analysis.warning.backtest.run import run_backtest
from leye.analysis.warning.cells import CellSettings, score_cells
from leye.analysis.warning.reading import festivals
from leye.analysis.warning.season import Clock
from leye.doors.cli.warning_city import FIRST_MONTH, MONTHS, city_trial
from leye.kernel.months import month_add, month_range
from tests.bench.figures import Measured

SERIES, LENGTH = 10_000, 120
MOST_SECONDS = 60.0


def measure() -> list[Measured]:
    """Run every trial and time the night's work."""
    others = [] if os.environ.get("LEYE_BENCH_CITY") == "0" else [_city()]
    found = run_backtest(others=others, progress=lambda title: print(f"  {title}", flush=True))
    return [*(each for trial in found.trials for each in _lines(trial)), *_night()]


def _city() -> Trial:
    days = festivals(month_range(FIRST_MONTH, month_add(FIRST_MONTH, MONTHS)))
    return city_trial(days, people=500_000, seed=3)


def _lines(trial: Trial) -> list[Measured]:
    return [
        Measured(
            f"{trial.code} {figure.name}",
            float("nan") if figure.value is None else figure.value,
            figure.unit,
            None if not figure.bar or figure.value is None else figure.value / figure.bar,
            _told(figure),
        )
        for figure in trial.figures
    ]


def _told(figure: Figure) -> str:
    """Give the figure in full, for the table rounds it, with its bar and its reference."""
    said = [] if figure.value is None else [f"{figure.value:g}"]
    if figure.bar is not None:
        side = "at most" if figure.at_most else "at least"
        said.append(f"{side} {figure.bar:g}: {'reached' if figure.passed else 'MISSED'}")
    return ", ".join([*said, figure.reference] if figure.reference else said)


def _night() -> list[Measured]:
    """Judge ten thousand series of ten years twice: how long, and whether bit for bit the same."""
    months = month_range(201501, month_add(201501, LENGTH - 1))
    shares = festival_shares(months, festivals(months))
    assert shares is not None
    rng = np.random.default_rng(9)
    staff = np.exp(rng.normal(6, 1, SERIES))[:, None] * np.ones(LENGTH)
    counts = rng.poisson(0.025 * staff * rng.gamma(50, 1 / 50, staff.shape)).astype(float)
    groups = np.repeat(np.arange(200), SERIES // 200)
    seconds, digests = [], set()
    for _ in range(2):
        began = time.monotonic()
        found = score_cells(
            counts, staff, Clock(np.array(months), shares), groups=groups, settings=CellSettings()
        )
        seconds.append(time.monotonic() - began)
        parts = (found.expected, found.rarity, found.score, found.named)
        digests.add(hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest())
    same = "bit for bit the same twice" if len(digests) == 1 else "NOT the same twice"
    return [
        Measured(
            f"T10 {SERIES:,} series x {LENGTH} months",
            min(seconds),
            "s",
            min(seconds) / MOST_SECONDS,
            f"at most {MOST_SECONDS:g} s; {same}",
        )
    ]
