"""A what-if in words: what is changed, who gains and loses, what it costs, how long funds last."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from leye.decision.policy import system
from leye.decision.policy.replay import FundLine, ReplayLine
from leye.doors.console.months import month_label
from leye.doors.console.presenters import place_name
from leye.doors.console.scenario_forms import value_words
from leye.doors.console.words.findings import ten_thousands, title_of
from leye.doors.web.templatetags.web import amount
from leye.service.scenario.models import Scenario, State

HEADER = (
    *("政策", "代码", "地区代码", "地区", "原符合", "改后符合", "新符合", "不再符合"),
    *("原无法判断", "改后无法判断", "原年需（元）", "改后年需（元）", "增加（元）"),
    *("原金额不明", "改后金额不明"),
)
NOTES = (
    ("比较", "用同一个月的登记库，按现行规定和改动后的规定各算一遍，只算用到改动的数的政策"),
    ("新符合、不再符合", "以人（户、单位）计；同一个人在几项政策里各计一次"),
    ("年需资金", "符合的全部领取，一年要多少；金额不明的没有计入。“—”不是发钱的政策"),
    ("用途", "供研究政策使用，不改动任何规定，也不是审核结果"),
)
_STATES = {State.RUNNING: "正在计算", State.DONE: "已算完", State.FAILED: "没有算完"}


def scenario_line(scenario: Scenario, *, at: datetime) -> dict[str, Any]:
    """Give a scenario as a line; one whose process is gone has failed."""
    state = State.FAILED if scenario.lost_by(at) else State(scenario.state)
    until = scenario.ended_at or at
    return {
        "id": scenario.pk,
        "number": scenario.number,
        "name": scenario.name,
        "by": scenario.by.display_name,
        "at": scenario.at,
        "place": place_name(scenario.place),
        "month": month_label(scenario.month),
        "state": _STATES[state],
        "running": state is State.RUNNING,
        "failed": state is State.FAILED,
        "reason": scenario.reason or "计算中断了",
        "release": scenario.release or 0,
        "seconds": max(0, int((until - scenario.at).total_seconds())),
        "changes": change_rows(scenario),
    }


def change_rows(scenario: Scenario) -> list[dict[str, str]]:
    """Give what is changed: its words, what it is by law in the first month, what it becomes."""
    law = system().law
    rows = []
    for each in scenario.given():
        if each.path not in law:
            rows.append({"label": each.path, "now": "—", "then": str(each.value), "since": "—"})
            continue
        about = law.get(each.path)
        now = about.at(each.since)
        rows.append(
            {
                "label": about.label_zh,
                "now": value_words(about, None if now is None else now.value),
                "then": value_words(about, each.value),
                "since": month_label(each.since),
            }
        )
    return rows


def programme_rows(lines: Sequence[ReplayLine]) -> list[dict[str, Any]]:
    """Give each programme's sums; those that change first, as they are told apart by ``moves``."""
    names = dict.fromkeys(each.programme for each in lines)
    rows = [_sums(title_of(name), [e for e in lines if e.programme == name]) for name in names]
    return sorted(rows, key=lambda row: not row["moves"])


def place_rows(lines: Sequence[ReplayLine]) -> list[dict[str, Any]]:
    """Give each county's sums over the programmes."""
    codes = sorted({each.place for each in lines}, key=lambda code: (not code, code))
    return [_sums(_place(code), [e for e in lines if e.place == code]) for code in codes]


def fund_rows(funds: Iterable[FundLine]) -> list[dict[str, str]]:
    """Give how long each fund lasts, or why that cannot be told."""
    rows = []
    for each in funds:
        known = each.months_before is not None and each.months_after is not None
        why = "结余尚未设定" if each.balance is None else "这个月没有筛查，或者没有要付的"
        rows.append(
            {
                "fund": each.fund,
                "balance": "尚未设定" if each.balance is None else ten_thousands(each.balance),
                "before": amount(each.months_before) if each.months_before is not None else "—",
                "after": amount(each.months_after) if each.months_after is not None else "—",
                "why": "" if known else f"算不出：{why}",
            }
        )
    return rows


def cells(lines: Iterable[ReplayLine]) -> list[tuple[Any, ...]]:
    """Give the lines under ``HEADER``."""
    return [
        (
            *(title_of(each.programme), each.programme, each.place, _place(each.place)),
            *(each.before, each.after, each.gains, each.loses),
            *(each.open_before, each.open_after),
            *(_yuan(each.cost_before), _yuan(each.cost_after), _yuan(_more(each))),
            *(each.unknown_before, each.unknown_after),
        )
        for each in lines
    ]


def sheet_notes(scenario: Scenario) -> list[tuple[str, str]]:
    """Give what must be known to read the sheet."""
    changes = [
        (f"改动：{row['label']}", f"{row['now']} → {row['then']}，自{row['since']}起")
        for row in change_rows(scenario)
    ]
    return [
        ("名称", scenario.name),
        ("登记库", month_label(scenario.month)),
        ("数据版本", f"第 {scenario.release} 版"),
        *changes,
        *NOTES,
    ]


def _sums(title: str, lines: Sequence[ReplayLine]) -> dict[str, Any]:
    gains, loses = sum(each.gains for each in lines), sum(each.loses for each in lines)
    paid = [each for each in lines if each.cost_before is not None]
    before = sum((each.cost_before or Decimal(0) for each in paid), Decimal(0))
    after = sum((each.cost_after or Decimal(0) for each in paid), Decimal(0))
    open_before = sum(each.open_before for each in lines)
    open_after = sum(each.open_after for each in lines)
    unknown = sum(each.unknown_after for each in lines)
    return {
        "title": title,
        "before": amount(sum(each.before for each in lines)),
        "after": amount(sum(each.after for each in lines)),
        "gains": amount(gains),
        "loses": amount(loses),
        "open": f"{amount(open_before)} → {amount(open_after)}",
        "cost_before": ten_thousands(before) if paid else "—",
        "cost_after": ten_thousands(after) if paid else "—",
        "more": _signed(after - before) if paid else "—",
        "unknown": amount(unknown) if paid else "—",
        "moves": bool(gains or loses or after != before or open_after != open_before),
    }


def _place(code: str) -> str:
    return place_name(code) if code else "地区不明"


def _more(line: ReplayLine) -> Decimal | None:
    if line.cost_before is None or line.cost_after is None:
        return None
    return line.cost_after - line.cost_before


def _signed(yuan: Decimal) -> str:
    return f"+{ten_thousands(yuan)}" if yuan > 0 else ten_thousands(yuan).replace("-", "−")


def _yuan(value: Decimal | None) -> Decimal | str:
    return "—" if value is None else value
