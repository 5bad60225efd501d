"""Sources, their contracts and their deliveries as lines of tables."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from leye.data.pool import Delivery, Privacy, RowIssue, Severity, Verdict
from leye.data.pool.source_contract import common_codes
from leye.data.pool.source_issues import MOST_SHOWN
from leye.data.pool.source_reading import SHEET_ROWS
from leye.data.pool.source_types import (
    BatchLimits,
    Kind,
    Shape,
    SourceCheck,
    SourceColumn,
    SourceContract,
    SourceRule,
)
from leye.data.registers.queries import IssueCount
from leye.doors.console.months import month_label
from leye.doors.console.presenters import source_name
from leye.doors.console.reads.sources import TREND_MONTHS, SourceState
from leye.doors.web.charts import Sparkline, sparkline
from leye.service.identity.queries import names_of

TONES = {
    Verdict.ACCEPTED: "ok",
    Verdict.UNCHANGED: "ok",
    Verdict.REFUSED: "error",
    Verdict.HELD: "warn",
    Verdict.NIL: "info",
}
_PRIVACY = {
    Privacy.OPEN: "公开",
    Privacy.RESTRICTED: "内部",
    Privacy.PERSONAL: "个人信息",
}
_PRIVACY_NOTES = {
    Privacy.OPEN: "可以公开",
    Privacy.RESTRICTED: "只供有权限的工作人员使用",
    Privacy.PERSONAL: "加密存入身份库，不进入数据池",
}
_SHAPES = {
    Shape.MONTHLY: "按月全量：每次报送整个月的全部记录，以后的批次可以带以前月份迟报、更正的记录。",
    Shape.STANDING: "增量：第一次报送全部记录，以后只报新增和有变化的；同一主键以最新一条为准。",
}
_LISTS = {"occupation": "《职业分类大典（2022）》", "industry": "GB/T 4754—2017 行业大类"}
_CHECKS: Mapping[str, str] = {
    "required": "必填的栏没有填",
    "blank": "必填的栏只有空格",
    "unknown_code": "内容不在代码表里",
    "unknown_place": "不是这一级的区划代码",
    "not_a_month": "不是年月",
    "not_a_date": "不是日历上的一天",
    "not_a_number": "不是数",
    "formula": "单元格里是公式",
    "too_long": "文字太长",
    "cell_without_header": "表头以外还有内容",
    "month_after_delivery": "所属期晚于批次月份",
    "older": "库中已有更新的数据",
    SourceRule.IDENTITY_CHECK: "公民身份号码校验码不符（GB 11643）",
    SourceRule.CREDIT_CHECK: "统一社会信用代码校验码不符（GB 32100）",
    SourceRule.FAULTY_CELL: "单元格写法有误",
    SourceRule.DUPLICATE_KEY: "主键重复",
    SourceRule.PERSONAL_IN_TEXT: "文字里夹带号码、电话",
    SourceRule.BIRTH_MATCHES: "出生日期与公民身份号码不一致",
    SourceRule.SEX_MATCHES: "性别与公民身份号码不一致",
    SourceRule.BORN_BEFORE: "日期早于出生",
    SourceRule.AGE_BETWEEN: "年龄不在合理范围",
    SourceRule.ORDER: "日期前后颠倒",
    SourceRule.NOT_AFTER: "日期晚于报送月份",
    SourceRule.BETWEEN: "数不在合理范围",
    SourceRule.NEEDS: "应当填的栏没有填",
}
"""What each check finds, by the code of its issues."""


def rule_label(code: str) -> str:
    """Give the words of a check; an unknown one is shown as it is."""
    return _CHECKS.get(code, code)


def state_lines(states: Iterable[SourceState]) -> list[dict[str, Any]]:
    """Give the sources by department, each with where it stands."""
    by_department: dict[str, list[dict[str, Any]]] = {}
    for state in states:
        by_department.setdefault(state.contract.department, []).append(state_line(state))
    return [{"department": name, "lines": lines} for name, lines in by_department.items()]


def state_line(state: SourceState) -> dict[str, Any]:
    """Give one source as words and numbers."""
    last, contract = state.last, state.contract
    return {
        "name": contract.name,
        "title": contract.title,
        "department": contract.department,
        "shape": "按月全量" if contract.shape is Shape.MONTHLY else "增量",
        "url": reverse("console:source", args=[contract.name]),
        "month": month_label(last.month) if last else "",
        "last": delivery_line(last) if last else None,
        "held": len(state.held),
        "missing": [month_label(month) for month in state.missing],
        "nil": [month_label(month) for month in state.nil],
        "late": bool(state.missing),
        "never": state.never,
        "due": state.due,
        "due_day": contract.due_day,
        "trend": _trend(state.rows),
    }


def delivery_lines(deliveries: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Give deliveries of sources as lines; the names of submitters in one query."""
    listed = list(deliveries)
    names = names_of(each.account for each in listed)
    return [{**delivery_line(each), "account": names.get(each.account, "系统")} for each in listed]


def delivery_line(delivery: Delivery) -> dict[str, Any]:
    """Give one delivery of a source as words and numbers."""
    return {
        "id": delivery.id,
        "url": reverse("console:delivery", args=[delivery.id]),
        "title": source_name(delivery.contract),
        "source": delivery.contract,
        "month": month_label(delivery.month),
        "at": delivery.at,
        "verdict": delivery.verdict.label,
        "tone": TONES[delivery.verdict],
        "held": delivery.verdict is Verdict.HELD,
        "refused": delivery.verdict is Verdict.REFUSED,
        "nil": delivery.verdict is Verdict.NIL,
        "reason": delivery.reason,
        "rows_read": delivery.rows_read,
        "set_aside": delivery.rows_set_aside,
        "flagged": delivery.rows_flagged,
        "file_name": delivery.file_name,
        "size": delivery.size,
        "release": delivery.release,
        "edition": delivery.edition,
    }


def source_counts(delivery: Delivery) -> list[tuple[str, int]]:
    """Give the counts of a delivery of a source, each with its name."""
    counts = [
        ("读到的行", delivery.rows_read),
        ("剔除的行", delivery.rows_set_aside),
        ("有提示的行", delivery.rows_flagged),
    ]
    if delivery.verdict in (Verdict.REFUSED, Verdict.HELD):
        return counts
    return [
        *counts,
        ("新增", delivery.rows_new),
        ("更正", delivery.rows_changed),
        ("与已有相同", delivery.rows_same),
    ]


def row_label(row: int) -> str:
    """Say where a row stands in its file; of a workbook's further sheets, in which one."""
    sheet, at = divmod(row, SHEET_ROWS)
    return f"第 {sheet + 1} 张表第 {at} 行" if sheet else f"第 {at} 行"


def check_counts(counts: Iterable[IssueCount]) -> list[dict[str, Any]]:
    """Give what each check found; of each kind the pool keeps so many issues at most."""
    return [
        {
            "text": rule_label(count.code),
            "column": count.column,
            "refuses": count.severity is Severity.REFUSE,
            "rows": count.rows,
            "more": count.rows >= MOST_SHOWN,
        }
        for count in counts
    ]


SOURCE_ISSUE_HEADER = ("行", "列", "内容", "处理", "检查", "原因")


def source_issues(issues: Iterable[RowIssue]) -> list[dict[str, Any]]:
    """Give issues of a source's rows as lines; the pool keeps nothing personal in them."""
    return [
        {
            "row": issue.row if issue.row < SHEET_ROWS else row_label(issue.row),
            "column": issue.column,
            "value": issue.value,
            "refuses": issue.severity is Severity.REFUSE,
            "treatment": "剔除" if issue.severity is Severity.REFUSE else "提示",
            "check": rule_label(issue.code),
            "reason": issue.reason,
        }
        for issue in issues
    ]


def source_issue_cells(issues: Iterable[RowIssue]) -> list[tuple[Any, ...]]:
    """Give issues as rows of a sheet under ``SOURCE_ISSUE_HEADER``."""
    names = ("row", "column", "value", "treatment", "check", "reason")
    return [tuple(line[name] for name in names) for line in source_issues(issues)]


def contract_facts(contract: SourceContract) -> list[tuple[str, str]]:
    """Give what a contract says as a whole."""
    key = "、".join(_header_of(contract, name) for name in contract.key)
    return [
        ("部门", contract.department),
        ("报送方式", _SHAPES[contract.shape]),
        ("应报日", f"次月 {contract.due_day} 日以前"),
        ("主键", key),
        ("版本", contract.edition),
    ]


def column_lines(contract: SourceContract) -> list[dict[str, Any]]:
    """Give the columns of a contract with how each is filled and what becomes of it."""
    return [
        {
            "header": column.header,
            "aliases": "、".join(column.aliases),
            "required": column.required,
            "key": bool(set(column.stored_columns) & set(contract.key)),
            "kind": _kind(contract, column),
            "privacy": _PRIVACY[column.privacy],
            "personal": column.privacy is Privacy.PERSONAL,
            "privacy_note": _PRIVACY_NOTES[column.privacy],
            "codes": code_pairs(contract, column),
        }
        for column in contract.columns
    ]


def code_pairs(contract: SourceContract, column: SourceColumn) -> list[tuple[str, str, str]]:
    """Give the codes of a column: code, label, older spellings; none for the large lists."""
    known = contract.codes.get(column.codes) or common_codes().get(column.codes) or {}
    return [(code, said[0] if said else code, "、".join(said[1:])) for code, said in known.items()]


def check_lines(contract: SourceContract) -> list[dict[str, Any]]:
    """Give the checks over a row: those of every source, then those of this contract."""
    own = [_check(contract, check) for check in contract.checks]
    return [{"text": text, "refuses": refuses} for text, refuses in _common(contract)] + own


def _common(contract: SourceContract) -> Iterator[tuple[str, bool]]:
    """Give what is checked of every source, whether its contract says so or not."""
    yield "必填栏没有填；必填栏或主键读不出来、不在代码表内", True
    yield "其他栏读不出来、不在代码表内：按空白处理", False
    yield "单元格里是公式，表头以外还有内容，文字超过 500 字", True
    if contract.shape is Shape.MONTHLY:
        yield "所属期晚于批次月份", True
    if contract.of_kind(Kind.IDENTITY):
        yield "公民身份号码校验码不符（GB 11643）：先不对应到人", False
    for column in contract.of_kind(Kind.CREDIT_CODE):
        refuses = column.required or column.stored in contract.key
        yield f"{column.header}校验码不符（GB 32100）", refuses
    yield "主键重复：以后一行为准", False
    if any(c.stored and c.stored not in contract.key for c in contract.of_kind(Kind.TEXT)):
        yield "文字栏夹带身份号码、电话：遮盖后保存", False


def batch_lines(limits: BatchLimits) -> list[tuple[str, str]]:
    """Give what refuses or holds a delivery as a whole."""
    lines = [("整批退回", f"剔除的行超过 {_percent(limits.most_refused_share)}")]
    lines.append(("待确认", f"有提示的行超过 {_percent(limits.most_flagged_share)}"))
    if limits.least_rows_ratio:
        lines.append(("待确认", f"行数不到上一批的 {_percent(limits.least_rows_ratio)}"))
    return lines


def _check(contract: SourceContract, check: SourceCheck) -> dict[str, Any]:
    text = _CHECKS[check.rule]
    if check.least is not None and check.most is not None:
        text += f"（{check.least.normalize():f} 至 {check.most.normalize():f}）"
    elif check.least is not None:
        text += f"（不小于 {check.least.normalize():f}）"
    elif check.most is not None:
        text += f"（不大于 {check.most.normalize():f}）"
    columns = "、".join(contract.column(name).header for name in check.columns)
    said = f"{text}：{columns}" if columns else text
    return {"text": said, "refuses": check.severity is Severity.REFUSE}


def _kind(contract: SourceContract, column: SourceColumn) -> str:
    if column.kind is not Kind.CODE:
        return column.kind.label
    return _LISTS.get(column.codes, f"代码，{len(code_pairs(contract, column))} 项")


def _header_of(contract: SourceContract, stored: str) -> str:
    found = (c.header for c in contract.columns if stored in c.stored_columns)
    return next(found, stored)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _trend(rows: Mapping[int, int]) -> Sparkline | None:
    months = sorted(rows)[-TREND_MONTHS:]
    return sparkline([Decimal(rows[month]) for month in months])
