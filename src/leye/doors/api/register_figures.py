"""Figures of the registers: one place, all values of an axis, or a layer of the map."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from leye.analysis.metrics.register_figures import RegisterIndicator, register_catalogue
from leye.data.registers.map_places import ALL
from leye.data.registers.queries.served import level_of
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.errors import InvalidParameter
from leye.doors.api.paging import PageQuery
from leye.doors.api.register_asked import (
    check_cut,
    read_cut,
    read_level,
    read_months,
    read_place,
)
from leye.doors.api.register_lists import CSV_FORM, Form, csv_list, paged, wants_csv
from leye.doors.api.register_reading import Cut, RegisterReading, axis_codes, open_registers
from leye.doors.api.register_rows import FigureRow, row_body
from leye.doors.api.register_schemas import RegisterFigureBody, RegisterFigurePage

router = Router(tags=["登记库数据"])


class RegisterFiguresQuery(PageQuery):
    """Which figures."""

    indicator: str = Field(max_length=80, description="指标代码，见登记库指标的定义")
    place: str | None = Field(
        None, max_length=80, description="一个地区：代码、park: 加园区名、_U 不详；不写是全市"
    )
    parent: str | None = Field(
        None, max_length=80, description="要这个地区里面的各个下级；与 level 同用，不写是全市"
    )
    level: str | None = Field(
        None, max_length=10, description="列出哪一级：county、town、village、park"
    )
    month: str | None = Field(
        None, max_length=7, description="一个月，写作 2024-03；不写是最近的月份"
    )
    months: str | None = Field(
        None, max_length=16, description="几个月，写作 2024-01..2024-03；all 是全部"
    )
    group: str | None = Field(None, max_length=40, description="重点群体代码；不写是全部人员")
    axis: str | None = Field(
        None,
        max_length=20,
        description=(
            "按什么细分：industry、division、occupation、occupation4、education、age、sex、skill"
        ),
    )
    code: str | None = Field(
        None,
        max_length=20,
        description="细分的代码，_U 是不详；问一个地区时可以不写，即要全部代码",
    )
    format: Form | None = Field(None, description=CSV_FORM)


@router.get(
    "/register-figures",
    response={200: RegisterFigurePage, **ANSWERS},
    summary="登记库的数值",
    description=(
        "人力资源地图上的数：一个地区一个月或几个月，一个地区按一种分类，或一个地区的各个下级。"
        "匿名得到公开版：小于5的数和能推算出它们的数已隐去，其余取5的倍数；登记库有查看权限的工作人员，"
        "在自己的地区内得到精确数，每行的 edition 写明是哪一种。没有数的行也列出，value 为 null。"
        "Accept: text/csv 或 format=csv 时，一次给出全部行。"
    ),
    url_name="register-figures",
    operation_id="list_register_figures",
    openapi_extra=example("/api/v1/register-figures?indicator=employment_rate&level=county"),
)
def list_register_figures(
    request: HttpRequest, query: Query[RegisterFiguresQuery]
) -> dict[str, Any] | HttpResponse:
    """Give figures of one indicator."""
    indicator = register_catalogue().get(query.indicator)
    if query.place is not None and (query.parent is not None or query.level is not None):
        raise InvalidParameter(
            "place 不能与 parent、level 同用", hint="列出下级请用 parent 和 level"
        )
    if query.parent is not None and query.level is None:
        raise InvalidParameter("parent 要与 level 同用", hint="level 写明列出哪一级")
    reading = open_registers(request)
    rows = _Asked(query, indicator)
    if wants_csv(request, query.format):
        return csv_list(
            request,
            "register-figures",
            reading,
            rows.of,
            key=lambda row: row.key,
            body=row_body,
            shape=RegisterFigureBody,
        )
    return paged(
        request,
        "register-figures",
        query,
        reading,
        select=rows.of,
        key=lambda row: row.key,
        body=row_body,
        empty="没有这个月份的数，或这里没有这种细分。没有填报不等于 0。",
    )


class _Asked:
    """What the query asks for, read where there is a serving copy to read from."""

    def __init__(self, query: RegisterFiguresQuery, indicator: RegisterIndicator) -> None:
        self._query = query
        self._indicator = indicator

    def of(self, reading: RegisterReading) -> list[FigureRow]:
        """Give the rows.

        :raises LeyeError: something asked for does not exist.
        """
        query = self._query
        cut = read_cut(query.group, query.axis, query.code, reading.copy)
        months = read_months(query.month, query.months, reading.months)
        if query.level is not None:
            rows = self._layer(reading, query.level, months, cut)
        else:
            rows = self._place(reading, months, cut)
        return list(rows)

    def _layer(
        self, reading: RegisterReading, level: str, months: tuple[int, ...], cut: Cut
    ) -> Iterator[FigureRow]:
        parent = read_place(self._query.parent or settings.LEYE_CITY, reading.copy)
        read_level(level, parent)
        if cut.axis != ALL and self._query.code is None:
            raise InvalidParameter("列出下级时，axis 要与 code 同用", hint="一次问一个代码")
        check_cut(self._indicator, level, cut)
        for month in months:
            for given in reading.layer(
                self._indicator.code, parent=parent, level=level, month=month, cut=cut
            ):
                yield FigureRow(given, level, cut)

    def _place(
        self, reading: RegisterReading, months: tuple[int, ...], cut: Cut
    ) -> Iterator[FigureRow]:
        place = read_place(self._query.place or settings.LEYE_CITY, reading.copy)
        level = level_of(place)
        check_cut(self._indicator, level, cut)
        every_code = cut.axis != ALL and cut.code == ALL
        codes = axis_codes(reading.copy, cut.axis) if every_code else (cut.code,)
        for month in months:
            for code in codes:
                one = Cut(cut.group, cut.axis, code)
                given = reading.value(self._indicator.code, place=place, month=month, cut=one)
                yield FigureRow(given, level, one)
