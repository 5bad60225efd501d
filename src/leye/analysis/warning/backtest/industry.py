"""Many series: which industries will lose jobs, out of sample (T3)."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from leye.analysis.warning.backtest.episodes import (
    Flags,
    PanelScore,
    auroc,
    average_precision,
    panel_score,
)
from leye.analysis.warning.backtest.files import Floats, configurations, industries
from leye.analysis.warning.backtest.results import Figure, Row, Trial
from leye.analysis.warning.boosting import BoostingSettings, fit_boosting, fit_logit
from leye.analysis.warning.features import falls, features, year_growth

_LEARNED_FROM = 1993
_RIDGE = 30.0
_TOTAL = "CEU0500000001"


@cache
def chances() -> Mapping[str, Floats]:
    """Give, by model, each industry's chance of an event in the next months, out of sample.

    Every year a model is fitted to the months whose outcome was known by the December before.
    """
    config = configurations()["industries"]
    data = industries()
    year = year_growth(data.employment)
    line, gap, horizon = config["event"], config["gap"], config["horizon"]
    sectors = np.unique([code[3:5] for code in data.codes], return_inverse=True)[1]
    rows = features(data.employment, sectors, total=data.codes.index(_TOTAL), line=line, gap=gap)
    true = _coming(year, line=line, gap=gap, horizon=horizon)
    found = {name: np.full(year.shape, np.nan) for name in ("boosting", "logit")}
    ordinal = data.months // 100 * 12 + data.months % 100
    learnable = (year > line) & (data.months >= _LEARNED_FROM * 100)
    for at in range(config["first"], int(data.months[-1]) // 100 + 1):
        known = learnable & (ordinal + horizon < at * 12 + 1)
        asked = data.months // 100 == at
        wanted = rows[:, asked]
        flat = wanted.reshape(-1, wanted.shape[2])
        learned, outcome = rows[known], true[known]
        boosted = fit_boosting(learned, outcome, BoostingSettings()).probability(flat)
        plain = fit_logit(learned, outcome, ridge=_RIDGE).probability(flat)
        found["boosting"][:, asked] = boosted.reshape(wanted.shape[:2])
        found["logit"][:, asked] = plain.reshape(wanted.shape[:2])
    return {**found, "both": (found["boosting"] + found["logit"]) / 2}


def alarms(year: Floats, chance: Floats, variant: Mapping[str, str], *, line: float) -> Flags:
    """Give a variant's alarms: raised by a chance, kept until it is low, or by the backstop."""
    if variant["model"] == "level":
        level: Flags = year <= -float(variant["raise"])
        return level
    upper, lower = float(variant["raise"]), float(variant["lower"])
    score = np.where(year <= line, 1.0, np.nan_to_num(chance))
    on = np.zeros(score.shape, dtype=bool)
    state = np.zeros(len(score), dtype=bool)
    for t in range(score.shape[1]):
        state = (score[:, t] >= upper) | (state & (score[:, t] >= lower))
        on[:, t] = state
    raised: Flags = on | (year <= float(variant["backstop"]))
    return raised


def industry_trial() -> Trial:
    """Give the pooled model and the level rules on 145 industries (T3)."""
    config = configurations()["industries"]
    data = industries()
    year = year_growth(data.employment)
    first = int(np.flatnonzero(data.months // 100 == config["first"])[0])
    events = [
        each for each in falls(year, line=config["event"], gap=config["gap"]) if each[1] >= first
    ]
    scores: dict[str, tuple[PanelScore, bool]] = {}
    for variant in (config["product"], *config["variants"]):
        chance = chances().get(variant["model"], year)
        on = alarms(year, chance, variant, line=config["event"])
        score = panel_score(on, events, window=config["window"], first=first)
        scores[_name(variant)] = (score, variant is config["product"])
    mine = scores[_name(config["product"])][0]
    ranking = _ranking(year, config, first=first)
    baseline = scores[_name({"model": "level", "raise": "2"})][0]
    figures = (
        Figure("事件", float(mine.events), "次", reference="对照计算 245 次"),
        Figure("报出比例", round(mine.recall, 4), "", 0.98, at_most=False, reference="对照0.98"),
        Figure("提前三个月以上的比例", round(mine.ahead, 4), "", 0.56, False, "对照0.56"),
        Figure("误报", round(mine.false_rate, 4), "次／序列年", 0.065, reference="对照0.065"),
        Figure("平均精度 AP", round(ranking["boosting"][0], 4), "", 0.39, False, "对照0.387"),
        Figure("AUROC", round(ranking["boosting"][1], 4), "", 0.86, False, "对照0.856"),
        Figure("水平规则 AP", round(ranking["level"][0], 4), "", reference="对照计算 0.240"),
        Figure("水平规则 AUROC", round(ranking["level"][1], 4), "", reference="对照计算 0.827"),
        Figure("水平规则 −2% 报出", round(baseline.recall, 4), "", reference="对照计算 0.96"),
    )
    return Trial(
        "T3",
        "145个行业，样本外，2001—2019",
        "一个行业的就业同比将降到−4%以下，之前十二个月内报了没有，早多少，误报多少？",
        figures,
        ("报出", "早三个月以上", "精度", "误报／序列年", "报警"),
        tuple(
            Row(
                name,
                product,
                (
                    f"{score.recall:.3f}",
                    f"{score.ahead:.3f}",
                    f"{score.precision:.3f}",
                    f"{score.false_rate:.3f}",
                    str(score.alarms),
                ),
            )
            for name, (score, product) in scores.items()
        ),
        (
            "模型每年重训，只用上年底已知结果的月份；阈值固定，见配置文件，全部试过的组合都列出",
            "报警是安静三个月以上之后的第一个月；事件之间至少隔六个月；窗口十二个月",
            "对照数是另一次独立计算的结果，报警和事件的计法不尽相同；同一水平规则在这里的报出比例较低，即这里的计法更严",
        ),
    )


def _ranking(
    year: Floats, config: Mapping[str, Any], *, first: int
) -> dict[str, tuple[float, float]]:
    """Give average precision and AUROC of an event within the horizon, by model."""
    true = _coming(year, line=config["event"], gap=config["gap"], horizon=config["horizon"])
    use = year > config["event"]
    use[:, :first] = False
    use[:, year.shape[1] - config["horizon"] :] = False
    scores = {**chances(), "level": -year}
    return {
        name: (average_precision(true[use], score[use]), auroc(true[use], score[use]))
        for name, score in scores.items()
    }


def _coming(year: Floats, *, line: float, gap: int, horizon: int) -> Flags:
    found = np.zeros(year.shape, dtype=bool)
    for row, at in falls(year, line=line, gap=gap):
        found[row, max(0, at - horizon) : at] = True
    return found


def _name(variant: Mapping[str, str]) -> str:
    if variant["model"] == "level":
        return f"同比不高于−{variant['raise']}%"
    words = {"boosting": "提升树", "logit": "逻辑回归", "both": "两者平均"}[variant["model"]]
    return f"{words} ≥{variant['raise']}（低于{variant['lower']}解除）或同比≤{variant['backstop']}%"
