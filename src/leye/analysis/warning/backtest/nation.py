"""National turning points: the published rules again, and out of sample (T1, T2)."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from leye.analysis.warning.backtest.episodes import (
    TurningScore,
    quiet_months,
    turning_score,
)
from leye.analysis.warning.backtest.files import (
    Floats,
    National,
    Whole,
    configurations,
    national,
    recessions,
    unemployment_and_vacancies,
    vacancy_rate,
)
from leye.analysis.warning.backtest.results import Figure, Row, Trial
from leye.analysis.warning.turning import (
    MICHEZ,
    SAHM,
    rise,
    scaled_least,
    scaled_mean,
    stouffer,
    two_sided,
)

_SECTORS = (
    *("usmine", "uscons", "dmanemp", "ndmanemp", "uswtrade", "ustrade", "usinfo"),
    *("usfire", "uspbs", "usehs", "uslah", "usserv", "usgovt"),
)
_RULES = {"stouffer": stouffer, "least": scaled_least, "mean": scaled_mean}
PUBLISHED_MICHEZ = (196008, 197002, 197402, 198001, 198110, 199009, 200103, 200804, 202004)
"""First alarms since 1960 in the authors' table."""


def indicators(data: National, vacancies: Floats | None) -> dict[str, Floats]:
    """Give the rise of each indicator; of those that fall in a recession, the fall."""
    s = data.series
    labour = s["clf16ov"]
    hundredths = {name: 100 * np.log(s[name]) for name in ("payems", "indpro", "houst", *_SECTORS)}
    falling = [_change(hundredths[name], 3) < 0 for name in _SECTORS]
    levels = {
        "u": 100 * s["unemploy"] / labour,
        "st": 100 * s["uemplt5"] / labour,
        "md": 100 * s["uemp5to14"] / labour,
        "pay": -hundredths["payems"],
        "ip": -hundredths["indpro"],
        "hr": -s["awhman"],
        "br": 100 * np.mean(falling, axis=0),
        "houst": -hundredths["houst"],
    }
    if vacancies is not None:
        levels["v"] = -vacancies
    return {name: rise(values) for name, values in levels.items()}


def out_of_sample(
    score: Floats, months: Whole, *, first: int, last: int, delay_years: int
) -> TurningScore:
    """Judge a score whose threshold, each year, is the largest quiet value known by then.

    Known is what lies more than ``delay_years`` back; recessions are dated late.
    """
    every = recessions()
    quiet = quiet_months(months, every)
    on = np.zeros(len(score), dtype=bool)
    for year in range(first // 100, last // 100 + 1):
        known = (months < (year - delay_years) * 100) & ~np.isnan(score) & quiet
        if known.any():
            on |= (months // 100 == year) & (score > score[known].max())
    return turning_score(on, months, every, first=first, last=last)


def published_rules() -> Trial:
    """Give the rules of Sahm, and of Michaillat and Saez, against their published dates (T1)."""
    data, every = national(), recessions()
    unemployment = 100 * data.series["unemploy"] / data.series["clf16ov"]
    found = {
        "Sahm 0.5，公布的失业率，1953—2022": (rise(data.series["unrate"]) >= SAHM, 195301),
        "Sahm 0.5，不取整，1953—2022": (rise(unemployment) >= SAHM, 195301),
        "Sahm 0.35，不取整，1953—2022": (rise(unemployment) >= 0.35, 195301),
    }
    scores = {
        name: turning_score(on, data.months, every, first=first, last=202209)
        for name, (on, first) in found.items()
    }
    figures = [_mean(scores["Sahm 0.5，不取整，1953—2022"], "Sahm 0.5 平均迟", 1.75, "对照1.7")]
    pairs = unemployment_and_vacancies()
    notes = []
    if pairs is None:
        notes.append("没有空缺率文件：Michez 规则未复算")
    else:
        months, u, v = pairs
        score = turning_score(two_sided(u, v) >= MICHEZ, months, every, first=196001, last=202112)
        scores["Michez 0.29，1960—2021"] = score
        same = sum(a == b for a, b in zip(score.alarms, PUBLISHED_MICHEZ, strict=True))
        figures += [
            Figure("与作者一致的 Michez 首警月", float(same), "个（共9个）", 9.0, at_most=False),
            _mean(score, "Michez 平均迟", 1.25, "作者1.2"),
        ]
    return Trial(
        "T1",
        "已发表的规则，重算",
        "同样的数据，能不能算出作者公布的首次报警月份？",
        tuple(figures),
        _COLUMNS,
        tuple(_row(name, score, product=False) for name, score in scores.items()),
        tuple(notes),
    )


def national_trial() -> Trial:
    """Give every combination out of sample, with and without vacancies (T2)."""
    config = configurations()["national"]
    data = national()
    vacancies = vacancy_rate(data.months)
    series = indicators(data, vacancies)
    scores = {
        f"{rule} {'+'.join(names)}": out_of_sample(
            _RULES[rule]([series[name] for name in names]),
            data.months,
            first=config["first"],
            last=config["last"],
            delay_years=config["delay_years"],
        )
        for names, rule in product(config["sets"], config["combinations"])
        if all(name in series for name in names)
    }
    figures = _national_figures(scores, config)
    notes = [
        "阈值每年重定，只用两年以前的数据，训练期内不许误报；数据是最终修订值，实时会更差",
        "参考月为准；统计数次月公布，对外说的提前量要减一个月",
        "负数是早于衰退首月：12个月以内的提前报警按命中计",
    ]
    if vacancies is None:
        notes.append("没有空缺率文件：含空缺率的组合未算")
    return Trial(
        "T2",
        "全国转折点，样本外，1968—2022",
        "只用当时能知道的数据，八次衰退报出几次，迟几个月，误报几次？",
        tuple(figures),
        _COLUMNS,
        tuple(
            _row(name, score, product=name in (config["product"], config["product_with_vacancies"]))
            for name, score in scores.items()
        ),
        tuple(notes),
    )


def _national_figures(
    scores: Mapping[str, TurningScore], config: Mapping[str, str]
) -> Sequence[Figure]:
    figures: list[Figure] = []
    for key, words, bar in (
        ("product", "不用空缺率", 2.8),
        ("product_with_vacancies", "用空缺率", 1.2),
    ):
        score = scores.get(config[key])
        if score is None:
            continue
        figures += [
            Figure(f"{words}：报出的衰退", float(score.hits), "次（共8次）", 8.0, at_most=False),
            _mean(score, f"{words}：平均迟", bar, f"对照{bar}"),
            Figure(f"{words}：误报", float(len(score.false)), "次", 0.0),
        ]
        if key == "product_with_vacancies":
            figures.append(Figure(f"{words}：最迟", float(max(score.delays)), "个月", 4.0))
    return figures


_COLUMNS = ("报出", "平均迟（月）", "最迟", "各次", "误报")


def _row(name: str, score: TurningScore, *, product: bool) -> Row:
    delays = score.delays
    false = "、".join(str(each) for each in score.false) or "无"
    return Row(
        name,
        product,
        (
            f"{score.hits}/{len(score.recessions)}",
            f"{score.mean_delay:.2f}",
            f"{max(delays)}" if delays else "—",
            "、".join(f"{each:+d}" for each in delays),
            f"{len(score.false)}（{false}）",
        ),
    )


def _mean(score: TurningScore, name: str, bar: float, reference: str) -> Figure:
    return Figure(name, round(score.mean_delay, 3), "个月", bar, reference=reference)


def _change(values: Floats, months: int) -> Floats:
    changed = np.full(len(values), np.nan)
    changed[months:] = values[months:] - values[:-months]
    return changed
