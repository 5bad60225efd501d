"""Conflicts between registers (数据比对): the list, its export, and putting many aside at once."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from leye.data.pool import Snapshot
from leye.doors.console.access import acting, staff_page
from leye.doors.console.decisions import DecideForm
from leye.doors.console.filters import ConflictFilter
from leye.doors.console.months import chosen_month, month_label
from leye.doors.console.paging import page_number
from leye.doors.console.presenters import place_name
from leye.doors.console.reads.conflicts import (
    Wanted,
    conflict_months,
    counted,
    listed,
    picked,
    ref_of,
)
from leye.doors.console.words.conflicts import (
    EXPORT_HEADER,
    conflict_rows,
    count_lines,
    export_cells,
    rule_of,
)
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.kernel.errors import InvalidInput
from leye.kernel.place import Scope
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import holds, scope_of
from leye.service.identity.roles import Permission
from leye.service.review.errors import NotNow
from leye.service.review.operations import MOST_AT_ONCE, dismiss_all

PAGE = 50
EXPORT_LIMIT = 20_000
_NOTES = {"dismissed": ("ok", "选中的疑点已排除。每条都可以打开后恢复。")}


@staff_page(Permission.READ_CONFLICTS)
@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """List the conflicts of a month that wait, past their grace; other choices by the form."""
    snapshot, scope = pool().snapshot(), scope_of(request.user, Permission.READ_CONFLICTS)
    form, wanted = _wanted(request, snapshot, scope)
    tone, note = _NOTES.get(request.GET.get("done", ""), ("", ""))
    context: dict[str, Any] = {"form": form, "note": note, "note_tone": tone, "month": ""}
    if wanted is not None:
        context |= _list(request, snapshot, wanted, scope)
    return render(
        request, "console/conflicts.html", context, status=200 if not form.errors else 422
    )


@staff_page(Permission.READ_CONFLICTS)
@require_safe
def conflicts_export(request: HttpRequest) -> HttpResponseBase:
    """Give the chosen conflicts as a sheet, up to 20,000, in the order of the list.

    A choice that cannot be read leads back to the list, which explains it.
    """
    snapshot, scope = pool().snapshot(), scope_of(request.user, Permission.READ_CONFLICTS)
    form, wanted = _wanted(request, snapshot, scope)
    if form.errors or wanted is None:
        return HttpResponseRedirect(f"{resolve_url('console:conflicts')}?{_query(request.GET)}")
    found = listed(snapshot, wanted, scope=scope, limit=EXPORT_LIMIT)
    rows = list(map(export_cells, conflict_rows(found), found.lines))
    actor = acting(request)
    actor.record(
        Action.CONFLICTS_EXPORTED,
        place=actor.place_for(Permission.READ_CONFLICTS),
        subject=Subject("conflict"),
        detail={"month": wanted.month, "rule": wanted.rule, "conflicts": len(rows)},
    )
    notes = [
        ("数据版本", f"第 {snapshot.release} 版"),
        ("说明", "疑点要由人核实，不能直接据此停发待遇。人员以编号表示，不含姓名和号码。"),
    ]
    if len(rows) == EXPORT_LIMIT:
        notes.append(("注意", f"只导出前 {EXPORT_LIMIT} 条，请缩小范围后分次导出"))
    return xlsx_response(f"比对疑点-{wanted.month}", EXPORT_HEADER, rows, notes=notes)


@staff_page(Permission.DECIDE_CONFLICTS)
@require_POST
def conflicts_dismiss(request: HttpRequest) -> HttpResponse:
    """Ask for the reason, naming what was picked; with it, put all of them aside."""
    scope = scope_of(request.user, Permission.DECIDE_CONFLICTS)
    snapshot = pool().snapshot()
    month = _month(request.POST.get("month", ""), snapshot)
    numbers = request.POST.getlist("id")[:MOST_AT_ONCE]
    found = picked(snapshot, numbers, month=month, scope=scope) if numbers else None
    rows = [row for row in conflict_rows(found) if row["open"]] if found else []
    back = _query(QueryDict(request.POST.get("back", "")))
    confirmed = request.POST.get("do") == "dismiss"
    form = DecideForm(request.POST if confirmed else None)
    if found and rows and confirmed and form.is_valid():
        actor = acting(request)
        try:
            dismiss_all(
                conflicts=[ref_of(line) for line in found.lines],
                reason=form.cleaned_data["reason"],
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except (InvalidInput, NotNow) as error:
            form.add_error("reason", f"{error.detail}。{error.hint}")
        else:
            return HttpResponseRedirect(f"{resolve_url('console:conflicts')}?{back}&done=dismissed")
    context = {"form": form, "lines": rows, "month": month, "back": back}
    status = 422 if confirmed else 200
    return render(request, "console/conflicts_dismiss.html", context, status=status)


def _list(request: HttpRequest, snapshot: Snapshot, wanted: Wanted, scope: Scope) -> dict[str, Any]:
    page = page_number(request, "page")
    counts = counted(snapshot, wanted, scope=scope)
    found = listed(snapshot, wanted, scope=scope, limit=PAGE + 1, offset=(page - 1) * PAGE)
    query = _chosen_query(wanted)
    lines = count_lines(counts, current=wanted.rule, query=query)
    shown = [line for line in lines if not wanted.rule or line["current"]]
    decides = scope_of(request.user, Permission.DECIDE_CONFLICTS)
    rows = [
        {**row, "decidable": decides.covers(line.place)}
        for row, line in zip(conflict_rows(found)[:PAGE], found.lines, strict=False)
    ]
    return {
        "month": month_label(wanted.month),
        "month_code": wanted.month,
        "place": place_name(wanted.place) if wanted.place else "您负责的全部地区",
        "state_label": wanted.state.label if wanted.state else "全部状态",
        "rule": rule_of(wanted.rule),
        "counts": lines,
        "total_past": sum(line["past"] for line in lines),
        "total_within": sum(line["within"] for line in lines),
        "found": sum(_of_grace(line, wanted.within_grace) for line in shown),
        "lines": rows,
        "more": len(found.lines) > PAGE,
        "page": page,
        "query": urlencode(query),
        "filtered": bool(_query(request.GET)),
        "decides": holds(request.user, Permission.DECIDE_CONFLICTS),
    }


def _of_grace(line: dict[str, Any], within: bool | None) -> int:
    if within is None:
        return int(line["past"] + line["within"])
    return int(line["within"] if within else line["past"])


def _wanted(
    request: HttpRequest, snapshot: Snapshot, scope: Scope
) -> tuple[ConflictFilter, Wanted | None]:
    months = conflict_months(snapshot)
    month = chosen_month(request, months)
    data = {**ConflictFilter.usual, **request.GET.dict(), "month": str(month or "")}
    form = ConflictFilter(data if months else None, months=months, scope=scope)
    return form, form.wanted() if form.is_valid() else None


def _month(text: str, snapshot: Snapshot) -> int:
    months = conflict_months(snapshot)
    if text.isdecimal() and int(text) in months:
        return int(text)
    raise InvalidInput("没有这个月份的比对结果", hint="请回到数据比对重新选择")


def _chosen_query(wanted: Wanted) -> dict[str, Any]:
    grace = {None: "all", True: "within", False: "past"}[wanted.within_grace]
    state = wanted.state.value if wanted.state else "all"
    query: dict[str, Any] = {"month": wanted.month, "state": state, "grace": grace}
    if wanted.place:
        query["place"] = wanted.place
    if wanted.rule:
        query["rule"] = wanted.rule
    return query


def _query(given: QueryDict) -> str:
    names = ("month", "rule", "place", "state", "grace")
    return urlencode({name: str(given[name]) for name in names if given.get(name)})
