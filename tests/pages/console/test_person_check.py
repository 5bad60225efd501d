"""从登记库带入: what an opened person is entitled to, from what the registers know of them."""

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.data.pool import Pool
from leye.data.pool.builds import BUILD_SCHEMA, BUILDS, Built, Inputs, build_rows
from leye.data.pool.person_keys import PERSON_KEYS, PERSON_KEYS_SCHEMA
from leye.data.pool.plans import FOLDER
from leye.decision.policy import fact
from leye.decision.policy.registered import prepare_plans
from leye.doors.console.views import person_check
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, PersonOpening
from leye.service.identity.vault.vault import Vault
from tests.decision.policy import town
from tests.identity.vaults import known, token_of
from tests.pages.portal.markup import Page
from tests.samples import AT

ClientFor = Callable[[str], Client]
WHY = {"person-purpose": "check_benefit", "person-reason": "复核待遇"}
DRAWS, FOUNDER = town.DRAWS, town.FOUNDER


def address(key: int, what: str = "check/") -> str:
    return f"/console/persons/list/{key}/{what}?month={town.NOW}"


@pytest.fixture(scope="module")
def plans(screened_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plans of the town's month, which take seconds to write."""
    root = tmp_path_factory.mktemp("planned") / "pool"
    shutil.copytree(screened_folder, root)
    prepare_plans(Pool(root).snapshot(), town.NOW)
    return root / FOLDER


@pytest.fixture
def people(screened: Pool, keys: Vault, plans: Path) -> Pool:
    """The screened town, two of whose people the vault knows."""
    shutil.copytree(plans, screened.root / FOLDER)
    rows = []
    for key, place in ((DRAWS, "360902001001"), (FOUNDER, "360981001201")):
        keys.keep(known(keys, [key], name="王小明", place=place), at=AT)
        rows.append({"token": token_of(keys, key), "key_version": keys.key_version, "person": key})
    given = pa.Table.from_pylist(rows, schema=PERSON_KEYS_SCHEMA.to_pyarrow())
    with screened.ledger.writing() as change:
        change.append(PERSON_KEYS, given.to_reader(), schema=PERSON_KEYS_SCHEMA)
        built = [Built("person_month", town.NOW, 6, Inputs(change.release.number, ()))]
        records = build_rows(built, release=change.number, engine="duckdb", at=AT)
        change.append(BUILDS, records, schema=BUILD_SCHEMA)
        change.commit(label="delivery", at=AT)
    return screened


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
    assert "登记库里没有这个人的记录，问本人或看材料" in text
    assert "窗口可查" not in text
    assert "由您自己填" not in text
    question = official.post(address(DRAWS), {"do": "more", "state": state_of(text)}).text
    assert "窗口可查" not in question


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
