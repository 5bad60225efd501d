"""The policy reserve: what the city can use at which level, and whom it reaches."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.monitoring_forms import blame
from leye.doors.console.monitoring_words import read_scope
from leye.doors.console.months import month_label, working_day
from leye.doors.console.reserve_forms import LevelFilter, ReachForm, county_choices
from leye.doors.console.words.reserve import (
    HEADER,
    REACH_HEADER,
    REACH_NOTES,
    ask_words,
    fund_lines,
    measure_cells,
    measure_line,
    reach_cells,
    reach_line,
    reserve_notes,
)
from leye.doors.web.downloads import xlsx_response
from leye.kernel.months import month_of
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.roles import Permission
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.errors import InvalidAsk
from leye.service.response.reserve.catalogue import reserve
from leye.service.response.reserve.costs import area_classes
from leye.service.response.reserve.reach import Ask, Reach, Verdict, reach

_START = {"level": Level.YELLOW.value, "days": 15, "months": 3}
_SPARE = frozenset({Verdict.NOT_NEEDED, Verdict.NO_MONEY})
_SHUT = frozenset({Verdict.ENDED, Verdict.NOT_AT_LEVEL, Verdict.NOT_IN_FORCE, Verdict.TOO_LATE})


@staff_page(Permission.READ_MONITORING)
@require_safe
def reserve_page(request: HttpRequest) -> HttpResponse:
    """Show the catalogue, of all levels or of one."""
    form = LevelFilter(request.GET)
    status = 200 if form.is_valid() else 422
    month, lines = month_of(working_day()), _lines(form)
    context = {
        "form": form,
        "lines": lines,
        "all": len(reserve().measures),
        "notes": reserve_notes(reserve(), month),
        "query": request.GET.urlencode(),
    }
    return render(request, "console/response_reserve.html", context, status=status)


@staff_page(Permission.READ_MONITORING)
@require_safe
def reserve_export(request: HttpRequest) -> HttpResponse:
    """Give the catalogue as a sheet."""
    form = LevelFilter(request.GET)
    form.is_valid()
    rows = [measure_cells(line) for line in _lines(form)]
    _record(request, "policy_reserve", len(rows))
    notes = reserve_notes(reserve(), month_of(working_day()))
    return xlsx_response("政策储备", HEADER, rows, notes=notes)


@staff_page(Permission.READ_MONITORING)
@require_safe
def reach_page(request: HttpRequest) -> HttpResponse:
    """Ask whom, when and with how much; show what can be reached."""
    form, found = _asked(request)
    context: dict[str, Any] = {
        "form": form,
        "law": month_label(month_of(working_day())),
        "notes": REACH_NOTES,
        "found": None,
    }
    if found is not None:
        ask, result = found
        context |= _told(ask, result) | {"query": request.GET.urlencode()}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "console/response_reach.html", context, status=status)


@staff_page(Permission.READ_MONITORING)
@require_safe
def reach_export(request: HttpRequest) -> HttpResponse:
    """Give what can be reached as a sheet; of a question with errors, the question again."""
    form, found = _asked(request)
    if found is None:
        context = {"form": form, "notes": REACH_NOTES, "found": None}
        return render(request, "console/response_reach.html", context, status=422)
    ask, result = found
    rows = [reach_cells(line) for line in result.lines]
    _record(request, "policy_reach", len(rows))
    totals = [
        ("能服务（至少）", f"{result.served:,} 人"),
        ("还没有着落", f"{result.unserved:,} 人"),
        ("共需资金", f"{result.total:,} 元"),
    ]
    notes = [*ask_words(ask), *totals, *REACH_NOTES]
    return xlsx_response("政策储备测算", REACH_HEADER, rows, notes=notes)


def _asked(request: HttpRequest) -> tuple[ReachForm, tuple[Ask, Reach] | None]:
    scope = read_scope(request)
    if not request.GET:
        start = _START | {"county": county_choices(scope)[0][0]}
        return ReachForm(initial=start, scope=scope), None
    form = ReachForm(request.GET, scope=scope)
    if not form.is_valid():
        return form, None
    ask = form.asked(month_of(working_day()))
    try:
        return form, (ask, reach(ask, reserve()))
    except InvalidAsk as error:
        blame(form, error, error.field)
        return form, None


def _told(ask: Ask, found: Reach) -> dict[str, Any]:
    used = [reach_line(each) for each in found.lines if each.verdict is Verdict.USED]
    spare = [each for each in found.lines if each.verdict in _SPARE]
    return {
        "found": found,
        "asked": ask_words(ask),
        "main": [each for each in used if each["main"]],
        "more": [each for each in used if not each["main"]],
        "open": [reach_line(e) for e in found.lines if e.verdict is Verdict.CANNOT_TELL],
        "spare": [reach_line(each) for each in spare],
        "short": any(each.measure.main for each in spare),
        "shut": [reach_line(each) for each in found.lines if each.verdict in _SHUT],
        "funds": fund_lines(found, ask),
    }


def _lines(form: LevelFilter) -> list[dict[str, Any]]:
    level = form.cleaned_data.get("level") if form.is_valid() else ""
    month = month_of(working_day())
    classes = area_classes("", month)
    return [
        measure_line(each, month=month, classes=classes)
        for each in reserve().measures
        if not level or each.usable_at(int(level))
    ]


def _record(request: HttpRequest, kind: str, rows: int) -> None:
    actor = acting(request)
    actor.record(
        Action.FIGURES_EXPORTED,
        place=actor.place_for(Permission.READ_MONITORING),
        subject=Subject(kind, reserve().edition),
        detail={"rows": rows},
    )
