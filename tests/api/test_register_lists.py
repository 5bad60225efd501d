"""Figures of the registers by API: protected or exact, page by page, and as CSV."""

import csv
import io
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.data.pool.served import FOLDER
from tests.api.register_sample import (
    CITY,
    COUNTY,
    EMPTY,
    OTHER,
    PARK,
    TINY,
    UNREPORTED,
    employed,
    rounded,
    write_registers,
)

FIGURES, FLOWS = "/api/v1/register-figures", "/api/v1/flows"
ClientFor = Callable[[str], Client]
ReadAll = Callable[..., list[dict[str, Any]]]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registers")]


def items(client: Client, path: str, **parameters: str) -> list[dict[str, Any]]:
    response = client.get(path, {"limit": "500", **parameters})
    assert response.status_code == 200, response.content.decode()
    found: list[dict[str, Any]] = response.json()["items"]
    return found


def by_place(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["place"]: each for each in found}


def test_every_indicator_of_the_registers_is_listed_with_its_definition(
    client: Client, read_all: ReadAll
) -> None:
    from leye.analysis.metrics.register_figures import register_catalogue

    listed = read_all(client, "/api/v1/register-indicators", limit=20)
    assert [each["code"] for each in listed] == sorted(each.code for each in register_catalogue())
    one = client.get("/api/v1/register-indicators/employment_rate").json()
    assert one in listed
    assert one["denominator"]
    assert items(client, "/api/v1/register-indicators", theme="供求")
    assert client.get("/api/v1/register-indicators", {"theme": "没有"}).status_code == 404
    missing = client.get("/api/v1/register-indicators/employment_rat")
    assert missing.status_code == 404
    assert "employment_rate" in missing.json()["near"]


def test_what_a_groups_definition_settles_is_said_and_has_no_value(client: Client) -> None:
    one = client.get("/api/v1/register-indicators/employment_rate").json()
    said = {each["group"]: each["words"] for each in one["settled"]}
    assert said["rural_migrant_worker"] == "按定义均在业"
    assert "woman" not in said
    asked = {"indicator": "employment_rate", "group": "rural_migrant_worker"}
    for level in ("", "county"):
        rows = items(client, FIGURES, **asked, **({"level": level} if level else {}))
        assert {(row["value"], row["state"], row["hidden"]) for row in rows} == {
            (None, "by_definition", False)
        }


def test_one_place_and_month_say_all_that_is_needed(client: Client) -> None:
    (row,) = items(client, FIGURES, indicator="employed")
    assert row == {
        "indicator": "employed",
        "indicator_name": "就业人员",
        "month": "2024-03",
        "level": "city",
        "place": CITY,
        "place_name": "宜春市",
        "group": "all",
        "group_name": "全部人员",
        "axis": "all",
        "code": "all",
        "code_name": "合计",
        "value": str(rounded(employed(CITY, 202403))),
        "unit": "人",
        "state": "has_data",
        "hidden": False,
        "edition": "protected",
        "data_version": 7,
    }


def test_a_layer_tells_every_way_to_have_no_value_apart(client: Client) -> None:
    rows = by_place(items(client, FIGURES, indicator="unemployed", level="county"))
    assert (rows[TINY]["value"], rows[TINY]["hidden"]) == (None, True)
    assert (rows[UNREPORTED]["state"], rows[UNREPORTED]["value"]) == ("no_data", None)
    assert rows[EMPTY]["value"] == "0"
    assert rows["_U"]["place_name"] == "不详"
    rates = by_place(items(client, FIGURES, indicator="employment_rate", level="county"))
    assert (rates[EMPTY]["state"], rates[EMPTY]["value"]) == ("zero_denominator", None)


def test_what_lies_in_no_town_is_a_row_of_its_own(client: Client) -> None:
    rows = by_place(items(client, FIGURES, indicator="employed", parent=COUNTY, level="town"))
    assert rows[COUNTY]["place_name"] == "袁州区：乡镇（街道）不详"
    assert rows[COUNTY]["value"] == "55"
    assert rows["360902001"]["value"] == "90"


def test_months_axes_groups_and_parks(client: Client) -> None:
    months = items(client, FIGURES, indicator="employed", months="all")
    assert [row["month"] for row in months] == ["2024-01", "2024-02", "2024-03"]
    two = items(client, FIGURES, indicator="employed", months="2024-02..2030-01")
    assert len(two) == 2
    codes = items(client, FIGURES, indicator="employed", axis="industry", place=COUNTY)
    assert {row["code"]: row["code_name"] for row in codes}["_U"] == "不详"
    assert {row["code"] for row in codes} == {"A", "C", "_U"}
    assert items(client, FIGURES, indicator="employed", axis="industry", code="_U")
    women = items(client, FIGURES, indicator="employed", group="woman")
    assert women[0]["group_name"] == "妇女"
    (park,) = items(client, FIGURES, indicator="jobs_insured", place=PARK)
    assert (park["level"], park["place_name"]) == ("park", "宜春经开区")
    assert by_place(items(client, FIGURES, indicator="jobs_insured", level="park"))[PARK]
    assert items(client, FIGURES, indicator="employed", month="2023-12") == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 400),
        ("indicator=none", 404),
        ("indicator=employed&place=360999", 404),
        ("indicator=employed&place=000000", 400),
        ("indicator=employed&place=park:没有", 404),
        ("indicator=employed&place=360902&level=town", 400),
        ("indicator=employed&parent=360902", 400),
        ("indicator=employed&parent=360902&level=county", 400),
        ("indicator=employed&level=district", 400),
        ("indicator=employed&level=park", 400),
        ("indicator=vacancies&level=town", 400),
        ("indicator=vacancies&axis=sex", 400),
        ("indicator=vacancies&group=woman", 400),
        ("indicator=employed&level=village&group=woman", 400),
        ("indicator=employed&level=county&axis=sex", 400),
        ("indicator=employed&axis=colour", 404),
        ("indicator=employed&axis=sex&code=9", 404),
        ("indicator=employed&code=1", 400),
        ("indicator=employed&group=none", 404),
        ("indicator=employed&month=2024-13", 400),
        ("indicator=employed&month=last", 400),
        ("indicator=employed&month=2024-01&months=all", 400),
        ("indicator=employed&months=2024-01", 400),
        ("indicator=employed&format=xml", 400),
    ],
)
def test_what_cannot_be_asked_is_told_so(client: Client, asked: str, status: int) -> None:
    response = client.get(f"{FIGURES}?{asked}")
    assert response.status_code == status
    body = response.json()
    assert body["detail"]
    assert body["hint"]


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("public", set()),
        ("county_official", {COUNTY}),
        ("other_county_official", {OTHER}),
        ("city_official", {COUNTY, OTHER, TINY}),
        ("administrator", set()),
    ],
)
def test_each_gets_exact_numbers_of_their_own_places_alone(
    client_for: ClientFor, name: str, exact: set[str]
) -> None:
    client = client_for(name)
    rows = by_place(items(client, FIGURES, indicator="employed", level="county"))
    for place in (COUNTY, OTHER, TINY):
        number = employed(place, 202403)
        row = rows[place]
        assert row["edition"] == ("exact" if place in exact else "protected")
        assert row["value"] == str(number if place in exact else rounded(number))
        (alone,) = items(client, FIGURES, indicator="employed", place=place)
        assert (alone["value"], alone["edition"]) == (row["value"], row["edition"])
    whole = items(client, FIGURES, indicator="employed")[0]
    assert whole["edition"] == ("exact" if name == "city_official" else "protected")


def test_a_hidden_number_is_seen_by_staff_of_the_place_only(client_for: ClientFor) -> None:
    asked = {"indicator": "unemployed", "level": "county"}
    shown = {
        name: by_place(items(client_for(name), FIGURES, **asked))[TINY]["value"]
        for name in ("public", "county_official", "city_official")
    }
    assert shown == {"public": None, "county_official": None, "city_official": "3"}


def test_a_park_and_what_is_known_of_no_town_are_its_countys(client_for: ClientFor) -> None:
    exact = {
        "public": (False, False, False),
        "county_official": (True, True, False),
        "other_county_official": (False, False, False),
        "city_official": (True, True, True),
    }
    for name, wanted in exact.items():
        client = client_for(name)
        (park,) = items(client, FIGURES, indicator="jobs_insured", level="park")
        towns = by_place(items(client, FIGURES, indicator="employed", level="town"))
        counties = by_place(items(client, FIGURES, indicator="employed", level="county"))
        rows = (park, towns[COUNTY], counties["_U"])
        assert tuple(row["edition"] == "exact" for row in rows) == wanted, name


def test_pages_joined_are_the_whole_layer_once(client: Client, read_all: ReadAll) -> None:
    asked = {"indicator": "employed", "level": "village", "months": "2024-02..2024-03"}
    rows = read_all(client, FIGURES, limit=500, **asked)
    assert len({(row["month"], row["place"]) for row in rows}) == len(rows) == 2 * 2794


def test_a_list_begun_in_another_data_version_is_refused(
    client: Client, registers: Any, client_for: ClientFor
) -> None:
    asked = {"indicator": "employed", "level": "county", "limit": "2"}
    cursor = client.get(FIGURES, asked).json()["next_cursor"]
    assert client.get(FIGURES, {**asked, "cursor": cursor}).status_code == 200
    crossed = client_for("city_official").get(FIGURES, {**asked, "cursor": cursor})
    assert crossed.json()["code"] == "bad_cursor"
    write_registers(registers.root, release=8, grown=1000)
    later = client.get(FIGURES, {**asked, "cursor": cursor})
    assert (later.status_code, later.json()["code"]) == (400, "bad_cursor")


def test_a_new_serving_copy_is_a_new_answer(client: Client, registers: Any) -> None:
    path = f"{FIGURES}?indicator=employed"
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    write_registers(registers.root, release=8, grown=1000)
    second = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert second.json()["data_version"] == 8
    assert second.json()["items"] != first.json()["items"]


def test_the_mark_of_an_answer_tells_askers_and_forms_apart(client_for: ClientFor) -> None:
    path = f"{FIGURES}?indicator=employed"
    marks = {client_for(n).get(path)["ETag"] for n in ("public", "county_official")}
    marks.add(client_for("public").get(path, headers={"Accept": "text/csv"})["ETag"])
    assert len(marks) == 3


def test_before_anything_is_built_there_is_nothing(client: Client, registers: Any) -> None:
    shutil.rmtree(registers.root / FOLDER)
    for path in (f"{FIGURES}?indicator=employed", f"{FLOWS}?kind=status"):
        page = client.get(path).json()
        assert (page["items"], page["state"]) == ([], "no_data")
        assert "还没有建成" in page["note"]


@pytest.mark.parametrize(
    ("accept", "form"), [("text/csv", ""), ("application/json", "csv"), ("*/*", "csv")]
)
def test_a_table_is_the_rows_of_the_list(client: Client, accept: str, form: str) -> None:
    asked = {"indicator": "unemployed", "level": "county"}
    response = client.get(
        FIGURES, asked | ({"format": form} if form else {}), headers={"Accept": accept}
    )
    assert response["Content-Type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    listed = items(client, FIGURES, **asked)
    assert [row["value"] or None for row in table] == [row["value"] for row in listed]
    assert [row["hidden"] == "true" for row in table] == [row["hidden"] for row in listed]
    assert list(table[0]) == list(listed[0])


def test_a_negative_number_is_a_number_in_a_table(client: Client) -> None:
    response = client.get(FIGURES, {"indicator": "jobs_year_change", "format": "csv"})
    assert "'" not in response.content.decode()


def test_a_table_taken_by_staff_is_recorded(client_for: ClientFor) -> None:
    from leye.service.identity.models import AuditEvent

    for name in ("public", "county_official"):
        client_for(name).get(FIGURES, {"indicator": "employed", "format": "csv"})
    (event,) = AuditEvent.objects.filter(action="figures_exported")
    assert event.subject_id == "register-figures"


def test_exact_rows_read_by_staff_are_recorded(client_for: ClientFor) -> None:
    from leye.service.identity.models import AuditEvent

    asked = {"indicator": "employed", "level": "county"}
    items(client_for("public"), FIGURES, **asked)
    items(client_for("public"), FLOWS, kind="residence")
    items(client_for("county_official"), FLOWS, kind="residence")
    taken = AuditEvent.objects.filter(action="figures_exported").order_by("pk")
    assert not taken, "what everybody sees"
    listed = items(client_for("county_official"), FIGURES, **asked)
    items(client_for("county_official"), FLOWS, kind="residence", place=COUNTY)
    events = list(taken.all())
    assert [event.subject_id for event in events] == ["register-figures", "flows"]
    exact = sum(row["edition"] == "exact" for row in listed)
    assert 0 < exact < len(listed)
    assert events[0].detail == {"rows": exact}


def test_flows_are_protected_or_exact(client_for: ClientFor) -> None:
    shown = items(client_for("public"), FLOWS, kind="residence")
    assert [(row["origin"], row["destination"], row["persons"]) for row in shown] == [
        (COUNTY, OTHER, 40),
        (OTHER, COUNTY, None),
    ]
    assert [row["hidden"] for row in shown] == [False, True]
    exact = items(client_for("city_official"), FLOWS, kind="residence", months="all")
    assert [row["persons"] for row in exact] == [42, 3] * 3
    own = items(client_for("county_official"), FLOWS, kind="residence", place=COUNTY)
    assert [(row["persons"], row["destination_name"]) for row in own] == [(7, "市外或新增")]
    (status,) = items(client_for("public"), FLOWS, kind="status")
    assert (status["origin_name"], status["destination_name"]) == ("不在册", "务农")


@pytest.mark.parametrize(
    "asked", ["", "kind=none", "kind=status&place=360902001", "kind=status&place=_U"]
)
def test_flows_that_are_none_are_told_so(client: Client, asked: str) -> None:
    assert client.get(f"{FLOWS}?{asked}").status_code == 400


def test_reading_costs_no_database_query_but_who_asks(client_for: ClientFor) -> None:
    from django.db import connection

    # Of staff it is recorded.
    for name, most in (("public", 0), ("county_official", 4)):
        client = client_for(name)
        for path in (f"{FIGURES}?indicator=employed&level=county", f"{FLOWS}?kind=status"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            assert len(queries) <= most, [query["sql"] for query in queries]
