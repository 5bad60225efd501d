"""The lines of every watch, and to staff of the city how often each was crossed."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leye.analysis.warning.history import LineRecord, line_records
from leye.data.registers.queries.served import Served
from leye.doors.console.access import staff_page
from leye.doors.console.monitoring_words import read_scope
from leye.doors.web.atlas import served_copy
from leye.doors.web.backtest import shown_backtest
from leye.doors.web.backtest_reading import Reading
from leye.doors.web.line_words import proven
from leye.doors.web.watch_lines import layers_shown, line_counts
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission
from leye.service.response.lines.operations import city_watches
from leye.service.response.signals.queries import WatchRecord, watch_records


@staff_page(Permission.READ_MONITORING)
@require_safe
def warning_lines(request: HttpRequest) -> HttpResponse:
    """Show every line; the record, made of exact counts of all counties, to the city alone."""
    known, backtest = city_watches(), shown_backtest()
    city = read_scope(request).covers(settings.LEYE_CITY)
    copy = served_copy() if city else None
    records = _records(copy, known.edition) if copy is not None and copy.months else ()
    layers = layers_shown(
        known,
        on=timezone.localdate(),
        proven=proven(known, Reading(backtest) if backtest else None),
        records=records,
        worth={each.watch: worth_words(each) for each in watch_records()} if city else {},
    )
    context = {
        "signs": holds(request.user, Permission.DIRECT_MONITORING, settings.LEYE_CITY),
        "note": "已签发，从起用日起按新线判断。" if request.GET.get("done") == "signed" else "",
        "edition": known.edition,
        "counts": line_counts(known),
        "city": city,
        "recorded": bool(records),
        "months": len(copy.months) if copy else 0,
        "release": copy.release if copy else 0,
        "layers": layers,
    }
    return render(request, "console/warning_lines.html", context)


@lru_cache(maxsize=2)
def _records(copy: Served, _edition: str) -> tuple[LineRecord, ...]:
    """Work them out once for each serving copy and edition: a new release is another copy."""
    return line_records(copy, city_watches())


def worth_words(found: WatchRecord) -> str:
    """Give what the cases that a watch began turned out to be."""
    if found.true_share is None:
        return f"立项 {found.cases} 件，还没有判定。"
    return (
        f"立项 {found.cases} 件，判定 {found.judged} 件："
        f"属实 {found.true} 件（{found.true_share:.0%}），"
        f"季节性 {found.seasonal} 件，数据错误 {found.data_error} 件，政策性 {found.policy} 件。"
    )
