"""Plain values for the templates of the staff pages."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from leye.analysis.metrics import catalogue
from leye.analysis.metrics.types import FigureKind
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.types import Delivery, RowIssue, Verdict
from leye.data.reference import places
from leye.data.registers.comparison.catalogue import comparison_catalogue
from leye.doors.web.templatetags.web import amount
from leye.kernel.errors import LeyeError, UnknownCode
from leye.kernel.period import Period
from leye.service.identity.models import AuditEvent
from leye.service.identity.persons import Purpose
from leye.service.identity.queries import names_of
from leye.service.identity.residents.models import resident_key
from leye.service.identity.roles import Role


def place_name(code: str) -> str:
    """Give the name of a place; a code that left the list is shown as it is."""
    try:
        return places().get(code).name
    except UnknownCode:
        return code


def source_name(name: str) -> str:
    """Give a source's Chinese title; one that left the contracts is shown as it is."""
    found = source_contracts().get(name)
    return found.title if found else name


def place_path(code: str) -> str:
    """Give the names from the city (or the place itself, if above) down to the place."""
    try:
        path = places().path(code)
    except UnknownCode:
        return code
    local = [each.name for each in path if len(each.code) > 6 or not each.code.endswith("0000")]
    return " · ".join(local) or path[-1].name


def delivery_rows(deliveries: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Give deliveries as lines of a table; the names of submitters in one query."""
    listed = list(deliveries)
    names = names_of(each.account for each in listed)
    return [delivery_line(each, names) for each in listed]


def delivery_line(delivery: Delivery, names: dict[str, str]) -> dict[str, Any]:
    """Give one delivery as words and numbers."""
    return {
        "id": delivery.id,
        "url": reverse("console:delivery", args=[delivery.id]),
        "file_name": delivery.file_name,
        "place": place_name(delivery.place),
        "account": names.get(delivery.account, "系统"),
        "at": delivery.at,
        "verdict": delivery.verdict.label,
        "tone": _TONES[delivery.verdict],
        "refused": delivery.verdict is Verdict.REFUSED,
        "reason": delivery.reason,
        "release": delivery.release,
        "publishes": delivery.publishes,
        "digest": delivery.digest,
        "size": delivery.size,
        "edition": delivery.edition,
        "counts": delivery_counts(delivery),
        "rows_read": delivery.rows_read,
    }


_TONES = {
    Verdict.ACCEPTED: "ok",
    Verdict.UNCHANGED: "ok",
    Verdict.REFUSED: "error",
    Verdict.HELD: "warn",
    Verdict.NIL: "info",
}


def delivery_counts(delivery: Delivery) -> list[tuple[str, int]]:
    """Give the counts of a delivery, each with its name; of a refused one nothing came in."""
    taken = [
        ("新增", delivery.rows_new),
        ("更正", delivery.rows_changed),
        ("与已有相同", delivery.rows_same),
    ]
    return [
        ("读到的行", delivery.rows_read),
        ("有错误的行", delivery.rows_refused),
        ("有提醒的行", delivery.rows_flagged),
        *([] if delivery.verdict is Verdict.REFUSED else taken),
    ]


ISSUE_HEADER = ("行", "列", "值", "程度", "原因")


def issue_rows(issues: Iterable[RowIssue]) -> list[dict[str, Any]]:
    """Give issues as lines of a table."""
    return [
        {
            "row": issue.row,
            "column": issue.column,
            "value": issue.value,
            "severity": "错误" if issue.severity.value == "refuse" else "提醒",
            "refuses": issue.severity.value == "refuse",
            "reason": issue.reason,
        }
        for issue in issues
    ]


def issue_cells(issues: Iterable[RowIssue]) -> list[tuple[Any, ...]]:
    """Give issues as rows of a sheet under ``ISSUE_HEADER``."""
    return [
        (line["row"], line["column"], line["value"], line["severity"], line["reason"])
        for line in issue_rows(issues)
    ]


def figure_line(row: dict[str, Any]) -> dict[str, Any]:
    """Give one row of a delivery, with the address of the figure's own page."""
    query = {name: row[name] for name in ("indicator", "place", "period", "kind")}
    return {
        "row": row["row"],
        "indicator": _indicator_name(row["indicator"]),
        "place": place_path(row["place"]),
        "period": _period_label(row["period"]),
        "kind": _kind_label(row["kind"]),
        "value": None if row["value"] is None else amount(row["value"]),
        "unit": row["unit"],
        "public": row["public"],
        "url": f"{reverse('portal:figure')}?{urlencode(query)}",
    }


def _indicator_name(code: str) -> str:
    try:
        return catalogue().get(code).name
    except UnknownCode:
        return code


def _period_label(text: str) -> str:
    try:
        return Period.parse(text).label
    except LeyeError:
        return text


def _kind_label(code: str) -> str:
    known = {kind.value: kind.label for kind in FigureKind}
    return known.get(code, code)


_SUBJECTS = {
    "account": "账号",
    "delivery": "批次",
    "audit": "操作记录",
    "figures": "数据",
    "conflict": "疑点",
    "rule": "比对规则",
    "person": "人员",
    "register": "登记库",
    "programme": "政策",
    "scenario": "仿真方案",
    "panel": "监测样本",
    "monitoring_point": "监测点",
    "monthly_report": "监测月报",
    "notice": "裁员、突发事件报告",
    "setting": "设置",
}
EVENT_HEADER = ("编号", "时间", "操作", "操作人", "账号编号", "地区", "对象", "说明", "请求编号")


def event_line(event: AuditEvent) -> dict[str, Any]:
    """Give one audit event as words."""
    subject = f"{_SUBJECTS.get(event.subject_type, event.subject_type)} {event.subject_id}"
    return {
        "id": event.pk,
        "at": event.at,
        "action": event.label,
        "actor": _actor(event),
        "actor_key": _actor_key(event),
        "place": place_path(event.place),
        "subject": subject.strip(),
        "detail": "，".join(_fact(name, value) for name, value in event.detail.items()),
        "request_id": event.request_id,
    }


def _actor(event: AuditEvent) -> str:
    if event.resident_id is not None:
        return "居民本人"
    return event.actor.display_name if event.actor else "—"


def _actor_key(event: AuditEvent) -> str:
    if event.resident_id is not None:
        return resident_key(event.resident_id)
    return event.actor.key if event.actor else ""


_FACTS = {
    "role": "角色",
    "place": "地区",
    "verdict": "结果",
    "release": "数据版本",
    "rows": "行数",
    "repeated": "重复报送",
    "publishes": "公开的批次",
    "reason": "原因",
    "action": "权限",
    "source": "数据来源",
    "month": "月份",
    "months": "月份",
    "rule": "规则",
    "conflicts": "疑点数",
    "purpose": "事由",
    "full_number": "完整号码",
    "key_version": "密钥版本",
    "persons": "人数",
    "step": "步骤",
    "days": "天数",
    "link": "填报链接",
    "way": "方式",
    "kind": "类别",
    "level": "等级",
    "value": "值",
}


def _fact(name: str, value: Any) -> str:
    shown = value
    if name == "role" and value in {role.value for role in Role}:
        shown = Role(value).label
    elif name == "place":
        shown = place_name(str(value))
    elif name == "verdict" and value in {verdict.value for verdict in Verdict}:
        shown = Verdict(value).label
    elif name == "purpose" and value in {purpose.value for purpose in Purpose}:
        shown = Purpose(value).label
    elif name == "source":
        shown = source_name(str(value))
    elif name == "rule" and value in comparison_catalogue():
        shown = comparison_catalogue()[str(value)].title
    elif isinstance(value, bool):
        shown = "是" if value else "否"
    return f"{_FACTS.get(name, name)}：{shown}"
