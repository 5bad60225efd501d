"""人力资源地图: any figure of the registers over the places inside a place, exact or protected."""

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.register_figures import RegisterFigures
from leye.data.registers.map_places import PARK_PREFIX
from leye.data.registers.queries.served import Served
from leye.doors.portal.atlas_choices import park_places
from leye.doors.portal.atlas_export import HEADER, geojson_of, notes_of, table_of
from leye.doors.portal.atlas_page import Layer, page_context, title_of
from leye.doors.portal.atlas_rows import rows_of
from leye.doors.portal.atlas_state import AtlasState, read_state
from leye.doors.portal.atlas_table import rows_html
from leye.doors.portal.own_county import own_county_first
from leye.doors.portal.views.maps import found_places
from leye.doors.web.atlas import NothingBuilt, figures_for, is_exact, served_copy
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import csv_response, file_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.kernel.errors import UnknownCode

_FORMS = ("xlsx", "csv", "geojson")
_FOUND_MOST = 60


# A picture is drawn from the page's own SVG, which the browser reads as a blob.
@csp_update({"img-src": ["blob:"]})
@public_page
@own_county_first("p")
def atlas(request: HttpRequest) -> HttpResponse:
    """Show a figure over the places inside a place, as a map and as a table."""
    copy = served_copy()
    if copy is None or not copy.months:
        return render(request, "portal/atlas_empty.html")
    state = read_state(request.GET, copy)
    context = page_context(request, _figures(request, state.place), copy, state)
    context["exact"] = is_exact(request, state.place)
    layer = context["layer"]
    assert isinstance(layer, Layer), "the page is one layer"
    context["lines"] = rows_html(layer)
    return render(request, "portal/atlas.html", context)


@public_page
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give the map's lines as a file, all of them, in the page's order."""
    if form not in _FORMS:
        raise UnknownCode("文件格式", form, near=_FORMS)
    copy, state = _asked(request)
    rows = rows_of(_figures(request, state.place), state)
    protected = not is_exact(request, state.place)
    record_export(request, "atlas", rows=len(rows))
    name = title_of(state)
    if form == "geojson":
        content = geojson_of(rows, state, release=copy.release, protected=protected)
        return file_response(f"{name}.geojson", content, content_type="application/geo+json")
    table = table_of(rows, state, release=copy.release, protected=protected)
    if form == "csv":
        return csv_response(name, HEADER, table)
    notes = notes_of(state, release=copy.release, protected=protected)
    return xlsx_response(name, HEADER, table, notes=notes)


@public_page
def find(request: HttpRequest) -> HttpResponse:
    """Find places and parks by a part of their name or code; a single one opens at once."""
    copy, state = _asked(request)
    base = reverse("portal:atlas")
    wanted = request.GET.get("q", "").strip()
    found = [(place.code, path) for place, path in found_places(wanted)]
    found += [
        (park, f"园区 › {place_label(park)}")
        for park in park_places(copy)
        if wanted and wanted in park.removeprefix(PARK_PREFIX)
    ]
    if len(found) == 1:
        return HttpResponseRedirect(f"{base}?{state.at(found[0][0]).query}")
    context = {
        "q": wanted,
        "found": [
            (f"{base}?{state.at(place).query}", path, place.partition(":")[0])
            for place, path in found[:_FOUND_MOST]
        ],
        "more": max(len(found) - _FOUND_MOST, 0),
        "state": state,
        "crumbs": [("人力资源地图", f"{base}?{state.query}"), ("查找地区", "")],
    }
    return render(request, "portal/atlas_find.html", context)


def _asked(request: HttpRequest) -> tuple[Served, AtlasState]:
    copy = served_copy()
    if copy is None or not copy.months:
        raise NothingBuilt
    return copy, read_state(request.GET, copy)


def _figures(request: HttpRequest, place: str) -> RegisterFigures:
    found = figures_for(request, place)
    assert found is not None, settings.LEYE_POOL
    return found
