"""Figures: each value with its definition's code, its period and where it came from."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from leye.analysis.metrics import catalogue
from leye.analysis.metrics.types import Figure, FigureKind, Provenance
from leye.data.reference import places
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.paging import PageQuery, page
from leye.doors.api.reading import Reading
from leye.doors.api.schemas import FigurePage
from leye.kernel.period import Period

router = Router(tags=["数据"])


class FiguresQuery(PageQuery):
    """Which figures."""

    indicator: str | None = Field(None, max_length=80, description="指标代码")
    place: str | None = Field(None, max_length=12, description="区划代码：只要这个地区的")
    within: str | None = Field(
        None, max_length=12, description="区划代码：要这个地区和它里面所有地区的"
    )
    period: str | None = Field(
        None,
        max_length=25,
        description="时期，写作 2025、2025Q2、2025-07、2025-07-31、2021..2025；写法须完全一致",
    )
    kind: FigureKind | None = Field(None, description="数据性质")


def decimal_text(value: Decimal | None) -> str | None:
    """Write a number in full, without an exponent."""
    return None if value is None else f"{value:f}"


def figure_body(figure: Figure) -> dict[str, Any]:
    """Give a figure as the API writes it."""
    return {
        "indicator": figure.indicator,
        "indicator_name": catalogue().get(figure.indicator).name,
        "place": figure.place,
        "place_name": places().get(figure.place).name,
        "period": None if figure.period is None else str(figure.period),
        "kind": figure.kind,
        "kind_label": figure.kind.label if figure.kind else "",
        "value": decimal_text(figure.value),
        "unit": figure.unit,
        "printed_value": decimal_text(figure.printed_value),
        "printed_unit": figure.printed_unit,
        "state": figure.state,
        "public": figure.public,
        "data_version": figure.data_version,
        "provenance": figure.provenance and _provenance_body(figure.provenance),
        "inputs": [figure_body(each) for each in figure.inputs],
    }


def _provenance_body(provenance: Provenance) -> dict[str, Any]:
    return {
        "delivery": provenance.delivery,
        "row": provenance.row,
        "accepted_at": provenance.accepted_at,
        "source_title": provenance.source_title,
        "source_url": provenance.source_url,
        "confidence": provenance.confidence,
        "note": provenance.note,
    }


@router.get(
    "/figures",
    response={200: FigurePage, **ANSWERS},
    summary="数值",
    description=(
        "每个数值都带时期、数据性质、单位、数据版本和来处，按指标、地区、时期、数据性质排序。"
        "匿名只给已公开的；登录的工作人员还能看到权限范围内未公开的。"
        "指标或地区代码不存在时返回 404；代码存在而没有数据时返回空列表，state 为 no_data。"
    ),
    url_name="figures",
    operation_id="list_figures",
    openapi_extra=example("/api/v1/figures?indicator=urban_new_jobs&within=360900&limit=20"),
)
def list_figures(request: HttpRequest, query: Query[FiguresQuery]) -> dict[str, Any]:
    """Give the newest visible version of each figure asked for."""
    if query.indicator is not None:
        catalogue().get(query.indicator)
    for code in (query.place, query.within):
        if code is not None:
            places().get(code)
    period = None if query.period is None else Period.parse(query.period)
    return page(
        request,
        query,
        select=lambda reading: _select(reading, query, period),
        key=_key,
        body=figure_body,
        empty="代码都存在，但没有符合条件、您可以查看的数据。没有填报不等于 0。",
    )


def _select(reading: Reading, query: FiguresQuery, period: Period | None) -> Sequence[Figure]:
    found = reading.evaluator.current(
        None if query.indicator is None else [query.indicator],
        places=None if query.place is None else [query.place],
        within=query.within,
    )
    return [
        figure
        for figure in found
        if (period is None or figure.period == period)
        and (query.kind is None or figure.kind is query.kind)
    ]


def _key(figure: Figure) -> tuple[str, ...]:
    return (figure.indicator, figure.place, str(figure.period or ""), str(figure.kind or ""))
