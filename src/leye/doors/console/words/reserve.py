"""The policy reserve and the contingency plans in words and cells."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from leye.doors.console.months import month_label
from leye.doors.console.presenters import place_name
from leye.doors.web.templatetags.web import amount
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.plans.catalogue import Plan, Task
from leye.service.response.reserve.catalogue import (
    FREE_FUNDS,
    Measure,
    Per,
    Reserve,
    fund_label,
)
from leye.service.response.reserve.costs import UnitCost, standing_of, unit_cost
from leye.service.response.reserve.reach import Ask, Line, Reach, Verdict

NOT_SET = "未设定"
_STANDINGS = {"met": "正在实施", "unknown": "受理未设定", "failing": "未查到规定"}
HEADER = (
    *("代码", "措施", "类别", "从哪一级起用", "服务对象", "依据", "依据核对", "资金来源"),
    *("每人费用", "费用依据", "承接人数", "到位天数", "实施情况", "说明"),
)
REACH_HEADER = (
    *("代码", "措施", "类别", "结果", "原因", "资金来源", "每人费用（元）", "费用核对"),
    *("能承接（人）", "服务（人）", "费用（元）"),
)
REACH_NOTES = (
    (
        "怎么算",
        "先让最多的人各有一项主要出路（保住岗位、上岗、有收入），人数相同取花钱最少的；剩下的钱再用于可以叠加的措施",
    ),
    ("算不出", "费用、名额或到位天数没有设定的措施不计入，所以“能服务”是下限"),
    (
        "没有看个人",
        "按人数算，没有逐人核对是否符合条件；专门给青年、困难人员的措施，能承接的人数应按符合条件的人填",
    ),
    ("不是审批", "只是测算，不保存，也不动用资金"),
)


def measure_line(measure: Measure, *, month: int, classes: tuple[int, ...]) -> dict[str, Any]:
    """Give a measure as a line of the catalogue, its cost at the dearest of the classes."""
    unit = unit_cost(measure, month=month, classes=classes)
    return {
        "code": measure.code,
        "title": measure.title,
        "kind": measure.kind.label,
        "level": measure.level,
        "level_label": measure.level.label,
        "serves": measure.serves,
        "basis": measure.basis,
        "confidence": measure.confidence.label,
        "fund": fund_label(measure.fund),
        "cost": _cost(measure, unit),
        "cost_set": unit.amount is not None,
        "cost_why": "" if unit.amount is not None else unit.why,
        "cost_verified": unit.verified,
        "cost_basis": unit.basis,
        "capacity": _capacity(measure),
        "capacity_set": measure.unbounded or measure.capacity is not None,
        "lead": NOT_SET if measure.lead_days is None else f"{measure.lead_days} 天",
        "lead_set": measure.lead_days is not None,
        "lead_by_law": measure.lead_by_law,
        "standing": standing_words(measure, month),
        "shut": measure.ended or standing_of(measure, month) != "met",
        "note": measure.note,
    }


def standing_words(measure: Measure, month: int) -> str:
    """Say whether the programme a measure rests on is given in a month."""
    if measure.ended:
        return "已停止"
    # Without a programme there is no dated rule to look at, which is no proof of anything.
    return _STANDINGS[standing_of(measure, month)] if measure.programme else "没有政策条目"


def measure_cells(line: dict[str, Any]) -> tuple[Any, ...]:
    """Give a line of the catalogue as cells under ``HEADER``."""
    names = (
        *("code", "title", "kind", "level_label", "serves", "basis", "confidence", "fund", "cost"),
        *("cost_basis", "capacity", "lead", "standing", "note"),
    )
    return tuple(line[name] for name in names)


def reserve_notes(found: Reserve, month: int) -> list[tuple[str, str]]:
    """Give what a reader must know of the catalogue."""
    return [
        ("版本", f"{found.edition}，自 {found.since:%Y-%m-%d} 起"),
        ("签发", signed_words(found.signed)),
        ("费用", f"按{month_label(month)}的政策参数；县与县不同的，取最高的"),
        ("等级和天数", "除标明“法定”的以外都是起始值"),
        ("未设定", "没有查到或要由市里定的，不猜数；要用到它的，答案是“算不出”"),
    ]


def signed_words(signed: str) -> str:
    """Say who signed, or that nobody did yet."""
    return f"{signed}签发" if signed else "起始值，待签发"


def reach_line(line: Line) -> dict[str, Any]:
    """Give a measure's part in what can be reached as a line of a table."""
    return {
        "title": line.measure.title,
        "main": line.measure.main,
        "kind": line.measure.kind.label,
        "used": line.verdict is Verdict.USED,
        "verdict": line.verdict.label,
        "why": line.why,
        "fund": fund_label(line.measure.fund),
        "unit": _cost(line.measure, line.unit),
        "unit_verified": line.unit.verified,
        "capacity": "不设名额" if line.capacity is None else amount(line.capacity),
        "persons": line.persons or 0,
        "cost": line.cost or Decimal(0),
    }


def reach_cells(line: Line) -> tuple[Any, ...]:
    """Give a measure's part as cells under ``REACH_HEADER``; blank is not known, not zero."""
    counted = line.verdict is Verdict.USED
    return (
        *(line.measure.code, line.measure.title, line.measure.kind.label),
        *(line.verdict.label, line.why, fund_label(line.measure.fund), line.unit.amount),
        "" if line.unit.amount is None else ("已核对" if line.unit.verified else "未核对"),
        "不设名额" if line.measure.unbounded and line.capacity is None else line.capacity,
        *((line.persons, line.cost) if counted else (None, None)),
    )


def fund_lines(found: Reach, ask: Ask) -> list[dict[str, Any]]:
    """Give what each fund pays, with its budget and what is left; None where it has no limit."""
    lines = []
    for fund, cost in found.spent.items():
        budget = ask.budgets.get(fund)
        left = None if budget is None else budget - cost
        lines.append({"fund": fund_label(fund), "cost": cost, "budget": budget, "left": left})
    return lines


def ask_words(ask: Ask) -> list[tuple[str, str]]:
    """Give what was asked, in words."""
    limits = [
        f"{fund_label(fund)} {amount(money)} 元"
        for fund, money in ask.budgets.items()
        if money is not None
    ]
    return [
        ("人数", f"{ask.persons:,} 人"),
        ("等级", ask.level.label),
        ("几天内用上", f"{ask.days} 天"),
        ("按月发的算", f"{ask.months} 个月"),
        ("地区", place_name(ask.county) if ask.county else "全市，费用按最高的县"),
        ("资金上限", "、".join(limits) or "没有填，不设上限"),
        ("政策参数", month_label(ask.month)),
    ]


def plan_lines(plan: Plan, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Give the tasks of a plan as lines of a table; ``titles`` of the measures by code."""
    return [_task(each, titles) for each in plan.tasks]


def hours_words(hours: int) -> str:
    """Give hours as people say them: hours up to two days, days beyond that."""
    return f"{hours} 小时" if hours <= 48 or hours % 24 else f"{hours // 24} 天"


def level_lines(plans: Iterable[Plan]) -> list[dict[str, Any]]:
    """Give who leads at each level, the gravest first."""
    return [
        {
            "level": each.level,
            "label": Level(each.level).label,
            "lead": each.lead,
            "sign": each.sign,
            "reports_to": each.reports_to,
            "origin": each.origin.label,
            "basis": each.basis,
            "report": hours_words(each.tasks[0].hours),
        }
        for each in plans
    ]


def _task(task: Task, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "title": task.title,
        "who": task.who.label,
        "hours": hours_words(task.hours),
        "origin": task.origin.label,
        "done": task.done,
        "measures": "、".join(titles[code] for code in task.measures),
    }


def _cost(measure: Measure, unit: UnitCost) -> str:
    if unit.amount is None:
        return NOT_SET
    if measure.fund in FREE_FUNDS and not unit.amount:
        return "不花公共资金"
    per = measure.cost.per if measure.cost is not None else Per.ONCE
    return "不收费" if not unit.amount else f"{amount(unit.amount)} {per.label}"


def _capacity(measure: Measure) -> str:
    if measure.unbounded:
        return "法定权利，不设名额"
    return NOT_SET if measure.capacity is None else f"{measure.capacity:,} 人"
