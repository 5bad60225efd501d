"""The plan's scorecard."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router

from leye.analysis.metrics import TargetScore, TargetState, find_target, score, score_all
from leye.doors.api.answers import ANSWERS, example
from leye.doors.api.figures import decimal_text, figure_body
from leye.doors.api.paging import PageQuery, page
from leye.doors.api.reading import open_reading
from leye.doors.api.schemas import TargetDetail, TargetPage
from leye.doors.web.reading import targets

router = Router(tags=["规划目标"])

_SHARE = Decimal("0.000001")


class TargetsQuery(PageQuery):
    """Which targets."""

    state: TargetState | None = Field(
        None,
        description="met 已达标，on_track 正常推进，behind 进度滞后，not_reported 未填报",
    )


def _share(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.quantize(_SHARE):f}"


def target_body(found: TargetScore) -> dict[str, Any]:
    """Give where a target stands as the API writes it."""
    target, goal, baseline = found.target, found.target.goal, found.target.baseline
    return {
        "id": target.id,
        "number": target.number,
        "group": target.group,
        "name": target.name,
        "indicator": target.indicator,
        "place": target.place,
        "unit": target.unit,
        "kind": target.kind,
        "attribute": target.attribute,
        "plan": target.plan_title,
        "plan_period": str(target.plan_period),
        "baseline": baseline
        and {
            "value": decimal_text(baseline.value),
            "period": str(baseline.period),
            "printed": baseline.printed,
        },
        "goal": {
            "value": decimal_text(goal.value),
            "period": str(goal.period),
            "relation": goal.relation,
            "printed": goal.printed,
        },
        "responsible": target.responsible,
        "state": found.state,
        "state_label": found.state.label,
        "actual": figure_body(found.actual),
        "share_done": _share(found.share_done),
        "share_of_time": _share(found.share_of_time),
        "calendar_share": _share(found.calendar_share),
        "expected": decimal_text(found.expected),
        "explanation": found.explanation,
        "on": found.on,
        "data_version": found.data_version,
    }


def target_detail(found: TargetScore) -> dict[str, Any]:
    """Give a target with everything its state rests on."""
    return target_body(found) | {
        "responsible_basis": found.target.responsible_basis,
        "quotes": [{"section": quote.section, "text": quote.text} for quote in found.target.quotes],
        "notes": list(found.target.notes),
        "parts": [figure_body(each) for each in found.parts],
        "bounds": [figure_body(each) for each in found.bounds],
        "references": [figure_body(each) for each in found.references],
        "trend": {
            "place": found.trend.place,
            "label": found.trend.label,
            "is_reference": found.trend.is_reference,
            "points": [figure_body(each) for each in found.trend.points],
        },
        "gaps": [str(period) for period in found.gaps],
        "missing_years": list(found.missing_years),
    }


@router.get(
    "/targets",
    response={200: TargetPage, **ANSWERS},
    summary="规划目标及进度",
    description="规划中每个有数字的目标，按规划原文的顺序，连同最新结果和进度判断。",
    url_name="targets",
    operation_id="list_targets",
    openapi_extra=example("/api/v1/targets?limit=13"),
)
def list_targets(request: HttpRequest, query: Query[TargetsQuery]) -> dict[str, Any]:
    """Give every target with where it stands today."""
    today = timezone.localdate()
    return page(
        request,
        query,
        select=lambda reading: [
            each
            for each in score_all(targets(), reading.evaluator, on=today)
            if query.state is None or each.state is query.state
        ],
        key=lambda each: (f"{each.target.order:06}",),
        body=target_body,
        empty="没有处于这种状态的目标。",
    )


@router.get(
    "/targets/{target_id}",
    response={200: TargetDetail, **ANSWERS},
    summary="一个规划目标的进度和依据",
    description="连同规划原文、用到的数值、界限表述、参考地区和缺报的时期。",
    url_name="target",
    operation_id="get_target",
    openapi_extra=example("/api/v1/targets/urban_new_jobs"),
)
def get_target(
    request: HttpRequest, target_id: Annotated[str, Path(description="目标编号，见目标列表")]
) -> dict[str, Any]:
    """Give one target with what its state rests on."""
    target = find_target(targets(), target_id)
    return target_detail(score(target, open_reading(request).evaluator, on=timezone.localdate()))
