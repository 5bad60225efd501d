"""The quality of what departments deliver (数据质量), latest and over time."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import SourceContract
from leye.doors.console.access import acting, staff_page
from leye.doors.console.reads.quality import by_month, latest
from leye.doors.console.words.quality import (
    QUALITY_HEADER,
    dimensions,
    month_rows,
    quality_cells,
    quality_chart,
    quality_groups,
)
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import viewer_scope
from leye.service.identity.roles import Permission

_WIDE, _NARROW = (960, 320), (420, 300)


@staff_page(Permission.READ_QUALITY)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Show the five dimensions of every source's latest month, by department."""
    found = latest(pool().snapshot(), scope=viewer_scope(request.user))
    context = {"groups": quality_groups(found), "dimensions": dimensions()}
    return render(request, "console/quality.html", context)


@staff_page(Permission.READ_QUALITY)
@require_safe
def quality_source(request: HttpRequest, name: str) -> HttpResponse:
    """Show the five dimensions of one source over time."""
    contract = _contract(name)
    months = by_month(pool().snapshot(), name, scope=viewer_scope(request.user))
    wide, narrow = (
        quality_chart(months, width=width, height=height) for width, height in (_WIDE, _NARROW)
    )
    context = {
        "name": name,
        "title": contract.title,
        "rows": month_rows(months),
        "chart": wide,
        "narrow": narrow,
        "label": f"{contract.title}各月数据质量",
        "dimensions": dimensions(),
    }
    return render(request, "console/quality_source.html", context)


@staff_page(Permission.READ_QUALITY)
@require_safe
def quality_export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give the same as a sheet, with the numbers behind each share."""
    contract = _contract(name)
    months = by_month(pool().snapshot(), name, scope=viewer_scope(request.user))
    rows = quality_cells(months)
    actor = acting(request)
    actor.record(
        Action.FIGURES_EXPORTED,
        place=actor.place_for(Permission.READ_QUALITY),
        subject=Subject("figures", "quality"),
        detail={"source": name, "rows": len(rows)},
    )
    notes = [("说明", "比例=合格/总数；总数为 0 的写“无数据”，不是零")]
    return xlsx_response(f"{contract.title}-数据质量", QUALITY_HEADER, rows, notes=notes)


def _contract(name: str) -> SourceContract:
    found = source_contracts().get(name)
    if found is None:
        raise Http404(name)
    return found
