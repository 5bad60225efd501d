"""China's own monthly rate through the same rule: shown, not scored, as nothing dates its turns."""

from collections.abc import Sequence

import numpy as np

from leye.analysis.warning.backtest.episodes import onsets
from leye.analysis.warning.backtest.results import Figure, Row, Trial
from leye.analysis.warning.turning import LOOK, MEAN, NOISE_LINE, SAHM, irregular, noise_line, rise
from leye.kernel.months import months_between


def shown_trial(values: Sequence[tuple[int, float]], *, title: str) -> Trial:
    """Give the months in which the rate would have been named, by fixed and by scaled line.

    ``values`` are months and rates in percent, in order; a gap in them is not bridged.
    """
    run = _unbroken(values)
    months = [month for month, _ in run]
    rates = np.array([rate for _, rate in run])
    columns = ("线（百分点）", "报警首月")
    if len(run) < MEAN + LOOK:
        return Trial(
            "中国", title, _QUESTION, (), columns, (), (f"只有{len(run)}个月，不足以计算",)
        )
    up = rise(rates)
    noise = float(irregular(rates))
    lines = {"固定线": SAHM, "按波动放宽的线": noise_line(noise, base=SAHM, factor=NOISE_LINE)}
    rows = tuple(
        Row(
            name,
            name != "固定线",
            (f"{line:.2f}", "、".join(_words(months[at]) for at in onsets(up >= line)) or "无"),
        )
        for name, line in lines.items()
    )
    figures = (
        Figure("月数", float(len(run)), "个月"),
        Figure("逐月波动（标准误的估计）", round(noise, 3), "个百分点"),
        Figure("最大升幅", round(float(np.nanmax(up)), 2), "个百分点"),
    )
    notes = (
        "没有公认的转折日期，不评分；季节没有调整，二月、七八月偏高是常态",
        f"序列为{_words(months[0])}至{_words(months[-1])}，公布值，一位小数",
    )
    return Trial("中国", title, _QUESTION, figures, columns, rows, notes)


_QUESTION = "同样的规则用在全国城镇调查失业率上，会在哪些月份报警？"


def _unbroken(values: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    run: list[tuple[int, float]] = []
    for month, rate in sorted(values, reverse=True):
        if run and months_between(month, run[-1][0]) != 1:
            break
        run.append((month, rate))
    return run[::-1]


def _words(month: int) -> str:
    return f"{month // 100}年{month % 100}月"
