"""Judges of cells (layer L3): county by division, county by key group."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from leye.analysis.metrics.forecast_methods import festival_shares
from leye.analysis.warning.cells import CellScores, CellSettings, score_cells
from leye.analysis.warning.explain import Explained, smallest_explaining, summed, whole_cells
from leye.analysis.warning.inputs import Inputs
from leye.analysis.warning.judged import Judged, signal, where
from leye.analysis.warning.panels import Panel, aligned
from leye.analysis.warning.season import FIRST, Clock, SeasonSettings
from leye.analysis.warning.types import ALL, Cell, Level, Range, Signal
from leye.analysis.warning.watches import Watch

Floats = NDArray[np.float64]

LEAST_MONTHS = FIRST + 6
"""A year of seasons, and half a year of residuals that say how rare something is."""

_LEAST_EXPOSURE = 30.0


def judge_cells(watch: Watch, inputs: Inputs, edition: str) -> Judged:
    """Name the cells, industries, counties or groups where too many (or too little) was seen."""
    panel = inputs.panels.get(watch.code)
    exposure = inputs.exposures.get(watch.code)
    if panel is None or exposure is None or not len(panel.cells):
        return Judged(unjudged=(f"{watch.name}：没有数据",))
    panel, exposure = panel.upto(inputs.month), exposure.upto(inputs.month)
    if len(panel.months) < LEAST_MONTHS:
        said = f"{watch.name}：只有{len(panel.months)}个月的数据，至少要{LEAST_MONTHS}个月"
        return Judged(unjudged=(said,))
    panel, out_of = sizeable(panel, aligned(exposure, panel.cells).values)
    clock = _clock(panel.months, inputs)
    if clock is None or not len(panel.cells):
        return Judged(unjudged=(f"{watch.name}：没有春节日期或者没有足够大的单元",))
    settings = cell_settings(watch)
    groups = season_groups(panel.cells)
    scores = _scored(panel.values, out_of, clock, groups, settings, watch.direction)
    places = _explained(watch, inputs, panel, out_of, clock, scores)
    return Judged(tuple(_signal(watch, inputs, edition, panel, scores, each) for each in places))


def cell_settings(watch: Watch) -> CellSettings:
    """Give the detector's settings that a watch asks for."""
    return CellSettings(
        discovery=float(watch.discovery),
        budget=watch.budget,
        least=float(watch.least),
        quiet=watch.quiet,
    )


def _scored(
    counts: Floats,
    exposure: Floats,
    clock: Clock,
    groups: NDArray[np.int64],
    settings: CellSettings,
    direction: int,
) -> CellScores:
    return score_cells(
        counts, exposure, clock, groups=groups, settings=settings, direction=direction
    )


def sizeable(panel: Panel, exposure: Floats) -> tuple[Panel, Floats]:
    """Give the cells that are large enough to speak of, and their exposure."""
    mean = np.nan_to_num(exposure).mean(axis=1)
    rows = [int(at) for at in np.flatnonzero(mean >= _LEAST_EXPOSURE)]
    return panel.only(rows), exposure[rows]


def _clock(months: Sequence[int], inputs: Inputs) -> Clock | None:
    shares = festival_shares(months, inputs.festivals)
    return None if shares is None else Clock(np.array(months), shares)


def season_groups(cells: Sequence[Cell]) -> NDArray[np.int64]:
    """Number the cells that share a season: those of one industry, or of one key group."""
    names = [cell.code if cell.code != ALL else cell.group for cell in cells]
    known = {name: at for at, name in enumerate(sorted(set(names)))}
    return np.array([known[name] for name in names], dtype=np.int64)


def _explained(
    watch: Watch,
    inputs: Inputs,
    panel: Panel,
    exposure: Floats,
    clock: Clock,
    scores: CellScores,
) -> tuple[Explained, ...]:
    named, excess = scores.named[:, -1], scores.excess[:, -1]
    if watch.series.groups:
        return tuple(
            Explained(panel.cells[at], (int(at),), float(excess[at]), "")
            for at in np.flatnonzero(named)
        )
    wholes = whole_cells(panel.cells, city=inputs.city)
    counts = summed(panel.values, panel.cells, wholes, city=inputs.city)
    out_of = summed(exposure, panel.cells, wholes, city=inputs.city)
    settings = replace(cell_settings(watch), season=SeasonSettings(group_noise=1e9))
    above = _scored(counts, out_of, clock, np.arange(len(wholes)), settings, watch.direction).named[
        :, -1
    ]
    found = {cell: bool(above[at]) for at, cell in enumerate(wholes)}
    return smallest_explaining(panel.cells, named, excess, found, city=inputs.city)


def _signal(
    watch: Watch,
    inputs: Inputs,
    edition: str,
    panel: Panel,
    scores: CellScores,
    each: Explained,
) -> Signal:
    members = list(each.members)
    rows = members or [
        at for at, cell in enumerate(panel.cells) if _inside(cell, each.cell, inputs)
    ]
    value = float(np.nansum(panel.values[rows, -1]))
    expected = float(np.nansum(scores.expected[rows, -1]))
    high = float(scores.high[rows[0], -1]) if len(rows) == 1 else None
    rarity = float(np.nanmin(scores.rarity[rows, -1])) if members else None
    level, line = watch.reached(each.excess, month=inputs.month)
    unit = watch.series.unit
    word = "多出" if watch.direction > 0 else "少了"
    said = [
        f"{where(each.cell)}本月{value:,.0f}{unit}，按季节、春节和全市变动应为{expected:,.0f}{unit}",
        f"近一至三个月共{word}{each.excess:,.0f}{unit}",
    ]
    if rarity is not None:
        said.append(f"过去36个月各单元中这样大的变化不到{max(rarity, 1e-4):.2%}")
    if each.why:
        said.append(each.why)
    return signal(
        watch,
        inputs,
        edition,
        cell=each.cell,
        value=value,
        level=min(level, Level.YELLOW),
        reasons=said,
        line=line,
        expected=Range(expected, None, high),
        rarity=rarity,
        persons=round(each.excess) if unit == "人" else None,
    )


def _inside(cell: Cell, whole: Cell, inputs: Inputs) -> bool:
    return cell.code == whole.code if whole.place == inputs.city else cell.place == whole.place
