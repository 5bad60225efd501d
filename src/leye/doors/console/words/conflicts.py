"""Conflicts of the comparison as lines of tables, and what the sources say in words."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import Kind, SourceColumn, SourceContract
from leye.data.registers.comparison.catalogue import Comparison, Fact, comparison_catalogue
from leye.data.registers.queries import ConflictLine, RuleCount
from leye.doors.console.months import month_label
from leye.doors.console.presenters import place_name, place_path, source_name
from leye.doors.console.reads.conflicts import Listed
from leye.doors.console.words.sources import code_pairs, row_label
from leye.service.review.enums import Decision, State
from leye.service.review.models import ConflictDecision

SHORT = 8
"""How many letters of a conflict's number a list shows."""
EXPORT_HEADER = (
    "疑点编号",
    "规则",
    "程度",
    "地区代码",
    "地区",
    "对象",
    "从何月起",
    "持续月数",
    "宽限",
    "状态",
    "建议处理",
)
_SEVERITY_TONES = {"high": "error", "medium": "warn", "low": "info"}
_STATE_TONES = {
    State.OPEN: "warn",
    State.DISMISSED: "info",
    State.CONFIRMED: "error",
    State.TASK: "ok",
}
_NEXT = (
    ("confirm", "属实", Decision.CONFIRMED),
    ("task", "转办", Decision.TASK),
    ("dismiss", "排除", Decision.DISMISSED),
    ("reopen", "重开", Decision.REOPENED),
)
_NAMES = {
    "day": "日期",
    "month": "月份",
    "persons": "人数",
    "able": "有劳动能力的人数",
    "members": "家庭人数",
    "start": "开始日期",
    "end": "结束日期",
    "opened": "成立日期",
    "current": "调查期就业人数",
    "from_month": "所属期起",
    "to_month": "所属期止",
}
"""What a value of a fact is called where it is not a column of its source."""


def whom(line: ConflictLine, names: Mapping[int, str]) -> str:
    """Say whom a conflict concerns without naming a person: a number, and the employer's name."""
    said = []
    if line.person is not None:
        said.append(f"人员 {line.person}")
    if line.employer:
        said.append(names.get(line.employer, f"单位 {line.employer}"))
    return "，".join(said) or "家庭"


def count_lines(
    counts: Iterable[RuleCount], *, current: str, query: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Give every rule with its counts, in the order of the catalogue; those without any too."""
    found = {each.rule: each for each in counts}
    lines = []
    for code, rule in comparison_catalogue().items():
        count = found.get(code, RuleCount(code, 0, 0))
        address = f"{reverse('console:conflicts')}?{urlencode({**query, 'rule': code})}"
        lines.append(
            {
                "title": rule.title,
                "url": address,
                "severity": rule.severity_label,
                "tone": _SEVERITY_TONES.get(rule.severity, "info"),
                "past": count.found - count.within_grace,
                "within": count.within_grace,
                "current": code == current,
            }
        )
    return lines


def conflict_rows(found: Listed) -> list[dict[str, Any]]:
    """Give conflicts as lines of a table, in their order."""
    return [_row(line, found.standings[line.id].state, found.names) for line in found.lines]


def _row(line: ConflictLine, state: State, names: Mapping[int, str]) -> dict[str, Any]:
    rule = comparison_catalogue().get(line.rule)
    return {
        "id": line.id,
        "short": line.id[:SHORT],
        "url": f"{reverse('console:conflict', args=[line.id])}?month={line.month}",
        "rule": rule.title if rule else line.rule,
        "severity": rule.severity_label if rule else "",
        "place": place_name(line.place),
        "path": place_path(line.place),
        "whom": whom(line, names),
        "month": line.month,
        "month_label": month_label(line.month),
        "since": month_label(line.since_month),
        "months": line.months,
        "within_grace": line.within_grace,
        "has_person": line.person is not None,
        "state": state.label,
        "tone": _STATE_TONES[state],
        "open": state is State.OPEN,
        "next": [(do, label) for do, label, after in _NEXT if state.allows(after)],
        "task": rule.task_label if rule else line.suggested,
    }


def export_cells(row: Mapping[str, Any], line: ConflictLine) -> tuple[Any, ...]:
    """Give one conflict as a row of a sheet under ``EXPORT_HEADER``."""
    return (
        line.id,
        row["rule"],
        row["severity"],
        line.place,
        row["path"],
        row["whom"],
        line.since_month,
        line.months,
        "宽限期内" if line.within_grace else "已超过",
        row["state"],
        row["task"],
    )


def fact_lines(
    facts: Iterable[Fact], *, openable: Collection[str], names: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Give what the sources say; deliveries in ``openable`` are linked."""
    lines = []
    for fact in facts:
        contract = source_contracts().get(fact.source)
        url = reverse("console:delivery", args=[fact.delivery]) if fact.delivery in openable else ""
        lines.append(
            {
                "label": fact.label,
                "source": source_name(fact.source),
                "department": contract.department if contract else "",
                "delivery": fact.delivery,
                "url": url,
                "row": "" if fact.row is None else row_label(fact.row),
                "values": [_value(contract, n, v, names) for n, v in fact.values.items() if v],
            }
        )
    return lines


def history_lines(decisions: Iterable[ConflictDecision]) -> list[dict[str, Any]]:
    """Give the decisions on a conflict in their order."""
    return [
        {
            "decision": each.label,
            "at": each.at,
            "by": each.by.display_name,
            "month": month_label(each.month),
            "reason": each.reason,
        }
        for each in decisions
    ]


def rule_choices() -> list[tuple[str, str]]:
    """Give the rules as choices of a form."""
    return [(code, rule.title) for code, rule in comparison_catalogue().items()]


def rule_of(code: str) -> Comparison | None:
    """Give the rule of a code, or None for a code that is none."""
    return comparison_catalogue().get(code)


def _value(
    contract: SourceContract | None, name: str, value: str, names: Mapping[int, str]
) -> tuple[str, str]:
    column = _column(contract, name)
    if contract is None or column is None:
        return _NAMES.get(name, name), _plain(name, value)
    label = column.header
    if column.kind is Kind.MONTH:
        return label, _plain("month", value)
    if column.kind is Kind.PLACE:
        return label, place_name(value)
    if column.kind is Kind.CREDIT_CODE:
        return label, names.get(int(value), value) if value.isdecimal() else value
    if column.kind is Kind.YES_NO:
        return label, "是" if value in {"1", "true"} else "否"
    codes = {code: said for code, said, _ in code_pairs(contract, column)}
    return label, codes.get(value, value)


def _column(contract: SourceContract | None, name: str) -> SourceColumn | None:
    if contract is None:
        return None
    found = (c for c in contract.columns if name == c.field or name in c.stored_columns)
    return next(found, None)


def _plain(name: str, value: str) -> str:
    if name.endswith("month") and value.isdecimal() and len(value) == 6:
        return month_label(int(value))
    return value
