"""The reporter's pages: getting in, what is due, and a month's form."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leye.doors.portal.reporting.access import let_in, let_out, reporter_page
from leye.doors.portal.reporting.pages import (
    month_lines,
    month_words,
    notice_lines,
    point_facts,
    returned_reason,
)
from leye.doors.web.caching import private
from leye.doors.web.report_form import shown_form, value_lines
from leye.doors.web.requests import client_address, request_number
from leye.kernel.errors import LeyeError
from leye.kernel.months import valid_month
from leye.service.identity.errors import InvalidText
from leye.service.monitoring.errors import (
    LinkPaused,
    LinkRefused,
    NotThisMonth,
    ReportChanged,
    ReportIncomplete,
    ReportNotNow,
)
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.links.operations import enter, link_of_token
from leye.service.monitoring.notices.queries import notices_of
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.reports.checks import CheckContext, Finding, read_form
from leye.service.monitoring.reports.definitions import FormDefinition, form_named
from leye.service.monitoring.reports.known import context_for, offered_of, reports_of
from leye.service.monitoring.reports.models import MonthlyReport
from leye.service.monitoring.reports.operations import save_draft, submit
from leye.service.monitoring.reports.queries import versions_of

_NOTES = {
    "submitted": "已提交，等县就业局审核。",
    "saved": "草稿已保存，还没有提交。",
    "left": "已退出填报。",
    "in": "",
}


@sensitive_post_parameters("code")
@sensitive_variables("token", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def entrance(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask for the code of a link; the right one lets in, and the address is left behind."""
    at = timezone.now()
    try:
        link_of_token(token, at=at)
    except LinkRefused:
        return private(render(request, "portal/reporting_closed.html", {"left": False}, status=404))
    error, status = "", 200
    if request.method == "POST":
        try:
            link = enter(
                token=token,
                code=request.POST.get("code", ""),
                address=client_address(request),
                at=at,
                request_id=request_number(request),
            )
        except LinkRefused as refused:
            error, status = f"{refused.detail}。{refused.hint}", 422
        except LinkPaused as paused:
            error, status = f"{paused.title}。{paused.detail}，{paused.hint}。", 429
        else:
            let_in(request, link, at=at)
            return private(HttpResponseRedirect(resolve_url("reporting:home")))
    context = {"error": error}
    return private(render(request, "portal/reporting_enter.html", context, status=status))


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """End the reporter's session."""
    let_out(request)
    return private(render(request, "portal/reporting_closed.html", {"left": True}))


@reporter_page
@require_safe
def home(request: HttpRequest, link: PointLink) -> HttpResponse:
    """Show what is due, and what was reported."""
    context = {
        "point": point_facts(link.point),
        "months": month_lines(link.point, on=timezone.localdate()),
        "notices": notice_lines(notices_of(link.point)),
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "portal/reporting_home.html", context)


@reporter_page
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, link: PointLink, month: int) -> HttpResponse:
    """Show a month's form or what was handed in; save a draft of it or hand it in."""
    point, on = link.point, timezone.localdate()
    asked = {line["month"] for line in month_lines(point, on=on)} if valid_month(month) else set()
    if month not in asked:
        raise NotThisMonth("这个月不用报，或者还没有过完", hint="请从首页选择月份")
    report = reports_of(point, [month]).get(month)
    if report is not None and not report.standing.with_reporter:
        return _handed_in(request, link, report)
    form = form_named(PointKind(point.kind).form)
    context = context_for(point, month, on=on, pool_root=settings.LEYE_POOL)
    if request.method == "POST":
        return _posted(request, link, month, form, context)
    given = dict(report.draft) if report is not None else {}
    if not given and report is not None and report.versions_made:
        given = _last_version(report)
    return _form_page(request, link, month, form, context, given, report, ())


def _posted(
    request: HttpRequest, link: PointLink, month: int, form: FormDefinition, context: CheckContext
) -> HttpResponse:
    given = {name: str(value) for name, value in request.POST.items() if name != "seen"}
    text = request.POST.get("seen", "")
    seen = int(text) if text.isdecimal() and len(text) < 9 else 0
    at, number = timezone.now(), request_number(request)
    findings: tuple[Finding, ...] = ()
    problem = ""
    try:
        if request.POST.get("do") == "draft":
            save_draft(point=link.point, month=month, given=given, seen=seen, by=link, at=at,
                       request_id=number)  # fmt: skip
            return _back("saved")
        submit(point=link.point, month=month, given=given, context=context, seen=seen, by=link,
               at=at, request_id=number)  # fmt: skip
        return _back("submitted")
    except ReportIncomplete:
        findings = read_form(form, given, context).findings
    except (ReportChanged, ReportNotNow, InvalidText) as error:
        problem = _words(error)
    report = reports_of(link.point, [month]).get(month)
    return _form_page(
        request, link, month, form, context, given, report, findings, problem=problem, seen=seen
    )


def _form_page(
    request: HttpRequest,
    link: PointLink,
    month: int,
    form: FormDefinition,
    context: CheckContext,
    given: dict[str, str],
    report: MonthlyReport | None,
    findings: tuple[Finding, ...],
    *,
    problem: str = "",
    seen: int | None = None,
) -> HttpResponse:
    firm = form.kind == PointKind.FIRM
    stamp = report.stamp if report is not None else 0
    shown = shown_form(
        form,
        given=given,
        offered=offered_of(context) if firm else {},
        fixed={"base": context.base} if context.base is not None else {},
        findings=findings,
        seen=stamp if seen is None else seen,
    )
    values = {
        "point": point_facts(link.point),
        "month": month,
        "label": month_words(month),
        "shown": shown,
        "returned": returned_reason(report),
        "draft_at": report.draft_at if report is not None else None,
        "problem": problem,
    }
    status = 422 if findings or problem else 200
    return render(request, "portal/reporting_month.html", values, status=status)


def _handed_in(request: HttpRequest, link: PointLink, report: MonthlyReport) -> HttpResponse:
    form, versions = form_named(report.form), versions_of(report)
    context = {
        "point": point_facts(link.point),
        "label": month_words(report.month),
        "state": report.standing.label,
        "tone": report.standing.tone,
        "lines": value_lines(form, versions[-1].values),
        "version": versions[-1].number,
        "at": versions[-1].at,
    }
    return render(request, "portal/reporting_done.html", context)


def _last_version(report: MonthlyReport) -> dict[str, str]:
    """Give a returned report as it was handed in, to be put right."""
    last = versions_of(report)[-1]
    typed = {name: "" if value is None else str(value) for name, value in last.values.items()}
    return typed | {f"why_{code}": reason for code, reason in last.reasons.items()}


def _words(error: LeyeError) -> str:
    return error.detail + (f"。{error.hint}" if error.hint else "")


def _back(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('reporting:home')}?done={done}")
