"""The entitled one by one (应享名单): keys only, for a purpose, every look on record."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from leye.data.pool import Snapshot
from leye.decision.policy import listing
from leye.decision.policy.queries import EntitledChoice, entitled_lines, entitled_total
from leye.doors.console.access import acting, staff_page
from leye.doors.console.months import chosen_month, month_label
from leye.doors.console.paging import page_number
from leye.doors.console.policy_forms import EntitledFilter
from leye.doors.console.presenters import place_name
from leye.doors.console.reads.findings import findings_months
from leye.doors.console.words.findings import (
    ENTITLED_HEADER,
    ENTITLED_NOTES,
    counter,
    entitled_cells,
    entitled_rows,
)
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import scope_of
from leye.service.identity.persons import Purpose
from leye.service.identity.roles import Permission

PAGE = 20
EXPORT_MOST = 20_000
_NAMES = ("purpose", "month", "outcome", "receiving", "change", "place", "group")


@staff_page(Permission.OPEN_PERSON)
@require_safe
def entitled(request: HttpRequest, name: str) -> HttpResponse:
    """List the chosen of a programme once a purpose is given; before that, ask for it.

    :raises UnknownCode: there is no such programme.
    """
    about, snapshot = listing(name), pool().snapshot()
    asked = "purpose" in request.GET
    form = _form(request, snapshot, name, asked=asked)
    scope = scope_of(request.user, Permission.OPEN_PERSON)
    context: dict[str, Any] = {
        "about": about,
        "screened": form is not None,
        "form": form,
        "chosen": False,
        "unit": counter(name),
        "names": about.who == "person",
        "scope": "、".join(place_name(code) for code in sorted(scope.places)),
    }
    status = 200
    if form is not None and asked and form.is_valid():
        context |= _list(request, snapshot, form)
    elif form is not None and asked:
        status = 422
    return render(request, "console/entitled.html", context, status=status)


@staff_page(Permission.OPEN_PERSON)
@require_safe
def entitled_export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give the chosen as a sheet for outreach, up to 20,000, without who they are.

    :raises UnknownCode: there is no such programme.
    """
    about, snapshot = listing(name), pool().snapshot()
    form = _form(request, snapshot, name)
    if form is None or not form.is_valid():
        query = urlencode({"purpose": "", **request.GET.dict()})
        return HttpResponseRedirect(f"{resolve_url('findings:entitled', name)}?{query}")
    chosen, scope = form.chosen(), scope_of(request.user, Permission.OPEN_PERSON)
    rows = entitled_cells(entitled_lines(snapshot, chosen, scope=scope, limit=EXPORT_MOST))
    _record(request, Action.ENTITLED_EXPORTED, form, rows=len(rows))
    notes = [
        *ENTITLED_NOTES,
        ("事由", Purpose(form.cleaned_data["purpose"]).label),
        ("数据版本", f"第 {snapshot.release} 版"),
    ]
    if len(rows) == EXPORT_MOST:
        notes.append(("注意", f"只导出前 {EXPORT_MOST} 行，请缩小范围后分次导出"))
    return xlsx_response(f"{about.title}-{chosen.month}", ENTITLED_HEADER, rows, notes=notes)


def _list(request: HttpRequest, snapshot: Snapshot, form: EntitledFilter) -> dict[str, Any]:
    scope, page = scope_of(request.user, Permission.OPEN_PERSON), page_number(request, "page")
    chosen: EntitledChoice = form.chosen()
    total = entitled_total(snapshot, chosen, scope=scope)
    found = entitled_lines(snapshot, chosen, scope=scope, limit=PAGE, offset=(page - 1) * PAGE)
    _record(request, Action.ENTITLED_LISTED, form, rows=len(found))
    given = {name: form.cleaned_data[name] for name in _NAMES}
    return {
        "chosen": True,
        "month": month_label(chosen.month),
        "lines": entitled_rows(found, month=chosen.month),
        "total": total,
        "page": page,
        "more": page * PAGE < total,
        "query": urlencode({name: value for name, value in given.items() if value}),
        "notes": ENTITLED_NOTES,
    }


def _form(
    request: HttpRequest, snapshot: Snapshot, name: str, *, asked: bool = True
) -> EntitledFilter | None:
    months = findings_months(snapshot)
    if not months:
        return None
    data = {**request.GET.dict(), "month": str(chosen_month(request, months))}
    scope = scope_of(request.user, Permission.OPEN_PERSON)
    return EntitledFilter(data, name=name, months=months, scope=scope, asked=asked)


def _record(request: HttpRequest, action: Action, form: EntitledFilter, *, rows: int) -> None:
    actor, given = acting(request), form.cleaned_data
    actor.record(
        action,
        place=given["place"] or actor.place_for(Permission.OPEN_PERSON),
        subject=Subject("programme", form.chosen().programme),
        detail={"month": int(given["month"]), "rows": rows, "purpose": given["purpose"]},
    )
