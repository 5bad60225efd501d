"""Indicators of the registers: the definitions behind every figure of the map."""

from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from leye.analysis.metrics.labels import group_label
from leye.analysis.metrics.register_figures import RegisterIndicator, register_catalogue
from leye.analysis.metrics.settled import settled_groups
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.paging import PageQuery, page
from leye.doors.api.register_schemas import RegisterIndicatorBody, RegisterIndicatorPage
from leye.kernel.errors import UnknownCode, near_matches

router = Router(tags=["登记库指标"])


class RegisterIndicatorsQuery(PageQuery):
    """Which indicators."""

    theme: str | None = Field(None, max_length=20, description="主题，如：就业、失业、工资")
    q: str | None = Field(None, max_length=50, description="名称或代码中含有的文字")


def indicator_body(indicator: RegisterIndicator) -> dict[str, Any]:
    """Give an indicator as the API writes it."""
    return {
        "code": indicator.code,
        "name": indicator.name,
        "name_en": indicator.name_en,
        "theme": indicator.theme,
        "unit": indicator.unit,
        "kind": indicator.kind,
        "decimals": indicator.decimals,
        "definition": indicator.definition,
        "caveats": list(indicator.caveats),
        "basis": indicator.basis,
        "basis_label": indicator.basis.label,
        "numerator": [{"measure": name, "sign": sign} for name, sign in indicator.numerator],
        "denominator": [{"measure": name, "sign": sign} for name, sign in indicator.denominator],
        "scale": f"{indicator.scale:f}",
        "axes": list(indicator.axes),
        "groups": indicator.groups,
        "settled": [
            {
                "group": group,
                "group_name": group_label(group),
                "words": each.words,
                "why": each.why,
            }
            for group, each in settled_groups(indicator.code).items()
        ],
        "levels": list(indicator.levels),
        "higher_is_better": indicator.higher_is_better,
        "additive": indicator.additive,
        "figures_url": "/api/v1/register-figures?" + urlencode({"indicator": indicator.code}),
    }


@router.get(
    "/register-indicators",
    response={200: RegisterIndicatorPage, **ANSWERS},
    summary="登记库指标的定义",
    description="人力资源地图上每个数的定义，按代码排序，可按主题或文字筛选。",
    url_name="register-indicators",
    operation_id="list_register_indicators",
    openapi_extra=example("/api/v1/register-indicators?theme=就业&limit=10"),
)
def list_register_indicators(
    request: HttpRequest, query: Query[RegisterIndicatorsQuery]
) -> dict[str, Any]:
    """Give the indicators of a theme, or those whose name or code holds a text."""
    known = tuple(register_catalogue().themes())
    if query.theme is not None and query.theme not in known:
        raise UnknownCode("主题", query.theme, near=near_matches(query.theme, known) or known)
    return page(
        request,
        query,
        select=lambda _reading: [each for each in register_catalogue() if _wanted(each, query)],
        key=lambda indicator: (indicator.code,),
        body=indicator_body,
        empty="没有名称或代码含有这段文字的指标。",
    )


def _wanted(indicator: RegisterIndicator, query: RegisterIndicatorsQuery) -> bool:
    if query.theme is not None and indicator.theme != query.theme:
        return False
    spellings = (indicator.code, indicator.name, indicator.name_en)
    return query.q is None or any(query.q.casefold() in each.casefold() for each in spellings)


@router.get(
    "/register-indicators/{code}",
    response={200: RegisterIndicatorBody, **ANSWERS},
    summary="一个登记库指标的定义",
    description="代码不存在时返回 404，并给出相近的代码。",
    url_name="register-indicator",
    operation_id="get_register_indicator",
    openapi_extra=example("/api/v1/register-indicators/employment_rate"),
)
def get_register_indicator(
    request: HttpRequest,  # noqa: ARG001 - the framework passes it by this name
    code: Annotated[str, Path(description="指标代码")],
) -> dict[str, Any]:
    """Give one indicator."""
    return indicator_body(register_catalogue().get(code))
