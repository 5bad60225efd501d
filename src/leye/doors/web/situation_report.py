"""The monthly report 就业形势分析 as a Word document, ready to edit; every number can be traced."""

from collections.abc import Sequence
from datetime import datetime

from leye.analysis.atlas.situation_types import (
    Headline,
    Mover,
    Occupation,
    Sentence,
    Situation,
)
from leye.analysis.atlas.situation_words import month_code, month_name
from leye.analysis.metrics.forecast import METHOD_LABELS, Forecast
from leye.analysis.metrics.register_figures import register_catalogue
from leye.doors.web.situation import TRACE_HEADER, Ledger, compared_text, state_text
from leye.doors.web.situation_drawing import mover_word, outlook_word, shortage_word
from leye.doors.web.templatetags.web import percent
from leye.doors.web.word import Column, WordDocument

_CHARTED_MOVERS = 2
METHODS = (
    (
        "预测：用沿用上月、沿历史平均增量、阻尼趋势、沿用去年同月、校正春节移动、季节指数平滑六种方法，分别"
        "从过去的每个月向后预测，取平均绝对误差最小的一种。区间宽度取自同一方法过去的误差；过去误差少于19个"
        "时不给95%区间。序列不足12个月或有中断时不作预测。"
    ),
    (
        "变化构成：可加总的指标，各地区、各行业的差相加等于总差；比率的变化分为各部分本身的变化和比重的变化，"
        "相加等于总变化。与上月的比较没有剔除季节因素，宜与去年同月对照。"
    ),
    "没有数据与数字为零不同，没有数据的一律写明。",
)
"""How forecasts and breakdowns are made, for readers."""


def situation_report(found: Situation, *, at: datetime, demo: bool) -> bytes:
    """Write the report of a month; ``at`` is when. ``demo``: of the demonstration city."""
    title = f"{found.place_name}{month_name(found.month)}就业形势分析"
    document = WordDocument(title, subject="就业形势分析月报", at=at)
    ledger = Ledger()
    document.line(f"数据版本第{found.data_version}版　{at:%Y}年{at.month}月{at.day}日生成")
    if demo:
        document.line("演示数据：全部为虚构，不代表任何真实地区")
    if found.protected:
        document.line("公开版：小于5的人数不显示，其余人数按5取整")
    document.heading("一、总体判断")
    _sentences(document, ledger, found.summary)
    _headlines(document, ledger, found)
    _outlooks(document, ledger, found)
    _movers(document, ledger, found)
    _market(document, ledger, found)
    if found.plan:
        _plan(document, found)
    _appendices(document, ledger)
    return document.content()


def _sentences(document: WordDocument, ledger: Ledger, sentences: Sequence[Sentence]) -> None:
    for line in ledger.lines(sentences):
        document.paragraph(line.text, marks=f"〔{line.marks}〕" if line.marks else "")


def _headlines(document: WordDocument, ledger: Ledger, found: Situation) -> None:
    document.heading("二、主要指标")
    columns = [
        Column("指标", 2.4),
        Column("本月", 1.6, number=True),
        Column("比上月", 2.1, number=True),
        Column("比去年同月", 2.1, number=True),
        Column("编号", 1.4),
    ]
    rows = []
    for each in found.headlines:
        both = (each.on_month, each.on_year)
        marks = ledger.marks([each.number, *(n for c in both for n in c.numbers)])
        value = each.number.text if each.number else state_text(each.figure)
        rows.append([each.indicator.name, value, *(compared_text(c) for c in both), marks])
    document.table(f"{month_name(found.month)}主要指标", columns, rows)


def _outlooks(document: WordDocument, ledger: Ledger, found: Situation) -> None:
    document.heading("三、未来三个月预测")
    for each in found.charted:
        document.heading(each.indicator.name, level=2)
        _sentences(document, ledger, [each.outlook])
        document.chart(outlook_word(each))
        if each.ahead:
            _outlook_table(document, ledger, each)


def _outlook_table(document: WordDocument, ledger: Ledger, each: Headline) -> None:
    columns = [Column("月份", 1.4), Column("预测值", 1.3, number=True)]
    columns += [Column("80%区间", 2, number=True), Column("95%区间", 2, number=True)]
    columns += [
        Column("过去平均误差", 1.5, number=True),
        Column("80%区间命中", 1.5),
        Column("编号", 1),
    ]
    rows = []
    for ahead, past in zip(each.ahead, each.forecast.errors, strict=True):
        bounds = [ahead.bound(level) for level in (80, 95)]
        texts = [f"{b[0].text}至{b[1].text}" if b else "过去误差太少" for b in bounds]
        covered = next(c for c in past.coverage if c.level == 80)
        held = f"{covered.judged}次中{covered.inside}次" if covered.judged else "尚不能检验"
        marks = ledger.marks([ahead.value, *(end for b in bounds if b for end in b)])
        mistake = f"{past.mae:.{each.indicator.decimals + 1}f}"
        rows.append([month_code(ahead.month), ahead.value.text, *texts, mistake, held, marks])
    document.table(f"{each.indicator.name}预测", columns, rows)
    document.note(candidates_text(each.forecast))


def candidates_text(forecast: Forecast) -> str:
    """Say which methods were compared, and what each missed by."""
    judged = [
        f"{METHOD_LABELS[each.method]}{each.mae:.4g}"
        for each in forecast.candidates
        if each.mae is not None
    ]
    first, last = month_name(forecast.first), month_name(forecast.last)
    return (
        f"用{first}至{last}共{forecast.months}个月数据；各方法过去的平均绝对误差："
        f"{'、'.join(judged)}，采用{METHOD_LABELS[forecast.method]}。"
    )


def _movers(document: WordDocument, ledger: Ledger, found: Situation) -> None:
    document.heading("四、本月变化及其来源")
    if not found.movers:
        document.paragraph("没有上月数据，或与上月相比没有变化，不作分解。")
    for rank, mover in enumerate(found.movers):
        document.heading(mover.headline.indicator.name, level=2)
        _sentences(document, ledger, mover.sentences)
        drawn = mover_word(mover, found) if rank < _CHARTED_MOVERS else None
        if drawn is not None:
            document.chart(drawn, height=6)
        _mover_table(document, ledger, mover)


def _mover_table(document: WordDocument, ledger: Ledger, mover: Mover) -> None:
    rows = []
    for each in mover.breakdowns:
        kind = "地区" if each.axis == "place" else "行业"
        rows += [[kind, p.name, p.number.text, ledger.marks([p.number])] for p in each.parts]
        for name, number in (("其余合计", each.rest), ("没有数据或不能显示", each.unexplained)):
            if number is not None:
                rows.append([kind, name, number.text, ledger.marks([number])])
    if rows:
        columns = [Column("分类", 1), Column("名称", 3), Column("对变化的影响", 2, number=True)]
        caption = f"{mover.headline.indicator.name}变化的构成"
        document.table(caption, [*columns, Column("编号", 1)], rows)


def _market(document: WordDocument, ledger: Ledger, found: Situation) -> None:
    document.heading("五、人力资源供求和紧缺职业")
    _sentences(document, ledger, found.market.sentences)
    drawn = shortage_word(found)
    if drawn is not None:
        document.chart(drawn)
    columns = [Column("职业", 2.4), Column("等级", 1.2), Column("岗位", 1, number=True)]
    columns += [Column("求职", 1, number=True), Column("求人倍率", 1.2, number=True)]
    columns += [Column("列入理由", 3.6), Column("编号", 1.2)]
    if found.market.listed:
        rows = [_occupation_row(ledger, each) for each in found.market.listed]
        document.table("紧缺职业目录", columns, rows)
    if found.market.surplus:
        rows = [_occupation_row(ledger, each) for each in found.market.surplus]
        document.table("求职者多于岗位的职业", columns, rows)
    rule = found.market.rule
    document.note(f"{rule.title}（{rule.edition}版）：" + "；".join(rule.basis) + "。")


def _occupation_row(ledger: Ledger, each: Occupation) -> list[str]:
    numbers = (each.vacancies, each.applicants, each.ratio)
    return [
        each.name,
        each.market.grade.label,
        *(number.text if number else "—" for number in numbers),
        "；".join(each.market.reasons) or "—",
        ledger.marks(numbers),
    ]


def _plan(document: WordDocument, found: Situation) -> None:
    document.heading("六、规划进度")
    columns = [Column("目标", 3), Column("状态", 1), Column("完成", 1, number=True)]
    columns += [Column("时间", 1, number=True), Column("说明", 5)]
    rows = [
        [
            each.target.name,
            each.state.label,
            percent(each.share_done),
            percent(each.share_of_time),
            each.explanation,
        ]
        for each in sorted(found.plan, key=lambda each: each.target.order)
    ]
    document.table(f"规划目标截至{found.plan[0].on}的进度", columns, rows)


def _appendices(document: WordDocument, ledger: Ledger) -> None:
    document.turn_sideways()
    document.heading("附录一　数据出处")
    document.paragraph("正文和表格中的每个数字，由下列指标在所列地区、月份和数据版本上算得。")
    shares = (0.6, 1.5, 1.6, 2.2, 2.6, 2.4, 2.4, 1.3, 1.3, 0.9)
    columns = [Column(name, share) for name, share in zip(TRACE_HEADER, shares, strict=True)]
    document.table("数据出处", columns, ledger.rows(), small=True)
    document.heading("附录二　指标口径")
    catalogue = register_catalogue()
    rows = []
    for code in ledger.indicators():
        each = catalogue.get(code)
        rows.append([each.name, code, each.unit, each.definition, "；".join(each.caveats) or "—"])
    columns = [Column("指标", 1.5), Column("代码", 1.5), Column("单位", 0.6)]
    document.table("指标口径", [*columns, Column("定义", 3), Column("注意", 2.5)], rows, small=True)
    document.heading("附录三　方法说明")
    for text in METHODS:
        document.paragraph(text)
