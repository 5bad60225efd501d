"""The list of persons (人员名单): keys and evidence; a name is opened for a purpose, on record."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from leye.data.pool import Snapshot
from leye.data.registers.queries import built_months, tokens_of
from leye.data.registers.queries.person_lines import (
    PersonChoice,
    PersonLine,
    person_lines,
    person_total,
)
from leye.doors.console.access import acting, staff_page
from leye.doors.console.decisions import PurposeForm
from leye.doors.console.months import chosen_month, month_label
from leye.doors.console.paging import page_number
from leye.doors.console.people_forms import PeopleFilter
from leye.doors.console.presenters import place_name
from leye.doors.console.reads.people import TABLE, asked_month, found_person
from leye.doors.console.words.people import (
    EXPORT_HEADER,
    NOTES,
    people_cells,
    people_rows,
    person_facts,
)
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.kernel.errors import InvalidInput, LeyeError
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import scope_of
from leye.service.identity.persons import OpenedPerson, Purpose, open_person
from leye.service.identity.roles import Permission
from leye.service.identity.vault.errors import TooManyOpenings, UnknownPerson
from leye.service.identity.vault.vault import vault

PAGE = 20
EXPORT_MOST = 20_000
_NAMES = ("month", "place", "group", "status")


@staff_page(Permission.OPEN_PERSON)
@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """List the chosen people of the asker's places, without who they are. Looking is recorded."""
    snapshot, scope = pool().snapshot(), scope_of(request.user, Permission.OPEN_PERSON)
    form = _form(request, snapshot)
    context: dict[str, Any] = {"form": form, "built": form is not None, "chosen": False}
    status = 200
    if form is not None and form.is_valid():
        context |= _list(request, snapshot, form.chosen())
    elif form is not None:
        status = 422
    context["scope"] = "、".join(place_name(code) for code in sorted(scope.places))
    return render(request, "console/people.html", context, status=status)


@staff_page(Permission.OPEN_PERSON)
@require_safe
def person_list_export(request: HttpRequest) -> HttpResponseBase:
    """Give the chosen people as a sheet, up to 20,000, without who they are."""
    snapshot, scope = pool().snapshot(), scope_of(request.user, Permission.OPEN_PERSON)
    form = _form(request, snapshot)
    if form is None or not form.is_valid():
        return HttpResponseRedirect(f"{resolve_url('people:list')}?{request.GET.urlencode()}")
    chosen = form.chosen()
    rows = people_cells(person_lines(snapshot, chosen, scope=scope, limit=EXPORT_MOST))
    _record(request, Action.PERSONS_EXPORTED, chosen, rows=len(rows))
    notes = [*NOTES, ("数据版本", f"第 {snapshot.release} 版")]
    if len(rows) == EXPORT_MOST:
        notes.append(("注意", f"只导出前 {EXPORT_MOST} 人，请缩小范围后分次导出"))
    return xlsx_response(f"人员名单-{chosen.month}", EXPORT_HEADER, rows, notes=notes)


@staff_page(Permission.OPEN_PERSON)
@require_safe
def person(request: HttpRequest, person: int) -> HttpResponse:
    """Show one person's month as the registers have it, without who it is. Looking is recorded."""
    line, actor = found_person(request, pool().snapshot(), person), acting(request)
    actor.record(
        Action.PERSONS_LISTED,
        place=line.residence or actor.place_for(Permission.OPEN_PERSON),
        subject=Subject("person", str(line.person)),
        detail={"rows": 1},
    )
    return _page(request, line)


@staff_page(Permission.OPEN_PERSON)
@require_POST
def person_open(request: HttpRequest, person: int) -> HttpResponse:
    """Show the name and masked number of a person, for a purpose, on record."""
    snapshot = pool().snapshot()
    line = found_person(request, snapshot, person)
    form, actor = PurposeForm(request.POST), acting(request)
    if not form.is_valid():
        return _page(request, line, form=form, status=422)
    try:
        opened = open_person(
            line.person,
            purpose=Purpose(form.cleaned_data["purpose"]),
            reason=form.cleaned_data["reason"],
            by=actor.by,
            at=actor.at,
            vault=vault(),
            tokens_of=lambda key: tokens_of(snapshot, key),
            request_id=actor.request_id,
        )
    except (InvalidInput, UnknownPerson, TooManyOpenings) as error:
        form.add_error("reason", _said(error))
        status = 429 if isinstance(error, TooManyOpenings) else 422
        return _page(request, line, form=form, status=status)
    return _page(request, line, opened=opened)


def _list(request: HttpRequest, snapshot: Snapshot, chosen: PersonChoice) -> dict[str, Any]:
    scope, page = scope_of(request.user, Permission.OPEN_PERSON), page_number(request, "page")
    total = person_total(snapshot, chosen, scope=scope)
    found = person_lines(snapshot, chosen, scope=scope, limit=PAGE, offset=(page - 1) * PAGE)
    _record(request, Action.PERSONS_LISTED, chosen, rows=len(found))
    query = _query({name: str(getattr(chosen, name)) for name in _NAMES})
    return {
        "chosen": True,
        "month": month_label(chosen.month),
        "lines": people_rows(found, query=query),
        "total": total,
        "page": page,
        "more": page * PAGE < total,
        "query": query,
        "notes": NOTES,
    }


def _form(request: HttpRequest, snapshot: Snapshot) -> PeopleFilter | None:
    """Give the form as the address fills it; None before anything was built."""
    months = built_months(snapshot, TABLE)
    if not months:
        return None
    data = {**request.GET.dict(), "month": str(chosen_month(request, months))}
    scope = scope_of(request.user, Permission.OPEN_PERSON)
    return PeopleFilter(data, months=months, scope=scope)


def _record(request: HttpRequest, action: Action, chosen: PersonChoice, *, rows: int) -> None:
    actor = acting(request)
    actor.record(
        action,
        place=chosen.place or actor.place_for(Permission.OPEN_PERSON),
        subject=Subject("persons", f"{chosen.group or 'all'}:{chosen.status or 'all'}"),
        detail={"month": chosen.month, "rows": rows},
    )


def _said(error: LeyeError) -> str:
    return f"{error.detail}。{error.hint}" if error.hint else f"{error.detail}。"


def _query(given: dict[str, str]) -> str:
    return urlencode({name: value for name, value in given.items() if value})


def _page(
    request: HttpRequest,
    line: PersonLine,
    *,
    form: PurposeForm | None = None,
    opened: OpenedPerson | None = None,
    status: int = 200,
) -> HttpResponse:
    kept = {name: request.GET.get(name, "") for name in _NAMES}
    month = asked_month(request, pool().snapshot())
    context = {
        "line": person_facts(line),
        "month": month_label(month),
        "asked_month": month,
        "query": _query(kept),
        "errors": form,
        "person_form": form or PurposeForm(initial={"purpose": Purpose.CONTACT}),
        "opened": opened,
    }
    return render(request, "console/person.html", context, status=status)
