"""流动: who went from where to where, between statuses, industries, counties and provinces."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from leye.analysis.atlas.flow_tables import flow_table
from leye.doors.portal.flow_export import HEADER, flow_cells, flow_notes
from leye.doors.portal.flow_page import page_context, title_of
from leye.doors.portal.flow_pulse_page import pulse_context
from leye.doors.portal.flow_state import read_flow_state
from leye.doors.portal.own_county import own_county_first
from leye.doors.portal.region import atlas_home, built
from leye.doors.web.atlas import figures_for, is_exact, served_copy
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import csv_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.kernel.errors import UnknownCode

FORMS = ("xlsx", "csv")


@public_page
@own_county_first("p")
def flows(request: HttpRequest) -> HttpResponse:
    """Show the flows of a kind, a place and a month as a diagram and as tables."""
    copy = served_copy()
    figures = None
    if copy is not None and copy.months:
        state = read_flow_state(request.GET, copy)
        figures = figures_for(request, state.place)
    if copy is None or figures is None:
        return render(request, "portal/register_empty.html", {"heading": "人员流动"})
    exact = is_exact(request, state.place)
    address = f"{reverse('registers:flows')}?{state.query}"
    context = {
        **page_context(copy, state, protected=not exact),
        **pulse_context(figures, state.place),
        "exact": exact,
        "address": request.build_absolute_uri(address),
        "crumbs": [("人力资源地图", atlas_home()), ("人员流动", "")],
    }
    return render(request, "portal/flows.html", context)


@public_page
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give every flow of the page as a file."""
    if form not in FORMS:
        raise UnknownCode("文件格式", form, near=FORMS)
    copy = built(served_copy())
    state = read_flow_state(request.GET, copy)
    protected = not is_exact(request, state.place)
    table = flow_table(
        copy, state.month, kind=state.kind.code, place=state.place, protected=protected
    )
    rows = flow_cells(table, state, release=copy.release, protected=protected)
    record_export(request, f"flows:{state.kind.code}", rows=len(rows))
    if form == "csv":
        return csv_response(title_of(state), HEADER, rows)
    notes = flow_notes(state, release=copy.release, protected=protected)
    return xlsx_response(title_of(state), HEADER, rows, notes=notes)
