"""Policies find people (政策找人): who is entitled and does not receive, by programme and place."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from leye.data.pool import Snapshot
from leye.decision.policy import listing
from leye.doors.console.access import acting, staff_page
from leye.doors.console.months import chosen_month, month_label
from leye.doors.console.policy_forms import FindingsFilter
from leye.doors.console.presenters import place_path
from leye.doors.console.reads.findings import (
    EVERYBODY,
    Findings,
    findings,
    findings_below,
    findings_months,
    programme_findings,
)
from leye.doors.console.words.findings import (
    FIGURES_HEADER,
    NOTES,
    condition_rows,
    counter,
    figure_cells,
    figure_lines,
    figure_notes,
    figure_words,
    obstacle_rows,
)
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission

# Exact counts, down to one person, are for those who may see who it is.
_NEEDED = Permission.OPEN_PERSON


@staff_page(_NEEDED)
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Show of every programme how many are entitled, receive it, do not, and what it costs."""
    snapshot = pool().snapshot()
    form = _form(request, snapshot)
    context: dict[str, Any] = {"form": form, "screened": form is not None, "found": False}
    valid = form is not None and form.is_valid()
    if form is not None and valid:
        found = _found(request, snapshot, form)
        query = _query(form)
        lines = figure_lines(found, query=query)
        context |= {
            "found": True,
            "month": month_label(found.month),
            "before": month_label(found.before) if found.before else "",
            "place": place_path(found.place),
            # Those that somebody is entitled to come first.
            "lines": sorted(
                (line for line in lines if line["any"]), key=lambda line: not line["found"]
            ),
            "nobody": [line for line in lines if not line["any"]],
            "query": query,
            "notes": NOTES,
        }
    status = 200 if form is None or valid else 422
    return render(request, "console/policies.html", context, status=status)


@staff_page(_NEEDED)
@require_safe
def policies_export(request: HttpRequest) -> HttpResponseBase:
    """Give the figures as a sheet: of the place, then of each place right inside it."""
    snapshot = pool().snapshot()
    form = _form(request, snapshot)
    if form is None or not form.is_valid():
        return HttpResponseRedirect(f"{resolve_url('findings:policies')}?{request.GET.urlencode()}")
    found = _found(request, snapshot, form)
    below = findings_below(
        snapshot,
        month=found.month,
        place=found.place,
        group=found.group,
        scope=scope_of(request.user, _NEEDED),
    )
    rows = figure_cells(found, below)
    acting(request).record(
        Action.FIGURES_EXPORTED,
        place=found.place,
        subject=Subject("figures", "policies"),
        detail={"month": found.month, "rows": len(rows)},
    )
    notes = figure_notes(found, snapshot)
    return xlsx_response(f"政策找人-{found.month}", FIGURES_HEADER, rows, notes=notes)


@staff_page(_NEEDED)
@require_safe
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """Show one programme: its conditions, who meets them where, and why of others none can tell.

    :raises UnknownCode: there is no such programme.
    """
    about, snapshot = listing(name), pool().snapshot()
    form = _form(request, snapshot)
    context: dict[str, Any] = {"about": about, "form": form, "screened": form is not None}
    context |= {"found": False, "unit": counter(name), "names": about.who == "person"}
    valid = form is not None and form.is_valid()
    if form is not None and valid:
        context |= _programme(request, snapshot, form, name)
    status = 200 if form is None or valid else 422
    return render(request, "console/policy.html", context, status=status)


def _programme(
    request: HttpRequest, snapshot: Snapshot, form: FindingsFilter, name: str
) -> dict[str, Any]:
    given = form.cleaned_data
    month = int(given["month"])
    found = programme_findings(
        snapshot,
        name,
        month=month,
        place=given["place"],
        group=given["group"],
        scope=scope_of(request.user, _NEEDED),
    )
    return {
        "found": True,
        "month": month_label(month),
        "before": month_label(found.before) if found.before else "",
        "place": place_path(given["place"]),
        "own": figure_words(found.own) if found.own else None,
        "new": found.change.new if found.change else 0,
        "lost": found.change.lost if found.change else 0,
        "compared": found.before is not None and given["group"] == EVERYBODY,
        "places": [figure_words(each) for each in found.places],
        "groups": [figure_words(each) for each in found.groups if each.eligible],
        "obstacles": obstacle_rows(name, month, found.obstacles),
        "conditions": condition_rows(name, month),
        "query": _query(form),
        "list_query": _list_query(form),
        "notes": NOTES,
    }


def _form(request: HttpRequest, snapshot: Snapshot) -> FindingsFilter | None:
    """Give the form as the address fills it; None before anything was screened."""
    months = findings_months(snapshot)
    if not months:
        return None
    scope = scope_of(request.user, _NEEDED)
    widest = min(scope.places, key=lambda code: (len(code.rstrip("0")), code))
    given = {name: value for name, value in request.GET.dict().items() if value}
    data = {"place": widest, **given, "month": str(chosen_month(request, months))}
    return FindingsFilter(data, months=months, scope=scope)


def _found(request: HttpRequest, snapshot: Snapshot, form: FindingsFilter) -> Findings:
    given = form.cleaned_data
    return findings(
        snapshot,
        month=int(given["month"]),
        place=given["place"],
        group=given["group"],
        scope=scope_of(request.user, _NEEDED),
    )


def _query(form: FindingsFilter) -> str:
    return urlencode({name: form.cleaned_data[name] for name in ("month", "place", "group")})


def _list_query(form: FindingsFilter) -> str:
    given = form.cleaned_data
    group = "" if given["group"] == EVERYBODY else given["group"]
    wanted = {"month": given["month"], "place": given["place"], "group": group}
    return urlencode({name: value for name, value in wanted.items() if value})
