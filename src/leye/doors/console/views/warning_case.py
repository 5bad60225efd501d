"""One case: what is seen, why, what is to be done next, and everything that was done."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leye.data.registers.queries.firms import firms
from leye.data.registers.queries.served import FirmRow
from leye.doors.console.access import acting, staff_page
from leye.doors.console.monitoring_forms import blame
from leye.doors.console.months import month_label
from leye.doors.console.presenters import place_path
from leye.doors.console.warning_acts import ACTS, hand_of, open_acts
from leye.doors.console.warning_forms import ApproveForm, CaseForm
from leye.doors.console.warning_words import (
    case_line,
    evidence_chart,
    evidence_rows,
    measure_lines,
    signal_line,
    step_line,
    task_lines,
)
from leye.kernel.errors import Forbidden, InvalidField
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import holds, scope_of
from leye.service.identity.roles import Permission
from leye.service.response.cases.closing import missing_before_closing
from leye.service.response.cases.enums import Audience, State
from leye.service.response.cases.log import is_whole
from leye.service.response.cases.models import Case, Release
from leye.service.response.cases.planned import plan_of
from leye.service.response.cases.queries import (
    case_for,
    ledger_counts,
    measures_of,
    releases_of,
    signals_in,
    steps_of,
)
from leye.service.response.errors import CaseChanged, CaseNotNow, CaseNotReady
from leye.service.response.signals.models import KeptSignal
from leye.service.response.signals.queries import history_of

_REFUSED = (InvalidField, InvalidText, CaseChanged, CaseNotNow, CaseNotReady, Forbidden)
_NOTES = {"miss": "已登记为漏报事项。", **{name: act.done for name, act in ACTS.items()}}


@staff_page(Permission.READ_MONITORING)
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case with the forms of what can be done now."""
    return _page(request, case_for(request.user, number), {})


@staff_page(Permission.MANAGE_MONITORING)
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Do one thing with a case; when it is refused, nothing typed is lost."""
    found = case_for(request.user, number)
    name = request.POST.get("do", "")
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404(name)
    form = chosen.form(found, request.POST.dict())
    if form.is_valid():
        actor = acting(request)
        try:
            chosen.run(found, form.cleaned_data, hand_of(actor, form.cleaned_data["seen"]))
        except _REFUSED as error:
            blame(form, error, getattr(error, "field", ""))
        else:
            return HttpResponseRedirect(f"{resolve_url('warning:case', number)}?done={name}")
    found.refresh_from_db()
    return _page(request, found, {name: form}, status=422)


def _page(
    request: HttpRequest, found: Case, bound: Mapping[str, CaseForm], *, status: int = 200
) -> HttpResponse:
    now, steps = timezone.now(), steps_of(found)
    signals = signals_in(found)
    ledger = ledger_counts([found]).get(found.pk)
    plan = plan_of(found)
    context: dict[str, Any] = {
        "case": found,
        "line": case_line(found, now, ledger),
        "where": place_path(found.place),
        "month": month_label(found.month),
        "signals": [signal_line(each) for each in signals],
        **_evidence(signals),
        "firm": _firm(request, found),
        "plan": plan,
        "tasks": task_lines(found, steps, now),
        "measures": measure_lines(measures_of(found)),
        "releases": [_release(request, found, each) for each in releases_of(found)],
        "missing": missing_before_closing(found) if found.standing is State.HANDLE else (),
        "ledger": ledger,
        "opens": holds(request.user, Permission.OPEN_PERSON, found.place),
        "forms": _forms(request, found, bound),
        "failed": next((form for form in bound.values()), None),
        "steps": [step_line(each) for each in reversed(steps)],
        "whole": is_whole(steps),
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/warning_case.html", context, status=status)


def _forms(request: HttpRequest, found: Case, bound: Mapping[str, CaseForm]) -> list[CaseForm]:
    """Give the forms of what can be done now; one that was refused keeps what was typed.

    That it can be done no longer, because somebody else was first, does not take the text away.
    """
    names = open_acts(found, request.user)
    typed = [name for name in bound if "text" in ACTS[name].form.base_fields]
    names = (*names, *(name for name in typed if name not in names))
    for form in bound.values():
        # Whoever has been told that the case changed has now seen how.
        form.data = {**form.data, "seen": str(found.steps)}
    return [bound.get(name) or ACTS[name].form(found) for name in names]


def _release(request: HttpRequest, found: Case, each: Release) -> dict[str, Any]:
    approval = getattr(each, "approval", None)
    outward = each.audience != Audience.INTERNAL.value
    needed = Permission.DIRECT_MONITORING if outward else Permission.MANAGE_MONITORING
    waits = approval is None and found.standing in (State.HANDLE, State.CLOSED)
    may = waits and each.by_id != request.user.pk
    return {
        "release": each,
        "approval": approval,
        "form": ApproveForm(found) if may and holds(request.user, needed, found.place) else None,
    }


def _evidence(signals: list[KeptSignal]) -> dict[str, Any]:
    if not signals:
        return {"chart": None}
    first = signals[0]
    # What was expected of a signal says nothing of the insured persons of its firm.
    series = _series(first)
    history = [] if series else history_of(first.cause, drill=first.drill)
    unit = "人" if series else first.unit
    return {
        "chart": evidence_chart(history, series, unit),
        "chart_rows": evidence_rows(history, series, unit),
    }


def _series(signal: KeptSignal) -> dict[int, Decimal]:
    """Give the firm's insured persons by month, empty where the signal is not about one firm."""
    copy = firms(settings.LEYE_POOL) if signal.employer > 0 else None
    if copy is None:
        return {}
    rows = copy.firm_series(signal.employer).items()
    return {month: Decimal(row.insured) for month, row in rows if row.insured is not None}


def _firm(request: HttpRequest, found: Case) -> FirmRow | None:
    """Give the firm's newest month, to those who may see firms of its place by name."""
    copy = firms(settings.LEYE_POOL) if found.employer > 0 else None
    if copy is None:
        return None
    scope = scope_of(request.user, Permission.READ_MONITORING)
    rows = copy.months_of(found.employer, scope=scope)
    return rows[-1][1] if rows else None
