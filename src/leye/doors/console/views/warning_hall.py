"""预警大厅: levels now, cases with their clocks, feeds that fail, and how the desk does."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leye.analysis.warning import Level as Colour
from leye.analysis.warning.types import ALL
from leye.data.reference import places
from leye.data.registers.queries.firms import firms
from leye.doors.console.access import acting, staff_page
from leye.doors.console.forms import place_choices
from leye.doors.console.monitoring_forms import blame
from leye.doors.console.monitoring_words import read_scope
from leye.doors.console.months import month_label
from leye.doors.console.paging import page_number
from leye.doors.console.presenters import place_name
from leye.doors.console.warning_forms import CaseFilter, MissForm
from leye.doors.console.warning_words import case_line, level_line, signal_line, trade_line
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.maps import Mark, draw_map
from leye.doors.web.shades import MISSING, LegendEntry
from leye.kernel.errors import InvalidField
from leye.kernel.place import Scope, place_prefix
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import Asker, holds, scope_of
from leye.service.identity.roles import Permission
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases.enums import Found, State
from leye.service.response.cases.hold import CASE
from leye.service.response.cases.models import Case, CaseSignal
from leye.service.response.cases.opening import Miss, open_miss
from leye.service.response.cases.queries import (
    cases_for,
    desk_record,
    ledger_counts,
    open_counts,
)
from leye.service.response.cases.querysets import CaseQuerySet
from leye.service.response.signals.models import (
    KeptFeed,
    KeptGrade,
    KeptSignal,
    KeptVisit,
    WatchRun,
)
from leye.service.response.signals.operations import asks
from leye.service.response.signals.queries import (
    PlaceLevel,
    levels_now,
    newest_run,
    signals_of,
)

PAGE, SHOWN, DAYS, VISITS = 50, 12, 30, 10
_SHADES = {0: "w0", 1: "w4", 2: "w3", 3: "w2", 4: "w1"}
_LEGEND = (
    LegendEntry("w1", Level.RED.label),
    LegendEntry("w2", Level.ORANGE.label),
    LegendEntry("w3", Level.YELLOW.label),
    LegendEntry("w4", Level.BLUE.label),
    LegendEntry("w0", "未达预警"),
    LegendEntry(MISSING, "数据不可用，不定级"),
)


@staff_page(Permission.READ_MONITORING)
@require_safe
def hall(request: HttpRequest) -> HttpResponse:
    """Show how the city stands, what waits for somebody, and what cannot be seen."""
    now, run = timezone.now(), newest_run()
    cases = list(cases_for(request.user).open().order_by("due_at", "id")[: SHOWN + 1])
    ledgers = ledger_counts(cases)
    context: dict[str, Any] = {
        "cases": [case_line(each, now, ledgers.get(each.pk)) for each in cases[:SHOWN]],
        "more": len(cases) > SHOWN,
        "record": desk_record(request.user, since=now - timedelta(days=DAYS)),
        "days": DAYS,
        "manages": holds(request.user, Permission.MANAGE_MONITORING),
        "run": run,
        **(_of_run(request, run) if run is not None else {}),
    }
    return render(request, "console/warning_hall.html", context)


@staff_page(Permission.READ_MONITORING)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """List cases by state and county, the most urgent first."""
    form, found = _filtered(request)
    page = Paginator(found, PAGE).get_page(page_number(request, "page"))
    now, ledgers = timezone.now(), ledger_counts(page)
    context = {
        "form": form,
        "page": page,
        "lines": [case_line(each, now, ledgers.get(each.pk)) for each in page],
        "query": _chosen(form),
        "manages": holds(request.user, Permission.MANAGE_MONITORING),
    }
    return render(request, "console/warning_cases.html", context)


@staff_page(Permission.READ_MONITORING)
@require_safe
def cases_export(request: HttpRequest) -> HttpResponse:
    """Give the chosen cases as a sheet; that it was taken is on record."""
    _, found = _filtered(request)
    header = ("编号", "标题", "地区", "等级", "状态", "判定", "发现途径", "漏报原因", "涉及人数",
              "立项时间", "受理时间", "受理人", "解除时间", "超时上报次数")  # fmt: skip
    rows = [_cells(each) for each in found]
    actor = acting(request)
    actor.record(
        Action.CASES_EXPORTED,
        place=actor.place_for(Permission.READ_MONITORING),
        subject=Subject(CASE),
        detail={"rows": len(rows)},
    )
    return xlsx_response(
        "预警事项", header, rows, notes=[("导出时间", f"{timezone.localtime():%F %R}")]
    )


@staff_page(Permission.READ_MONITORING)
@require_safe
def signals(request: HttpRequest) -> HttpResponse:
    """List every signal of the newest run, those that reach no level too."""
    run = newest_run()
    found = signals_of(request.user, run) if run is not None else []
    numbers = _case_numbers(request.user, found)
    context = {
        "run": run,
        "month": month_label(run.month) if run else "",
        "lines": [{**signal_line(each), "case": numbers.get(each.pk, "")} for each in found],
    }
    return render(request, "console/warning_signals.html", context)


@staff_page(Permission.MANAGE_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def miss(request: HttpRequest) -> HttpResponse:
    """Record what the watch had missed, as a case."""
    scope = scope_of(request.user, Permission.MANAGE_MONITORING)
    form = MissForm(request.POST or None, places=place_choices(scope))
    if request.method == "POST" and form.is_valid():
        actor, given = acting(request), form.cleaned_data
        asked = Miss(
            title=given["title"],
            place=given["place"],
            month=int(given["month"]),
            found=Found(given["found"]),
            why=given["why"],
            level=Level(int(given["level"])),
            persons=given["persons"],
        )
        try:
            made = open_miss(miss=asked, by=actor.by, at=actor.at, request_id=actor.request_id)
        except (InvalidField, InvalidText) as error:
            blame(form, error, getattr(error, "field", ""))
        else:
            return HttpResponseRedirect(f"{resolve_url('warning:case', made.number)}?done=miss")
    status = 422 if form.errors else 200
    return render(request, "console/warning_miss.html", {"form": form}, status=status)


def _of_run(request: HttpRequest, run: WatchRun) -> dict[str, Any]:
    scope, found = read_scope(request), signals_of(request.user, run)
    standing = {place: each for place, each in levels_now(run).items() if scope.covers(place)}
    counties = places().children(settings.LEYE_CITY)
    own = [standing[each.code] for each in counties if each.code in standing]
    city = standing.get(settings.LEYE_CITY)
    grades = KeptGrade.objects.visible_to(request.user).filter(run=run)
    trades = grades.filter(level__gt=0).exclude(code=ALL)
    return {
        "month": month_label(run.month),
        "city": level_line(city, found) if city else None,
        "drawing": _map(request, standing, scope),
        "legend": _LEGEND,
        "grades": [level_line(each, found) for each in own if each.level != 0 or each.reasons],
        "calm": sum(each.level == 0 and not each.reasons for each in own),
        "industries": [trade_line(each, found) for each in trades],
        "feeds": [each for each in KeptFeed.objects.filter(run=run)
                  if not each.place or scope.covers(each.place)],
        "visits": _visits(request, run),
        "quiet": sum(not asks(each) for each in found),
        "signals": len(found),
    }  # fmt: skip


def _visits(request: HttpRequest, run: WatchRun) -> list[dict[str, Any]]:
    """Give which firms to look in on first, by name to those who read their place's monitoring."""
    copy, scope = firms(settings.LEYE_POOL), read_scope(request)
    found = KeptVisit.objects.visible_to(request.user).filter(run=run).order_by("-score")[:VISITS]
    lines = []
    for each in found:
        rows = copy.months_of(each.employer, scope=scope) if copy is not None else ()
        lines.append({"visit": each, "firm": rows[-1][1].name if rows else "名称不详",
                      "where": place_name(each.place)})  # fmt: skip
    return lines


def _map(request: HttpRequest, standing: Mapping[str, PlaceLevel], scope: Scope) -> Any:
    """Draw the counties the asker reads of; of others nothing is known here, not even none."""
    counts = open_counts(request.user)
    marks = []
    for county in places().children(settings.LEYE_CITY):
        if not scope.covers(county.code):
            continue
        found = standing.get(county.code)
        level = found.level if found is not None else None
        label = "不定级" if level is None else Colour(level).label
        cases_here = counts.get(county.code, 0)
        marks.append(
            Mark(
                place=county.code,
                name=county.name,
                value=f"{label[:2]}" + (f" {cases_here}件" if cases_here else ""),
                spoken=f"{county.name}：{label}，没有解除的事项 {cases_here} 件",
                shade=MISSING if level is None else _SHADES[level],
                url=f"{resolve_url('warning:cases')}?place={county.code}",
            )
        )
    return draw_map(marks, parent=settings.LEYE_CITY) if marks else None


def _filtered(request: HttpRequest) -> tuple[CaseFilter, CaseQuerySet]:
    given = {"state": "open", **request.GET.dict()}
    form = CaseFilter(given, places=place_choices(read_scope(request)))
    found = cases_for(request.user).order_by("due_at", "id")
    if not form.is_valid():
        return form, found.none()
    state, place = form.cleaned_data["state"], form.cleaned_data["place"]
    if state == "missed":
        found = found.exclude(missed="")
    elif state == "open" or not state:
        found = found.open()
    elif state != "all":
        found = found.filter(state=State(state).value)
    return form, found.filter(place__startswith=place_prefix(place)) if place else found


def _chosen(form: CaseFilter) -> str:
    """Give what was chosen as the query of an address."""
    given = form.cleaned_data if form.is_valid() else {}
    return urlencode({name: value for name, value in given.items() if value})


def _cells(case: Case) -> tuple[Any, ...]:
    return (
        case.number,
        case.title,
        place_name(case.place),
        case.level_label,
        case.state_label,
        case.verdict_label,
        case.found_label,
        case.missed,
        case.persons,
        _moment(case.opened_at),
        _moment(case.taken_at),
        case.taken_by.display_name if case.taken_by else "",
        _moment(case.closed_at),
        case.escalated,
    )


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _case_numbers(user: Asker, found: list[KeptSignal]) -> dict[int, str]:
    rows = CaseSignal.objects.filter(signal__in=found, case__in=Case.objects.visible_to(user))
    return {each.signal_id: each.case.number for each in rows.select_related("case")}
