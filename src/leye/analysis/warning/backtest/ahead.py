"""The unemployment rate one, three and six months ahead, out of sample (T6)."""

from dataclasses import dataclass

import numpy as np

from leye.analysis.warning.backtest.files import (
    Floats,
    National,
    configurations,
    national,
    recessions,
)
from leye.analysis.warning.backtest.nation import indicators
from leye.analysis.warning.backtest.results import Figure, Row, Trial
from leye.analysis.warning.nowcast import ridge_paths

_FIRST_LEARNED = 196001
_LEVEL = 0.90
_BARS = {1: 0.134, 3: 0.232, 6: 0.417}


@dataclass(frozen=True, slots=True)
class AheadScore:
    """Root mean squared errors in points, ours and of no change, also in recessions; coverage."""

    error: float
    unchanged: float
    error_recession: float
    unchanged_recession: float
    coverage: float


def predictors(data: National) -> Floats:
    """Give what is known in each month, shape (t, f): changes of unemployment, jobs, output."""
    s = data.series
    labour = s["clf16ov"]
    exact = 100 * s["unemploy"] / labour
    columns = [s["unrate"], s["unrate"] - exact, exact - _past_mean(exact, 120)]
    columns += [_change(s["unrate"], k) for k in (1, 2, 3, 6, 12)]
    for name in ("uemplt5", "uemp5to14", "uemp15ov"):
        share = 100 * s[name] / labour
        columns += [share - _past_mean(share, 24), *(_change(share, k) for k in (1, 3, 6))]
    for name in ("payems", "indpro", "uspriv", "manemp", "uscons", "uspbs"):
        columns += [_change(100 * np.log(s[name]), k) for k in (1, 3, 6, 12)]
    for name in ("awhman", "awotman", "u2rate"):
        columns += [_change(s[name], k) for k in (1, 3, 6)]
    columns += [_change(100 * np.log(s["houst"]), k) for k in (3, 6, 12)]
    slope = s["gs10"] - s["tb3ms"]
    columns += [slope, _back(slope, 6), _back(slope, 12)]
    columns += [_change(s["fedfunds"], k) for k in (6, 12)]
    rises = indicators(data, None)
    columns += [rises[name] for name in ("u", "st", "br")]
    return np.column_stack(columns)


def ahead_trial() -> Trial:
    """Give errors and the coverage of intervals by horizon and by ridge (T6)."""
    config = configurations()["nowcast"]
    figures: list[Figure] = []
    rows = []
    for horizon in config["horizons"]:
        for ridge in (config["product"], *config["variants"]):
            score = ahead_score(horizon, float(ridge))
            mine = ridge == config["product"]
            rows.append(
                Row(
                    f"提前{horizon}个月，岭参数{ridge}",
                    mine,
                    (
                        f"{score.error:.4f}",
                        f"{score.unchanged:.4f}",
                        f"{score.error_recession:.4f}",
                        f"{score.unchanged_recession:.4f}",
                        f"{score.coverage:.3f}",
                    ),
                )
            )
            if mine:
                figures.append(
                    Figure(
                        f"提前{horizon}个月的误差",
                        round(score.error, 4),
                        "个百分点",
                        _BARS[horizon],
                        reference=f"对照{_BARS[horizon]}，不变预测{score.unchanged:.3f}",
                    )
                )
                if horizon != 6:
                    figures += _covers(horizon, score.coverage)
    return Trial(
        "T6",
        "失业率预测，样本外，1985—2019",
        "只用当时的数据，预测下月和三个月后的失业率，差多少，区间准不准？",
        tuple(figures),
        ("误差", "不变预测", "衰退中误差", "衰退中不变", "90%区间包含"),
        tuple(rows),
        ("每月重估，只用目标月已公布的行；区间由过去十年的预测误差校准，偏窄偏宽逐月修正",),
    )


def ahead_score(horizon: int, ridge: float) -> AheadScore:
    """Forecast the published rate ``horizon`` months ahead, month by month."""
    config = configurations()["nowcast"]
    data = national()
    rate = data.series["unrate"]
    found = ridge_paths(
        predictors(data),
        rate,
        horizon=horizon,
        ridge=ridge,
        first=int(np.searchsorted(data.months, _FIRST_LEARNED)),
        start=int(np.searchsorted(data.months, 197501)),
        level=_LEVEL,
    )
    target = np.concatenate([data.months[horizon:], np.full(horizon, 999999)])
    true = np.concatenate([rate[horizon:], np.full(horizon, np.nan)])
    use = (target >= config["first"]) & (target <= config["last"]) & ~np.isnan(found.value)
    worst = np.zeros(len(rate), dtype=bool)
    for each in recessions():
        worst |= (target >= each.first) & (target <= each.last)
    off, still = true - found.value, true - rate
    inside = (true >= found.low) & (true <= found.high)
    return AheadScore(
        _rms(off[use]),
        _rms(still[use]),
        _rms(off[use & worst]),
        _rms(still[use & worst]),
        float(inside[use].mean()),
    )


def _covers(horizon: int, coverage: float) -> list[Figure]:
    name = f"提前{horizon}个月，90%区间包含"
    return [
        Figure(name, round(coverage, 4), "", 0.88, at_most=False),
        Figure(f"{name}（上限）", round(coverage, 4), "", 0.92),
    ]


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _back(values: Floats, months: int) -> Floats:
    earlier = np.full(len(values), np.nan)
    earlier[months:] = values[:-months]
    return earlier


def _change(values: Floats, months: int) -> Floats:
    return values - _back(values, months)


def _past_mean(values: Floats, months: int) -> Floats:
    known = ~np.isnan(values)
    total = np.cumsum(np.where(known, values, 0.0))
    count = np.cumsum(known)
    total = total - np.concatenate([np.zeros(months + 1), total[: -months - 1]])
    count = count - np.concatenate([np.zeros(months + 1, dtype=int), count[: -months - 1]])
    mean: Floats = total / np.maximum(count, 1)
    return mean
