"""从登记库带入: what an opened person is entitled to, from what the registers know of them."""

import html
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.data.pool import Pool
from leye.decision.policy import fact
from leye.doors.console.views import person_check
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, PersonOpening
from tests.decision.policy import town
from tests.pages.portal.markup import Page

ClientFor = Callable[[str], Client]
WHY = {"person-purpose": "check_benefit", "person-reason": "复核待遇"}
DRAWS, FOUNDER = town.DRAWS, town.FOUNDER


def address(key: int, what: str = "check/") -> str:
    return f"/console/persons/list/{key}/{what}?month={town.NOW}"


@pytest.fixture
def official(client_for: ClientFor, people: Pool) -> Client:
    """A county official who has opened one of the county's people."""
    assert people.snapshot().release
    client = client_for("county_official")
    assert client.post(address(DRAWS, "open/"), WHY).status_code == 200
    return client


def start(client: Client, key: int = DRAWS) -> HttpResponse:
    return client.post(address(key), {"do": "start"})  # type: ignore[return-value] - a test response


def state_of(page: str) -> str:
    found = re.search(r'name="state" value="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def test_the_opened_page_offers_it_and_the_closed_one_does_not(
    client_for: ClientFor, people: Pool
) -> None:
    client = client_for("county_official")
    assert people.snapshot().release
    assert "从登记库带入" not in client.get(address(DRAWS, "")).text
    page = client.post(address(DRAWS, "open/"), WHY).text
    assert "从登记库带入" in page
    assert f"/console/persons/list/{DRAWS}/check/?month={town.NOW}" in page


def test_results_stand_on_what_the_registers_know_and_say_from_whom(official: Client) -> None:
    page = start(official)
    assert page.status_code == 200
    assert Page(page.text).faults == []
    assert f"人员 {DRAWS} 能享受的政策" in page.text
    assert "按2025年6月底的登记库和当月的规定推算" in page.text
    assert "公安《户籍与常住人口》（还没有报送）" in page.text
    assert "请公安更正，随下次报送进登记库" in page.text
    assert "登记库综合各部门记录判定" in page.text
    assert "没有部门报送，先按“否”算" in page.text
    assert '<span class="missing">未知</span>' in page.text
    assert "至" in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_an_official_is_told_where_to_get_what_no_register_has(official: Client) -> None:
    """Not that the counter can look it up in the registers, nor that it is theirs to fill in."""
    text = html.unescape(start(official).text)
    assert "登记库里没有或者说不准，问本人或看材料" in text
    assert "窗口可查" not in text
    assert "由您自己填" not in text
    question = official.post(address(DRAWS), {"do": "more", "state": state_of(text)}).text
    assert "窗口可查" not in question
    assert "登记库里没有" not in asked_again(official, text, "birth_month")
    unknown = re.search(r"登记库应当有，却没有.*?value=\"edit:(\w+)\"", text, re.DOTALL)
    assert unknown is not None
    assert "登记库里没有" in asked_again(official, text, unknown[1])


def test_what_the_person_has_already_is_said(official: Client) -> None:
    text = html.unescape(start(official).text)
    cards = [each for each in text.split("<article")[1:] if "已有记录：" in each]
    assert cards
    assert all("不用重复申请" in each for each in cards)


def test_nothing_is_kept_but_the_audit_event(official: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = start(official)
    assert page.status_code == 200
    writes = [
        q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]
    assert len([sql for sql in writes if "INSERT" in sql]) == 1
    event = AuditEvent.objects.get(action=Action.PERSON_CHECKED)
    assert (event.subject_type, event.subject_id) == ("person", str(DRAWS))
    assert event.place == "360902001001"
    assert set(event.detail) == {"month", "release", "purpose"}
    assert event.detail["purpose"] == "check_benefit"
    before = AuditEvent.objects.count()
    asked = official.post(address(DRAWS), {"state": state_of(page.text), "do": "more"})
    assert asked.status_code == 200
    assert AuditEvent.objects.count() == before


def asked_again(official: Client, text: str, name: str) -> str:
    given = {"do": f"edit:{name}", "state": state_of(text)}
    return official.post(address(DRAWS), given).text


def test_what_is_asked_besides_stands_first_and_can_be_put_right(official: Client) -> None:
    page = start(official).text
    asked = official.post(address(DRAWS), {"state": state_of(page), "do": "edit:ui_months"})
    assert fact("ui_months").question in asked.text
    assert "不改登记库" in asked.text
    assert Page(asked.text).faults == []
    done = official.post(
        address(DRAWS), {"state": state_of(asked.text), "do": "answer", "value": "62"}
    )
    assert "现场问到的 1 项" in done.text
    assert "本人现场回答" in done.text
    assert "登记库里是“" in done.text
    assert Page(done.text).faults == []


def test_back_from_the_first_question_leads_to_the_results(official: Client) -> None:
    page = start(official).text
    asked = official.post(address(DRAWS), {"state": state_of(page), "do": "more"}).text
    assert "能享受的政策</h1>" not in asked
    back = official.post(address(DRAWS), {"state": state_of(asked), "do": "back"})
    assert f"人员 {DRAWS} 能享受的政策" in back.text
    for action in ("begin", "circumstances", "nothing"):
        wrong = official.post(address(DRAWS), {"state": state_of(page), "do": action})
        assert wrong.status_code == 400


def test_who_has_not_opened_the_person_lately_is_told_to(
    client_for: ClientFor, people: Pool
) -> None:
    client = client_for("county_official")
    assert people.snapshot().release
    page = start(client)
    assert page.status_code == 403
    assert "请先打开本人信息" in page.text
    assert not AuditEvent.objects.filter(action=Action.PERSON_CHECKED).exists()
    assert not PersonOpening.objects.exists()


def test_people_of_other_places_do_not_exist(official: Client) -> None:
    assert start(official, FOUNDER).status_code == 404
    page = start(official).text
    taken = official.post(address(FOUNDER), {"state": state_of(page), "do": "more"})
    assert taken.status_code == 404


def test_a_state_is_of_one_person_and_one_account(official: Client, client_for: ClientFor) -> None:
    state = state_of(start(official).text)
    city = client_for("city_official")
    for key in (DRAWS, FOUNDER):
        page = city.post(address(key), {"state": state, "do": "more"})
        assert page.status_code == 400
        assert "另一份问卷" in page.text
    public = Client().post("/policies/check/", {"state": state, "do": "results"})
    assert public.status_code == 400


def test_others_are_kept_out(client_for: ClientFor, people: Pool) -> None:
    assert people.snapshot().release
    assert start(client_for("auditor")).status_code == 403
    assert start(Client()).status_code == 302
    assert client_for("county_official").get(address(DRAWS)).status_code == 405


def test_conflicts_about_the_person_lead_to_where_they_are_handed_over(
    official: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = {"title": "两处登记的离职原因不同", "since": "2025年5月", "url": "/console/conflicts/x/"}
    monkeypatch.setattr(person_check, "_conflicts", lambda *_: [link])
    page = start(official).text
    assert "这个人有 1 条比对疑点" in page
    assert 'href="/console/conflicts/x/"' in page
