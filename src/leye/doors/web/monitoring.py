"""Handing the network's own reports to the pool, the same way from a page and the command line."""

from datetime import datetime

from django.conf import settings

from leye.data.pool.types import Receipt, Submitter
from leye.doors.web.reading import pool
from leye.doors.web.sources import source_submitter, submit_source
from leye.kernel.place import Scope
from leye.service.identity.models import User
from leye.service.monitoring.errors import NothingToDeliver
from leye.service.monitoring.notices import feed as layoffs
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.reports import feed as reports
from leye.service.monitoring.reports.feed import record_delivery
from leye.service.monitoring.reports.queries import filed

SYSTEM = "system"


def deliver_month(
    month: int, *, by: User | None, at: datetime, request_id: str = ""
) -> tuple[Receipt, ...]:
    """Deliver the closed reports of firms for a month, and the layoffs reported in it, if any.

    ``by`` is None for the command line of the machine itself.

    :raises NothingToDeliver: no closed report of a firm.
    :raises Forbidden: ``by`` hands in no sources.
    :raises PoolBusy: another delivery is being accepted.
    """
    found = filed(month, kind=PointKind.FIRM)
    sheets = [(reports.SOURCE, reports.pool_sheet(found), len(found))]
    listed = layoffs.layoffs_of(month)
    try:
        sheets.append((layoffs.SOURCE, layoffs.pool_sheet(listed), len(listed)))
    except NothingToDeliver:
        listed = []
    sender = _sender(by)
    received = []
    for source, content, rows in sheets:
        receipt = submit_source(
            pool(),
            source=source,
            month=month,
            file_name=f"{source}_{month}.csv",
            content=content,
            by=sender,
            at=at,
        )
        record_delivery(
            source=source,
            month=month,
            delivery=receipt.delivery.id,
            verdict=receipt.delivery.verdict.value,
            rows=rows,
            place=settings.LEYE_CITY,
            by=by,
            at=at,
            request_id=request_id,
        )
        received.append(receipt)
    return tuple(received)


def _sender(by: User | None) -> Submitter:
    if by is not None:
        return source_submitter(by)
    city = settings.LEYE_CITY
    return Submitter(SYSTEM, city, Scope.of([city]), may_publish=False)
