"""The plan's scorecard and one target of it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from leye.analysis.metrics import TargetState, find_target, score
from leye.doors.portal.presenters import (
    SCORE_HEADER,
    grouped,
    score_line,
    score_row,
    state_counts,
)
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.exports import record_export
from leye.doors.web.reading import evaluator_for, scores_for, targets
from leye.kernel.errors import InvalidInput


@public_page
def scorecard(request: HttpRequest) -> HttpResponse:
    """Show every countable target: number, result, pace and state."""
    scores = scores_for(request, on=timezone.localdate())
    chosen = _chosen_state(request)
    shown = [each for each in scores if chosen is None or each.state is chosen]
    context = {
        "groups": grouped(shown),
        "states": state_counts(scores),
        "chosen": chosen,
        "total": len(scores),
        "plan": scores[0].target,
        "calendar_share": scores[0].calendar_share,
        "data_version": scores[0].data_version,
    }
    return render(request, "portal/plan.html", context)


@public_page
def target(request: HttpRequest, target_id: str) -> HttpResponse:
    """Show one target: its words in the plan, every figure used, and how its state came about."""
    evaluator = evaluator_for(request)
    found = find_target(targets(), target_id)
    result = score(found, evaluator, on=timezone.localdate())
    every = evaluator.current([found.indicator], within=settings.LEYE_CITY)
    context = {
        "line": score_line(result),
        "score": result,
        "target": found,
        "figures": every,
        "crumbs": [("规划进度", reverse("portal:plan")), (found.name, "")],
    }
    return render(request, "portal/target.html", context)


@public_page
def export(request: HttpRequest) -> HttpResponse:
    """Give the scorecard as an Excel workbook, with how to read it on a second sheet."""
    today = timezone.localdate()
    scores = scores_for(request, on=today)
    notes = [
        ("规划", scores[0].target.plan_title),
        ("规划期", scores[0].target.plan_period.label),
        ("计算日期", str(today)),
        ("数据版本", f"第 {scores[0].data_version} 版"),
        ("未填报", "没有人公布过这个数，不是零"),
        ("完成比例", "累计目标：已填报之和占目标的比例；水平目标：从基数到目标走完的比例"),
        ("时间比例", "已填报的月份占规划期的比例；缺报的月份不算落后"),
        ("可信度", "A 政府文本或官方页面；B 转载、百科或报刊；C 存疑"),
    ]
    record_export(request, "plan", rows=len(scores))
    return xlsx_response(
        "规划进度", SCORE_HEADER, [score_row(each) for each in scores], notes=notes
    )


def _chosen_state(request: HttpRequest) -> TargetState | None:
    given = request.GET.get("state", "")
    if not given:
        return None
    try:
        return TargetState(given)
    except ValueError:
        known = "、".join(f"{state.value}（{state.label}）" for state in TargetState)
        raise InvalidInput(f"没有“{given}”这种状态", hint=f"可以用：{known}") from None
