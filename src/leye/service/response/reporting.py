"""Reports of layoffs and emergencies: notice, row on the desk and case, all or none."""

from datetime import datetime

from django.db import transaction

from leye.service.monitoring.hands import Hand
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.notices.operations import report_notice
from leye.service.monitoring.notices.rules import NoticeFields
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.response.cases.opening import open_by_notice


@transaction.atomic
def report_event(
    *,
    fields: NoticeFields,
    place: str,
    by: Hand,
    at: datetime,
    point: MonitoringPoint | None = None,
    uscc: str = "",
    corrects: Notice | None = None,
    request_id: str = "",
) -> Notice:
    """Report a layoff or an emergency, and open its case, or join the open one of its firm.

    :raises Forbidden: ``by`` does not report there, or corrects what is not theirs to correct.
    :raises InvalidNotice: something of it cannot be so, or it was corrected before.
    :raises InvalidText: a text is missing, too long or holds a personal number.
    """
    made = report_notice(
        fields=fields,
        place=place,
        by=by,
        at=at,
        point=point,
        uscc=uscc,
        corrects=corrects,
        request_id=request_id,
    )
    open_by_notice(made, at=at)
    return made
