"""One conflict: what the sources say, what was decided, and the person behind it for a purpose."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from leye.data.pool import Snapshot
from leye.data.registers.comparison.catalogue import comparison
from leye.data.registers.queries import Conflict, UnknownConflict, conflict, tokens_of
from leye.doors.console.access import Acting, acting, staff_page
from leye.doors.console.decisions import DecideForm, PurposeForm
from leye.doors.console.months import chosen_month
from leye.doors.console.reads.conflicts import conflict_months, described, ref_of
from leye.doors.console.reads.deliveries import openable
from leye.doors.console.words.conflicts import conflict_rows, fact_lines, history_lines
from leye.doors.web.reading import pool
from leye.kernel.errors import InvalidInput, LeyeError
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import holds, scope_of, viewer_scope
from leye.service.identity.persons import OpenedPerson, Purpose, open_person
from leye.service.identity.roles import Permission
from leye.service.identity.vault.errors import TooManyOpenings, UnknownPerson
from leye.service.identity.vault.vault import vault
from leye.service.review import operations
from leye.service.review.errors import NotNow
from leye.service.review.models import ConflictDecision
from leye.service.review.queries import history

_NOTES = {
    "dismiss": ("ok", "已排除。需要时可以在处理记录下面重开。"),
    "confirm": ("ok", "已确认属实。"),
    "task": ("ok", "已转办。"),
    "reopen": ("ok", "已重开，疑点回到待核查。"),
}
_OPERATIONS: dict[str, Callable[..., ConflictDecision]] = {
    "dismiss": operations.dismiss,
    "confirm": operations.confirm,
    "task": operations.hand_over,
    "reopen": operations.reopen,
}


@staff_page(Permission.READ_CONFLICTS)
@require_safe
def conflict_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one conflict as it stood in a month. Looking is itself recorded."""
    snapshot = pool().snapshot()
    found = _found(request, snapshot, number)
    actor = acting(request)
    actor.record(
        Action.CONFLICT_OPENED,
        place=found.line.place,
        subject=Subject("conflict", found.line.id),
        detail={"rule": found.line.rule, "month": found.line.month},
    )
    return _page(request, snapshot, found)


@staff_page(Permission.DECIDE_CONFLICTS)
@require_POST
def conflict_decide(request: HttpRequest, number: str) -> HttpResponse:
    """Take a decision on the conflict, with its reason."""
    snapshot = pool().snapshot()
    found = _found(request, snapshot, number)
    form, do = DecideForm(request.POST), request.POST.get("do", "")
    if do not in _OPERATIONS:
        raise InvalidInput("没有这种处理方式", hint="请回到疑点页面重新选择")
    if form.is_valid():
        actor = acting(request)
        try:
            _OPERATIONS[do](
                conflict=ref_of(found.line),
                reason=form.cleaned_data["reason"],
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except (InvalidInput, NotNow) as error:
            form.add_error("reason", _said(error))
        else:
            address = resolve_url("console:conflict", found.line.id)
            return HttpResponseRedirect(f"{address}?month={found.line.month}&done={do}")
    return _page(request, snapshot, found, form=form, status=422)


@staff_page(Permission.OPEN_PERSON)
@require_POST
def conflict_person(request: HttpRequest, number: str) -> HttpResponse:
    """Show the name and masked number behind the conflict, for a purpose, on record."""
    snapshot = pool().snapshot()
    found = _found(request, snapshot, number)
    form = PurposeForm(request.POST)
    if not form.is_valid() or found.line.person is None:
        return _page(request, snapshot, found, person_form=form, status=422)
    actor = acting(request)
    try:
        person = _opened(snapshot, found.line.person, form, actor)
    except (InvalidInput, UnknownPerson, TooManyOpenings) as error:
        form.add_error("reason", _said(error))
        status = 429 if isinstance(error, TooManyOpenings) else 422
        return _page(request, snapshot, found, person_form=form, status=status)
    return _page(request, snapshot, found, person=person)


def _opened(snapshot: Snapshot, person: int, form: PurposeForm, actor: Acting) -> OpenedPerson:
    return open_person(
        person,
        purpose=Purpose(form.cleaned_data["purpose"]),
        reason=form.cleaned_data["reason"],
        by=actor.by,
        at=actor.at,
        vault=vault(),
        tokens_of=lambda key: tokens_of(snapshot, key),
        request_id=actor.request_id,
    )


def _found(request: HttpRequest, snapshot: Snapshot, number: str) -> Conflict:
    scope = scope_of(request.user, Permission.READ_CONFLICTS)
    month = chosen_month(request, conflict_months(snapshot))
    if month is None:
        raise UnknownConflict(f"“{number[:40]}”", hint="还没有做过比对")
    return conflict(snapshot, number, month=month, scope=scope)


def _said(error: LeyeError) -> str:
    return f"{error.detail}。{error.hint}" if error.hint else f"{error.detail}。"


def _page(
    request: HttpRequest,
    snapshot: Snapshot,
    found: Conflict,
    *,
    form: DecideForm | None = None,
    person_form: PurposeForm | None = None,
    person: OpenedPerson | None = None,
    status: int = 200,
) -> HttpResponse:
    listed = described(snapshot, [found.line])
    shown = form or person_form
    tone, note = _NOTES.get(request.GET.get("done", ""), ("", ""))
    deliveries = {fact.delivery for fact in found.facts if fact.delivery}
    context: dict[str, Any] = {
        "line": conflict_rows(listed)[0],
        "rule": comparison(found.line.rule),
        "facts": fact_lines(
            found.facts,
            openable=openable(snapshot, deliveries, scope=viewer_scope(request.user)),
            names=listed.names,
        ),
        "history": history_lines(history(request.user, found.line.id)),
        "errors": shown,
        "form": form or DecideForm(),
        "person_form": person_form or PurposeForm(initial={"purpose": Purpose.CHECK_CONFLICT}),
        "person": person,
        "decides": holds(request.user, Permission.DECIDE_CONFLICTS, found.line.place),
        "may_open": holds(request.user, Permission.OPEN_PERSON, found.line.place),
        "note": note if form is None else "",
        "note_tone": tone,
    }
    return render(request, "console/conflict.html", context, status=status)
