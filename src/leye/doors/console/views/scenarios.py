"""What-ifs (政策仿真): other numbers of the law, who gains, who loses, what it costs in a year."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leye.decision.policy.replay import NothingChanges, ReplayLine
from leye.doors.console.access import acting, staff_page
from leye.doors.console.reads import scenarios as reads
from leye.doors.console.scenario_forms import ScenarioForm
from leye.doors.console.words.scenarios import (
    HEADER,
    NOTES,
    cells,
    fund_rows,
    place_rows,
    programme_rows,
    scenario_line,
    sheet_notes,
)
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import scope_of
from leye.service.scenario.errors import InvalidScenario, ScenarioRunning
from leye.service.scenario.models import Scenario, State
from leye.service.scenario.operations import NEEDED, ask, fail, scenario_for, scenarios_for
from leye.service.scenario.results import funds_of, lines_of

_MOST = 50
_TABLE = "person_month"


@staff_page(NEEDED)
@require_http_methods(["GET", "HEAD", "POST"])
def scenarios(request: HttpRequest) -> HttpResponse:
    """List what was asked before, and ask a new one; it is worked out beside the server."""
    months = tuple(reversed(pool().snapshot().months_of(_TABLE)))
    form, status = None, 200
    if months and request.method == "POST":
        form = ScenarioForm(request.POST, months=months)
        status = 422
        if form.is_valid():
            made = _asked(request, form)
            if made is not None:
                return HttpResponseRedirect(resolve_url("findings:scenario", made.pk))
    elif months:
        form = ScenarioForm(months=months, initial={"month": months[0]})
    now = timezone.now()
    listed = scenarios_for(request.user).defer("result")[:_MOST]
    context = {
        "form": form,
        "lines": [scenario_line(each, at=now) for each in listed],
        "notes": NOTES,
    }
    return render(request, "console/scenarios.html", context, status=status)


@staff_page(NEEDED)
@require_safe
def scenario(request: HttpRequest, number: int) -> HttpResponse:
    """Show a scenario: that it runs, why it failed, or what came of it in the asker's places.

    :raises UnknownScenario: there is none, or none of the asker's places.
    """
    found = scenario_for(request.user, number)
    context: dict[str, Any] = {
        "line": scenario_line(found, at=timezone.now()),
        "done": found.state == State.DONE.value,
        "notes": NOTES,
    }
    if found.state == State.DONE.value:
        lines = _lines(request, found)
        rows = programme_rows(lines)
        context |= {
            "moved": [row for row in rows if row["moves"]],
            "still": [row for row in rows if not row["moves"]],
            "places": place_rows(lines),
            "funds": _funds(request, found),
        }
    return render(request, "console/scenario.html", context)


@staff_page(NEEDED)
@require_safe
def scenario_export(request: HttpRequest, number: int) -> HttpResponseBase:
    """Give what came of a scenario as a sheet, a row for each programme and county.

    :raises UnknownScenario: there is none, or none of the asker's places.
    """
    found = scenario_for(request.user, number)
    if found.state != State.DONE.value:
        return HttpResponseRedirect(resolve_url("findings:scenario", number))
    rows = cells(_lines(request, found))
    acting(request).record(
        Action.FIGURES_EXPORTED,
        place=found.place,
        subject=Subject("scenario", found.number),
        detail={"month": found.month, "rows": len(rows)},
    )
    return xlsx_response(f"政策仿真-{found.number}", HEADER, rows, notes=sheet_notes(found))


def _asked(request: HttpRequest, form: ScenarioForm) -> Scenario | None:
    """Put the scenario on record and start it; None, with the form told why, where it cannot be."""
    actor, given = acting(request), form.cleaned_data
    try:
        made = ask(
            name=given["name"],
            place=actor.place_for(NEEDED),
            month=int(given["month"]),
            changes=given["changes"],
            by=actor.by,
            at=actor.at,
            request_id=actor.request_id,
        )
    except InvalidText as error:
        form.add_error("name", f"{error.detail}。{error.hint}")
    except (InvalidScenario, NothingChanges, ScenarioRunning) as error:
        form.add_error(None, f"{error.title}：{error.detail}。{error.hint}")
    else:
        try:
            reads.start(made.pk)
        except OSError:
            fail(made.pk, at=actor.at, reason="没有算：服务器现在开不了新的进程，请稍后重新运行。")
        return made
    return None


def _lines(request: HttpRequest, found: Scenario) -> tuple[ReplayLine, ...]:
    """Give the lines of the asker's places; whose county nobody knows is of the city."""
    scope = scope_of(request.user, NEEDED)
    return tuple(
        each
        for each in lines_of(found.result or {"lines": []})
        if scope.covers(each.place or settings.LEYE_CITY)
    )


def _funds(request: HttpRequest, found: Scenario) -> list[dict[str, str]]:
    """Give the funds, which are the city's, to those who see all of it."""
    covers = scope_of(request.user, NEEDED).covers(settings.LEYE_CITY)
    return fund_rows(funds_of(found.result or {"funds": []})) if covers else []
