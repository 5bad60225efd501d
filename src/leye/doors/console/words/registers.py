"""People by status, and the builds of registers, as lines of tables."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from leye.data.reference import places
from leye.data.registers.codes import STATUS
from leye.data.registers.queries import LEAST, TOTAL, BuildLine
from leye.doors.console.months import month_label
from leye.doors.console.presenters import place_name, source_name
from leye.doors.console.reads.lineage import Lineage
from leye.doors.console.reads.statuses import Number, StatusTable
from leye.kernel.errors import UnknownCode
from leye.kernel.place import PlaceLevel, Scope

STATUS_HEADER = ("月份", "地区代码", "地区", "状态", "人数", "比上月")
_HIDDEN = "*"
_REGISTERS = {
    "person": "人员库",
    "household": "家庭库",
    "employer": "用人单位库",
    "insurance_month": "参保月度汇总",
    "job_spell": "就业经历库",
    "person_month": "人月状态库",
    "person_total": "个人累计库",
    "employer_month": "单位月度库",
    "conflict": "比对疑点",
    "map_cube": "人力资源地图汇总",
    "flow": "流动汇总",
    "firm_month": "重点企业月度库",
    "receiving": "政策在享名单",
    "entitlement": "政策应享名单",
    "entitlement_count": "政策筛查汇总",
}


def register_title(table: str) -> str:
    """Give the Chinese name of a register; one without a name is shown as it is."""
    return _REGISTERS.get(table, table)


def status_lines(table: StatusTable) -> list[dict[str, Any]]:
    """Give the statuses of the place itself, with their shares of all its people."""
    whole = table.own.get(TOTAL)
    return [
        {
            "label": STATUS.get(status, "合计"),
            "number": table.own[status],
            "share": _share(table.own[status], whole),
            "url": _lineage_url(table, table.place, status),
            "total": status == TOTAL,
        }
        for status in (*table.statuses, TOTAL)
        if status in table.own
    ]


def status_rows(table: StatusTable) -> list[dict[str, Any]]:
    """Give the places inside, each with its numbers in the order of the statuses, total last."""
    return [
        {
            "name": place_name(code),
            "url": _persons_url(table.month, code),
            "cells": [
                {
                    "label": STATUS.get(status, "合计"),
                    "number": row[status],
                    "url": _lineage_url(table, code, status),
                }
                for status in (*table.statuses, TOTAL)
            ],
        }
        for code, row in table.rows.items()
    ]


def status_cells(table: StatusTable) -> list[tuple[Any, ...]]:
    """Give every number as a row of a sheet under ``STATUS_HEADER``."""
    rows = {table.place: table.own, **table.rows}
    return [
        (
            month_label(table.month),
            code,
            place_name(code),
            STATUS.get(status, "合计"),
            _HIDDEN if number.covered else number.persons,
            number.change,
        )
        for code, row in rows.items()
        for status, number in row.items()
    ]


def status_notes(table: StatusTable, *, release: int) -> list[tuple[str, str]]:
    """Give what a reader of the sheet must know."""
    notes = [
        ("数据版本", f"第 {release} 版"),
        ("范围", "户籍或常住登记在册、月末健在、年满 16 周岁的人员，每人每月只有一个状态"),
        ("比上月", "空白表示没有上月数据，或者其中一个数没有显示"),
    ]
    if table.covered:
        notes.append((_HIDDEN, f"少于 {LEAST} 人的数，以及由它可以推算出来的数，不显示"))
    return notes


def build_lines(builds: Iterable[BuildLine]) -> list[dict[str, Any]]:
    """Give builds of registers as lines of a table."""
    return [
        {
            "title": register_title(build.table),
            "table": build.table,
            "release": build.release,
            "engine": {"duckdb": "DuckDB", "spark": "Spark"}.get(build.engine, build.engine),
            "rows": build.rows,
            "inputs": len(build.inputs),
            "at": build.at,
        }
        for build in builds
    ]


def input_lines(found: Lineage, *, scope: Scope) -> list[dict[str, Any]]:
    """Give the deliveries a register was built from, by source; links where they may be opened."""
    return [
        {
            "title": source_name(source),
            "rows": sum(each.rows_new + each.rows_changed for each in deliveries),
            "deliveries": [
                {
                    "id": each.id,
                    "month": month_label(each.month),
                    "url": (
                        reverse("console:delivery", args=[each.id])
                        if scope.covers(each.place)
                        else ""
                    ),
                }
                for each in deliveries
            ],
        }
        for source, deliveries in found.deliveries.items()
    ]


def _share(number: Number, whole: Number | None) -> float | None:
    if number.persons is None or whole is None or not whole.persons:
        return None
    return number.persons / whole.persons


def _lineage_url(table: StatusTable, place: str, status: str) -> str:
    query: dict[str, str | int] = {"month": table.month, "place": place}
    if status != TOTAL:
        query["status"] = status
    return f"{reverse('console:lineage')}?{urlencode(query)}"


def _persons_url(month: int, place: str) -> str:
    try:
        if places().get(place).level is PlaceLevel.VILLAGE:
            return ""
    except UnknownCode:
        return ""
    query: dict[str, str | int] = {"month": month, "place": place}
    return f"{reverse('console:persons')}?{urlencode(query)}"
