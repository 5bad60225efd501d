"""Indicators: the definitions."""

from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from leye.analysis.metrics import catalogue
from leye.analysis.metrics.types import Indicator
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.paging import PageQuery, page
from leye.doors.api.schemas import IndicatorBody, IndicatorPage
from leye.kernel.errors import UnknownCode, near_matches

router = Router(tags=["指标"])


class IndicatorsQuery(PageQuery):
    """Which indicators."""

    theme: str | None = Field(None, max_length=20, description="主题，如：就业、失业、人口")
    q: str | None = Field(None, max_length=50, description="名称、其他叫法或代码中含有的文字")


def indicator_body(indicator: Indicator) -> dict[str, Any]:
    """Give an indicator as the API writes it."""
    formula = indicator.formula
    return {
        "code": indicator.code,
        "name": indicator.name,
        "name_en": indicator.name_en,
        "theme": indicator.theme,
        "unit": indicator.unit,
        "units": {unit: f"{factor:f}" for unit, factor in indicator.units.items()},
        "kind": indicator.kind,
        "decimals": indicator.decimals,
        "definition": indicator.definition,
        "caveats": list(indicator.caveats),
        "breaks": [{"since": since, "reason": reason} for since, reason in indicator.breaks],
        "responsible": indicator.responsible,
        "higher_is_better": indicator.higher_is_better,
        "aliases": list(indicator.aliases),
        "formula": formula
        and {
            "numerator": formula.numerator,
            "denominator": formula.denominator,
            "scale": f"{formula.scale:f}",
        },
        "figures_url": "/api/v1/figures?" + urlencode({"indicator": indicator.code}),
    }


@router.get(
    "/indicators",
    response={200: IndicatorPage, **ANSWERS},
    summary="全部指标的定义",
    description="按代码排序，可按主题或文字筛选。",
    url_name="indicators",
    operation_id="list_indicators",
    openapi_extra=example("/api/v1/indicators?theme=就业&limit=10"),
)
def list_indicators(request: HttpRequest, query: Query[IndicatorsQuery]) -> dict[str, Any]:
    """Give the indicators of a theme, or those whose spelling holds a text."""
    if query.theme is not None and query.theme not in catalogue().themes():
        known = catalogue().themes()
        raise UnknownCode("主题", query.theme, near=near_matches(query.theme, known) or known)
    return page(
        request,
        query,
        select=lambda _reading: [i for i in catalogue() if _wanted(i, query)],
        key=lambda indicator: (indicator.code,),
        body=indicator_body,
        empty="没有名称或代码含有这段文字的指标。",
    )


def _wanted(indicator: Indicator, query: IndicatorsQuery) -> bool:
    if query.theme is not None and indicator.theme != query.theme:
        return False
    spellings = (indicator.code, indicator.name, indicator.name_en, *indicator.aliases)
    return query.q is None or any(query.q.casefold() in each.casefold() for each in spellings)


@router.get(
    "/indicators/{code}",
    response={200: IndicatorBody, **ANSWERS},
    summary="一个指标的定义",
    description="代码不存在时返回 404，并给出相近的代码。",
    url_name="indicator",
    operation_id="get_indicator",
    openapi_extra=example("/api/v1/indicators/urban_new_jobs"),
)
def get_indicator(
    request: HttpRequest,  # noqa: ARG001 - the framework passes it by this name
    code: Annotated[str, Path(description="指标代码")],
) -> dict[str, Any]:
    """Give one indicator."""
    return indicator_body(catalogue().get(code))
