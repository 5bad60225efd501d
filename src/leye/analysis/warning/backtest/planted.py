"""Shocks planted in many cells: power, delay, false alarms, workload (T4, T9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from leye.analysis.warning.backtest.files import configurations
from leye.analysis.warning.backtest.results import Figure, Row, Trial
from leye.analysis.warning.backtest.world import COUNTIES, JUDGED, CellWorld, make_cells
from leye.analysis.warning.cells import CellSettings, score_cells
from leye.analysis.warning.season import SeasonSettings

_WITHIN = 3
_AFTERWARDS = 8
"""Months from a shock's first on in which its cell may be named without that being false."""


@dataclass(frozen=True, slots=True)
class CellScore:
    """Means over worlds: ``power`` within three months, ``delay`` in months.

    ``false`` and ``new_false`` cells named a month, ``signals`` new ones a county and month,
    ``right`` the share of new ones that are true.
    """

    power: float
    delay: float
    false: float
    new_false: float
    signals: float
    right: float


def cell_score(world: CellWorld, settings: CellSettings) -> CellScore:
    """Judge one world, month by month from the first that is judged."""
    found = score_cells(
        world.counts,
        world.headcount,
        world.clock,
        groups=world.trades,
        settings=settings,
        first=JUDGED,
    )
    named = found.named
    fair = np.zeros(named.shape, dtype=bool)
    delays = []
    for cell, at in world.planted:
        fair[cell, at : at + _AFTERWARDS] = True
        hits = np.flatnonzero(named[cell, at : at + _WITHIN])
        if len(hits):
            delays.append(int(hits[0]))
    new = named.copy()
    for back in range(1, settings.quiet + 1):
        new[:, back:] &= ~named[:, :-back]
    judged = named.shape[1] - JUDGED
    fresh = new[:, JUDGED:]
    return CellScore(
        len(delays) / max(len(world.planted), 1),
        float(np.mean(delays)) if delays else float("nan"),
        float((named & ~fair)[:, JUDGED:].sum() / judged),
        float((new & ~fair)[:, JUDGED:].sum() / judged),
        float(fresh.sum() / judged / COUNTIES),
        float((fresh & fair[:, JUDGED:]).sum() / max(fresh.sum(), 1)),
    )


def planted_trial(festivals: Mapping[int, date]) -> Trial:
    """Give power and false alarms of the cell detector and of its variants (T4, T9)."""
    config = configurations()["cells"]
    worlds = {
        shock: [make_cells(festivals, seed=s, shock=float(shock)) for s in config["seeds"]]
        for shock in config["shocks"]
    }
    variants = [config["product"], *config["variants"]]
    scores = [
        {shock: _mean(made, _settings(variant)) for shock, made in worlds.items()}
        for variant in variants
    ]
    mine = scores[0]
    figures = (
        Figure("10%冲击，三个月内报出", mine["0.1"].power, "", 0.92, False, "对照0.92"),
        Figure("10%冲击，误报单元", mine["0.1"].false, "个／月", 0.32, reference="对照0.32"),
        Figure(
            "5%冲击，三个月内报出",
            mine["0.05"].power,
            "",
            0.33,
            at_most=False,
            reference="对照0.33",
            wished=0.5,
        ),
        Figure("没有冲击，误报单元", mine["0"].false, "个／月"),
        Figure("10%冲击，新报的误报", mine["0.1"].new_false, "个／月"),
        Figure("统计信号", mine["0.1"].signals, "个／县／月", 1.0),
        Figure("信号属实的比例（10%冲击）", mine["0.1"].right, "", 0.3, at_most=False),
    )
    return Trial(
        "T4、T9",
        "埋入的减员，11县×20行业",
        "一个单元三个月里走掉一成人，报得出吗，多快，每月误报几个？",
        figures,
        tuple(f"{float(shock):.0%}：报出／迟／误报" for shock in worlds),
        tuple(
            Row(
                _name(variant),
                at == 0,
                tuple(
                    f"{each.power:.2f}／{_months(each.delay)}／{each.false:.2f}"
                    for each in scores[at].values()
                ),
            )
            for at, variant in enumerate(variants)
        ),
        (
            f"每种冲击{len(config['seeds'])}个模拟面板，每个48个月、约60次冲击，种子见配置文件",
            "误报按“单元·月”计；新报的误报（同一单元安静两个月以上）约为其七成",
            "对照数出自另一个模拟面板，只能大致相比",
        ),
    )


def _settings(variant: Mapping[str, Any]) -> CellSettings:
    return CellSettings(
        season=SeasonSettings(common=variant["common"]),
        spans=tuple(variant["spans"]),
        discovery=float(variant["discovery"]),
        budget=20,
    )


def _mean(worlds: list[CellWorld], settings: CellSettings) -> CellScore:
    every = [cell_score(world, settings) for world in worlds]
    names = ("power", "delay", "false", "new_false", "signals", "right")
    with np.errstate(invalid="ignore"):
        means = [float(np.mean([getattr(each, name) for each in every])) for name in names]
    return CellScore(*(round(each, 4) for each in means))


def _months(delay: float) -> str:
    """Write a mean delay; where nothing was found there is none."""
    return "—" if np.isnan(delay) else f"{delay:.1f}"


def _name(variant: Mapping[str, Any]) -> str:
    spans = "、".join(str(each) for each in variant["spans"])
    common = "去掉共同变动" if variant["common"] else "不去共同变动"
    return f"q={variant['discovery']}，累计{spans}个月，{common}"
