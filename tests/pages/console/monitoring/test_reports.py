"""Monthly reports on the staff pages: passed, given back, filled in, exported, delivered."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from leye.service.identity.models import AuditEvent, User
from leye.service.identity.vault.vault import vault
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.reports.due import last_month
from leye.service.monitoring.reports.feed import MINISTRY_COLUMNS
from leye.service.monitoring.reports.models import FeedRun, MonthlyReport
from leye.service.monitoring.reports.operations import close, pass_county
from tests.monitoring.sample import filled

ClientFor = Callable[[str], Client]
NEWEST = last_month(timezone.localdate())


def test_a_report_is_passed_and_closed(client_for: ClientFor, report: MonthlyReport) -> None:
    url = reverse("monitoring:decide", args=[report.number])
    seen = report.stamp
    assert client_for("county_official").post(url, {"do": "pass", "seen": seen}).status_code == 302
    late = client_for("county_official").post(url, {"do": "pass", "seen": seen})
    assert late.status_code == 422
    assert "又有了变化" in late.text
    answer = client_for("city_official").post(url, {"do": "close", "seen": seen + 1})
    assert answer.status_code == 302
    report.refresh_from_db()
    assert report.state == "closed"


def test_a_report_is_given_back_with_a_reason(client_for: ClientFor, report: MonthlyReport) -> None:
    client = client_for("county_official")
    url = reverse("monitoring:decide", args=[report.number])
    given = {"do": "return", "seen": report.stamp}
    refused = client.post(url, {**given, "reason": ""})
    assert refused.status_code == 422
    assert "请填写退回理由" in refused.text
    assert client.post(url, {**given, "reason": "请核对调查期人数"}).status_code == 302
    page = client.get(reverse("monitoring:report", args=[report.number])).text
    assert "请核对调查期人数" in page
    assert "退回修改" in page


def test_staff_fill_in_for_a_reporter(client_for: ClientFor, point: MonitoringPoint) -> None:
    client = client_for("county_official")
    url = reverse("monitoring:fill", args=[point.number, NEWEST])
    refused = client.post(url, filled(current="100", seen="0", do="submit"))
    assert refused.status_code == 422
    assert "请选择减少类型" in refused.text
    saved = client.post(url, {**filled(current="100"), "seen": "0", "do": "draft"})
    assert saved.status_code == 302
    stamp = MonthlyReport.objects.get().stamp
    asks = client.post(url, {**filled(planned="0"), "seen": str(stamp), "do": "submit"})
    assert asks.status_code == 422
    assert "却没有招聘计划" in asks.text
    done = client.post(
        url,
        {
            **filled(planned="0", why_gap_without_plan="先内部调剂"),
            "seen": str(stamp),
            "do": "submit",
        },
    )
    assert done.status_code == 302
    page = client.get(done.headers["Location"]).text
    assert "已代为提交" in page
    assert "先内部调剂" in page


def test_the_export_has_the_ministrys_columns(client_for: ClientFor, report: MonthlyReport) -> None:
    response = client_for("city_official").get(
        reverse("monitoring:export", args=["firm_monthly"]), {"month": NEWEST}
    )
    sheet = load_workbook(BytesIO(response.content))["数据"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == MINISTRY_COLUMNS
    assert rows[1][8] == "正常解除或终止劳动合同"
    event = AuditEvent.objects.get(action="reports_exported")
    assert event.detail == {"month": NEWEST, "rows": 1}
    elsewhere = client_for("other_county_official").get(
        reverse("monitoring:export", args=["firm_monthly"]), {"month": NEWEST}
    )
    assert load_workbook(BytesIO(elsewhere.content))["数据"].max_row == 1


def test_closed_reports_go_to_the_pool(
    client_for: ClientFor, report: MonthlyReport, accounts: dict[str, User], tmp_path: Path,
    settings: Any,
) -> None:  # fmt: skip
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    vault().prepare()
    client, url = client_for("city_official"), reverse("monitoring:deliver")
    empty = client.post(url, {"month": NEWEST})
    assert empty.status_code == 422
    assert "还没有归档" in empty.text
    by, now = accounts["city_official"], timezone.now()
    pass_county(report=report, seen=report.stamp, by=by, at=now)
    report.refresh_from_db()
    close(report=report, seen=report.stamp, by=by, at=now)
    for _ in range(2):
        assert client.post(url, {"month": NEWEST}).status_code == 302
    assert {run.verdict for run in FeedRun.objects.all()} == {"accepted"}
    assert len({run.delivery for run in FeedRun.objects.all()}) == 1
    assert FeedRun.objects.all()[0].delivery in client.get(url, {"month": NEWEST}).text
