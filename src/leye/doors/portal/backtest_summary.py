"""The backtest in a minute: how early, how often wrong, how much missed, and what takes from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from leye.doors.portal.backtest_words import WITH, WITHOUT, number, timing
from leye.doors.web.backtest_reading import (
    CELLS,
    CITY,
    FIRMS,
    INDUSTRIES,
    NATION,
    SURVEY,
    Reading,
    delays,
)

PUBLISHED_AFTER = 1
"""A month's figures are published in the next: what is said to the public is later by this."""


@dataclass(frozen=True, slots=True)
class Point:
    """One heading of the summary: what it is about, the short answer, and what stands behind it."""

    title: str
    short: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ablation:
    """What happens without one part: the measure, with it, without it."""

    part: str
    measure: str
    with_it: str
    without: str


def summary(found: Reading) -> tuple[Point, ...]:
    """Give the three answers everybody asks for: how early, how often wrong, how much missed."""
    return tuple(each for each in (_lead(found), _false(found), _missed(found)) if each)


def _lead(found: Reading) -> Point | None:
    without = found.value(NATION, f"{WITHOUT}：平均迟")
    if without is None:
        return None
    mine = found.value(NATION, f"{WITH}：平均迟")
    best = without if mine is None else mine
    lines = [f"全国转折：平均{timing(best)}报出" + ("。" if mine is None else "（用岗位空缺率）。")]
    if mine is not None:
        lines.append(f"没有岗位空缺数时，平均{timing(without)}。")
    early = found.value(INDUSTRIES, "提前三个月以上的比例")
    if early is not None:
        lines.append(f"行业大幅下滑：100次里有{early * 100:.0f}次提前三个月以上。")
    lines.append("以上按统计所属的月份算；统计数次月才公布，要再减一个月。")
    return Point(
        "提前多久", f"全国转折，算上公布的延迟，平均{timing(best + PUBLISHED_AFTER)}", tuple(lines)
    )


def _false(found: Reading) -> Point | None:
    noise = found.value(CELLS, "没有冲击，误报单元")
    if noise is None:
        return None
    lines = []
    nation = found.value(NATION, f"{WITHOUT}：误报")
    if nation is not None:
        lines.append(f"全国转折：1968年至2022年误报{nation:.0f}次。")
    industry = found.value(INDUSTRIES, "误报")
    if industry:
        lines.append(f"行业：一个行业平均{1 / industry:.0f}年误报一次。")
    survey = found.value(SURVEY, "各样本量中最多的误报")
    if survey:
        lines.append(f"调查失业率：样本再小，平均也要{1 / survey:.0f}年以上误报一次。")
    shaken = found.value(CELLS, "10%冲击，误报单元")
    if shaken is not None:
        lines.append(f"县和行业：有真实冲击的时候多一些，全市每月误报{shaken:.2f}个。")
    city = found.value(CITY, "误报单元")
    if city is not None:
        lines.append(f"模拟城市里小规模裁员照常发生，也算误报：每月{city:.1f}个。")
    return Point(
        "一年误报几次", f"平静的年份，全市220个县和行业单元合计{noise * 12:.1f}个", tuple(lines)
    )


def _missed(found: Reading) -> Point | None:
    tenth = found.value(CELLS, "10%冲击，三个月内报出")
    half = found.figure(CELLS, "5%冲击，三个月内报出")
    if tenth is None or half is None or half.value is None:
        return None
    wished = (
        f"，没有达到希望的{half.wished * 100:.0f}次" if half.wished and not half.granted else ""
    )
    lines = [f"走掉半成人：100次漏{_left(half.value)}次{wished}。"]
    recall = found.value(INDUSTRIES, "报出比例")
    if recall is not None:
        lines.append(f"行业大幅下滑：100次漏{_left(recall)}次。")
    firms = found.value(FIRMS, "到线后35天内找出的比例")
    if firms is not None:
        lines.append(f"大量减员没有报告：100次漏{_left(firms)}次。")
    hits = found.value(NATION, f"{WITHOUT}：报出的衰退")
    if hits is not None:
        lines.append(f"全国转折：8次报出{hits:.0f}次。")
    return Point("漏掉多少", f"一县一业三个月走掉一成人，100次漏{_left(tenth)}次", tuple(lines))


def _left(share: float) -> str:
    return f"{(1 - share) * 100:.0f}"


def caveats(found: Reading) -> tuple[tuple[str, str], ...]:
    """Give what takes from the figures, each with its heading."""
    trial, row = found.trial(NATION), found.row(NATION, "stouffer u+st+v")
    each = delays(row, trial.columns) if trial and row else ()
    number = int(found.value(NATION, f"{WITHOUT}：报出的衰退") or 0)
    few = f"{number}次全中，真实的命中率仍可能低到{0.025 ** (1 / number):.0%}。" if number else ""
    earliest = f"提前一年以内都算命中，最早的一次早了{-min(each)}个月。" if each else ""
    return (
        (
            "最终修订数据会美化成绩",
            "当时的初值取整、有误差、以后还修订；月度数次月才公布。每个提前量都要减一个月。",
        ),
        ("八次衰退很少", few + earliest),
        (
            "选择本身就是拟合",
            "行业的阈值和单元的 q 是看过类似的表以后选的。试过的全部列出，选择附近变化不大。",
        ),
        (
            "模型占了计法的便宜",
            "T3 的两次事件至少隔六个月，模型会学到，水平规则学不到；后者按同样计法的数并列在旁。",
        ),
        ("美国代替一座城市", "有公认转折日期的只有外国数据。本国的调查失业率只展示，不评分。"),
        ("模拟是假设", "模拟面板和模拟城市是假设的。本市对信号的核实结论积累起来以后，用来替换。"),
        ("对照数", "对照数出自另一次独立计算或者原作者，报警和事件的计法不尽相同，只能大致相比。"),
    )


def ablations(found: Reading) -> Sequence[Ablation]:
    """Give what each part is worth: the same test with and without it."""
    false, tenth = "0%：报出／迟／误报", "10%：报出／迟／误报"
    asked = (
        ("岗位空缺率", "全国转折平均迟（月，负数为早）",
         found.value(NATION, f"{WITH}：平均迟"), found.value(NATION, f"{WITHOUT}：平均迟")),
        ("去掉全市共同的变动", "没有冲击时每月误报单元",
         found.cell(CELLS, "", false, part=2),
         found.cell(CELLS, "q=0.06，累计1、2、3个月，不去", false, part=2)),
        ("累计两三个月再看", "一成冲击三个月内报出",
         found.cell(CELLS, "", tenth), found.cell(CELLS, "q=0.06，累计1个月", tenth)),
        ("学习模型（没有它只剩水平规则 −3%）", "行业下滑提前三个月以上",
         found.cell(INDUSTRIES, "", "早三个月以上"),
         found.cell(INDUSTRIES, "同比不高于−3%", "早三个月以上")),
        ("线随抽样误差放宽（1500人）", "调查失业率一年误报",
         found.cell(SURVEY, "劳动力样本1500人", "误报／年"),
         found.cell(SURVEY, "劳动力样本1500人", "0.5点固定线误报／年")),
    )  # fmt: skip
    return [
        Ablation(part, measure, number(mine), number(other))
        for part, measure, mine, other in asked
        if mine is not None and other is not None
    ]
