"""The unemployment series: chart, table, downloads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from leye.doors.portal.series import (
    EXPORT_HEADER,
    Monthly,
    chart_of,
    chosen_range,
    export_notes,
    export_rows,
    latest_of,
    month,
    monthly_series,
    year_rows,
)
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import csv_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.doors.web.reading import evaluator_for
from leye.kernel.errors import UnknownCode, near_matches
from leye.kernel.period import Frequency, Period

_NAME = "全国城镇调查失业率"
_FORMS = ("xlsx", "csv")
_MONTHS = tuple(f"{number}月" for number in range(1, 13))


@public_page
def unemployment(request: HttpRequest) -> HttpResponse:
    """Show the national monthly series, all of them in the chart and one in the table."""
    every = monthly_series(evaluator_for(request))
    if not every:
        return render(request, "portal/series.html", {"series": ()})
    whole = _whole(every)
    within = _range(request, whole)
    shown = _shown(request, every)
    start, end = _ends(within)
    context = {
        "series": every,
        "whole_last": month(whole.last),
        "within": within,
        "start": start,
        "end": end,
        "choices": [(str(each), each.label) for each in reversed(tuple(whole))],
        "quick": _quick_ranges(whole, within),
        "chart": chart_of(every, within=within),
        "chart_narrow": chart_of(every, within=within, width=400, height=340),
        "chart_label": f"全国城镇调查失业率逐月走势，{within.label}",
        "latest": [latest_of(each) for each in every],
        "shown": shown,
        "rows": year_rows(shown, within=within),
        "months": _MONTHS,
    }
    return render(request, "portal/series.html", context)


@public_page
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give the months in range of every series as a file, ``form`` being xlsx or csv."""
    evaluator = evaluator_for(request)
    every = monthly_series(evaluator)
    rows: list[tuple[object, ...]] = []
    if every:
        rows = export_rows(every, within=_range(request, _whole(every)))
    if form not in _FORMS:
        raise UnknownCode("文件格式", form, near=_FORMS)
    record_export(request, "series", rows=len(rows))
    if form == "csv":
        return csv_response(_NAME, EXPORT_HEADER, rows)
    notes = export_notes(every, release=evaluator.data_version, on=timezone.localdate())
    return xlsx_response(_NAME, EXPORT_HEADER, rows, notes=notes)


def _whole(every: tuple[Monthly, ...]) -> Period:
    first = min(each.first.first for each in every)
    return Period(Frequency.MONTH, first, max(each.last.first for each in every))


def _range(request: HttpRequest, whole: Period) -> Period:
    return chosen_range(request.GET.get("from", ""), request.GET.get("to", ""), whole=whole)


def _ends(period: Period) -> tuple[str, str]:
    return str(period).partition("..")[0], str(period).rpartition("..")[2]


def _shown(request: HttpRequest, every: tuple[Monthly, ...]) -> Monthly:
    code = request.GET.get("table", "")
    if not code:
        return every[0]
    for each in every:
        if each.indicator.code == code:
            return each
    near = near_matches(code, (each.indicator.code for each in every))
    raise UnknownCode("月度序列", code, near=near)


def _quick_ranges(whole: Period, within: Period) -> list[dict[str, object]]:
    offered = [("全部", whole)]
    for years in (1, 3, 5):
        first = max(whole.last - years * 12 + 1, whole.first)
        offered.append((f"近{years}年", Period(Frequency.MONTH, first, whole.last)))
    return [
        {
            "text": text,
            "from": _ends(period)[0],
            "to": _ends(period)[1],
            "current": period == within,
        }
        for text, period in offered
    ]
