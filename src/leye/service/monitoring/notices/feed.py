"""What the pool receives of layoffs: the newest notice of each, under the contract's columns."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, time

from django.utils.timezone import localtime, make_aware

from leye.data.pool.source_contract import source_contracts
from leye.kernel.months import first_day, month_add
from leye.service.monitoring.errors import NothingToDeliver
from leye.service.monitoring.notices.enums import NoticeKind
from leye.service.monitoring.notices.models import Notice

SOURCE = "layoff_reports"


def layoffs_of(month: int) -> list[Notice]:
    """Give the layoffs of firms with a credit code reported in a month and not corrected since.

    The month is that of the report, by the city's clock.
    """
    begin, end = (_midnight(each) for each in (month, month_add(month, 1)))
    found = Notice.objects.filter(kind=NoticeKind.LAYOFF.value, at__gte=begin, at__lt=end)
    return list(found.filter(corrected_by=None).exclude(uscc="").order_by("id"))


def pool_sheet(notices: Sequence[Notice]) -> bytes:
    """Give layoffs as a CSV of the contract ``layoff_reports``; a correction keeps the number.

    :raises NothingToDeliver: there is none.
    """
    if not notices:
        raise NothingToDeliver("这个月没有企业报告裁员", hint="可以报零")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.header for column in source_contracts()[SOURCE].columns])
    for notice in notices:
        reported = localtime(notice.at).date()
        row = {
            "report": _first(notice).number,
            "uscc": notice.uscc,
            "reported": reported.isoformat(),
            "planned": max(notice.day, reported).isoformat(),
            "persons": notice.persons,
            "place": notice.place[:6],
        }
        writer.writerow([row[column.field] for column in source_contracts()[SOURCE].columns])
    return ("\ufeff" + text.getvalue()).encode()


def _first(notice: Notice) -> Notice:
    """Give the notice that a chain of corrections began with."""
    while notice.corrects is not None:
        notice = notice.corrects
    return notice


def _midnight(month: int) -> datetime:
    return make_aware(datetime.combine(first_day(month), time()))
