"""重点群体: every key group at once, and a page for each."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.register_figures import RegisterFigures
from leye.analysis.metrics.settled import settled_lines, settled_of
from leye.data.reference import key_groups
from leye.data.registers.codes import UNKNOWN
from leye.doors.portal.atlas_choices import month_options
from leye.doors.portal.atlas_export import EXACT, PROTECTED, kind_of
from leye.doors.portal.group_page import (
    COLUMNS,
    GroupCut,
    axis_tables,
    columns,
    detail_cells,
    detail_header,
    export_cells,
    export_header,
    fact_lines,
    group_lines,
    group_of,
    people_query,
    place_lines,
    trend,
)
from leye.doors.portal.own_county import own_county_first
from leye.doors.portal.region import (
    atlas_home,
    built,
    compared_words,
    months_list,
    read_region,
    region_options,
    region_parts,
)
from leye.doors.web.atlas import figures_for, is_exact, served_copy
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import csv_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.doors.web.maps import month_label
from leye.kernel.errors import UnknownCode
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission

FORMS = ("xlsx", "csv")


@public_page
@own_county_first("p")
def groups(request: HttpRequest) -> HttpResponse:
    """Show every key group of a place and month."""
    found = _asked(request)
    if found is None:
        return render(request, "portal/register_empty.html", {"heading": "重点群体"})
    figures, place, month = found
    context = _frame(request, figures, place, month) | {
        "title": f"{place_label(place)}重点群体，{month_label(month)}",
        "rows": group_lines(figures, place=place, month=month),
        "action": reverse("registers:groups"),
        "crumbs": [("人力资源地图", atlas_home()), ("重点群体", "")],
    }
    return render(request, "portal/groups.html", context)


@public_page
@own_county_first("p")
def group(request: HttpRequest, code: str) -> HttpResponse:
    """Show one key group: its people by place, age, sex and education, and over the months."""
    entry = group_of(code)
    found = _asked(request)
    if found is None:
        return render(request, "portal/register_empty.html", {"heading": entry.name})
    figures, place, month = found
    cut = GroupCut(code, place, month)
    chart, months = trend(figures, group=code, place=place)
    frame = _frame(request, figures, place, month)
    settled = settled_of("employment_rate", code)
    context = frame | {
        "settled": settled_lines(COLUMNS, [code]),
        "rate_settled": settled.words if settled else "",
        "entry": entry,
        "title": f"{place_label(place)}{entry.name}，{month_label(month)}",
        "facts": fact_lines(figures, cut),
        "by_place": place_lines(figures, cut),
        "by_axis": axis_tables(figures, cut),
        "chart": chart,
        "trend": months,
        "action": reverse("registers:group", args=[code]),
        "may_list": holds(request.user, Permission.OPEN_PERSON, place),
        "people": people_query(cut),
        "unknown": people_query(cut, status=UNKNOWN),
        "below": "县（市、区）" if place == settings.LEYE_CITY else "乡镇（街道）",
        "crumbs": [
            ("人力资源地图", atlas_home()),
            ("重点群体", f"{reverse('registers:groups')}?{frame['query']}"),
            (entry.name, ""),
        ],
    }
    return render(request, "portal/group.html", context)


@public_page
def groups_export(request: HttpRequest, form: str) -> HttpResponse:
    """Give the list of groups as a file."""
    figures, place, month = _file_asked(request, form)
    rows = export_cells(figures, key_groups().entries, place=place, month=month)
    name = f"{place_label(place)}重点群体-{month}"
    return _file(request, form, name, export_header(), rows, figures)


@public_page
def group_export(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Give every table of a group's page as a file."""
    entry = group_of(code)
    figures, place, month = _file_asked(request, form)
    cut = GroupCut(code, place, month)
    _, months = trend(figures, group=code, place=place)
    tables = [
        ("地区", place_lines(figures, cut)),
        *axis_tables(figures, cut),
        ("月份", months),
    ]
    rows = detail_cells(tables)
    name = f"{place_label(place)}{entry.name}-{month}"
    return _file(request, form, name, detail_header(), rows, figures)


def _asked(request: HttpRequest) -> tuple[RegisterFigures, str, int] | None:
    copy = served_copy()
    if copy is None or not copy.months:
        return None
    place, month = read_region(request.GET, copy)
    figures = figures_for(request, place)
    return None if figures is None else (figures, place, month)


def _file_asked(request: HttpRequest, form: str) -> tuple[RegisterFigures, str, int]:
    if form not in FORMS:
        raise UnknownCode("文件格式", form, near=FORMS)
    copy = built(served_copy())
    place, month = read_region(request.GET, copy)
    figures = figures_for(request, place)
    assert figures is not None, settings.LEYE_POOL
    return figures, place, month


def _file(
    request: HttpRequest,
    form: str,
    name: str,
    header: tuple[str, ...],
    rows: Sequence[Sequence[object]],
    figures: RegisterFigures,
) -> HttpResponse:
    record_export(request, "groups", rows=len(rows))
    if form == "csv":
        return csv_response(name, header, rows)
    kind = kind_of(figures.protected)
    notes = [
        *((each["name"], each["definition"]) for each in columns()),
        ("数据版本", f"第 {figures.served.release} 版"),
        ("版本类型", f"{kind}：{PROTECTED if figures.protected else EXACT}"),
        ("空白", "未填报、分母为零、按群体的定义已定，或者人数少于5而隐去，不是零"),
    ]
    return xlsx_response(name, header, rows, notes=notes)


def _frame(
    request: HttpRequest, figures: RegisterFigures, place: str, month: int
) -> dict[str, object]:
    copy = figures.served
    parts = {key: value for key, value in region_parts(place, month).items() if value}
    kept = urlencode({key: value for key, value in parts.items() if key != "m"})
    return {
        "columns": columns(),
        "settled": settled_lines(COLUMNS),
        "place": place,
        "place_words": place_label(place),
        "month_words": month_label(month),
        "place_options": region_options(place),
        "month_options": month_options(copy, month),
        "months": months_list(copy, month, f"?{kept}&m=" if kept else "?m="),
        "exact": is_exact(request, place),
        "compared": compared_words(copy, month),
        "query": urlencode(parts),
        "release": copy.release,
    }
