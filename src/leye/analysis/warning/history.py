"""What each line would have done: how often it was crossed in the months the registers hold.

Nobody knows of these months which crossings were true, so this is the rate of alarms, an upper
bound of the rate of false ones; the rate under pure noise, and of planted shocks, is in the
backtest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.analysis.metrics.forecast_methods import festival_shares
from leye.analysis.warning.cells import score_cells
from leye.analysis.warning.judge_cells import LEAST_MONTHS, cell_settings, season_groups, sizeable
from leye.analysis.warning.panels import aligned, counties, panel_of
from leye.analysis.warning.reading import festivals
from leye.analysis.warning.season import Clock
from leye.analysis.warning.turning import held, rise
from leye.analysis.warning.watches import Line, Method, Watch, Watches
from leye.data.registers.queries.served import Served

Floats = NDArray[np.float64]
_EVERY = 1_000_000
_FIRMS = frozenset({Method.LEGAL, Method.CONFLICT})


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line and its past: ``raised`` times in ``years`` of ``whose``; None: cannot be told."""

    watch: Watch
    line: Line
    raised: int | None
    years: float
    whose: str

    @property
    def yearly(self) -> float | None:
        """How often the line would have been crossed in a year."""
        return self.raised / self.years if self.raised is not None and self.years else None

    @property
    def words(self) -> str:
        """The record in Chinese."""
        if self.yearly is None:
            short = self.watch.method is Method.CELLS
            return "还没有足够长的序列可以回看" if short else "登记库里没有可以回看的序列"
        return f"{self.years:.1f}个{self.whose}中过线{self.raised}次，每年{self.yearly:.2f}次"


def line_records(served: Served, watches: Watches) -> tuple[LineRecord, ...]:
    """Give the record of every line over all months of the serving copy."""
    return tuple(record for watch in watches for record in _records(served, watch))


def _records(served: Served, watch: Watch) -> Iterator[LineRecord]:
    if watch.method in (Method.LEVEL, Method.TWO_SIDED) and watch.series.indicator:
        values = _rates(served, watch)
        for line in watch.lines:
            raised, years = _count(watch, line, values)
            yield LineRecord(watch, line, raised, years, "地区年")
    elif watch.method is Method.CELLS and len(served.months) > LEAST_MONTHS:
        excess = _named_excess(served, watch)
        years = (len(served.months) - LEAST_MONTHS) / 12 * len(counties())
        for line in watch.lines:
            raised = int((excess >= float(line.value)).sum())
            yield LineRecord(watch, line, raised, years, "县年")
    elif watch.method in _FIRMS:
        ended = np.array([each for month in served.months for each in _ended(served, month)])
        for line in watch.lines:
            raised = int((ended >= float(line.value)).sum())
            whose = "全市年（按单位每月离职总数，含辞职，是上限）"
            yield LineRecord(watch, line, raised, len(served.months) / 12, whose)
    else:
        for line in watch.lines:
            yield LineRecord(watch, line, None, 0.0, "")


def _rates(served: Served, watch: Watch) -> Floats:
    panel = panel_of(served, watch.series, months=served.months)
    if watch.method is not Method.TWO_SIDED:
        return panel.values
    other = panel_of(served, watch.series, months=served.months, what="against")
    both: Floats = np.minimum(rise(panel.values), rise(-aligned(other, panel.cells).values))
    return both


def _named_excess(served: Served, watch: Watch) -> Floats:
    """Give the excess of each cell named anew, over all months that can be judged."""
    panel = panel_of(served, watch.series, months=served.months)
    exposure = panel_of(served, watch.series, months=served.months, what="exposure")
    panel, out_of = sizeable(panel, aligned(exposure, panel.cells).values)
    shares = festival_shares(panel.months, festivals(panel.months))
    if shares is None or not len(panel.cells):
        return np.array([])
    found = score_cells(
        panel.values,
        out_of,
        Clock(np.array(panel.months), shares),
        groups=season_groups(panel.cells),
        settings=cell_settings(watch),
        first=LEAST_MONTHS,
        direction=watch.direction,
    )
    new = found.named.copy()
    new[:, 1:] &= ~found.named[:, :-1]
    new[:, :LEAST_MONTHS] = False
    named: Floats = found.excess[new]
    return named


def _ended(served: Served, month: int) -> list[int]:
    return [row.separations or 0 for row in served.firms(month, limit=_EVERY)]


def _count(watch: Watch, line: Line, values: Floats) -> tuple[int, float]:
    known = ~np.isnan(values)
    over = np.where(known, (values - float(line.value)) * watch.direction >= 0, False)
    lasting = over.copy()
    for back in range(1, watch.months):
        lasting[:, back:] &= over[:, :-back]
        lasting[:, :back] = False
    state = held(lasting, quiet=watch.quiet)
    new = state.copy()
    new[:, 1:] &= ~state[:, :-1]
    return int(new.sum()), float(known.sum() / 12)
