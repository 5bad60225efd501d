"""What was released of warnings, how good they are, and their lines, for everybody."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from leye.analysis.metrics.labels import place_label
from leye.analysis.warning.backtest.results import Backtest
from leye.doors.portal.backtest_export import HEADER, as_json, notes, table
from leye.doors.portal.backtest_page import backtest_context
from leye.doors.web.backtest import shown_backtest
from leye.doors.web.backtest_reading import Reading
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import file_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.doors.web.line_words import proven
from leye.doors.web.watch_lines import layers_shown, line_counts
from leye.kernel.errors import NotFound, UnknownCode
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases.releasing import public_releases
from leye.service.response.lines.operations import city_watches

_NAME, _FORMS = "失业监测预警回测", ("xlsx", "json")
_PAGE = 20


class NoBacktest(NotFound):
    """No results are kept, so there is nothing to take away."""

    code = "no_backtest"
    title = "还没有回测结果"


@public_page
def backtest(request: HttpRequest) -> HttpResponse:
    """Show every trial of the backtest beside its bars, with all that was tried."""
    found = shown_backtest()
    context = backtest_context(found) if found is not None else {"trials": ()}
    return render(request, "portal/backtest.html", {**context})


@public_page
def backtest_export(request: HttpRequest, form: str) -> HttpResponse:
    """Give all results as a file, ``form`` being xlsx or json."""
    if form not in _FORMS:
        raise UnknownCode("文件格式", form, near=_FORMS)
    found = shown_backtest()
    if found is None:
        raise NoBacktest("这里没有保存回测结果", hint="请联系管理员运行 leye warning backtest")
    rows = table(found)
    record_export(request, "warning_backtest", rows=len(rows))
    if form == "json":
        return _json(found)
    return xlsx_response(_NAME, HEADER, rows, notes=notes(found))


@never_cache
@require_safe
def released(request: HttpRequest) -> HttpResponse:
    """List what was told to the public about warnings, the latest first."""
    page = Paginator(public_releases(until=timezone.now()), _PAGE).get_page(
        request.GET.get("page", "")
    )
    context = {
        "page": page,
        "items": [
            {
                "place": place_label(each.case.place),
                "level": each.case.grade,
                "label": Level(each.case.grade).label if each.case.grade else "",
                "over": not each.case.standing.open,
                "paragraphs": each.text.splitlines(),
                "at": each.approval.at,
            }
            for each in page
        ],
    }
    return render(request, "portal/warning_releases.html", context)


# Not a public page that may be kept: a line signed or a text approved counts at once.
@never_cache
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """Show every watch and its lines; what the registers say of them is for staff."""
    found, known = shown_backtest(), city_watches()
    context = {
        "edition": known.edition,
        "layers": layers_shown(
            known,
            on=timezone.localdate(),
            proven=proven(known, Reading(found) if found else None),
        ),
        "counts": line_counts(known),
    }
    return render(request, "portal/warning_lines.html", context)


def _json(found: Backtest) -> HttpResponse:
    return file_response(f"{_NAME}.json", as_json(found), content_type="application/json")
