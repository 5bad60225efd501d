"""重点企业: firms one by one, for staff, cut to their places."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from leye.analysis.metrics.labels import code_label
from leye.data.registers.comparison.catalogue import comparison
from leye.data.registers.queries.employer_conflicts import employer_conflicts
from leye.data.registers.queries.firms import Firms, firms
from leye.doors.portal.atlas_choices import month_options
from leye.doors.portal.firm_rows import (
    HEADER,
    NOTES,
    charts_of,
    firm_cells,
    firm_line,
    month_lines,
    place_words,
)
from leye.doors.portal.firm_state import (
    ORDERS,
    industry_options,
    order_options,
    park_options,
    place_options,
    read_firm_state,
)
from leye.doors.portal.region import atlas_home, built, compared_words
from leye.doors.portal.staff import for_staff
from leye.doors.web.downloads import csv_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.doors.web.maps import month_label
from leye.doors.web.reading import pool
from leye.kernel.errors import NotFound, UnknownCode
from leye.kernel.place import Scope
from leye.service.identity.perms import scope_of, viewer_scope
from leye.service.identity.roles import Permission

PAGE_FIRMS = 20
EXPORT_MOST = 20_000
FORMS = ("xlsx", "csv")
_CONFLICTS = 20


class UnknownFirm(NotFound):
    """No firm of that number with ten people or more, or none the asker may see."""

    code = "unknown_firm"
    title = "没有这家企业"


@for_staff(Permission.READ_UNPUBLISHED)
def firm_list(request: HttpRequest) -> HttpResponseBase:
    """List firms, those that lost most people first."""
    copy, scope = firms(settings.LEYE_POOL), viewer_scope(request.user)
    if copy is None or not copy.months:
        return render(request, "portal/register_empty.html", {"heading": "重点企业"})
    state = read_firm_state(request.GET, copy, scope=scope)
    chosen = state.chosen
    count = copy.count(chosen, scope=scope)
    state = state.within(count, PAGE_FIRMS)
    start = (state.page - 1) * PAGE_FIRMS
    found = copy.listed(chosen, scope=scope, limit=PAGE_FIRMS, offset=start)
    base = reverse("registers:firms")
    context = {
        "state": state,
        "chosen": chosen,
        "rows": [firm_line(row, query=f"m={chosen.month}") for row in found],
        "count": count,
        "order_words": ORDERS[chosen.order],
        "month_words": month_label(chosen.month),
        "compared": compared_words(copy, chosen.month),
        "place_options": place_options(scope, chosen.place),
        "month_options": month_options(copy, chosen.month),
        "industry_options": industry_options(copy, chosen.industry),
        "park_options": park_options(copy, chosen.park),
        "order_options": order_options(chosen.order),
        "before": f"{base}?{state.turned(-1).query}" if start else "",
        "after": f"{base}?{state.turned(1).query}" if start + PAGE_FIRMS < count else "",
        "notes": NOTES,
        "release": copy.release,
        "crumbs": [("人力资源地图", atlas_home()), ("重点企业", "")],
    }
    return render(request, "portal/firms.html", context)


@for_staff(Permission.READ_UNPUBLISHED)
def firms_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the chosen firms as a file, up to 20,000, in the order of the list."""
    _check(form)
    copy, scope = _firms(), viewer_scope(request.user)
    chosen = read_firm_state(request.GET, copy, scope=scope).chosen
    found = copy.listed(chosen, scope=scope, limit=EXPORT_MOST)
    rows = [firm_cells(row, chosen.month) for row in found]
    record_export(request, "firms", rows=len(rows))
    return _file(form, f"重点企业-{chosen.month}", rows)


@for_staff(Permission.READ_UNPUBLISHED)
def firm(request: HttpRequest, employer: int) -> HttpResponseBase:
    """Show one firm over the months."""
    copy = _firms()
    months = _months(copy, employer, viewer_scope(request.user))
    month, latest = months[-1]
    asked = request.GET.get("m", "")
    back = f"?m={asked}" if asked in map(str, copy.months) else ""
    reads = scope_of(request.user, Permission.READ_CONFLICTS)
    context = {
        "row": latest,
        "line": firm_line(latest),
        "place": place_words(latest.place),
        "industry": code_label("division", latest.industry),
        "month_words": month_label(month),
        "gone": month != copy.months[-1],
        "months": month_lines(months),
        "charts": charts_of(months),
        "few": len(months) < 13,
        "may_read": bool(reads.places),
        "conflicts": _conflicts(employer, month, reads),
        "release": copy.release,
        "notes": NOTES,
        "crumbs": [
            ("人力资源地图", atlas_home()),
            ("重点企业", f"{reverse('registers:firms')}{back}"),
            (latest.name or latest.uscc, ""),
        ],
    }
    return render(request, "portal/firm.html", context)


@for_staff(Permission.READ_UNPUBLISHED)
def firm_export(request: HttpRequest, employer: int, form: str) -> HttpResponseBase:
    """Give the months of a firm as a file."""
    _check(form)
    months = _months(_firms(), employer, viewer_scope(request.user))
    rows = [firm_cells(row, month) for month, row in reversed(months)]
    record_export(request, "firm", rows=len(rows))
    return _file(form, f"重点企业-{months[-1][1].uscc}", rows)


def _firms() -> Firms:
    found = firms(settings.LEYE_POOL)
    built(found)
    assert found is not None
    return found


def _months(copy: Firms, employer: int, scope: Scope) -> tuple:
    months = copy.months_of(employer, scope=scope)
    if not months:
        raise UnknownFirm(f"编号 {employer}", hint="可能不到10人，或者不在您负责的地区")
    return months


def _conflicts(employer: int, month: int, scope: Scope) -> list[dict[str, object]]:
    if not scope.places:
        return []
    found = employer_conflicts(
        pool().snapshot(), employer, month=month, scope=scope, limit=_CONFLICTS
    )
    return [
        {
            "rule": comparison(line.rule).title,
            "url": f"{reverse('console:conflict', args=[line.id])}?month={line.month}",
            "since": month_label(line.since_month),
            "within": line.within_grace,
        }
        for line in found
    ]


def _check(form: str) -> None:
    if form not in FORMS:
        raise UnknownCode("文件格式", form, near=FORMS)


def _file(form: str, name: str, rows: list[tuple[object, ...]]) -> HttpResponseBase:
    if form == "csv":
        return csv_response(name, HEADER, rows)
    return xlsx_response(name, HEADER, rows, notes=NOTES)
