"""The list of persons: keys and evidence within one's places; a name for a purpose, on record."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.data.pool import Pool
from leye.data.pool.person_keys import PERSON_KEYS, PERSON_KEYS_SCHEMA
from leye.data.registers.codes import evidence, groups
from leye.data.registers.schemas import PERSON_MONTH
from leye.doors.console.views.people import PAGE
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, PersonOpening
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import known, number_of, token_of
from tests.registers.queries.sample import MARCH, write
from tests.samples import AT

ClientFor = Callable[[str], Client]
LIST = "/console/persons/list/"
MINE, OTHERS = 7, 900
WHY = {"person-purpose": "contact", "person-reason": "推荐附近的岗位"}
WOMEN = 60


def person(
    key: int, place: str, status: str, *, group: str, kinds: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "month": MARCH,
        "person": key,
        "status": status,
        "residence": place,
        "age": 34,
        "sex": "2",
        "education": "21",
        "groups": groups()[group],
        "evidence": sum(evidence()[kind] for kind in kinds),
        "confidence": 0.98 if kinds else 0.0,
    }


PEOPLE = [
    person(MINE, "360902001001", "unknown", group="veteran", kinds=()),
    *(
        person(100 + n, "360902001001", "employed_insured", group="woman", kinds=("unit_paid",))
        for n in range(WOMEN)
    ),
    person(OTHERS, "360981001001", "unknown", group="veteran", kinds=()),
]


@pytest.fixture
def people(registers: Pool, keys: Vault) -> Pool:
    """Registers with people of two counties, one of each known to the vault."""
    write(
        registers,
        {"person_month": (PERSON_MONTH, MARCH, PEOPLE)},
        places={"person_month": "residence"},
    )
    keys.keep(known(keys, [MINE], name="王小明", place="360902001001"), at=AT)
    keys.keep(known(keys, [OTHERS], name="李大明", place="360981001001"), at=AT)
    rows = [
        {"token": token_of(keys, key), "key_version": keys.key_version, "person": key}
        for key in (MINE, OTHERS)
    ]
    given = pa.Table.from_pylist(rows, schema=PERSON_KEYS_SCHEMA.to_pyarrow())
    with registers.ledger.writing() as change:
        change.append(PERSON_KEYS, given.to_reader(), schema=PERSON_KEYS_SCHEMA)
        change.commit(label="delivery", at=AT)
    return registers


def look(client: Client, key: int = MINE, **given: str) -> HttpResponse:
    return client.post(f"{LIST}{key}/open/?month={MARCH}", {**WHY, **given})  # type: ignore[return-value] - a test response


def test_before_the_first_build_the_page_says_so(client_for: ClientFor) -> None:
    assert "登记库还没有生成过" in client_for("city_official").get(LIST).text


@pytest.mark.usefixtures("people")
def test_people_are_listed_by_key_with_their_evidence(client_for: ClientFor) -> None:
    text = client_for("county_official").get(LIST, {"group": "veteran", "status": "unknown"}).text
    assert "1 人" in text
    for words in (f">{MINE}</a>", "34岁", "女", "情况不明", "没有任何依据", "灵泉街道"):
        assert words in text, words
    assert "王小明" not in text
    women = client_for("county_official").get(LIST, {"group": "woman"}).text
    assert "单位当月缴纳养老保险" in women
    assert "98%" in women


@pytest.mark.usefixtures("people")
def test_people_of_another_county_are_not_listed(client_for: ClientFor) -> None:
    own, other = client_for("county_official"), client_for("other_county_official")
    assert f">{OTHERS}</a>" not in own.get(LIST, {"status": "unknown"}).text
    assert f">{OTHERS}</a>" in other.get(LIST, {"status": "unknown"}).text
    assert own.get(LIST, {"place": "360981"}).status_code == 422
    for address in (f"{LIST}{OTHERS}/", f"{LIST}12345/"):
        assert own.get(address).status_code == 404
    assert look(own, OTHERS).status_code == 404
    both = client_for("city_official").get(LIST, {"status": "unknown"}).text
    assert "2 人" in both


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("who", ["auditor", "data_steward", "village_worker", "administrator"])
def test_who_handles_no_cases_sees_no_list(client_for: ClientFor, who: str) -> None:
    client = client_for(who)
    for address in (LIST, f"{LIST}export.xlsx", f"{LIST}{MINE}/"):
        assert client.get(address).status_code == 403
    assert look(client).status_code == 403


@pytest.mark.usefixtures("people")
def test_a_visitor_is_sent_to_sign_in(client_for: ClientFor) -> None:
    for page in (LIST, f"{LIST}export.xlsx", f"{LIST}{MINE}/"):
        response = client_for("public").get(page)
        assert response.status_code == 302
        assert "/console/sign-in/" in response.headers["Location"]


@pytest.mark.usefixtures("people")
def test_looking_at_the_list_is_recorded(client_for: ClientFor) -> None:
    client_for("county_official").get(LIST, {"group": "veteran", "place": "360902001"})
    event = AuditEvent.objects.get(action=Action.PERSONS_LISTED)
    assert (event.subject_id, event.place) == ("veteran:all", "360902001")
    assert event.detail == {"month": MARCH, "rows": 1}


@pytest.mark.usefixtures("people")
def test_looking_at_one_of_them_is_recorded(client_for: ClientFor) -> None:
    client = client_for("county_official")
    client.get(f"{LIST}{OTHERS}/")
    assert not AuditEvent.objects.filter(action=Action.PERSONS_LISTED).exists()
    client.get(f"{LIST}{MINE}/")
    event = AuditEvent.objects.get(action=Action.PERSONS_LISTED)
    assert (event.subject_id, event.place) == (str(MINE), "360902001001")


@pytest.mark.usefixtures("people")
def test_the_list_has_pages(client_for: ClientFor) -> None:
    client = client_for("county_official")
    first = client.get(LIST, {"group": "woman"}).text
    last = client.get(LIST, {"group": "woman", "page": str(WOMEN // PAGE)}).text
    assert first.count("<tr><th") == last.count("<tr><th") == 1 + PAGE
    assert 'rel="next"' in first
    assert 'rel="next"' not in last


@pytest.mark.usefixtures("people")
def test_the_sheet_holds_the_same_people_and_no_name(client_for: ClientFor) -> None:
    response = client_for("county_official").get(f"{LIST}export.xlsx", {"group": "woman"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 1 + WOMEN
    assert rows[0][0] == "人员编号"
    assert rows[1][6:9] == ("单位就业（参保）", "单位当月缴纳养老保险", 98)
    assert "姓名" not in rows[0]
    assert AuditEvent.objects.get(action=Action.PERSONS_EXPORTED).detail["rows"] == WOMEN


@pytest.mark.usefixtures("people")
def test_a_person_is_opened_for_a_purpose_with_the_number_masked(client_for: ClientFor) -> None:
    client = client_for("county_official")
    page = client.get(f"{LIST}{MINE}/").text
    assert "打开姓名和号码" in page
    assert "王小明" not in page
    response = look(client)
    assert "王小明" in response.text
    assert number_of(MINE) not in response.text
    assert "no-store" in response.headers["Cache-Control"]
    assert PersonOpening.objects.get().reason == WHY["person-reason"]
    event = AuditEvent.objects.get(action=Action.PERSON_OPENED)
    assert event.detail == {"purpose": "contact", "full_number": False}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("given", [{"person-purpose": ""}, {"person-reason": ""}])
def test_without_a_purpose_and_a_reason_nobody_is_named(
    client_for: ClientFor, given: dict[str, str]
) -> None:
    response = look(client_for("county_official"), **given)
    assert response.status_code == 422
    assert "请先改正下面的问题" in response.text
    assert not PersonOpening.objects.exists()


@pytest.mark.usefixtures("people")
def test_too_many_openings_are_stopped(client_for: ClientFor, settings: Any) -> None:
    settings.LEYE_OPEN_PERSON_LIMIT = 1
    client = client_for("county_official")
    assert look(client).status_code == 200
    response = look(client)
    assert response.status_code == 429
    assert "王小明" not in response.text


@pytest.mark.usefixtures("people")
def test_the_list_costs_the_database_little(client_for: ClientFor) -> None:
    client = client_for("county_official")
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST, {"group": "woman"})
    assert len(queries) <= 8
