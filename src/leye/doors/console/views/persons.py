"""People by status for a month, and the way from one such figure back to the deliveries."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leye.data.reference import places
from leye.data.registers.codes import STATUS
from leye.data.registers.queries import TOTAL
from leye.doors.console.access import acting, staff_page
from leye.doors.console.filters import RegisterFilter
from leye.doors.console.months import chosen_month, month_label
from leye.doors.console.presenters import place_name, place_path
from leye.doors.console.reads.lineage import lineage_of
from leye.doors.console.reads.statuses import TABLE, StatusTable, status_months, status_table
from leye.doors.console.words.registers import (
    STATUS_HEADER,
    build_lines,
    input_lines,
    status_cells,
    status_lines,
    status_notes,
    status_rows,
)
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.kernel.errors import UnknownCode
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import holds, scope_of, viewer_scope
from leye.service.identity.roles import Permission


@staff_page(Permission.READ_UNPUBLISHED)
@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    """Show how many people have which status, in a place and in the places inside it."""
    snapshot = pool().snapshot()
    months = status_months(snapshot)
    month, place = chosen_month(request, months), _place(request)
    form = RegisterFilter(
        {"month": month, "place": place}, months=months, scope=viewer_scope(request.user)
    )
    table = None if month is None else _table(request, month, place)
    context = {
        "form": form,
        "place": place_name(place),
        "path": place_path(place),
        "month": month_label(month) if month else "",
        "table": table,
        "own": status_lines(table) if table else [],
        "rows": status_rows(table) if table else [],
        "labels": list(STATUS.values()),
        "query": f"month={month}&place={place}",
        "traces": holds(request.user, Permission.READ_LINEAGE),
    }
    return render(request, "console/persons.html", context)


@staff_page(Permission.READ_UNPUBLISHED)
@require_safe
def persons_export(request: HttpRequest) -> HttpResponseBase:
    """Give the same numbers as a sheet, hidden ones left out."""
    snapshot = pool().snapshot()
    month, place = chosen_month(request, status_months(snapshot)), _place(request)
    table = None if month is None else _table(request, month, place)
    rows = status_cells(table) if table else []
    acting(request).record(
        Action.FIGURES_EXPORTED,
        place=place,
        subject=Subject("figures", "persons"),
        detail={"rows": len(rows)},
    )
    name = f"人员状态-{place_name(place)}-{month}"
    notes = status_notes(table, release=snapshot.release) if table else []
    return xlsx_response(name, STATUS_HEADER, rows, notes=notes)


@staff_page(Permission.READ_LINEAGE)
@require_safe
def lineage(request: HttpRequest) -> HttpResponse:
    """Follow one count of people to the builds of its register and the deliveries they read."""
    snapshot = pool().snapshot()
    month, place = chosen_month(request, status_months(snapshot)), _place(request)
    status = request.GET.get("status", "")
    status = status if status in STATUS else TOTAL
    table = None if month is None else _table(request, month, place)
    found = None if month is None else lineage_of(snapshot, table=TABLE, month=month)
    if found is not None and month is not None:
        acting(request).record(
            Action.LINEAGE_READ,
            place=place,
            subject=Subject("register", TABLE),
            detail={"month": month},
        )
    context = {
        "place": place_path(place),
        "month": month_label(month) if month else "",
        "status": STATUS.get(status, "全部状态"),
        "number": table.own.get(status) if table else None,
        "found": found,
        "builds": build_lines(found.builds) if found else [],
        "inputs": input_lines(found, scope=viewer_scope(request.user)) if found else [],
        "query": f"month={month}&place={place}",
    }
    return render(request, "console/lineage.html", context)


def _place(request: HttpRequest) -> str:
    """Give the place asked for, else the asker's widest.

    :raises UnknownCode: there is no such place, or it lies outside the asker's.
    """
    scope = viewer_scope(request.user)
    asked = request.GET.get("place", "")
    if not asked:
        return min(scope.places, key=lambda code: (len(code.rstrip("0")), code))
    if not scope.covers(places().get(asked).code):
        raise UnknownCode("区划", asked)
    return asked


def _table(request: HttpRequest, month: int, place: str) -> StatusTable:
    return status_table(
        pool().snapshot(),
        month=month,
        place=place,
        statuses=tuple(STATUS),
        scope=viewer_scope(request.user),
        whole=scope_of(request.user, Permission.OPEN_PERSON).covers(place),
    )
