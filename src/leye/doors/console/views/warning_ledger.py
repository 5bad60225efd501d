"""The ledger of a case: keys only, for a purpose; who it is is opened one by one."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from leye.data.registers.queries.firms import firms
from leye.doors.console.access import Acting, acting, staff_page
from leye.doors.console.monitoring_forms import blame
from leye.doors.console.paging import page_number
from leye.doors.console.presenters import place_path
from leye.doors.console.warning_acts import hand_of
from leye.doors.console.warning_forms import FollowForm, ListForm, RefreshForm
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.kernel.errors import Forbidden, InvalidField
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import holds, require
from leye.service.identity.roles import Permission
from leye.service.response.cases.hold import CASE
from leye.service.response.cases.models import Case
from leye.service.response.cases.queries import case_for, ledger_counts
from leye.service.response.errors import CaseChanged, CaseNotNow
from leye.service.response.ledger.enums import Origin
from leye.service.response.ledger.models import AffectedPerson, PersonStep
from leye.service.response.ledger.operations import (
    affected_of,
    follow,
    follow_by_registers,
    list_persons,
)
from leye.service.response.ledger.reading import Left, known_of, leavers_of

PAGE = 50
_NOTES = {"list": "人员已登记。", "refresh": "已按登记库更新。", "follow": "已记下。"}
_REFUSED = (InvalidField, InvalidText, CaseChanged, CaseNotNow, Forbidden)


@staff_page(Permission.OPEN_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest, number: str) -> HttpResponse:
    """Show the ledger; on POST list persons from the registers, or follow them by the registers."""
    found = _case(request, number)
    form = ListForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        name = request.POST.get("do", "")
        if name not in _ACTS:
            raise Http404(name)
        if form.is_valid():
            try:
                _ACTS[name](acting(request), found, form.cleaned_data["seen"])
            except _REFUSED as error:
                blame(form, error)
            else:
                return _back(number, name)
        found.refresh_from_db()
        # Whoever has been told that the case changed has now seen how.
        form.data = {**form.data, "seen": str(found.steps)}
    return _page(request, found, form, status=422 if form.errors else 200)


@staff_page(Permission.OPEN_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Show what was done for one person; on POST note what was done now."""
    found = _case(request, number)
    affected = affected_of(found, key)
    form = FollowForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        actor, given = acting(request), form.cleaned_data
        try:
            follow(affected, form.chosen(), on=given["on"], text=given["text"], by=actor.by,
                   at=actor.at, request_id=actor.request_id)  # fmt: skip
        except _REFUSED as error:
            blame(form, error, getattr(error, "field", ""))
        else:
            return _back(number, "follow")
    context = {
        "case": found,
        "affected": affected,
        "where": place_path(affected.residence) if affected.residence else "不详",
        "log": PersonStep.objects.filter(affected=affected).select_related("by").order_by("id"),
        "form": form,
        "open": found.standing.open,
    }
    status = 422 if form.errors else 200
    return render(request, "console/warning_person.html", context, status=status)


@staff_page(Permission.OPEN_PERSON)
@require_POST
def ledger_export(request: HttpRequest, number: str) -> HttpResponse:
    """Give the ledger as a sheet, without who they are; that it was taken is on record."""
    found = _case(request, number)
    every = AffectedPerson.objects.filter(case=found).order_by("id")
    rows = [_cells(each) for each in every]
    acting(request).record(
        Action.CASE_PERSONS_EXPORTED,
        place=found.place,
        subject=Subject(CASE, found.number),
        detail={"rows": len(rows)},
    )
    header = ("人员编号", "居住地", "离职日期", "来源", "已办", "去向", "去向日期")
    return xlsx_response(f"受影响人员台账-{found.number}", header, rows,
                         notes=[("事项", found.title)])  # fmt: skip


def _case(request: HttpRequest, number: str) -> Case:
    found = case_for(request.user, number)
    require(request.user, Permission.OPEN_PERSON, found.place)
    return found


def _list(actor: Acting, found: Case, seen: int) -> None:
    snapshot, copy = pool().snapshot(), firms(settings.LEYE_POOL)
    newest = copy.months[-1] if copy is not None and copy.months else found.month
    leavers = leavers_of(found, snapshot, copy, newest=newest)
    list_persons(found, leavers, hand_of(actor, seen))
    _refresh(actor, found, seen)


def _refresh(actor: Acting, found: Case, _seen: int) -> None:
    copy = firms(settings.LEYE_POOL)
    month = copy.months[-1] if copy is not None and copy.months else None
    rows = AffectedPerson.objects.filter(case=found, outcome="")
    left = {each.person: Left(each.employer, each.left_on) for each in rows}
    known = known_of(left, pool().snapshot(), month=month) if month is not None else {}
    follow_by_registers(found, known, by=actor.by, at=actor.at, request_id=actor.request_id)


_ACTS: Mapping[str, Callable[[Acting, Case, int], None]] = {"list": _list, "refresh": _refresh}


def _page(request: HttpRequest, found: Case, form: ListForm, *, status: int) -> HttpResponse:
    wanted = request.GET.get("show", "all")
    every = AffectedPerson.objects.filter(case=found).order_by("id")
    if wanted == "left":
        every = every.filter(outcome="")
    page = Paginator(every, PAGE).get_page(page_number(request, "page"))
    context: dict[str, Any] = {
        "case": found,
        "page": page,
        "lines": [
            {"each": each, "where": place_path(each.residence) if each.residence else "不详"}
            for each in page
        ],
        "show": wanted,
        "count": ledger_counts([found]).get(found.pk),
        "form": form,
        "refresh": RefreshForm(found),
        "manages": holds(request.user, Permission.MANAGE_MONITORING, found.place),
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/warning_ledger.html", context, status=status)


def _cells(each: AffectedPerson) -> tuple[Any, ...]:
    return (
        str(each.person),
        place_path(each.residence) if each.residence else "不详",
        each.left_on.isoformat() if each.left_on else "",
        Origin(each.origin).label,
        "、".join(each.helped_labels),
        each.outcome_label,
        each.outcome_on.isoformat() if each.outcome_on else "",
    )


def _back(number: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('warning:ledger', number)}?done={done}")
