"""The lines of every watch, and to staff of the city how often each was crossed."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leye.analysis.warning import watches
from leye.analysis.warning.history import LineRecord, line_records
from leye.data.registers.queries.served import Served
from leye.doors.console.access import staff_page
from leye.doors.console.monitoring_words import read_scope
from leye.doors.web.atlas import served_copy
from leye.doors.web.backtest import shown_backtest
from leye.doors.web.backtest_reading import Reading
from leye.doors.web.line_words import proven
from leye.doors.web.watch_lines import layers_shown, line_counts
from leye.service.identity.roles import Permission


@staff_page(Permission.READ_MONITORING)
@require_safe
def warning_lines(request: HttpRequest) -> HttpResponse:
    """Show every line; the record, made of exact counts of all counties, to the city alone."""
    known, backtest = watches(), shown_backtest()
    city = read_scope(request).covers(settings.LEYE_CITY)
    copy = served_copy() if city else None
    records = _records(copy) if copy is not None and copy.months else ()
    context = {
        "edition": known.edition,
        "counts": line_counts(known),
        "city": city,
        "recorded": bool(records),
        "months": len(copy.months) if copy else 0,
        "release": copy.release if copy else 0,
        "layers": layers_shown(
            known,
            on=timezone.localdate(),
            proven=proven(known, Reading(backtest) if backtest else None),
            records=records,
        ),
    }
    return render(request, "console/warning_lines.html", context)


@lru_cache(maxsize=2)
def _records(copy: Served) -> tuple[LineRecord, ...]:
    """Work them out once for each serving copy: a new release is another copy."""
    return line_records(copy, watches())
