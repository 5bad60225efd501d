"""The staff pages of the monitoring network: who gets in, who writes, what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from leye.kernel.months import month_add
from leye.service.identity.models import User
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.notices.operations import report_notice
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.models import MonitoringPoint, PanelExit
from leye.service.monitoring.points.operations import add_point
from leye.service.monitoring.points.rules import PointFields
from leye.service.monitoring.reports.due import last_month
from leye.service.monitoring.reports.models import MonthlyReport, Reminder
from leye.service.monitoring.reports.operations import submit
from tests.monitoring.sample import context, filled, firm
from tests.monitoring.test_notices import layoff
from tests.samples import ACCOUNTS

ClientFor = Callable[[str], Client]
READERS = {"county_official", "other_county_official", "city_official", "auditor"}
MANAGERS = {"county_official", "other_county_official", "city_official"}
REPORTERS = MANAGERS | {"village_worker"}
OTHERS = {"other_county_official"}
NEWEST = last_month(timezone.localdate())
QUERY_CEILING = 16


def pages(point: MonitoringPoint, report: MonthlyReport, notice: Notice) -> list[Any]:
    """Name, arguments, who may open it, who is told it does not exist."""
    number = (point.number,)
    return [
        ("home", (), READERS, set()),
        ("late", (), READERS, set()),
        ("panel", (), READERS, set()),
        ("draw", (), {"city_official"}, set()),
        ("points", (), READERS, set()),
        ("point_new", (), MANAGERS, set()),
        ("point", number, READERS - OTHERS, OTHERS),
        ("point_leave", number, MANAGERS - OTHERS, OTHERS),
        ("point_link", number, MANAGERS - OTHERS, OTHERS),
        ("point_base", number, MANAGERS - OTHERS, OTHERS),
        ("fill", (point.number, month_add(NEWEST, -1)), MANAGERS - OTHERS, OTHERS),
        ("reports", (), READERS, set()),
        ("report", (report.number,), READERS - OTHERS, OTHERS),
        ("export", ("firm_monthly",), READERS, set()),
        ("export", ("market_monthly",), READERS, set()),
        ("export", ("nothing",), set(), READERS),
        ("deliver", (), {"city_official"}, set()),
        ("notices", (), READERS | REPORTERS, set()),
        ("notice", (notice.number,), (READERS | REPORTERS) - OTHERS, OTHERS),
        ("notice_new", ("layoff",), REPORTERS, set()),
        ("notice_new", ("emergency",), REPORTERS, set()),
        ("notice_new", ("party",), set(), REPORTERS),
        ("correct", (notice.number,), REPORTERS - OTHERS, OTHERS),
        ("settings", (), READERS, set()),
    ]


POST_ONLY = {"decide", "point_remind", "point_revoke", "notice_desk", "document"}


def test_no_page_is_forgotten(
    point: MonitoringPoint, report: MonthlyReport, notice: Notice
) -> None:
    names = {p.name for p in get_resolver("leye.doors.console.monitoring_urls").url_patterns}
    assert names == {page[0] for page in pages(point, report, notice)} | POST_ONLY


@pytest.mark.parametrize("who", ["public", *ACCOUNTS])
def test_every_page_for_every_role(
    who: str,
    client_for: ClientFor,
    point: MonitoringPoint,
    report: MonthlyReport,
    notice: Notice,
) -> None:
    client = client_for(who)
    wrong = []
    for name, arguments, may, hidden in pages(point, report, notice):
        url = reverse(f"monitoring:{name}", args=arguments)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        expected = 302 if who == "public" else 200 if who in may else 404 if who in hidden else 403
        if response.status_code != expected or len(queries) > QUERY_CEILING:
            wrong.append((url, response.status_code, expected, len(queries)))
    assert not wrong


@pytest.mark.parametrize("who", [*ACCOUNTS])
def test_who_may_not_does_not_write(
    who: str, client_for: ClientFor, point: MonitoringPoint, report: MonthlyReport, notice: Notice
) -> None:
    if who in {"county_official", "city_official"}:
        return
    client = client_for(who)
    for name, arguments, given in (
        ("decide", (report.number,), {"do": "pass", "seen": report.stamp}),
        ("point_remind", (point.number,), {"month": NEWEST, "way": "phone"}),
        ("point_revoke", (point.number,), {}),
        ("point_link", (point.number,), {}),
        ("point_leave", (point.number,), {"reason": "closed", "to_month": NEWEST}),
        ("notice_desk", (notice.number,), {"do": "take"}),
        ("fill", (point.number, NEWEST), filled()),
    ):
        response = client.post(reverse(f"monitoring:{name}", args=arguments), given)
        assert response.status_code in {403, 404}, name
    report.refresh_from_db()
    assert report.state == "county"
    assert not PanelExit.objects.exists()
    assert not Reminder.objects.exists()
    assert not PointLink.objects.exists()
    assert DeskItem.objects.get().taken_at is None


def test_lists_ask_as_often_for_many_as_for_few(
    client_for: ClientFor, accounts: dict[str, User]
) -> None:
    client = client_for("city_official")
    asked = []
    for size in (1, 25):
        for number in range(size * 100, size * 100 + size):
            chosen = firm(number)
            fields = PointFields(PointKind.FIRM, chosen.name, "360902001", chosen.uscc,
                                 chosen.employer, "39", "C")  # fmt: skip
            made = add_point(fields=fields, from_month=NEWEST, by=None, at=timezone.now())
            submit(point=made, month=NEWEST, given=filled(), context=context(), seen=0, by=None,
                   at=timezone.now())  # fmt: skip
            report_notice(
                fields=layoff(day=timezone.localdate(), explained_on=None),
                place="360902001",
                by=accounts["city_official"],
                at=timezone.now(),
            )
        for name in ("home", "late", "points", "reports", "notices", "panel"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"monitoring:{name}")).status_code == 200
            asked.append((name, len(queries)))
    assert asked[:6] == asked[6:]
