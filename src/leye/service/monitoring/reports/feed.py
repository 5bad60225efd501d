"""What the pool and the upper level receive: closed reports under the columns each asks for.

To the pool goes a sheet of the contract ``firm_reports``, so that registers and warnings read the
network's own reports as they read any other source. The upper level gets the ministry's columns.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from leye.data.pool.source_contract import source_contracts
from leye.data.reference import industries, places
from leye.kernel.errors import UnknownCode
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.monitoring.errors import NothingToDeliver
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.reports.checks import Value
from leye.service.monitoring.reports.definitions import FormDefinition, form_named
from leye.service.monitoring.reports.models import FeedRun
from leye.service.monitoring.reports.queries import Filed

SOURCE = "firm_reports"
_NOTES = ("note1", "note2", "note3", "other")
MINISTRY_COLUMNS = (
    "统一社会信用代码",
    "企业名称",
    "所属地区",
    "所属行业",
    "调查期",
    "建档期就业人数",
    "调查期就业人数",
    "其他原因",
    "就业人数减少类型",
    "主要原因",
    "主要原因说明",
    "次要原因",
    "次要原因说明",
    "第三原因",
    "第三原因说明",
    "隐性失业人数",
    "下月计划招聘人数",
    "缺工人数",
    "使用劳务派遣人数",
    "报表状态",
    "版本",
)
"""The form's columns in its order, then those the city adds, then where the report stands."""


def pool_sheet(reports: Sequence[Filed]) -> bytes:
    """Give closed reports of firms as a CSV of the contract ``firm_reports``.

    The same reports give the same bytes, so that handing them in again changes nothing.

    :raises NothingToDeliver: there is none.
    """
    rows = [_pool_row(each) for each in reports if each.member.kind is PointKind.FIRM]
    if not rows:
        raise NothingToDeliver("这个月还没有归档的企业月报", hint="归档以后再交付")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.header for column in source_contracts()[SOURCE].columns])
    fields = [column.field for column in source_contracts()[SOURCE].columns]
    writer.writerows([row[field] for field in fields] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def ministry_rows(reports: Iterable[Filed]) -> list[tuple[Any, ...]]:
    """Give reports of firms under ``MINISTRY_COLUMNS``, codes written as their words."""
    form = form_named(PointKind.FIRM.form)
    return [_ministry_row(form, each) for each in reports if each.member.kind is PointKind.FIRM]


def form_columns(form: FormDefinition) -> tuple[str, ...]:
    """Give the columns of a sheet of any form."""
    return ("编号", "名称", "地区", "月份", *(each.label for each in form.fields()), "状态", "版本")


def form_rows(form: FormDefinition, reports: Iterable[Filed]) -> list[tuple[Any, ...]]:
    """Give reports of a form under ``form_columns``."""
    return [
        (
            each.member.number,
            each.member.name,
            _place(each.member.place),
            each.month,
            *(_cell(form, name.name, each.values.get(name.name)) for name in form.fields()),
            each.state.label,
            each.version,
        )
        for each in reports
        if each.member.kind == form.kind
    ]


@transaction.atomic
def record_delivery(
    *,
    source: str,
    month: int,
    delivery: str,
    verdict: str,
    rows: int,
    place: str,
    by: User | None,
    at: datetime,
    request_id: str = "",
) -> FeedRun:
    """Note as which delivery a month's reports went to the pool."""
    run = FeedRun.objects.create(
        source=source, month=month, delivery=delivery, verdict=verdict, rows=rows, by=by, at=at
    )
    record(
        action=Action.REPORTS_DELIVERED,
        by=by,
        at=at,
        place=place,
        subject=Subject("delivery", delivery),
        detail={"source": source, "month": month, "rows": rows, "verdict": verdict},
        request_id=request_id,
    )
    return run


def _pool_row(each: Filed) -> dict[str, Value]:
    values = each.values
    notes = "；".join(str(values[name]) for name in _NOTES if values.get(name))
    given = {field: values.get(field) for field in ("base", "current", "hidden", "planned")}
    codes = {
        name: values.get(name) or "" for name in ("reduction", "reason1", "reason2", "reason3")
    }
    return {
        "uscc": each.member.uscc,
        **given,
        **codes,
        "note": notes[:200],
        "gap": values.get("gap"),
        "dispatch": values.get("dispatch"),
        "month": each.month,
        "place": each.member.place[:6],
    }


def _ministry_row(form: FormDefinition, each: Filed) -> tuple[Any, ...]:
    values, member = each.values, each.member
    names = (
        *("base", "current", "other", "reduction"),
        *("reason1", "note1", "reason2", "note2", "reason3", "note3"),
        *("hidden", "planned", "gap", "dispatch"),
    )
    return (
        member.uscc,
        member.name,
        _place(member.place[:6]),
        _section(member.section),
        each.month,
        *(_cell(form, name, values.get(name)) for name in names),
        each.state.label,
        each.version,
    )


def _cell(form: FormDefinition, name: str, value: Value) -> Any:
    if value is None or value == "":
        return ""
    return value if isinstance(value, int) else form.label(form.field(name), value)


def _place(code: str) -> str:
    try:
        return places().get(code).name
    except UnknownCode:
        return code


def _section(section: str) -> str:
    try:
        return industries().get(section).name
    except UnknownCode:
        return ""
