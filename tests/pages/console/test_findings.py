"""Policies find people: figures by place and group, one programme, and the list for a purpose."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.doors.console.views import entitled
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.decision.policy import town
from tests.samples import ACCOUNTS

ClientFor = Callable[[str], Client]
HOME = "/console/policies/"
STAFF, RETIREMENT = "unemployment_contribution_employee", "statutory_retirement"
LIST = f"{HOME}{STAFF}/list/"
PAGES = (HOME, f"{HOME}export.xlsx", f"{HOME}{STAFF}/", LIST, f"{LIST}export.xlsx?purpose=contact")
OFFICIALS = {"county_official", "other_county_official", "city_official"}
WHY = {"purpose": "contact"}


def sheet(response: object) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))  # type: ignore[attr-defined] - a test response
    return list(book.worksheets[0].iter_rows(values_only=True))


def cells(text: str, words: str) -> list[str]:
    """Give the cells of the row of a table whose head holds the words, without marks."""
    row = next(each for each in text.split("<tr>") if words in each.partition("</th>")[0])
    return [each.rpartition(">")[2] for each in row.split("</td>")[:-1]]


@pytest.mark.parametrize("page", [HOME, f"{HOME}{STAFF}/", LIST])
def test_before_the_first_screening_the_page_says_how(client_for: ClientFor, page: str) -> None:
    response = client_for("city_official").get(page)
    assert response.status_code == 200
    assert "leye policy screen" in response.text


def test_there_is_no_sheet_before_the_first_screening(client_for: ClientFor) -> None:
    client = client_for("city_official")
    for page in (f"{HOME}export.xlsx", f"{LIST}export.xlsx?purpose=contact"):
        assert client.get(page).status_code == 302
    assert not AuditEvent.objects.filter(action=Action.ENTITLED_EXPORTED).exists()


@pytest.mark.usefixtures("screened")
@pytest.mark.parametrize("who", ["public", *ACCOUNTS])
def test_every_page_for_every_role(client_for: ClientFor, who: str) -> None:
    client = client_for(who)
    expected = 302 if who == "public" else 200 if who in OFFICIALS else 403
    for page in PAGES:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page)
        assert (page, response.status_code) == (page, expected)
        assert len(queries) <= 8, page


@pytest.mark.usefixtures("screened")
@pytest.mark.parametrize("who", list(ACCOUNTS))
def test_only_those_who_may_open_the_pages_are_shown_the_way(
    client_for: ClientFor, who: str
) -> None:
    home = client_for(who).get("/console/").text
    assert (f'href="{HOME}"' in home) == (who in OFFICIALS)


@pytest.mark.usefixtures("screened")
def test_figures_say_what_no_source_tells(client_for: ClientFor) -> None:
    text = client_for("city_official").get(HOME).text
    assert "2025年6月" in text
    assert cells(text, f"{HOME}{STAFF}/")[1:5] == ["2", "无来源", "无来源", "1"]
    retirement = cells(text, f"{HOME}{RETIREMENT}/")
    assert retirement[1:4] == ["1", "0", "1"]
    assert retirement[5] == "—", "a right is no payment"


@pytest.mark.usefixtures("screened")
def test_a_county_sees_itself_only(client_for: ClientFor) -> None:
    other = client_for("other_county_official")
    assert f"{HOME}{RETIREMENT}/" not in other.get(HOME).text.partition("<details")[0]
    assert other.get(HOME, {"place": "360902"}).status_code == 422
    assert other.get(HOME, {"place": "360900"}).status_code == 422
    assert other.get(f"{HOME}{STAFF}/", {"place": "360902"}).status_code == 422
    rows = sheet(other.get(f"{HOME}export.xlsx"))
    assert {str(row[4])[:6] for row in rows[1:]} == {"360981"}
    assert other.get(LIST, {**WHY, "place": "360902"}).status_code == 422
    listed = other.get(LIST, WHY).text
    assert "0 人" in listed


@pytest.mark.usefixtures("screened")
@pytest.mark.parametrize(
    "given", [{"place": "x"}, {"group": "nobody"}, {"place": "999999"}, {"group": "\x00"}]
)
def test_a_wrong_choice_is_told(client_for: ClientFor, given: dict[str, str]) -> None:
    client = client_for("city_official")
    for page in (HOME, f"{HOME}{STAFF}/"):
        response = client.get(page, given)
        assert response.status_code == 422
        assert "请先改正下面的问题" in response.text
    assert client.get(f"{HOME}export.xlsx", given).status_code == 302


@pytest.mark.usefixtures("screened")
def test_an_unknown_month_is_read_as_the_latest(client_for: ClientFor) -> None:
    assert "2025年6月" in client_for("city_official").get(HOME, {"month": "209901"}).text


@pytest.mark.usefixtures("screened")
def test_a_programme_that_is_none_is_not_found(client_for: ClientFor) -> None:
    client = client_for("city_official")
    for page in ("no_such/", "no_such/list/", "no_such/list/export.xlsx"):
        assert client.get(f"{HOME}{page}").status_code == 404


@pytest.mark.usefixtures("screened")
def test_a_key_group_is_counted_by_itself(client_for: ClientFor) -> None:
    client = client_for("city_official")
    women = client.get(HOME, {"group": "woman"}).text
    assert f"{HOME}{STAFF}/" not in women
    migrants = client.get(HOME, {"group": "rural_migrant_worker"}).text
    assert cells(migrants, f"{HOME}{STAFF}/")[1:5] == ["2", "无来源", "无来源", "—"]


@pytest.mark.usefixtures("screened")
def test_the_sheet_has_the_place_and_the_places_inside(client_for: ClientFor) -> None:
    rows = sheet(client_for("city_official").get(f"{HOME}export.xlsx"))
    found = {(row[2], row[4]): row for row in rows[1:]}
    assert found[STAFF, "360900"][7] == 2
    assert found[STAFF, "360902"][7] == 2
    assert found[STAFF, "360981"][7] == 0
    assert found[STAFF, "360900"][8] == "无来源"
    event = AuditEvent.objects.get(action=Action.FIGURES_EXPORTED)
    assert (event.subject_id, event.place) == ("policies", "360900")
    assert event.detail == {"month": town.NOW, "rows": len(rows) - 1}


@pytest.mark.usefixtures("screened")
def test_a_programme_tells_its_conditions_places_groups_and_what_stands_open(
    client_for: ClientFor,
) -> None:
    text = client_for("city_official").get(f"{HOME}{STAFF}/").text
    assert f'href="/policies/rules/{STAFF}/"' in text
    assert cells(text, ">袁州区")[0] == "2"
    assert cells(text, ">丰城市")[0] == "0"
    assert "农民工" in text
    assert "只缺这一条" in text
    towns = client_for("county_official").get(f"{HOME}{STAFF}/").text
    assert "灵泉街道" in towns


@pytest.mark.usefixtures("screened")
def test_the_list_is_shown_for_a_purpose_and_recorded(client_for: ClientFor) -> None:
    client = client_for("county_official")
    before = client.get(LIST).text
    assert f">{town.WORKS}</a>" not in before
    assert 'aria-invalid="true"' not in before
    assert not AuditEvent.objects.filter(action=Action.ENTITLED_LISTED).exists()
    response = client.get(LIST, {"purpose": ""})
    assert response.status_code == 422
    assert "请选择查看事由" in response.text
    # Letting one person in is no purpose for a list of many.
    assert client.get(LIST, {"purpose": "self_service"}).status_code == 422
    shown = client.get(LIST, WHY).text
    assert "2 人" in shown
    assert f"/console/persons/list/{town.WORKS}/?month={town.NOW}" in shown
    event = AuditEvent.objects.get(action=Action.ENTITLED_LISTED)
    assert (event.subject_type, event.subject_id, event.place) == ("programme", STAFF, "360902")
    assert event.detail == {"month": town.NOW, "rows": 2, "purpose": "contact"}


@pytest.mark.usefixtures("screened")
def test_the_list_has_pages(client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entitled, "PAGE", 1)
    client = client_for("county_official")
    first, last = client.get(LIST, WHY).text, client.get(LIST, {**WHY, "page": "2"}).text
    assert 'rel="next"' in first
    assert f">{town.WORKS}</a>" in first
    assert 'rel="next"' not in last
    assert f">{town.YOUNG}</a>" in last


@pytest.mark.usefixtures("screened")
def test_the_list_is_cut_by_group_receiving_and_outcome(client_for: ClientFor) -> None:
    client, page = client_for("county_official"), f"{HOME}{RETIREMENT}/list/"
    for given, count in (
        ({"receiving": "no"}, 1),
        ({"receiving": "yes"}, 0),
        ({"group": "woman"}, 0),
        ({"outcome": "not_eligible"}, None),
        ({"receiving": "maybe"}, None),
    ):
        response = client.get(page, {**WHY, **given})
        assert response.status_code == (422 if count is None else 200)
        if count is not None:
            assert f"{count} 人" in response.text


@pytest.mark.usefixtures("screened")
def test_the_sheet_for_outreach_has_keys_no_names_and_is_recorded(client_for: ClientFor) -> None:
    client = client_for("county_official")
    assert client.get(f"{LIST}export.xlsx").status_code == 302
    assert not AuditEvent.objects.filter(action=Action.ENTITLED_EXPORTED).exists()
    rows = sheet(client.get(f"{LIST}export.xlsx", WHY))
    assert "姓名" not in rows[0]
    assert [row[0] for row in rows[1:]] == [str(town.WORKS), str(town.YOUNG)]
    event = AuditEvent.objects.get(action=Action.ENTITLED_EXPORTED)
    assert event.detail == {"month": town.NOW, "rows": 2, "purpose": "contact"}


@pytest.mark.usefixtures("screened")
def test_a_sheet_that_is_cut_says_so(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entitled, "EXPORT_MOST", 1)
    response = client_for("county_official").get(f"{LIST}export.xlsx", WHY)
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert any(row[0] == "注意" for row in book.worksheets[1].iter_rows(values_only=True))
