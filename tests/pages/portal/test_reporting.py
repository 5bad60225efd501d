"""The reporter's pages: getting in, one point and nothing else, drafts, findings, notices."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from leye.kernel.months import month_add
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.vault.vault import vault
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.links.operations import IssuedLink, issue_link, revoke_link
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.notices.operations import report_notice
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.points.operations import add_point
from leye.service.monitoring.points.rules import PointFields, named_point
from leye.service.monitoring.reports.due import last_month
from leye.service.monitoring.reports.models import MonthlyReport, ReportVersion
from leye.service.monitoring.reports.operations import give_back
from tests.monitoring.sample import filled, firm
from tests.monitoring.test_notices import layoff

NEWEST = last_month(timezone.localdate())
MONTH = f"/report/{NEWEST}/"
PAGES = {
    "home": (),
    "month": (NEWEST,),
    "layoff": (),
    "emergency": (),
    "notice": ("N000001",),
    "correct": ("N000001",),
}
QUERY_CEILING = 18


def registered(number: int = 1) -> MonitoringPoint:
    chosen = firm(number)
    fields = PointFields(PointKind.FIRM, chosen.name, "360902001", chosen.uscc, chosen.employer,
                         "39", "C")  # fmt: skip
    return add_point(fields=fields, from_month=month_add(NEWEST, -2), by=None, at=timezone.now())


def link_for(point: MonitoringPoint, accounts: dict[str, User]) -> IssuedLink:
    return issue_link(point=point, by=accounts["county_official"], at=timezone.now())


def inside(issued: IssuedLink) -> Client:
    client = Client()
    answer = client.post(f"/report/l/{issued.token}/", {"code": issued.code})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/report/")
    return client


@pytest.fixture
def issued(accounts: dict[str, User], pool: Any) -> IssuedLink:
    return link_for(registered(), accounts)


@pytest.fixture
def client(issued: IssuedLink) -> Client:
    return inside(issued)


@pytest.fixture
def notice(issued: IssuedLink) -> Notice:
    day = timezone.localdate() + timedelta(days=40)
    given = layoff(day=day, explained_on=timezone.localdate())
    return report_notice(fields=given, place="", by=issued.link, at=timezone.now())


def test_every_page_is_shut_to_strangers_and_open_to_the_reporter(
    client: Client, notice: Notice
) -> None:
    names = {p.name for p in get_resolver("leye.doors.portal.reporting_urls").url_patterns}
    assert names == set(PAGES) | {"entrance", "leave"}
    for name, arguments in PAGES.items():
        given = [notice.number] if arguments == ("N000001",) else arguments
        url = reverse(f"reporting:{name}", args=given)
        assert Client().get(url).status_code == 403
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        assert answer.status_code == 200
        assert len(queries) <= QUERY_CEILING, (name, len(queries))
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_staff_who_are_signed_in_are_no_reporters(client_for: Callable[[str], Client]) -> None:
    assert client_for("city_official").get("/report/").status_code == 403


def test_the_entrance_says_nothing_of_the_point(issued: IssuedLink) -> None:
    page = Client().get(f"/report/l/{issued.token}/")
    assert page.status_code == 200
    assert issued.link.point.name not in page.text
    assert Client().get("/report/l/wrong/").status_code == 404
    assert page.headers["Cache-Control"] == "private, no-store"


def test_wrong_codes_are_told_and_then_paused(issued: IssuedLink) -> None:
    client, url = Client(), f"/report/l/{issued.token}/"
    for _ in range(5):
        assert client.post(url, {"code": "1"}).status_code == 422
    paused = client.post(url, {"code": issued.code})
    assert paused.status_code == 429
    assert "填错次数过多" in paused.text


def test_getting_in_needs_a_token_of_the_form(issued: IssuedLink) -> None:
    strict = Client(enforce_csrf_checks=True)
    url = f"/report/l/{issued.token}/"
    assert strict.post(url, {"code": issued.code}).status_code == 403


def test_a_revoked_link_shuts_the_door_at_once(client: Client, issued: IssuedLink) -> None:
    assert client.get("/report/").status_code == 200
    revoke_link(point=issued.link.point, by=None, at=timezone.now())
    assert client.get("/report/").status_code == 403


def test_a_session_ends_after_two_hours_and_when_left(client: Client, issued: IssuedLink) -> None:
    session = client.session
    held = session["reporter"]
    session["reporter"] = {**held, "until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    session.save()
    assert client.get("/report/").status_code == 403
    again = inside(issued)
    assert "已退出填报" in again.post("/report/leave/").text
    assert again.get("/report/").status_code == 403
    for broken in ({"link": "x", "until": "y"}, "x", {"link": 1}):
        session = client.session
        session["reporter"] = broken
        session.save()
        assert client.get("/report/").status_code == 403


def test_a_reporter_sees_their_own_point_only(client: Client, accounts: dict[str, User]) -> None:
    other = registered(2)
    theirs = link_for(other, accounts)
    foreign = report_notice(
        fields=layoff(day=timezone.localdate(), explained_on=None),
        place="",
        by=theirs.link,
        at=timezone.now(),
    )
    assert other.name not in client.get("/report/").text
    for name in ("notice", "correct"):
        assert client.get(reverse(f"reporting:{name}", args=[foreign.number])).status_code == 404
    client.post(MONTH, {**filled(), "seen": "0", "do": "submit"})
    assert MonthlyReport.objects.get().point != other


def test_home_lists_the_months_that_are_asked(client: Client) -> None:
    page = client.get("/report/").text
    assert page.count("填报</a>") == 3
    for month in (month_add(NEWEST, 1), month_add(NEWEST, -9), 999999, 1):
        assert client.get(f"/report/{month}/").status_code == 400


def test_a_draft_is_kept_as_typed(client: Client) -> None:
    done = client.post(MONTH, {"current": "大约100", "seen": "0", "do": "draft"})
    assert done.headers["Location"] == "/report/?done=saved"
    assert 'value="大约100"' in client.get(MONTH).text
    refused = client.post(MONTH, {"note1": "找13800001111", "seen": "1", "do": "draft"})
    assert refused.status_code == 422
    assert "身份证号码、手机号码" in refused.text


def test_findings_lead_to_their_fields_and_reasons_settle_soft_ones(client: Client) -> None:
    hard = client.post(MONTH, {**filled(current="100"), "seen": "0", "do": "submit"})
    assert hard.status_code == 422
    assert '<a href="#id_reduction">比建档期少了 20 人，请选择减少类型</a>' in hard.text
    assert "<details open>" in hard.text
    soft = client.post(MONTH, {**filled(planned="0"), "seen": "0", "do": "submit"})
    assert 'name="why_gap_without_plan"' in soft.text
    assert not ReportVersion.objects.exists()
    given = {**filled(planned="0"), "why_gap_without_plan": "内部调剂", "seen": "0"}
    done = client.post(MONTH, {**given, "do": "submit"})
    assert done.headers["Location"] == "/report/?done=submitted"
    assert "待县级审核" in client.get(MONTH).text
    assert ReportVersion.objects.get().link is not None


def test_what_was_returned_is_put_right(client: Client, accounts: dict[str, User]) -> None:
    client.post(MONTH, {**filled(planned="7"), "seen": "0", "do": "submit"})
    report = MonthlyReport.objects.get()
    give_back(report=report, reason="请核对缺工人数", seen=report.stamp, at=timezone.now(),
              by=accounts["county_official"])  # fmt: skip
    page = client.get(MONTH).text
    assert "请核对缺工人数" in page
    assert 'name="planned" id="id_planned" value="7"' in page
    stale = client.post(MONTH, {**filled(), "seen": "1", "do": "submit"})
    assert "又有了变化" in stale.text
    report.refresh_from_db()
    done = client.post(MONTH, {**filled(), "seen": str(report.stamp), "do": "submit"})
    assert done.status_code == 302
    assert [v.number for v in ReportVersion.objects.all()] == [1, 2]


def test_the_base_is_asked_once(client: Client) -> None:
    client.post(f"/report/{month_add(NEWEST, -1)}/", {**filled(), "seen": "0", "do": "submit"})
    page = client.get(MONTH).text
    assert 'name="base"' not in page
    assert "120人" in page


def test_markets_have_a_form_of_their_own(accounts: dict[str, User], pool: Any) -> None:
    fields = named_point(kind="market", name="袁州零工市场", place="360902")
    point = add_point(fields=fields, from_month=NEWEST, by=None, at=timezone.now())
    client = inside(link_for(point, accounts))
    home = client.get("/report/").text
    assert "报告规模裁员" not in home
    page = client.get(MONTH).text
    assert "求职人数" in page
    assert "减少类型" not in page


def test_a_layoff_is_reported_after_its_duties(client: Client) -> None:
    page = client.get("/report/layoff/").text
    assert page.index("提前30日") < page.index('name="persons"')
    assert 'name="firm"' not in page
    given = {"persons": "60", "staff": "200", "reason": "trouble", "text": "订单减少",
             "day": (timezone.localdate() + timedelta(days=10)).isoformat()}  # fmt: skip
    assert client.post("/report/layoff/", {**given, "persons": "0"}).status_code == 422
    assert client.post("/report/layoff/", {**given, "text": "找13800001111"}).status_code == 422
    done = client.post("/report/layoff/", given)
    assert done.status_code == 302
    shown = client.get(done.headers["Location"]).text
    assert "县就业局已经收到" in shown
    assert "还没有提前 30 日" in shown
    assert DeskItem.objects.get().level == 3
    number = Notice.objects.get().number
    fixed = client.post(f"/report/notices/{number}/correct/", {**given, "persons": "10"})
    assert fixed.status_code == 302
    assert "这份报告已更正" in client.get(f"/report/notices/{number}/").text


def test_documents_go_with_the_notice(
    client: Client, notice: Notice, tmp_path: Path, settings: Any
) -> None:
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    vault().prepare()
    url = f"/report/notices/{notice.number}/"
    bad = client.post(url, {"kind": "plan", "file": SimpleUploadedFile("a.exe", b"MZ")})
    assert bad.status_code == 422
    good = client.post(url, {"kind": "plan", "file": SimpleUploadedFile("方案.pdf", b"%PDF-1")})
    assert good.status_code == 302
    page = client.get(url).text
    assert "裁减人员方案" in page
    assert "方案.pdf" not in page


def test_what_a_reporter_does_is_on_record_by_link(client: Client, issued: IssuedLink) -> None:
    client.post(MONTH, {**filled(), "seen": "0", "do": "submit"})
    events = AuditEvent.objects.filter(actor=None).exclude(request_id="")
    assert {e.action for e in events} == {"reporting_entered", "report_submitted"}
    assert {e.detail["link"] for e in events} == {issued.link.number}
    assert issued.token not in str(list(AuditEvent.objects.values()))
