"""The staff pages of the monitoring network: who gets in, what they show, what they do."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from leye.kernel.months import month_add
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.vault.vault import vault
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.notices.models import Notice, NoticeDocument
from leye.service.monitoring.notices.operations import report_notice
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.frame import Frame
from leye.service.monitoring.points.models import MonitoringPoint, Panel, PanelExit
from leye.service.monitoring.points.operations import add_point, draw_panel
from leye.service.monitoring.points.rules import PointFields
from leye.service.monitoring.reports.due import last_month
from leye.service.monitoring.reports.feed import MINISTRY_COLUMNS
from leye.service.monitoring.reports.models import BaseChange, FeedRun, MonthlyReport, Reminder
from leye.service.monitoring.reports.operations import close, pass_county, submit
from leye.service.monitoring.settings.models import SettingValue
from tests.monitoring.sample import context, filled, firm, small_frame
from tests.monitoring.test_notices import layoff
from tests.samples import ACCOUNTS

ClientFor = Callable[[str], Client]
READERS = {"county_official", "other_county_official", "city_official", "auditor"}
MANAGERS = {"county_official", "other_county_official", "city_official"}
REPORTERS = MANAGERS | {"village_worker"}
OTHERS = {"other_county_official"}
NEWEST = last_month(timezone.localdate())
QUERY_CEILING = 16


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


# -- Reports --


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


# -- Points and panel --


def test_a_link_is_shown_once(client_for: ClientFor, point: MonitoringPoint) -> None:
    client = client_for("county_official")
    url = reverse("monitoring:point_link", args=[point.number])
    assert "只显示这一次" in client.get(url).text
    page = client.post(url).text
    assert "/report/l/" in page
    after = client.get(reverse("monitoring:point", args=[point.number])).text
    assert "/report/l/" not in after
    assert "收回链接" in after
    client.post(reverse("monitoring:point_revoke", args=[point.number]))
    assert PointLink.objects.get().revoked_at is not None


def test_the_late_are_listed_and_reminded(client_for: ClientFor, point: MonitoringPoint) -> None:
    client = client_for("county_official")
    page = client.get(reverse("monitoring:late")).text
    assert point.name in page
    url = reverse("monitoring:point_remind", args=[point.number])
    assert client.post(url, {"month": NEWEST, "way": "phone"}).status_code == 302
    assert "已催 1 次" in client.get(reverse("monitoring:late")).text
    for given in ({"month": "x", "way": "phone"}, {"month": NEWEST, "way": "x"}, {}):
        assert client.post(url, given).status_code == 400


def test_points_are_registered_and_leave(client_for: ClientFor) -> None:
    client = client_for("county_official")
    url = reverse("monitoring:point_new")
    given = {"kind": "market", "name": "袁州零工市场", "place": "袁州区", "from_month": NEWEST}
    made = client.post(url, given)
    assert made.status_code == 302
    assert client.post(url, given).status_code == 422
    for wrong, word in (
        ({**given, "place": "丰城市", "name": "丰城市场"}, "没有"),
        ({**given, "kind": "firm", "uscc": "91"}, "登记库还没有生成"),
        ({**given, "name": "", "kind": "park"}, "请填写名称"),
    ):
        response = client.post(url, wrong)
        assert response.status_code == 422
        assert word in response.text
    number = MonitoringPoint.objects.get().number
    leave = reverse("monitoring:point_leave", args=[number])
    refused = client.post(leave, {"reason": "other", "to_month": NEWEST})
    assert refused.status_code == 422
    assert client.post(leave, {"reason": "closed", "to_month": NEWEST}).status_code == 302
    assert client.post(leave, {"reason": "closed", "to_month": NEWEST}).status_code == 422


def test_the_base_is_set_anew(client_for: ClientFor, point: MonitoringPoint) -> None:
    client, url = (
        client_for("county_official"),
        reverse("monitoring:point_base", args=[point.number]),
    )
    assert (
        client.post(url, {"base": "x", "from_month": NEWEST, "reason": "分立"}).status_code == 422
    )
    done = client.post(url, {"base": "80", "from_month": NEWEST, "reason": "分立出一家公司"})
    assert done.status_code == 302
    assert BaseChange.objects.get().base == 80
    assert "80 人" in client.get(done.headers["Location"]).text


def test_the_panel_is_previewed_before_it_is_drawn(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def frame(*_: Any, **__: Any) -> Frame:
        return small_frame()

    monkeypatch.setattr("leye.doors.console.views.monitoring_panel.frame_of", frame)
    client, url = client_for("city_official"), reverse("monitoring:draw")
    given = {"target": "12", "least": "1", "certain_from": "1000", "seed": "7",
             "from_month": month_add(NEWEST, 1)}  # fmt: skip
    preview = client.post(url, {**given, "do": "preview"})
    assert "还没有抽取" in preview.text
    assert not Panel.objects.exists()
    assert client.post(url, {**given, "target": "0"}).status_code == 422
    assert client.post(url, {**given, "do": "draw"}).status_code == 302
    page = client.get(reverse("monitoring:panel")).text
    assert "P0001" in page
    assert "分行业" in page


def test_a_drawn_firm_is_replaced(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    def frame(*_: Any, **__: Any) -> Frame:
        return small_frame()

    monkeypatch.setattr("leye.doors.console.views.monitoring_points.frame_of", frame)
    draw_panel(frame=small_frame(), seed=5, target=12, from_month=NEWEST, by=None,
               at=timezone.now())  # fmt: skip
    drawn = MonitoringPoint.objects.filter(entries__role="drawn", place__startswith="360902")[0]
    url = reverse("monitoring:point_leave", args=[drawn.number])
    done = client_for("county_official").post(
        url, {"reason": "moved", "to_month": NEWEST, "replace": "yes"}
    )
    assert done.status_code == 302
    assert (
        "已由这家企业替换进入样本"
        in client_for("county_official").get(done.headers["Location"]).text
    )


# -- Notices --


def test_an_item_is_taken_and_closed(client_for: ClientFor, notice: Notice) -> None:
    client = client_for("county_official")
    url = reverse("monitoring:notice_desk", args=[notice.number])
    assert client.post(url, {"do": "finish", "outcome": "已核实"}).status_code == 422
    assert client.post(url, {"do": "take"}).status_code == 302
    assert client.post(url, {"do": "take", "outcome": "x"}).status_code == 422
    assert client.post(url, {"do": "finish", "outcome": ""}).status_code == 422
    assert client.post(url, {"do": "finish", "outcome": "已上门核实"}).status_code == 302
    assert "已上门核实" in client.get(reverse("monitoring:notice", args=[notice.number])).text


def test_a_village_reports_within_its_town(client_for: ClientFor) -> None:
    client = client_for("village_worker")
    url = reverse("monitoring:notice_new", args=["emergency"])
    assert "《劳动合同法》" not in client.get(url).text
    given = {"place": "360902001", "firm": "某鞋厂", "persons": "60", "reason": "returned",
             "day": timezone.localdate().isoformat(), "text": "厂里放假，集中返乡"}  # fmt: skip
    done = client.post(url, given)
    assert done.status_code == 302
    page = client.get(done.headers["Location"]).text
    assert "Ⅲ级（黄）" in page
    assert client.post(url, {**given, "place": "360981"}).status_code == 422
    assert client.post(url, {**given, "text": "电话13800001111"}).status_code == 422
    assert client.post(url, {**given, "day": "2199-01-01"}).status_code == 422


def test_duties_are_told_and_what_is_missing(client_for: ClientFor, notice: Notice) -> None:
    client = client_for("county_official")
    page = client.get(reverse("monitoring:notice_new", args=["layoff"])).text
    assert "提前30日" in page
    assert "第四十一条" in page
    shown = client.get(reverse("monitoring:notice", args=[notice.number])).text
    assert "还没有上传裁减人员方案" in shown
    url = reverse("monitoring:correct", args=[notice.number])
    given = {"firm": notice.firm, "persons": "80", "staff": "200", "reason": "trouble",
             "day": notice.day.isoformat(), "text": "人数更正"}  # fmt: skip
    assert client.post(url, given).status_code == 302
    assert client.post(url, given).status_code == 422
    assert "已更正" in client.get(reverse("monitoring:notices")).text


def test_documents_are_added_and_opened_by_those_who_look_after_the_place(
    client_for: ClientFor, notice: Notice, tmp_path: Path, settings: Any
) -> None:
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    vault().prepare()
    client, url = client_for("county_official"), reverse("monitoring:notice", args=[notice.number])
    for name, content, status in (
        ("plan.pdf", b"%PDF-1.4 plan", 302),
        ("plan.exe", b"MZ", 422),
        ("again.pdf", b"%PDF-1.4 plan", 422),
    ):
        file = SimpleUploadedFile(name, content)
        assert client.post(url, {"kind": "plan", "file": file}).status_code == status
    assert client.post(url, {"kind": "plan"}).status_code == 422
    made = NoticeDocument.objects.get()
    opened = reverse("monitoring:document", args=[notice.number, made.pk])
    assert client_for("auditor").post(opened).status_code == 403
    assert client_for("other_county_official").post(opened).status_code == 404
    answer = client.post(opened)
    assert answer.content == b"%PDF-1.4 plan"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.post(reverse("monitoring:document", args=[notice.number, 999])).status_code == 404
    assert AuditEvent.objects.filter(action="notice_document_opened").count() == 1
    assert "提前说明、听取意见、报告方案都有了" in client.get(url).text


# -- Settings --


def test_settings_show_their_basis_and_are_set_by_the_city(client_for: ClientFor) -> None:
    url = reverse("monitoring:settings")
    page = client_for("county_official").get(url).text
    assert "《劳动合同法》第四十一条" in page
    assert "<h2>另行设定</h2>" not in page
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    given = {"name": "report_due_day", "value": "8", "valid_from": tomorrow, "basis": "会议纪要"}
    assert client_for("county_official").post(url, given).status_code == 403
    client = client_for("city_official")
    assert client.post(url, {**given, "value": "40"}).status_code == 422
    assert client.post(url, {**given, "basis": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert SettingValue.objects.get().value == 8
    assert "会议纪要" in client.get(url).text


def test_old_moments_are_no_trouble(client_for: ClientFor, point: MonitoringPoint) -> None:
    """A month nobody can look at shows the newest."""
    client = client_for("county_official")
    for month in ("190001", "x", "999999", ""):
        for name in ("home", "late", "reports"):
            answer = client.get(reverse(f"monitoring:{name}"), {"month": month})
            assert answer.status_code == 200
    far = reverse("monitoring:fill", args=[point.number, 201001])
    assert client.get(far).status_code == 400
