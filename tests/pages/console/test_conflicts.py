"""Conflicts: listed, chosen, taken away, decided one by one and many at once."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from leye.kernel.place import Scope
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, User
from leye.service.review.enums import State
from leye.service.review.models import ConflictDecision
from leye.service.review.queries import decided
from tests.registers.queries.sample import BENEFIT, FENGCHENG, SUBSIDY

ClientFor = Callable[[str], Client]
LIST = "/console/conflicts/"
DISMISS = f"{LIST}dismiss/"
A, B, C, D = (f"{letter}" * 16 for letter in ("a1", "b2", "c3", "d4"))
CITY = Scope.of(["360900"])
WHY = "单位补缴，已核对缴费记录"

pytestmark = pytest.mark.usefixtures("registers")


def shown(page: str) -> set[str]:
    return {number for number in (A, B, C, D) if f"{LIST}{number}/" in page}


def decide(client: Client, number: str, do: str, reason: str = WHY) -> int:
    url = reverse("console:conflict_decide", args=[number])
    return client.post(f"{url}?month=202403", {"do": do, "reason": reason}).status_code


def test_what_waits_past_its_grace_is_listed(client_for: ClientFor) -> None:
    page = client_for("city_official").get(LIST).text
    assert shown(page) == {A, B, D}
    for words in ("2024年3月", "全部规则（3 条）", "宜春市甲乙锂业有限公司", "2024年1月，3 个月"):
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"rule": BENEFIT}, {A, B}),
        ({"rule": SUBSIDY, "grace": "all"}, {D}),
        ({"place": FENGCHENG, "grace": "all"}, {B, C}),
        ({"place": "360902001001"}, {A, D}),
        ({"grace": "within"}, {C}),
        ({"state": "dismissed", "grace": "all"}, set()),
        ({"state": "all", "grace": "all"}, {A, B, C, D}),
    ],
)
def test_choices_narrow_the_list(
    client_for: ClientFor, query: dict[str, str], expected: set[str]
) -> None:
    response = client_for("city_official").get(LIST, query)
    assert response.status_code == 200
    assert shown(response.text) == expected


@pytest.mark.parametrize(
    "query", [{"rule": "x"}, {"place": "1"}, {"place": "440100"}, {"state": "x"}, {"grace": "x"}]
)
def test_a_choice_that_is_none_is_explained(client_for: ClientFor, query: dict[str, str]) -> None:
    client = client_for("city_official")
    response = client.get(LIST, query)
    assert response.status_code == 422
    assert "请先改正下面的问题" in response.text
    assert client.get(f"{LIST}export.xlsx", query).status_code == 302


def test_a_county_lists_its_own(client_for: ClientFor) -> None:
    client = client_for("county_official")
    assert shown(client.get(LIST, {"grace": "all"}).text) == {A, D}
    assert client.get(f"{LIST}{B}/").status_code == 404
    assert "没有这条比对结果" in client.get(f"{LIST}{B}/").text
    assert decide(client, B, "dismiss") == 404
    assert not ConflictDecision.objects.exists()


def test_the_list_is_paged(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leye.doors.console.views.conflicts.PAGE", 2)
    client = client_for("city_official")
    first = client.get(LIST).text
    assert shown(first) == {A, B}
    assert "page=2" in first
    second = client.get(LIST, {"page": "2"}).text
    assert shown(second) == {D}
    assert "下一页" not in second


def test_the_sheet_holds_the_same_rows_and_is_recorded(client_for: ClientFor) -> None:
    response = client_for("auditor").get(f"{LIST}export.xlsx", {"rule": BENEFIT})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:3] == ("疑点编号", "规则", "程度")
    assert [row[0] for row in rows[1:]] == [A, B]
    event = AuditEvent.objects.latest("pk")
    assert event.action == Action.CONFLICTS_EXPORTED
    assert event.detail == {"month": 202403, "rule": BENEFIT, "conflicts": 2}


def test_a_conflict_shows_what_the_sources_say(client_for: ClientFor) -> None:
    page = client_for("city_official").get(f"{LIST}{A}/").text
    for words in (
        "领取失业保险金期间由单位缴纳社会保险费",
        "当月发放失业保险金",
        "失业保险金发放（社保）",
        "第 2 行",
        "第几个月",
        "《社会保险法》第五十一条",
        "停发失业保险金",
        "1 个月，已超过",
    ):
        assert words in page, words
    assert 'href="/console/deliveries/D000001/"' in page
    assert AuditEvent.objects.latest("pk").action == Action.CONFLICT_OPENED


def test_a_conflict_is_dismissed_and_reopened(client_for: ClientFor) -> None:
    client = client_for("county_official")
    assert decide(client, A, "dismiss") == 302
    assert A not in shown(client.get(LIST).text)
    assert A in shown(client.get(LIST, {"state": "dismissed"}).text)
    page = client.get(f"{LIST}{A}/", {"done": "dismiss"}).text
    for words in ("已排除", WHY, "测试人员", "重开"):
        assert words in page, words
    assert decide(client, A, "dismiss") == 422, "it is dismissed already"
    assert decide(client, A, "reopen") == 302
    assert A in shown(client.get(LIST).text)


def test_a_conflict_is_confirmed_and_handed_over(client_for: ClientFor) -> None:
    client = client_for("city_official")
    assert decide(client, A, "confirm", "") == 302
    assert "已确认属实" in client.get(f"{LIST}{A}/").text
    assert decide(client, A, "task", "") == 302
    assert A in shown(client.get(LIST, {"state": "task"}).text)


@pytest.mark.parametrize("reason", ["", "  ", "打过电话13979512345", "x" * 300])
def test_dismissing_needs_a_reason_that_can_be_kept(client_for: ClientFor, reason: str) -> None:
    client = client_for("city_official")
    assert decide(client, A, "dismiss", reason) == 422
    assert not ConflictDecision.objects.exists()


def test_what_is_no_decision_is_refused(client_for: ClientFor) -> None:
    assert decide(client_for("city_official"), A, "delete") == 400


def test_many_are_put_aside_after_asking(client_for: ClientFor) -> None:
    client = client_for("city_official")
    asked = client.post(DISMISS, {"month": "202403", "id": [A, B], "back": f"rule={BENEFIT}"})
    assert "排除 2 条疑点" in asked.text
    assert not ConflictDecision.objects.exists()
    given = {"month": "202403", "id": [A, B], "do": "dismiss", "back": f"rule={BENEFIT}"}
    assert client.post(DISMISS, {**given, "reason": ""}).status_code == 422
    done = client.post(DISMISS, {**given, "reason": WHY})
    assert done.headers["Location"] == f"{LIST}?rule={BENEFIT}&done=dismissed"
    assert set(decided(CITY, states=[State.DISMISSED])) == {A, B}
    page = client.get(done.headers["Location"]).text
    assert "选中的疑点已排除" in page
    assert shown(page) == set()


def test_many_of_another_county_are_left_alone(client_for: ClientFor) -> None:
    client = client_for("county_official")
    given = {"month": "202403", "id": [A, B], "do": "dismiss", "reason": WHY}
    assert client.post(DISMISS, given).status_code == 302
    assert set(decided(CITY, states=[State.DISMISSED])) == {A}


def test_nothing_picked_is_said(client_for: ClientFor) -> None:
    page = client_for("city_official").post(DISMISS, {"month": "202403"}).text
    assert "没有选中可以排除的疑点" in page


@pytest.mark.parametrize("who", ["auditor", "data_steward"])
def test_who_only_reads_does_not_decide(client_for: ClientFor, who: str) -> None:
    client = client_for(who)
    page = client.get(f"{LIST}{A}/").text
    assert "/decide/" not in page
    assert "打开姓名和号码" not in page
    assert decide(client, A, "dismiss") == 403
    assert client.post(DISMISS, {"month": "202403", "id": [A]}).status_code == 403
    assert "选择疑点" not in client.get(LIST).text


def test_forms_that_decide_are_protected(client_for: ClientFor, accounts: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(accounts["city_official"])
    assert decide(client, A, "dismiss") == 403
