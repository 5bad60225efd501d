"""Judges of rates (layers L4 and L5): levels, the two-sided rule, breadth, what is ahead."""

import numpy as np
from numpy.typing import NDArray

from leye.analysis.warning.inputs import Inputs
from leye.analysis.warning.judged import Judged, month_words, signal, where
from leye.analysis.warning.outlook import crossing_chance, outlook, reconciled
from leye.analysis.warning.panels import Panel, aligned
from leye.analysis.warning.turning import (
    LOOK,
    MEAN,
    NOISE_LINE,
    PAIR_LINE,
    irregular,
    noise_line,
    rise,
)
from leye.analysis.warning.types import Level, Range, Signal
from leye.analysis.warning.watches import Watch

Floats = NDArray[np.float64]

LEAST_MONTHS = MEAN + LOOK
_BOUND = 1.645


def judge_level(watch: Watch, inputs: Inputs, edition: str) -> Judged:
    """Hold rates against their lines: beyond them for the watch's months, less the noise."""
    panel = _panel(watch, inputs)
    if panel is None:
        return Judged(unjudged=(f"{watch.name}：没有数据",))
    found = []
    for row, cell in enumerate(panel.cells):
        recent = panel.values[row, -watch.months :]
        if len(recent) < watch.months or np.isnan(recent).any():
            continue
        noise = inputs.noise.get((watch.code, cell.place))
        error = noise.error if noise else 0.0
        bound = recent - watch.direction * _BOUND * error
        sure = float(bound.min() if watch.direction > 0 else bound.max())
        level, line = watch.reached(sure, month=inputs.month)
        if line is None:
            continue
        value, unit = float(recent[-1]), watch.series.unit
        side = "高于" if watch.direction > 0 else "低于"
        words = "本月" if watch.months == 1 else f"连续{watch.months}个月"
        said = [
            f"{where(cell)}{month_words(inputs.month)}{watch.name}{value:.2f}{unit}，{words}{side}界线"
        ]
        if noise:
            said.append(f"样本{noise.of}，标准误{error:.2f}，区间下限仍在线上")
        low, high = (value - _BOUND * error, value + _BOUND * error) if noise else (None, None)
        found.append(
            signal(
                watch,
                inputs,
                edition,
                cell=cell,
                value=value,
                level=level,
                line=line,
                reasons=said,
                expected=Range(None, low, high),
            )
        )
    return Judged(tuple(found))


def judge_two_sided(watch: Watch, inputs: Inputs, edition: str) -> Judged:
    """Name the places where unemployment rises and vacancies fall by more than their noise."""
    panel, against = _panel(watch, inputs), inputs.exposures.get(watch.code)
    if panel is None or against is None or len(panel.months) < LEAST_MONTHS:
        return Judged(unjudged=(f"{watch.name}：至少要{LEAST_MONTHS}个月的失业和岗位数据",))
    other = aligned(against.upto(inputs.month), panel.cells)
    up, down = rise(panel.values)[:, -1], rise(-other.values)[:, -1]
    noise_up, noise_down = irregular(panel.values), irregular(other.values)
    mildest = watch.lines_on(inputs.day)[0]
    found = []
    for row, cell in enumerate(panel.cells):
        both = float(np.minimum(up[row], down[row]))
        needed = max(
            float(mildest.value),
            PAIR_LINE * float(np.nan_to_num(noise_up[row])),
        )
        if not both >= needed or down[row] < PAIR_LINE * float(np.nan_to_num(noise_down[row])):
            continue
        level, line = watch.reached(both, month=inputs.month)
        said = [
            f"{where(cell)}失业率三个月均值比近一年最低高{up[row]:.2f}个百分点",
            f"岗位空缺率同时低{down[row]:.2f}个百分点，取小者{both:.2f}，波动线{needed:.2f}",
        ]
        found.append(
            signal(
                watch,
                inputs,
                edition,
                cell=cell,
                value=both,
                level=min(level, Level.YELLOW),
                line=line,
                reasons=said,
                expected=Range(0.0, 0.0, needed),
            )
        )
    return Judged(tuple(found))


def judge_breadth(
    watch: Watch, inputs: Inputs, edition: str, *, two_sided: tuple[Signal, ...]
) -> Judged:
    """Tell how much of the labour force lives where unemployment rises beyond its noise.

    It counts only together with the two-sided rule of the city.
    """
    panel = inputs.panels.get("two_sided")
    if panel is None or len(panel.upto(inputs.month).months) < LEAST_MONTHS:
        return Judged()
    panel = panel.upto(inputs.month)
    rows = [at for at, cell in enumerate(panel.cells) if cell.place != inputs.city]
    counties = panel.only(rows)
    up, noise = rise(counties.values)[:, -1], irregular(counties.values)
    lines = [noise_line(float(e), base=0.5, factor=NOISE_LINE) for e in np.nan_to_num(noise)]
    weight = np.nan_to_num(counties.below[:, -1])
    stressed = up >= np.array(lines)
    share = 100 * float(weight[stressed].sum() / weight.sum()) if weight.sum() else 0.0
    level, line = watch.reached(share, month=inputs.month)
    city = [each for each in two_sided if each.cell.place == inputs.city]
    if line is None or not city:
        return Judged()
    many = f"{int(stressed.sum())}个县（市、区）失业率上升超过波动"
    said = f"{many}，占全市劳动力{share:.0f}%，且全市双侧规则成立"
    return Judged(
        (
            signal(
                watch,
                inputs,
                edition,
                cell=city[0].cell,
                value=share,
                level=level,
                line=line,
                reasons=[said],
            ),
        )
    )


def judge_outlook(watch: Watch, level_watch: Watch, inputs: Inputs, edition: str) -> Judged:
    """Tell where the next line of a level watch will more likely than not be crossed."""
    panel = _panel(watch, inputs)
    ahead = None if panel is None else _rates_ahead(panel, inputs)
    if panel is None or ahead is None:
        return Judged(unjudged=(f"{watch.name}：序列太短，不作预测",))
    values, errors = ahead
    found = []
    for row, cell in enumerate(panel.cells):
        now = float(panel.values[row, -1])
        reached, _ = level_watch.reached(now, month=inputs.month)
        beyond = [each for each in level_watch.lines_on(inputs.day) if each.level > reached]
        if not beyond:
            continue
        line = beyond[0]
        chances = [
            crossing_chance(
                float(values[row, h]), errors[row, :, h], float(line.value), direction=1
            )
            for h in range(values.shape[1])
        ]
        known = [each for each in chances if each is not None]
        chance = 100 * max(known, default=0.0)
        _, own = watch.reached(chance, month=inputs.month)
        if own is None:
            continue
        said = (
            f"{where(cell)}失业率现为{now:.2f}%，预计三个月后{values[row, -1]:.2f}%，"
            f"越过{line.level.label}线{line.value:f}%的概率为{chance:.0f}%"
        )
        found.append(
            signal(
                watch,
                inputs,
                edition,
                cell=cell,
                value=chance,
                level=Level.NONE,
                line=own,
                reasons=[said],
                expected=Range(float(values[row, -1]), None, None),
            )
        )
    return Judged(tuple(found))


def _rates_ahead(panel: Panel, inputs: Inputs) -> tuple[Floats, Floats] | None:
    """Forecast counts that add up to the city, then over the present labour force."""
    usable = ~np.isnan(panel.above).any(axis=1) & (panel.below[:, -1] > 0)
    if not usable.all():
        return None
    found = outlook(panel.above, panel.months, inputs.festivals)
    if found is None:
        return None
    bottom = [at for at, cell in enumerate(panel.cells) if cell.place != inputs.city]
    parts = np.zeros((len(panel.cells), len(bottom)))
    for row, cell in enumerate(panel.cells):
        parts[row] = 1.0 if cell.place == inputs.city else [float(at == row) for at in bottom]
    found = reconciled(found, parts) if bottom else found
    over = panel.below[:, -1]
    return 100 * found.ahead / over[:, None], 100 * found.errors / over[:, None, None]


def _panel(watch: Watch, inputs: Inputs) -> Panel | None:
    panel = inputs.panels.get(watch.code)
    if panel is None or not len(panel.cells):
        return None
    cut = panel.upto(inputs.month)
    return cut if cut.months and cut.months[-1] == inputs.month else None
