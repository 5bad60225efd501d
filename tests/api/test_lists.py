"""Indicators, places, targets and deliveries by API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

ReadAll = Callable[..., list[dict[str, Any]]]
ClientFor = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def got(client: Client, path: str, **parameters: str) -> dict[str, Any]:
    response = client.get(path, parameters)
    assert response.status_code == 200, response.content.decode()
    body: dict[str, Any] = response.json()
    return body


@pytest.mark.usefixtures("pool")
def test_every_indicator_is_listed_once(client: Client, read_all: ReadAll) -> None:
    from leye.analysis.metrics import catalogue

    codes = [each["code"] for each in read_all(client, "/api/v1/indicators", limit=7)]
    assert codes == sorted(each.code for each in catalogue())


@pytest.mark.usefixtures("pool")
def test_indicators_by_theme_and_text(client: Client) -> None:
    found = got(client, "/api/v1/indicators", theme="失业", limit="500")
    assert {each["theme"] for each in found["items"]} == {"失业"}
    names = [each["name"] for each in got(client, "/api/v1/indicators", q="新增就业")["items"]]
    assert "城镇新增就业" in names
    nothing = got(client, "/api/v1/indicators", q="没有这样的名称")
    assert nothing["state"] == "no_data"
    assert nothing["note"]
    wrong = client.get("/api/v1/indicators", {"theme": "失业率"})
    assert wrong.status_code == 404
    assert "失业" in wrong.json()["near"]


@pytest.mark.usefixtures("pool")
def test_an_indicator_is_its_whole_definition(client: Client) -> None:
    from leye.analysis.metrics import catalogue

    known = catalogue().get("urban_new_jobs")
    found = got(client, "/api/v1/indicators/urban_new_jobs")
    assert found["name"] == known.name
    assert found["definition"] == known.definition
    assert found["caveats"] == list(known.caveats)
    assert set(found["units"]) == set(known.units)
    assert found["formula"] is None
    assert got(client, found["figures_url"])["total"] > 0
    computed = got(client, "/api/v1/indicators/urban_new_jobs_per_10k_residents")
    assert computed["formula"]["numerator"] == "urban_new_jobs"


@pytest.mark.usefixtures("pool")
def test_every_place_is_listed_once(client: Client, read_all: ReadAll) -> None:
    codes = [each["code"] for each in read_all(client, "/api/v1/places", limit=500)]
    assert codes == sorted(set(codes))
    assert len([code for code in codes if len(code) == 12]) == 2794
    assert len([code for code in codes if len(code) == 9]) == 219


@pytest.mark.usefixtures("pool")
def test_places_by_parent_level_and_text(client: Client) -> None:
    counties = got(client, "/api/v1/places", parent="360900")
    assert counties["total"] == 10
    towns = got(client, "/api/v1/places", parent="360900", level="town", limit="500")
    assert towns["total"] == 219
    named = got(client, "/api/v1/places", q="袁州")
    assert "360902" in [each["code"] for each in named["items"]]
    village = got(client, "/api/v1/places", level="village", limit="1")["items"][0]
    leaf = got(client, "/api/v1/places", parent=village["code"])
    assert (leaf["items"], leaf["state"]) == ([], "no_data")


@pytest.mark.usefixtures("pool")
def test_a_place_has_its_path_and_children(client: Client) -> None:
    county = got(client, "/api/v1/places/360902")
    assert [each["code"] for each in county["path"]] == ["000000", "360000", "360900", "360902"]
    assert county["children"]
    assert {each["parent"] for each in county["children"]} == {"360902"}
    assert county["edition"]


@pytest.mark.usefixtures("pool")
def test_every_target_is_listed_in_the_order_of_the_plan(client: Client, read_all: ReadAll) -> None:
    from leye.doors.web.reading import targets

    listed = read_all(client, "/api/v1/targets", limit=5)
    assert [each["id"] for each in listed] == [target.id for target in targets()]
    for each in listed:
        assert each["explanation"]
        if each["state"] == "not_reported":
            assert each["actual"]["value"] is None
            assert each["actual"]["state"] != "has_data"


@pytest.mark.usefixtures("pool")
def test_targets_by_state(client: Client) -> None:
    listed = got(client, "/api/v1/targets", state="not_reported", limit="500")
    assert listed["total"] > 0
    assert {each["state"] for each in listed["items"]} == {"not_reported"}


@pytest.mark.usefixtures("pool")
def test_a_target_shows_what_its_state_rests_on(client: Client) -> None:
    target = got(client, "/api/v1/targets/urban_new_jobs")
    assert target["goal"]["value"] == "22"
    assert target["baseline"]["value"] == "28"
    assert [part["period"] for part in target["parts"]] == ["2024", "2025"]
    assert {part["provenance"]["delivery"] for part in target["parts"]} == {"D000001"}
    assert target["quotes"][0]["text"]
    assert target["missing_years"] == [2021, 2022, 2023]


def test_a_target_counts_what_its_reader_may_see(client_for: ClientFor) -> None:
    public = got(client_for("public"), "/api/v1/targets/urban_new_jobs")
    everything = str(public)
    for unpublished in ("4.1", "D000002", "D000003", "D000004"):
        assert unpublished not in everything


DELIVERIES = {"D000001": "360900", "D000002": "360900", "D000003": "360902", "D000004": "360981"}


@pytest.mark.parametrize(
    ("name", "seen", "named"),
    [
        ("public", {"D000001"}, set()),
        ("county_official", {"D000001", "D000003"}, {"D000003"}),
        ("other_county_official", {"D000001", "D000004"}, {"D000004"}),
        ("city_official", set(DELIVERIES), set(DELIVERIES)),
        ("administrator", {"D000001"}, set()),
    ],
)
def test_each_sees_deliveries_of_their_own_places(
    client_for: ClientFor, name: str, seen: set[str], named: set[str]
) -> None:
    client = client_for(name)
    found = {n: client.get(f"/api/v1/deliveries/{n}") for n in (*DELIVERIES, "D000099")}
    assert {n for n, response in found.items() if response.status_code == 200} == seen
    assert {n for n in seen if found[n].json()["file_name"]} == named
    refused = [response.json() for n, response in found.items() if n not in seen]
    assert {body["code"] for body in refused} == {"unknown_delivery"}
    for response in found.values():
        assert "u000001" not in response.content.decode()


def test_opening_a_delivery_of_ones_places_is_recorded(client_for: ClientFor) -> None:
    from leye.service.identity.models import AuditEvent

    client_for("public").get("/api/v1/deliveries/D000001")
    before = AuditEvent.objects.filter(action="delivery_opened").count()
    client_for("county_official").get("/api/v1/deliveries/D000003")
    events = AuditEvent.objects.filter(action="delivery_opened").order_by("-id")
    assert events.count() == before + 1
    assert (events[0].subject_id, events[0].place) == ("D000003", "360902")
