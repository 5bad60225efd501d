"""园区: the parks of the 1+N park platform, protected for everybody, exact for their staff."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from leye.data.registers.map_places import PARK_PREFIX
from leye.data.registers.queries.firms import FirmChoice, firms
from leye.data.registers.queries.served import Served
from leye.doors.portal.atlas_choices import month_options, park_places
from leye.doors.portal.atlas_state import read_month, read_place
from leye.doors.portal.firm_rows import FirmLine, firm_line
from leye.doors.portal.park_page import (
    charts_of,
    columns,
    export_cells,
    export_header,
    export_notes,
    fact_lines,
    industry_lines,
    month_lines,
    park_line,
)
from leye.doors.portal.region import atlas_home, built, compared_words, months_list
from leye.doors.web.atlas import figures_for, is_exact, served_copy
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import csv_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.doors.web.maps import month_label
from leye.kernel.errors import UnknownCode
from leye.service.identity.perms import viewer_scope

FORMS = ("xlsx", "csv")
SHOWN_FIRMS = 20
TREND = 13


@public_page
def parks(request: HttpRequest) -> HttpResponse:
    """Show every park of a month."""
    copy = served_copy()
    if copy is None or not copy.months:
        return render(request, "portal/register_empty.html", {"heading": "园区"})
    month = read_month(request.GET.get("m", ""), copy)
    found = [(figures_for(request, park), park) for park in park_places(copy)]
    context = _frame(copy, month) | {
        "rows": [park_line(figures, park, month) for figures, park in found if figures],
        "title": f"各园区，{month_label(month)}",
        "action": reverse("registers:parks"),
        "crumbs": [("人力资源地图", atlas_home()), ("园区", "")],
    }
    return render(request, "portal/parks.html", context)


@public_page
def park(request: HttpRequest, name: str) -> HttpResponse:
    """Show one park: its jobs, firms, comings and goings, and electricity against last year."""
    copy = built(served_copy())
    place = read_place(PARK_PREFIX + name, copy)
    month = read_month(request.GET.get("m", ""), copy)
    figures = figures_for(request, place)
    assert figures is not None, settings.LEYE_POOL
    months = copy.months[-TREND:]
    found, count = _firms_of(request, name, month)
    context = _frame(copy, month) | {
        "name": name,
        "title": f"{name}，{month_label(month)}",
        "exact": is_exact(request, place),
        "facts": fact_lines(figures, place, month),
        "charts": charts_of(figures, place, months),
        "trend": month_lines(figures, place, months),
        "industries": industry_lines(figures, place, month),
        "firms": found,
        "firm_count": count,
        "staff": bool(viewer_scope(request.user).places),
        "action": reverse("registers:park", args=[name]),
        "crumbs": [
            ("人力资源地图", atlas_home()),
            ("园区", f"{reverse('registers:parks')}?m={month}"),
            (name, ""),
        ],
    }
    return render(request, "portal/park.html", context)


@public_page
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give every park of a month as a file; with ``park``, the months of one."""
    if form not in FORMS:
        raise UnknownCode("文件格式", form, near=FORMS)
    copy = built(served_copy())
    month, asked = read_month(request.GET.get("m", ""), copy), request.GET.get("park", "")
    wanted = (read_place(PARK_PREFIX + asked, copy),) if asked else park_places(copy)
    months = tuple(reversed(copy.months[-TREND:])) if asked else (month,)
    rows = [
        row
        for place in wanted
        if (figures := figures_for(request, place))
        for row in export_cells(figures, place, months)
    ]
    record_export(request, "parks", rows=len(rows))
    name = f"{asked}-逐月" if asked else f"各园区-{month}"
    if form == "csv":
        return csv_response(name, export_header(), rows)
    return xlsx_response(name, export_header(), rows, notes=export_notes(copy.release))


def _firms_of(request: HttpRequest, name: str, month: int) -> tuple[list[FirmLine], int]:
    """Give the firms of a park that the asker may see, the largest drops first."""
    scope = viewer_scope(request.user)
    found = firms(settings.LEYE_POOL) if scope.places else None
    if found is None:
        return [], 0
    chosen = FirmChoice(month, park=name)
    rows = found.listed(chosen, scope=scope, limit=SHOWN_FIRMS)
    return [firm_line(row, query=f"m={month}") for row in rows], found.count(chosen, scope=scope)


def _frame(copy: Served, month: int) -> dict[str, object]:
    return {
        "columns": columns(),
        "month": month,
        "month_words": month_label(month),
        "month_options": month_options(copy, month),
        "months": months_list(copy, month, "?m="),
        "compared": compared_words(copy, month),
        "release": copy.release,
    }
