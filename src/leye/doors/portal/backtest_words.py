"""What the backtest says, in words for everybody: every number in them is one of its figures."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leye.doors.web.backtest_reading import (
    AHEAD,
    CELLS,
    CHINA,
    CITY,
    FIRMS,
    INDUSTRIES,
    NATION,
    PUBLISHED,
    SURVEY,
    Reading,
    delays,
)

_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(?!\d)")
_WITH, _WITHOUT = "用空缺率", "不用空缺率"
PUBLISHED_AFTER = 1
"""A month's figures are published in the next: what is said to the public is later by this."""

SOURCES = {
    PUBLISHED: "美国劳工统计局等月度序列（1939—2022年，最终修订值）；空缺率出自"
    " Petrosky-Nadeau、Zhang 与 Michaillat、Saez；衰退日期出自美国国家经济研究局（NBER）。",
    NATION: "同 T1。",
    INDUSTRIES: "美国劳工统计局，145个行业的雇员人数，1990年1月至2019年9月，未经季节调整。",
    CELLS: "模拟面板：11个县、20个行业、移动的春节、共同的起伏；冲击是埋进去的，所以知道真相。",
    SURVEY: "模拟抽样：真实失业率固定，只有抽样误差。",
    AHEAD: "美国月度序列，同 T1。",
    FIRMS: "模拟单位：减员是埋进去的，再让备案和缴费各丢失一部分。",
    CHINA: "国家统计局公布的全国城镇调查失业率。",
    CITY: "模拟城市：人口、单位和流动都是假设的，关厂是埋进去的。",
}

RULES = (
    ("stouffer", "各指标“在历史上有多少见”，折成同一尺度相加"),
    ("least", "各指标按自己的波动折算，取最弱的一个：都动了才算"),
    ("mean", "各指标按自己的波动折算，取平均"),
)


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


def dated(text: str) -> str:
    """Write months such as 200307 as 2003年7月."""
    return _MONTH.sub(lambda found: f"{found[1]}年{int(found[2])}月", text)


def timing(delay: float) -> str:
    """Say how early or late, in months."""
    if abs(delay) < 0.05:
        return "当月"
    return f"{'早' if delay < 0 else '晚'}{round(abs(delay), 1):g}个月"


def summary(found: Reading) -> tuple[Point, ...]:
    """Give the three answers everybody asks for: how early, how often wrong, how much missed."""
    return tuple(each for each in (_lead(found), _false(found), _missed(found)) if each)


def _lead(found: Reading) -> Point | None:
    without = found.value(NATION, f"{_WITHOUT}：平均迟")
    if without is None:
        return None
    mine = found.value(NATION, f"{_WITH}：平均迟")
    best = without if mine is None else mine
    lines = [f"全国转折：平均{timing(best)}报出" + ("。" if mine is None else "（用岗位空缺率）。")]
    if mine is not None:
        lines.append(f"没有岗位空缺数时，平均{timing(without)}。")
    early = found.value(INDUSTRIES, "提前三个月以上的比例")
    if early is not None:
        lines.append(f"行业大幅下滑：100次里有{early * 100:.0f}次提前三个月以上。")
    lines.append("以上按统计所属的月份算；统计数次月才公布，要再减一个月。")
    return Point("提前多久", f"全国转折，算上公布的延迟，平均{timing(best + PUBLISHED_AFTER)}", tuple(lines))


def _false(found: Reading) -> Point | None:
    noise = found.value(CELLS, "没有冲击，误报单元")
    if noise is None:
        return None
    lines = []
    nation = found.value(NATION, f"{_WITHOUT}：误报")
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
    hits = found.value(NATION, f"{_WITHOUT}：报出的衰退")
    if hits is not None:
        lines.append(f"全国转折：8次报出{hits:.0f}次。")
    return Point("漏掉多少", f"一县一业三个月走掉一成人，100次漏{_left(tenth)}次", tuple(lines))


def _left(share: float) -> str:
    return f"{(1 - share) * 100:.0f}"


def answer(code: str, found: Reading) -> str:
    """Give a trial's result in a sentence or two; empty where a figure of it is missing."""
    say = _ANSWERS.get(code)
    try:
        return say(found) if say else ""
    except TypeError:  # a figure without a value cannot be written
        return ""


def _nation(found: Reading) -> str:
    said = (
        f"不用空缺率：8次报出{found.value(NATION, f'{_WITHOUT}：报出的衰退'):.0f}次，"
        f"平均{timing(_sure(found.value(NATION, f'{_WITHOUT}：平均迟')))}，"
        f"误报{found.value(NATION, f'{_WITHOUT}：误报'):.0f}次。"
    )
    if found.value(NATION, f"{_WITH}：平均迟") is None:
        return said
    return said + (
        f"用空缺率：8次报出{found.value(NATION, f'{_WITH}：报出的衰退'):.0f}次，"
        f"平均{timing(_sure(found.value(NATION, f'{_WITH}：平均迟')))}，最迟的一次"
        f"{timing(_sure(found.value(NATION, f'{_WITH}：最迟')))}，"
        f"误报{found.value(NATION, f'{_WITH}：误报'):.0f}次。"
    )


def _industries(found: Reading) -> str:
    recall, early = (
        found.value(INDUSTRIES, "报出比例"),
        found.value(INDUSTRIES, "提前三个月以上的比例"),
    )
    return (
        f"100次大幅下滑报出{_sure(recall) * 100:.0f}次，"
        f"其中{_sure(early) * 100:.0f}次早三个月以上；"
        f"一个行业平均{1 / _sure(found.value(INDUSTRIES, '误报')):.0f}年误报一次。"
    )


def _cells(found: Reading) -> str:
    half = found.figure(CELLS, "5%冲击，三个月内报出")
    tenth = _sure(found.value(CELLS, "10%冲击，三个月内报出"))
    wished = ""
    if half and half.wished is not None:
        verdict = "达到了" if half.granted else "没有达到"
        wished = f"，{verdict}希望的{half.wished * 100:.0f}次"
    return (
        f"三个月走掉一成人，100次报出{tenth * 100:.0f}次；走掉半成，"
        f"100次报出{_sure(half.value if half else None) * 100:.0f}次{wished}。"
        f"全市220个单元，没有冲击时每月误报{found.value(CELLS, '没有冲击，误报单元'):.2f}个，"
        f"有冲击时{found.value(CELLS, '10%冲击，误报单元'):.2f}个。"
    )


def _survey(found: Reading) -> str:
    fixed = found.cell(SURVEY, "劳动力样本1500人", "0.5点固定线误报／年")
    return (
        f"线随抽样误差放宽，最多一年误报{found.value(SURVEY, '各样本量中最多的误报'):.2f}次；"
        f"若用固定的0.5个百分点，1500人的样本一年要误报{fixed:.2f}次。"
    )


def _ahead(found: Reading) -> str:
    rows = [("下个月", "提前1个月"), ("三个月后", "提前3个月")]
    said = [
        f"{when}误差{found.value(AHEAD, f'{name}的误差'):.2f}个百分点"
        f"（照抄本月是{found.cell(AHEAD, name, '不变预测'):.2f}）"
        for when, name in rows
    ]
    held = found.value(AHEAD, "提前3个月，90%区间包含")
    return f"{'；'.join(said)}。说“九成把握”的区间，三个月后的实际值有{_sure(held):.1%}落在里面。"


def _firms(found: Reading) -> str:
    return (
        f"到线后35天内找出{_sure(found.value(FIRMS, '到线后35天内找出的比例')):.1%}，"
        f"指出的有{_sure(found.value(FIRMS, '找得对的比例')):.1%}是对的；"
        f"最慢的一次用了{found.value(FIRMS, '最慢'):.0f}天。"
    )


def _china(found: Reading) -> str:
    row = found.row(CHINA, "")
    return f"会在{row.cells[1]}报警。没有公认的转折日期，所以只展示，不评分。" if row else ""


def _city(found: Reading) -> str:
    return (
        f"埋入{found.value(CITY, '埋入的关厂'):.0f}次关厂，三个月内报出"
        f"{_sure(found.value(CITY, '三个月内由单元监测报出')):.0%}，当月到法定线"
        f"{_sure(found.value(CITY, '当月减员到法定线')):.0%}；报出的单元里有"
        f"{_sure(found.value(CITY, '信号属实的比例')):.0%}属于埋入的关厂。"
    )


def _published(found: Reading) -> str:
    same = found.figure(PUBLISHED, "与作者一致的 Michez 首警月")
    if same is None or same.value is None or same.bar is None:
        return "只复算了不用空缺率的规则。"
    return f"{same.bar:.0f}个首次报警月份，{same.value:.0f}个与作者公布的一致。"


_ANSWERS: dict[str, Callable[[Reading], str]] = {
    PUBLISHED: _published,
    NATION: _nation,
    INDUSTRIES: _industries,
    CELLS: _cells,
    SURVEY: _survey,
    AHEAD: _ahead,
    FIRMS: _firms,
    CHINA: _china,
    CITY: _city,
}


def _sure(value: float | None) -> float:
    if value is None:
        raise TypeError
    return value


def caveats(found: Reading) -> tuple[tuple[str, str], ...]:
    """Give what takes from the figures, each with its heading."""
    trial, row = found.trial(NATION), found.row(NATION, "stouffer u+st+v")
    each = delays(row, trial.columns) if trial and row else ()
    number = int(found.value(NATION, f"{_WITHOUT}：报出的衰退") or 0)
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
         found.value(NATION, f"{_WITH}：平均迟"), found.value(NATION, f"{_WITHOUT}：平均迟")),
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


def number(value: float) -> str:
    """Write a number as it is kept, with a true minus."""
    return f"{value:g}".replace("-", "−")
