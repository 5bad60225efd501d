"""Flows: how many went from where to where."""

from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from leye.analysis.metrics.labels import code_label, place_label
from leye.analysis.metrics.types import SampleState
from leye.data.registers.codes import STATUS
from leye.data.registers.queries.served import FlowCell, level_of
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.cursors import Key
from leye.doors.api.errors import InvalidParameter
from leye.doors.api.paging import PageQuery
from leye.doors.api.register_asked import month_text, read_months, read_place, written
from leye.doors.api.register_lists import CSV_FORM, Form, csv_list, paged, wants_csv
from leye.doors.api.register_reading import RegisterReading, open_registers
from leye.doors.api.register_schemas import FlowBody, FlowPage

router = Router(tags=["登记库数据"])

FlowKind = Literal["status", "industry", "residence", "commute", "migration", "mobile"]
_WORDS = {"absent": "不在册", "outside": "市外"}
_Line = tuple[int, FlowCell]


class FlowsQuery(PageQuery):
    """Which flows."""

    kind: FlowKind = Field(
        description=(
            "status 就业状态之间，industry 行业门类之间，residence 县与县之间迁居，"
            "commute 居住县到工作县，migration 外出务工的去向，mobile 运营商的人员流动"
        )
    )
    place: str | None = Field(
        None, max_length=80, description="哪个地区的：全市或一个县的代码；不写是全市"
    )
    month: str | None = Field(
        None, max_length=7, description="一个月，写作 2024-03；不写是最近的月份"
    )
    months: str | None = Field(
        None, max_length=16, description="几个月，写作 2024-01..2024-03；all 是全部"
    )
    format: Form | None = Field(None, description=CSV_FORM)


@router.get(
    "/flows",
    response={200: FlowPage, **ANSWERS},
    summary="人员流动",
    description=(
        "两个月之间就业状态、行业、居住地的变化，居住地到工作地，外出务工的去向，"
        "按月份、起点、终点排序。匿名得到公开版，人数太少的为 null、hidden 为 true；"
        "有权限的工作人员在自己的地区内得到精确数。"
    ),
    url_name="flows",
    operation_id="list_flows",
    openapi_extra=example("/api/v1/flows?kind=residence"),
)
def list_flows(request: HttpRequest, query: Query[FlowsQuery]) -> dict[str, Any] | HttpResponse:
    """Give the flows of a kind."""
    reading = open_registers(request)
    place = _place(query, reading)
    protected = reading is None or not reading.exact(place)

    def select(reading: RegisterReading) -> list[_Line]:
        months = read_months(query.month, query.months, reading.months)
        return [
            (month, cell)
            for month in months
            for cell in reading.copy.flows(month, kind=query.kind, place=place, protected=protected)
        ]

    def body(line: _Line, release: int) -> dict[str, Any]:
        shared = {"kind": query.kind, "place": place, "place_name": place_label(place)}
        return shared | _line_body(query.kind, line, protected=protected, release=release)

    if wants_csv(request, query.format):
        return csv_list(request, "flows", reading, select, key=_key, body=body, shape=FlowBody)
    return paged(
        request,
        "flows",
        query,
        reading,
        select=select,
        key=_key,
        body=body,
        empty="没有这个月份、这种流动的数。",
    )


def _key(line: _Line) -> Key:
    month, cell = line
    return (str(month), cell.origin, cell.destination)


def _place(query: FlowsQuery, reading: RegisterReading | None) -> str:
    if query.place is None or reading is None:
        return settings.LEYE_CITY
    place = read_place(query.place, reading.copy)
    if place == "" or level_of(place) not in ("city", "county"):
        raise InvalidParameter("流动只到县（市、区）", hint="place 写全市或一个县的代码")
    return place


def _line_body(kind: str, line: _Line, *, protected: bool, release: int) -> dict[str, Any]:
    month, cell = line
    return {
        "month": month_text(month),
        "origin": written(cell.origin),
        "origin_name": flow_label(kind, cell.origin),
        "destination": written(cell.destination),
        "destination_name": flow_label(kind, cell.destination),
        "persons": cell.persons,
        "state": SampleState.HAS_DATA,
        "hidden": cell.persons is None,
        "edition": "protected" if protected else "exact",
        "data_version": release,
    }


def flow_label(kind: str, code: str) -> str:
    """Give the words for an end of a flow of a kind."""
    if code in _WORDS:
        return _WORDS[code]
    if kind == "status":
        return STATUS.get(code, code)
    if kind == "industry":
        return code_label("industry", code)
    if kind == "residence" and code == "":
        return "市外或新增"
    return place_label(code)
