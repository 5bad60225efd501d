"""A point, its report and a notice, for the pages of the monitoring network."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leye.kernel.months import month_add
from leye.service.identity.models import User
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.notices.operations import report_notice
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.points.operations import add_point
from leye.service.monitoring.points.rules import PointFields
from leye.service.monitoring.reports.due import last_month
from leye.service.monitoring.reports.models import MonthlyReport
from leye.service.monitoring.reports.operations import submit
from tests.monitoring.sample import context, filled, firm
from tests.monitoring.test_notices import layoff

NEWEST = last_month(timezone.localdate())


@pytest.fixture
def point(db: None) -> MonitoringPoint:
    """A firm in 360902 that has reported since half a year."""
    chosen = firm(1)
    fields = PointFields(PointKind.FIRM, chosen.name, "360902001", chosen.uscc, chosen.employer,
                         "39", "C")  # fmt: skip
    return add_point(fields=fields, from_month=month_add(NEWEST, -5), by=None, at=timezone.now())


@pytest.fixture
def report(point: MonitoringPoint) -> MonthlyReport:
    return submit(
        point=point,
        month=NEWEST,
        given=filled(current="100", reduction="06", reason1="12"),
        context=context(),
        seen=0,
        by=None,
        at=timezone.now(),
    ).report


@pytest.fixture
def notice(accounts: dict[str, User], point: MonitoringPoint) -> Notice:
    now = timezone.now()
    day = timezone.localdate() + timedelta(days=40)
    given = layoff(day=day, explained_on=timezone.localdate())
    return report_notice(
        fields=given, place="360902001", point=point, by=accounts["county_official"], at=now
    )
