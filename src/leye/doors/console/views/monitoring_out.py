"""What leaves the network: sheets for the upper level, deliveries to the pool."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from leye.data.pool import PoolBusy
from leye.doors.console.access import Acting, acting, staff_page
from leye.doors.console.monitoring_forms import MonthForm
from leye.doors.console.monitoring_words import read_scope, round_months, shown_month
from leye.doors.console.months import month_label
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.monitoring import deliver_month
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.roles import Permission
from leye.service.monitoring.errors import NothingToDeliver
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.reports.definitions import forms
from leye.service.monitoring.reports.feed import (
    MINISTRY_COLUMNS,
    form_columns,
    form_rows,
    ministry_rows,
)
from leye.service.monitoring.reports.queries import feed_runs, filed
from leye.service.monitoring.reports.states import ReportState

_IN = frozenset({ReportState.COUNTY, ReportState.CITY, ReportState.CLOSED})


@staff_page(Permission.READ_MONITORING)
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give what was handed in for a month as a sheet: of firms, the ministry's columns."""
    if form not in forms():
        raise Http404(form)
    month, definition = shown_month(request), forms()[form]
    found = filed(month, scope=read_scope(request), states=_IN)
    firms = definition.kind == PointKind.FIRM
    header = MINISTRY_COLUMNS if firms else form_columns(definition)
    rows = ministry_rows(found) if firms else form_rows(definition, found)
    actor = acting(request)
    actor.record(
        Action.REPORTS_EXPORTED,
        place=actor.place_for(Permission.READ_MONITORING),
        subject=Subject("monthly_report", form),
        detail={"month": month, "rows": len(rows)},
    )
    notes = [
        ("依据", definition.basis),
        ("月份", month_label(month)),
        ("表单版本", definition.edition),
    ]
    return xlsx_response(f"{definition.title}{month}", header, rows, notes=notes)


@staff_page(Permission.DIRECT_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def deliver(request: HttpRequest) -> HttpResponse:
    """Show what can go to the pool for a month; on POST deliver it."""
    months = round_months()
    form = MonthForm(request.POST or request.GET, months=months)
    form.is_valid()
    month = int(form.cleaned_data.get("month") or months[0])
    problem, status = "", 200
    if request.method == "POST":
        try:
            _deliver(acting(request), month)
        except NothingToDeliver as error:
            problem, status = f"{error.detail}。{error.hint}", 422
        except PoolBusy as error:
            problem, status = f"{error.title}。没有交付，请过十几秒再试一次。", 503
        else:
            return HttpResponseRedirect(f"{resolve_url('monitoring:deliver')}?month={month}&done=1")
    context = {
        "form": MonthForm({"month": month}, months=months),
        "month": month,
        "label": month_label(month),
        "closed": len(filed(month, kind=PointKind.FIRM)),
        "waiting": len(filed(month, kind=PointKind.FIRM, states=_IN - {ReportState.CLOSED})),
        "runs": feed_runs(month),
        "problem": problem,
        "note": "已交付。" if request.GET.get("done") else "",
    }
    return render(request, "console/monitoring_deliver.html", context, status=status)


def _deliver(actor: Acting, month: int) -> None:
    deliver_month(month, by=actor.by, at=actor.at, request_id=actor.request_id)
