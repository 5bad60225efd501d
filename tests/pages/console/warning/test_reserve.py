"""The pages of the policy reserve and the contingency plans: who gets in, what they say."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from leye.service.identity.models import AuditEvent
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.plans.catalogue import PlanKind, plan_for
from leye.service.response.reserve.catalogue import reserve
from tests.samples import ACCOUNTS

ClientFor = Callable[[str], Client]
READERS = {"county_official", "other_county_official", "city_official", "auditor"}
QUERY_CEILING = 12
PAGES = ("reserve", "reserve_export", "reach", "reach_export", "plans")
OTHER_COUNTY = "360981"
ASK = {"persons": "40", "level": "2", "days": "15", "months": "2", "county": "360902"}


def sheets(content: bytes) -> tuple[list[tuple[Any, ...]], str]:
    book = load_workbook(io.BytesIO(content))
    rows = list(book["数据"].iter_rows(values_only=True))
    notes = " ".join(str(cell) for row in book["说明"].iter_rows(values_only=True) for cell in row)
    return rows, notes


@pytest.mark.parametrize("who", ["public", *ACCOUNTS])
def test_every_page_for_every_role(who: str, client_for: ClientFor) -> None:
    client, wrong = client_for(who), []
    for name in PAGES:
        url = reverse(f"warning:{name}")
        # The sheet of what can be reached needs a question, of one's own county.
        own = {"county": OTHER_COUNTY} if who == "other_county_official" else {}
        data = ASK | own if name == "reach_export" else {}
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url, data)
        expected = 302 if who == "public" else 200 if who in READERS else 403
        if response.status_code != expected or len(queries) > QUERY_CEILING:
            wrong.append((url, response.status_code, expected, len(queries)))
    assert not wrong


def test_nothing_is_written_by_these_pages(client_for: ClientFor) -> None:
    client = client_for("city_official")
    for name in PAGES:
        assert client.post(reverse(f"warning:{name}"), ASK).status_code == 405


def test_the_monitoring_leads_to_both(client_for: ClientFor) -> None:
    text = client_for("city_official").get(reverse("monitoring:home")).content.decode()
    assert reverse("warning:reserve") in text
    assert reverse("warning:plans") in text


def test_the_catalogue_shows_what_is_not_set(client_for: ClientFor) -> None:
    text = client_for("city_official").get(reverse("warning:reserve")).content.decode()
    for measure in reserve().measures:
        assert measure.title in text
    assert "未设定" in text
    assert "起始值，待签发" in text
    assert "已停止" in text


def test_what_has_no_programme_is_not_said_to_be_in_force(client_for: ClientFor) -> None:
    lines = client_for("city_official").get(reverse("warning:reserve")).context["lines"]
    words = {line["code"]: line["standing"] for line in lines}
    assert words["risk_reserve"] == "没有政策条目"
    assert words["unemployment_benefit"] == "正在实施"
    assert words["contribution_deferral"] == "受理未设定"
    assert words["job_retention_refund"] == "未查到规定"


@pytest.mark.parametrize("level", list(Level))
def test_the_catalogue_of_a_level(client_for: ClientFor, level: Level) -> None:
    url = reverse("warning:reserve")
    response = client_for("county_official").get(url, {"level": level.value})
    shown = {line["code"] for line in response.context["lines"]}
    assert shown == {each.code for each in reserve().measures if each.usable_at(level)}


def test_a_level_that_does_not_exist_is_an_error_with_words(client_for: ClientFor) -> None:
    response = client_for("city_official").get(reverse("warning:reserve"), {"level": "9"})
    assert response.status_code == 422
    assert "请选择列出的一项" in response.content.decode()


def test_the_catalogue_goes_out_as_a_sheet_and_is_recorded(client_for: ClientFor) -> None:
    response = client_for("city_official").get(reverse("warning:reserve_export"))
    rows, notes = sheets(response.content)
    assert len(rows) == len(reserve().measures) + 1
    assert "待签发" in notes
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject_type) == ("figures_exported", "policy_reserve")


def test_the_question_is_empty_at_first(client_for: ClientFor) -> None:
    response = client_for("city_official").get(reverse("warning:reach"))
    assert response.context["found"] is None
    assert "测算结果" not in response.content.decode()


def test_what_can_be_reached(client_for: ClientFor) -> None:
    response = client_for("city_official").get(reverse("warning:reach"), ASK)
    text = response.content.decode()
    assert response.context["found"].served == 40
    assert "134,640" in text
    assert "未核对" in text
    assert "能承接多少人未设定" in text


def test_money_and_what_the_city_knows_are_heard(client_for: ClientFor) -> None:
    money = {"budget_0": "3.366", "capacity_public_post": "5", "cost_public_post": "1300"}
    response = client_for("city_official").get(reverse("warning:reach"), ASK | money)
    found = response.context["found"]
    persons = {each.measure.code: each.persons for each in found.lines}
    assert (persons["unemployment_benefit"], persons["public_post"]) == (10, 5)
    assert (found.served, found.unserved) == (15, 25)
    assert "至少能服务" in response.content.decode()


def test_no_money_at_all_is_said(client_for: ClientFor) -> None:
    response = client_for("city_official").get(reverse("warning:reach"), ASK | {"budget_0": "0"})
    assert response.context["found"].served == 0
    text = response.content.decode()
    assert "没有一项算得出" not in text
    assert "没有人能接住" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"persons": ""}, "请填写要服务的人数"),
        ({"persons": "0"}, "应在 1 到"),
        ({"persons": "很多"}, "要写整数"),
        ({"level": "7"}, "请选择列出的一项"),
        ({"county": "110101"}, "请选择列出的一项"),
        ({"budget_0": "-1"}, "不能小于零"),
        ({"budget_0": "NaN"}, "要写数字"),
        ({"budget_0": "1000000000"}, "数太大"),
        ({"cost_public_post": "1.234"}, "小数最多 2 位"),
        ({"capacity_public_post": "-3"}, "应在 0 到"),
    ],
)
def test_a_question_that_cannot_be_is_told(
    client_for: ClientFor, given: dict[str, str], words: str
) -> None:
    client = client_for("city_official")
    for name in ("reach", "reach_export"):
        response = client.get(reverse(f"warning:{name}"), ASK | given)
        assert response.status_code == 422
        assert words in response.content.decode()


def test_a_county_asks_for_itself_and_the_city_for_everybody(client_for: ClientFor) -> None:
    url = reverse("warning:reach")
    own = client_for("county_official").get(url).context["form"]["county"]
    assert [code for code, _ in own.field.choices] == ["360902"]
    refused = client_for("county_official").get(url, ASK | {"county": ""})
    assert refused.status_code == 422
    city = client_for("city_official").get(url, ASK | {"county": ""})
    assert city.context["found"].served == 40


def test_what_can_be_reached_goes_out_as_a_sheet(client_for: ClientFor) -> None:
    response = client_for("city_official").get(reverse("warning:reach_export"), ASK)
    rows, notes = sheets(response.content)
    assert len(rows) == len(reserve().measures) + 1
    benefit = next(row for row in rows if row[0] == "unemployment_benefit")
    assert benefit[-2:] == (40, 134640)
    fair = next(row for row in rows if row[0] == "special_fair")
    assert fair[-2:] == (None, None)
    assert "40 人" in notes


@pytest.mark.parametrize("kind", list(PlanKind))
@pytest.mark.parametrize("level", list(Level))
def test_a_plan_in_plain_words(client_for: ClientFor, level: Level, kind: PlanKind) -> None:
    data = {"level": level.value, "kind": kind.value}
    text = client_for("county_official").get(reverse("warning:plans"), data).content.decode()
    plan = plan_for(level, kind)
    assert plan.title in text
    assert plan.lead in text
    assert all(task.title in text and task.done in text for task in plan.tasks)
    assert "起始值，待签发" in text
    assert "其他城市公布的做法" in text


def test_a_plan_that_does_not_exist_is_told(client_for: ClientFor) -> None:
    response = client_for("city_official").get(reverse("warning:plans"), {"kind": "flood"})
    assert response.status_code == 422
    assert "请选择列出的一项" in response.content.decode()
