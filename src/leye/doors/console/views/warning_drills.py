"""Drills: start one, see how the desk does, end it with lessons."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from leye.doors.console.access import acting, staff_page
from leye.doors.console.forms import place_choices
from leye.doors.console.monitoring_forms import blame
from leye.doors.console.presenters import place_name
from leye.doors.console.warning_forms import DrillForm, LessonsForm
from leye.doors.console.warning_words import case_line
from leye.kernel.errors import InvalidField
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import holds, require, scope_of
from leye.service.identity.roles import Permission
from leye.service.response.drills.operations import (
    DrillLine,
    drill_for,
    drill_lines,
    drills_for,
    end_drill,
    start_drill,
)
from leye.service.response.drills.scenario import scenario_named, scenarios
from leye.service.response.errors import DrillRunning


@staff_page(Permission.READ_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def drills(request: HttpRequest) -> HttpResponse:
    """List the drills and the scenarios; on POST start one."""
    if request.method == "POST":
        require(request.user, Permission.MANAGE_MONITORING)
    manages = holds(request.user, Permission.MANAGE_MONITORING)
    scope = scope_of(request.user, Permission.MANAGE_MONITORING)
    form = DrillForm(request.POST or None, places=place_choices(scope))
    if request.method == "POST" and form.is_valid():
        actor, given = acting(request), form.cleaned_data
        try:
            made = start_drill(scenario=given["scenario"], place=given["place"], by=actor.by,
                               at=actor.at, request_id=actor.request_id)  # fmt: skip
        except (InvalidField, DrillRunning) as error:
            blame(form, error, getattr(error, "field", ""))
        else:
            return HttpResponseRedirect(resolve_url("warning:drill", made.number))
    context = {
        "lines": [{"drill": each, "where": place_name(each.place)}
                  for each in drills_for(request.user)],
        "scenarios": list(scenarios().values()),
        "form": form if manages else None,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "console/warning_drills.html", context, status=status)


@staff_page(Permission.READ_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def drill(request: HttpRequest, number: str) -> HttpResponse:
    """Show how a drill goes, case by case; on POST end it."""
    found = drill_for(request.user, number)
    if request.method == "POST":
        require(request.user, Permission.MANAGE_MONITORING, found.place)
    form = LessonsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = acting(request)
        try:
            end_drill(found, lessons=form.cleaned_data["lessons"], by=actor.by, at=actor.at,
                      request_id=actor.request_id)  # fmt: skip
        except (InvalidText, DrillRunning) as error:
            blame(form, error, "lessons")
        else:
            return HttpResponseRedirect(resolve_url("warning:drill", number))
    lines = drill_lines(found)
    judged = [each.right for each in lines if each.right is not None]
    context = {
        "drill": found,
        "where": place_name(found.place),
        "scenario": scenario_named(found.scenario),
        "lines": [_line(each, over=found.ended_at is not None) for each in lines],
        "judged": len(judged),
        "right": sum(judged),
        "late": sum(each.late for each in lines),
        "form": form,
        "manages": holds(request.user, Permission.MANAGE_MONITORING, found.place),
    }
    status = 422 if form.errors else 200
    return render(request, "console/warning_drill.html", context, status=status)


def _line(each: DrillLine, *, over: bool) -> dict[str, object]:
    line = case_line(each.case, timezone.now())
    # What is behind a signal is told when the exercise is over, or the case was judged.
    told = each.truth is not None and (over or each.right is not None)
    return {
        **line,
        "minutes": each.minutes,
        "truth": each.truth.label if each.truth is not None and told else "",
        "right": each.right,
        "late": each.late,
    }
