"""What each trial says, in a sentence for everybody: every number is a figure of the backtest."""

import re
from collections.abc import Callable

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
)

_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(?!\d)")
_HALF = "5%冲击，三个月内报出"
WITH, WITHOUT = "用空缺率", "不用空缺率"
"""How the figures of the nation begin: with and without vacancies."""

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


def dated(text: str) -> str:
    """Write months such as 200307 as 2003年7月."""
    return _MONTH.sub(lambda found: f"{found[1]}年{int(found[2])}月", text)


def timing(delay: float) -> str:
    """Say how early or late, in months."""
    if abs(delay) < 0.05:
        return "当月"
    return f"{'早' if delay < 0 else '晚'}{round(abs(delay), 1):g}个月"


def number(value: float) -> str:
    """Write a number as it is kept, with a true minus."""
    return f"{value:g}".replace("-", "−")


def answer(code: str, found: Reading) -> str:
    """Give a trial's result in a sentence or two; empty where a figure of it is missing."""
    say = _ANSWERS.get(code)
    try:
        return say(found) if say else ""
    except LookupError:
        return ""


def _nation(found: Reading) -> str:
    said = (
        f"不用空缺率：8次报出{found.sure(NATION, f'{WITHOUT}：报出的衰退'):.0f}次，"
        f"平均{timing(found.sure(NATION, f'{WITHOUT}：平均迟'))}，"
        f"误报{found.sure(NATION, f'{WITHOUT}：误报'):.0f}次。"
    )
    if found.value(NATION, f"{WITH}：平均迟") is None:
        return said
    return said + (
        f"用空缺率：8次报出{found.sure(NATION, f'{WITH}：报出的衰退'):.0f}次，"
        f"平均{timing(found.sure(NATION, f'{WITH}：平均迟'))}，最迟的一次"
        f"{timing(found.sure(NATION, f'{WITH}：最迟'))}，"
        f"误报{found.sure(NATION, f'{WITH}：误报'):.0f}次。"
    )


def _industries(found: Reading) -> str:
    recall = found.sure(INDUSTRIES, "报出比例")
    early = found.sure(INDUSTRIES, "提前三个月以上的比例")
    return (
        f"100次大幅下滑报出{recall * 100:.0f}次，"
        f"其中{early * 100:.0f}次早三个月以上；"
        f"一个行业平均{1 / found.sure(INDUSTRIES, '误报'):.0f}年误报一次。"
    )


def _cells(found: Reading) -> str:
    half = found.figure(CELLS, _HALF)
    tenth = found.sure(CELLS, "10%冲击，三个月内报出")
    wished = ""
    if half and half.wished is not None:
        verdict = "达到了" if half.granted else "没有达到"
        wished = f"，{verdict}希望的{half.wished * 100:.0f}次"
    return (
        f"三个月走掉一成人，100次报出{tenth * 100:.0f}次；走掉半成，"
        f"100次报出{found.sure(CELLS, _HALF) * 100:.0f}次{wished}。"
        f"全市220个单元，没有冲击时每月误报{found.sure(CELLS, '没有冲击，误报单元'):.2f}个，"
        f"有冲击时{found.sure(CELLS, '10%冲击，误报单元'):.2f}个。"
    )


def _survey(found: Reading) -> str:
    fixed = found.sure_cell(SURVEY, "劳动力样本1500人", "0.5点固定线误报／年")
    return (
        f"线随抽样误差放宽，最多一年误报{found.sure(SURVEY, '各样本量中最多的误报'):.2f}次；"
        f"若用固定的0.5个百分点，1500人的样本一年要误报{fixed:.2f}次。"
    )


def _ahead(found: Reading) -> str:
    rows = [("下个月", "提前1个月"), ("三个月后", "提前3个月")]
    said = [
        f"{when}误差{found.sure(AHEAD, f'{name}的误差'):.2f}个百分点"
        f"（照抄本月是{found.sure_cell(AHEAD, name, '不变预测'):.2f}）"
        for when, name in rows
    ]
    held = found.sure(AHEAD, "提前3个月，90%区间包含")
    return f"{'；'.join(said)}。说“九成把握”的区间，三个月后的实际值有{held:.1%}落在里面。"


def _firms(found: Reading) -> str:
    return (
        f"到线后35天内找出{found.sure(FIRMS, '到线后35天内找出的比例'):.1%}，"
        f"指出的有{found.sure(FIRMS, '找得对的比例'):.1%}是对的；"
        f"最慢的一次用了{found.sure(FIRMS, '最慢'):.0f}天。"
    )


def _china(found: Reading) -> str:
    row = found.row(CHINA, "")
    return f"会在{row.cells[1]}报警。没有公认的转折日期，所以只展示，不评分。" if row else ""


def _city(found: Reading) -> str:
    return (
        f"埋入{found.sure(CITY, '埋入的关厂'):.0f}次关厂，三个月内报出"
        f"{found.sure(CITY, '三个月内由单元监测报出'):.0%}，当月到法定线"
        f"{found.sure(CITY, '当月减员到法定线'):.0%}；报出的单元里有"
        f"{found.sure(CITY, '信号属实的比例'):.0%}属于埋入的关厂。"
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
