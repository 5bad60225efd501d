"""Sampling noise: how often a fixed line raises a false alarm, and the line scaled to it (T5)."""

import numpy as np

from leye.analysis.warning.backtest.episodes import onsets
from leye.analysis.warning.backtest.files import Floats, configurations
from leye.analysis.warning.backtest.results import Figure, Row, Trial
from leye.analysis.warning.turning import (
    LOOK,
    MEAN,
    NOISE_LINE,
    PAIR_LINE,
    SAHM,
    noise_line,
    rise,
)

_SERIES, _YEARS = 400, 20
_RAMP = 6
_MOST_FALSE = 0.1


def standard_error(rate: float, sample: int, design_effect: float) -> float:
    """Give the standard error of a rate in percent from so many of the labour force."""
    return float(np.sqrt(rate * (100 - rate) * design_effect / sample))


def survey_trial() -> Trial:
    """Give false alarms a year under pure noise, by sample, and what the scaled line costs (T5)."""
    config = configurations()["survey"]
    rng = np.random.default_rng(config["seed"])
    months = 12 * _YEARS + MEAN + LOOK
    noise, other = rng.standard_normal((2, _SERIES, months))
    rate = float(config["rate"])
    rows, worst = [], 0.0
    for sample in config["samples"]:
        error = standard_error(rate, sample, float(config["design_effect"]))
        line = noise_line(error, base=SAHM)
        up = rise(rate + error * noise)
        scaled = _a_year(up >= line)
        pair = _a_year(np.minimum(up, rise(error * other)) >= PAIR_LINE * error)
        worst = max(worst, scaled, pair)
        ramped = rise(rate + error * noise + _ramp(months))
        begun = months - 3 * _RAMP
        seen = (ramped >= line)[:, begun : begun + 2 * _RAMP].any(axis=1).mean()
        rows.append(
            Row(
                f"劳动力样本{sample}人",
                True,
                (
                    f"{error:.2f}",
                    f"{_a_year(up >= SAHM):.2f}",
                    f"{line:.2f}",
                    f"{scaled:.3f}",
                    f"{pair:.3f}",
                    f"{seen:.2f}",
                ),
            )
        )
    return Trial(
        "T5",
        "抽样误差下的失业率规则",
        "真实失业率一点没变，调查样本不大，规则一年会误报几次？",
        (Figure("各样本量中最多的误报", round(worst, 4), "次／年", _MOST_FALSE),),
        (
            "标准误",
            "0.5点固定线误报／年",
            "按误差放宽的线",
            "误报／年",
            "双侧规则误报／年",
            "上升1点报出",
        ),
        tuple(rows),
        (
            f"线取0.5个百分点与{NOISE_LINE}倍标准误中的大者；双侧规则两边各自{PAIR_LINE}倍",
            "报出：失业率六个月内上升1个百分点，十二个月内过线的比例；样本小则不该靠调查率预警",
            "各月误差按独立计；2-10-2轮换使相邻月相关，实际误报更少",
        ),
    )


def _a_year(on: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> float:
    count = sum(len(onsets(row)) for row in on)
    return float(count / (len(on) * _YEARS))


def _ramp(months: int) -> Floats:
    begun = months - 3 * _RAMP
    return np.clip((np.arange(months) - begun + 1) / _RAMP, 0, 1).astype(np.float64)
