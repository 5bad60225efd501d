"""Monthly reports: list, one with its versions and steps, review, filling in for somebody."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.monitoring_forms import ReasonForm, ReportFilter, blame
from leye.doors.console.monitoring_words import read_scope, round_months, shown_month
from leye.doors.console.months import month_label, working_day
from leye.doors.console.paging import page_number
from leye.doors.console.presenters import place_path
from leye.doors.web.report_form import reason_lines, shown_form, value_lines
from leye.kernel.errors import LeyeError
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission
from leye.service.monitoring.errors import (
    NotThisMonth,
    ReportChanged,
    ReportIncomplete,
    ReportNotNow,
)
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.points.queries import point_for
from leye.service.monitoring.reports.checks import CheckContext, Finding, check, read_form
from leye.service.monitoring.reports.definitions import FormDefinition, form_named
from leye.service.monitoring.reports.known import context_for, last_values, offered_of, reports_of
from leye.service.monitoring.reports.models import MonthlyReport, ReportVersion
from leye.service.monitoring.reports.operations import (
    close,
    give_back,
    pass_county,
    save_draft,
    submit,
)
from leye.service.monitoring.reports.queries import (
    report_for,
    reports_for,
    steps_of,
    versions_of,
)
from leye.service.monitoring.reports.states import ReportState

PAGE = 50
_NOTES = {
    "passed": "已通过，交市级归档。",
    "closed": "已归档。",
    "returned": "已退回，填报人会看到理由。",
    "submitted": "已代为提交。",
    "saved": "草稿已保存，还没有提交。",
}


@staff_page(Permission.READ_MONITORING)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List the reports of a month in the asker's places."""
    month = shown_month(request)
    asked = {**request.GET.dict(), "month": str(month)}
    form = ReportFilter(asked, months=round_months(), scope=read_scope(request))
    chosen = form.cleaned_data if form.is_valid() else {}
    wanted = {name: chosen.get(name) or "" for name in ("place", "state")}
    found = reports_for(request.user, month=month, **wanted)
    page = Paginator(found, PAGE).get_page(page_number(request, "page"))
    context = {
        "form": form,
        "label": month_label(month),
        "page": page,
        "lines": [(each, place_path(each.place)) for each in page],
        "query": urlencode({"month": month, **wanted}),
    }
    return render(request, "console/monitoring_reports.html", context)


@staff_page(Permission.READ_MONITORING)
@require_safe
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Show a report: what it says, beside last month and its earlier version, and its steps."""
    found = report_for(request.user, number)
    return _report_page(request, found, ReasonForm())


@staff_page(Permission.MANAGE_MONITORING)
@require_POST
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Pass a report on, close it, or give it back."""
    found, actor = report_for(request.user, number), acting(request)
    form = ReasonForm(request.POST)
    text = request.POST.get("seen", "")
    asked: dict[str, Any] = {
        "report": found,
        "seen": int(text) if text.isdecimal() and len(text) < 9 else 0,
        "by": actor.by,
        "at": actor.at,
        "request_id": actor.request_id,
    }
    do = request.POST.get("do", "")
    try:
        if do == "pass":
            pass_county(**asked)
        elif do == "close":
            close(**asked)
        else:
            give_back(reason=request.POST.get("reason", ""), **asked)
    except (InvalidText, ReportNotNow, ReportChanged) as error:
        form.is_valid()
        blame(form, error, "reason" if isinstance(error, InvalidText) else "")
        return _report_page(request, found, form, status=422)
    done = {"pass": "passed", "close": "closed"}.get(do, "returned")
    return HttpResponseRedirect(f"{resolve_url('monitoring:report', number)}?done={done}")


@staff_page(Permission.MANAGE_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, number: str, month: int) -> HttpResponse:
    """Fill in a month's form for a reporter who gave the figures by telephone or on paper."""
    point, actor = point_for(request.user, number), acting(request)
    if month not in round_months():
        raise NotThisMonth("只能代填最近一年内已经过完的月份")
    report_ = reports_of(point, [month]).get(month)
    if report_ is not None and not report_.standing.with_reporter:
        return HttpResponseRedirect(resolve_url("monitoring:report", report_.number))
    form = form_named(PointKind(point.kind).form)
    context = context_for(point, month, on=working_day(), pool_root=settings.LEYE_POOL)
    if request.method != "POST":
        given = dict(report_.draft) if report_ is not None else {}
        return _fill_page(request, point, month, form, context, given, report_, ())
    given = {name: str(value) for name, value in request.POST.items() if name != "seen"}
    text = request.POST.get("seen", "")
    asked: dict[str, Any] = {
        "point": point,
        "month": month,
        "given": given,
        "seen": int(text) if text.isdecimal() and len(text) < 9 else 0,
        "by": actor.by,
        "at": actor.at,
        "request_id": actor.request_id,
    }
    findings: tuple[Finding, ...] = ()
    problem = ""
    try:
        if request.POST.get("do") == "draft":
            kept = save_draft(**asked)
            return HttpResponseRedirect(
                f"{resolve_url('monitoring:report', kept.number)}?done=saved"
            )
        made = submit(context=context, **asked).report
        return HttpResponseRedirect(
            f"{resolve_url('monitoring:report', made.number)}?done=submitted"
        )
    except ReportIncomplete:
        findings = read_form(form, given, context).findings
    except (ReportChanged, ReportNotNow, NotThisMonth, InvalidText) as error:
        problem = _words(error)
    return _fill_page(
        request, point, month, form, context, given, report_, findings, problem=problem
    )


def _fill_page(
    request: HttpRequest,
    point: MonitoringPoint,
    month: int,
    form: FormDefinition,
    context: CheckContext,
    given: dict[str, str],
    report_: MonthlyReport | None,
    findings: tuple[Finding, ...],
    *,
    problem: str = "",
) -> HttpResponse:
    shown = shown_form(
        form,
        given=given,
        offered=offered_of(context) if form.kind == PointKind.FIRM else {},
        fixed={"base": context.base} if context.base is not None else {},
        findings=findings,
        seen=report_.stamp if report_ is not None else 0,
    )
    values = {"point": point, "label": month_label(month), "shown": shown, "problem": problem}
    status = 422 if findings or problem else 200
    return render(request, "console/monitoring_fill.html", values, status=status)


def _report_page(
    request: HttpRequest, found: MonthlyReport, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    definition, versions = form_named(found.form), versions_of(found)
    last, earlier = versions[-1] if versions else None, versions[-2] if len(versions) > 1 else None
    context = {
        "report": found,
        "point": found.point,
        "place": place_path(found.place),
        "label": month_label(found.month),
        "state": found.standing,
        "lines": _lines(definition, found, last),
        "changes": _changes(definition, last, earlier),
        "versions": [_version_line(each) for each in versions],
        "reasons": _reasons(definition, found, last),
        "offered": last.offered if last is not None else {},
        "steps": steps_of(found),
        "next": _next(request, found),
        "form": form,
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/monitoring_report.html", context, status=status)


def _lines(
    form: FormDefinition, found: MonthlyReport, last: ReportVersion | None
) -> list[dict[str, Any]]:
    if last is None:
        return []
    return value_lines(form, last.values, beside=last_values(found.point, found.month) or {})


def _changes(
    form: FormDefinition, last: ReportVersion | None, earlier: ReportVersion | None
) -> list[dict[str, Any]]:
    if last is None or earlier is None:
        return []
    every = value_lines(form, last.values, beside=earlier.values)
    return [line for line in every if line["changed"]]


def _reasons(
    form: FormDefinition, found: MonthlyReport, last: ReportVersion | None
) -> list[tuple[str, str]]:
    if last is None or not last.reasons:
        return []
    context = context_for(found.point, found.month, on=working_day(), pool_root=settings.LEYE_POOL)
    return reason_lines(check(form, last.values, context), last.reasons)


def _next(request: HttpRequest, found: MonthlyReport) -> list[tuple[str, str, str]]:
    """Give what the asker can do with a report now: do, words, class."""
    manages = holds(request.user, Permission.MANAGE_MONITORING, found.place)
    directs = holds(request.user, Permission.DIRECT_MONITORING)
    back = ("return", "退回修改", " secondary")
    if found.standing is ReportState.COUNTY and manages:
        return [("pass", "审核通过", ""), back]
    if found.standing is ReportState.CITY and directs:
        return [("close", "归档", ""), back]
    if found.standing is ReportState.CLOSED and directs:
        return [("return", "退回更正", " secondary")]
    return []


def _version_line(each: ReportVersion) -> dict[str, Any]:
    who = (
        each.by.display_name
        if each.by
        else f"填报人（{each.link.number}）"
        if each.link
        else "系统"
    )
    return {"number": each.number, "at": each.at, "who": who}


def _words(error: LeyeError) -> str:
    return error.detail + (f"。{error.hint}" if error.hint else "")
