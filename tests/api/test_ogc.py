"""OGC API - Features Part 1: what its core asks of a server, and what everybody may see."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.data.pool.served import FOLDER
from leye.doors.api.ogc.asked import read_span
from leye.doors.api.ogc.boxes import reaches
from leye.doors.web.geometry import Geometry
from leye.service.identity.models import AuditEvent
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
)

ClientFor = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registers")]
EVERY = ("counties", "towns", "villages", "parks", "service-points")


def got(client: Client, path: str, **asked: str) -> dict[str, Any]:
    response = client.get(path if path.startswith("http") else f"/ogc/{path}", asked)
    assert response.status_code == 200, response.content.decode()
    body: dict[str, Any] = response.json()
    return body


def links(body: dict[str, Any]) -> dict[str, str]:
    return {each["rel"]: each["href"] for each in body["links"]}


def features(client: Client, name: str, **asked: str) -> dict[str, dict[str, Any]]:
    found = got(client, f"collections/{name}/items", limit="1000", **asked)
    return {each["id"]: each for each in found["features"]}


def test_every_link_leads_to_what_it_says(client: Client) -> None:
    landing = got(client, "")
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= set(links(landing))
    collections = got(client, "collections")
    bodies = [landing, collections, *collections["collections"]]
    for link in (each for body in bodies for each in body["links"]):
        response = client.get(link["href"])
        assert response.status_code == 200, link
        assert response["Content-Type"].partition("; charset")[0] == link["type"]


def test_it_says_what_it_conforms_to(client: Client) -> None:
    classes = got(client, "conformance")["conformsTo"]
    for name in ("core", "oas30", "geojson"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in classes


def test_collections_say_where_and_when(client: Client) -> None:
    listed = got(client, "collections")["collections"]
    assert tuple(each["id"] for each in listed) == EVERY
    for each in listed:
        assert got(client, f"collections/{each['id']}") == each
        assert each["itemType"] == "feature"
        assert {"items", "self"} <= set(links(each))
        west, south, east, north = each["extent"]["spatial"]["bbox"][0]
        assert 113 < west < east < 117
        assert 27 < south < north < 30
    assert listed[0]["extent"]["temporal"]["interval"] == [
        ["2024-01-01T00:00:00+08:00", "2024-03-31T23:59:59+08:00"]
    ]
    assert "temporal" not in listed[-1]["extent"]


def test_features_are_geojson_with_figures(client: Client) -> None:
    response = client.get("/ogc/collections/counties/items")
    assert response["Content-Type"].startswith("application/geo+json")
    body = response.json()
    assert body["type"] == "FeatureCollection"
    assert body["numberReturned"] == body["numberMatched"] == len(body["features"]) == 11
    found = {each["id"]: each for each in body["features"]}
    shown = found[COUNTY]
    assert shown["geometry"] is None
    properties = shown["properties"]
    assert properties["name"] == "袁州区"
    assert (properties["parent"], properties["level"]) == (CITY, "county")
    assert properties["employed"] == rounded(employed(COUNTY, 202403))
    assert (properties["month"], properties["edition"]) == ("2024-03", "protected")
    assert properties["data_version"] == 7
    assert found["_U"]["properties"]["parent"] is None
    states = {fid: found[fid]["properties"]["unemployed_state"] for fid in found}
    assert (states[TINY], states[UNREPORTED]) == ("hidden", "no_data")
    assert found[EMPTY]["properties"]["employment_rate_state"] == "zero_denominator"
    for fid in (TINY, UNREPORTED):
        assert found[fid]["properties"]["unemployed"] is None


@pytest.mark.parametrize("name", ["towns", "villages", "parks"])
def test_pages_followed_by_their_links_are_the_whole(client: Client, name: str) -> None:
    step = {"towns": "50", "villages": "1000", "parks": "1"}[name]
    address, seen = f"collections/{name}/items?limit={step}", []
    while address:
        body = got(client, address)
        assert body["numberReturned"] <= int(step)
        seen += [each["id"] for each in body["features"]]
        address = links(body).get("next", "")
    assert len(seen) == len(set(seen)) == body["numberMatched"]
    assert links(body)["collection"].endswith(f"/ogc/collections/{name}")


def test_the_largest_limit_is_kept_to_without_an_error(client: Client) -> None:
    body = got(client, "collections/villages/items", limit="5000")
    assert body["numberReturned"] == 1000


def test_towns_are_points_where_the_gazetteer_knows_them(client: Client) -> None:
    from leye.data.reference import town_points

    towns = features(client, "towns", parent=COUNTY)
    located = {code for code, each in towns.items() if each["geometry"]}
    assert located
    for code in located:
        point = town_points()[code]
        assert towns[code]["geometry"] == {"type": "Point", "coordinates": [point.lng, point.lat]}
    assert towns[COUNTY]["geometry"] is None
    assert towns[COUNTY]["properties"]["name"].endswith("不详")
    assert "GeoNames" in got(client, "collections/towns")["description"]


def test_a_box_holds_what_lies_in_it(client: Client) -> None:
    towns = features(client, "towns")
    lng, lat = next(e["geometry"]["coordinates"] for e in towns.values() if e["geometry"])
    inside = features(client, "towns", bbox=f"{lng - 0.05},{lat - 0.05},{lng + 0.05},{lat + 0.05}")
    assert 0 < len(inside) < len(towns)
    for each in inside.values():
        x, y = each["geometry"]["coordinates"]
        assert abs(x - lng) <= 0.05
        assert abs(y - lat) <= 0.05
    deep = features(client, "towns", bbox=f"{lng},{lat},0,{lng},{lat},9")
    assert len(deep) >= 1
    around = features(client, "towns", bbox="170,-10,-170,10")
    assert around == {}


def test_time_chooses_the_latest_month_within_it(client: Client) -> None:
    months = {
        "2024-02-15": "2024-02",
        "2024-01-31T20:00:00Z": "2024-02",
        "2024-01-01/2024-02-10": "2024-02",
        "../2024-01-05": "2024-01",
        "2023-01-01/..": "2024-03",
        "2024-02": "2024-02",
    }
    for asked, month in months.items():
        found = features(client, "counties", datetime=asked)
        assert {each["properties"]["month"] for each in found.values()} == {month}, asked
    assert features(client, "counties", datetime="2020-01-01/2020-12-31") == {}


def test_figures_are_chosen_and_cut(client: Client) -> None:
    asked = {"indicator": "employed,employment_rate", "axis": "industry", "code": "A"}
    county = features(client, "counties", **asked, group="all")[COUNTY]["properties"]
    assert (county["axis"], county["code"]) == ("industry", "A")
    assert "unemployed" not in county
    women = features(client, "counties", group="woman", indicator="employed")[COUNTY]
    assert women["properties"]["employed"] < employed(COUNTY, 202403)
    park = features(client, "parks")[PARK]["properties"]
    assert (park["name"], park["jobs_insured"]) == ("宜春经开区", 225)


def test_one_feature_is_the_one_of_the_list(client: Client) -> None:
    listed = features(client, "counties", datetime="2024-02-01")
    for fid in (COUNTY, "_U"):
        one = got(client, f"collections/counties/items/{fid}", datetime="2024-02-01")
        assert {"self", "collection"} <= set(links(one))
        assert got(client, links(one)["self"]) == one
        del one["links"]
        assert one == listed[fid]
    assert got(client, f"collections/parks/items/{PARK}")["id"] == PARK


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("collections/none", 404),
        ("collections/none/items", 404),
        ("collections/counties/items/999999", 404),
        ("nothing/here", 404),
        ("collections?limit=3", 400),
        ("?f=html", 400),
        ("collections/counties/items?nothing=1", 400),
        ("collections/counties/items?kind=other", 400),
        ("collections/counties/items?limit=0", 400),
        ("collections/counties/items?limit=ten", 400),
        ("collections/counties/items?offset=-1", 400),
        ("collections/counties/items?bbox=1,2,3", 400),
        ("collections/counties/items?bbox=a,b,c,d", 400),
        ("collections/counties/items?bbox=114,nan,115,28", 400),
        ("collections/counties/items?bbox=114,29,115,28", 400),
        ("collections/counties/items?datetime=yesterday", 400),
        ("collections/counties/items?datetime=2024-02-30", 400),
        ("collections/counties/items?datetime=../..", 400),
        ("collections/counties/items?datetime=2024-03-01/2024-01-01", 400),
        ("collections/counties/items?indicator=none", 404),
        ("collections/counties/items?axis=sex", 400),
        ("collections/parks/items?group=woman", 400),
        ("collections/counties/items?parent=360902", 400),
        ("collections/service-points/items?kind=none", 404),
    ],
)
def test_a_failure_is_the_exception_of_the_standard(client: Client, path: str, status: int) -> None:
    response = client.get(f"/ogc/{path}")
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"].startswith("application/json")
    assert {"code", "description"} <= set(response.json())


def test_exact_numbers_are_for_staff_of_the_place(client_for: ClientFor) -> None:
    found = {
        name: features(client_for(name), "counties")
        for name in ("public", "county_official", "city_official")
    }
    for name, exact in {
        "public": set(),
        "county_official": {COUNTY},
        "city_official": {COUNTY, OTHER},
    }.items():
        for place in (COUNTY, OTHER):
            shown = found[name][place]["properties"]
            number = employed(place, 202403)
            assert shown["employed"] == (number if place in exact else rounded(number))
            assert shown["edition"] == ("exact" if place in exact else "protected")
    assert found["city_official"][TINY]["properties"]["unemployed"] == 3


def test_boundaries_leave_only_with_an_approval_number(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    from leye.data.reference import places

    counties = places().children(CITY)
    squares = [
        {
            "type": "Feature",
            "properties": {"adcode": county.code},
            "geometry": {"type": "Polygon", "coordinates": [_square(114 + n / 10, 28)]},
        }
        for n, county in enumerate(counties)
    ]
    path = tmp_path / "counties.geojson"
    document = {"type": "FeatureCollection", "datum": "WGS-84", "features": squares}
    path.write_text(json.dumps(document))
    settings.LEYE_BOUNDARIES = str(path)
    assert features(client, "counties")[counties[0].code]["geometry"] is None
    settings.LEYE_BOUNDARIES_APPROVAL = "赣S（2026）001号"
    shown = features(client, "counties")
    assert shown[counties[0].code]["geometry"]["type"] == "MultiPolygon"
    inside = features(client, "counties", bbox="114.02,28.02,114.03,28.03")
    assert set(inside) == {counties[0].code}


def _square(x: float, y: float) -> list[list[float]]:
    return [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]


def test_service_points_are_features_and_a_change_is_a_new_answer(client: Client) -> None:
    from leye.service.network.models import ServicePoint
    from tests.samples import AT

    path = "/ogc/collections/service-points/items"
    first = client.get(path)
    assert first.json()["features"] == []
    point = ServicePoint.objects.create(
        name="灵泉街道服务站",
        kind="town_station",
        place="360902001",
        lng=114.4,
        lat=27.8,
        coord_source="user",
        accuracy_m=50,
        changed_at=AT,
    )
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    (shown,) = again.json()["features"]
    assert shown["geometry"]["coordinates"] == [114.4, 27.8]
    assert shown["properties"]["name"] == "灵泉街道服务站"
    assert got(client, f"collections/service-points/items/{shown['id']}")["id"] == point.number
    assert features(client, "service-points", parent=OTHER) == {}
    assert features(client, "service-points", kind="gig_market") == {}
    assert features(client, "service-points", bbox="114,27,115,28")
    assert features(client, "service-points", bbox="110,27,111,28") == {}


def test_before_anything_is_built_there_are_no_features(client: Client, registers: Any) -> None:
    shutil.rmtree(registers.root / FOLDER)
    body = got(client, "collections/counties/items")
    assert (body["features"], body["numberMatched"]) == ([], 0)


def test_the_description_covers_every_address(client: Client) -> None:
    response = client.get("/ogc/api")
    assert response["Content-Type"].startswith("application/vnd.oai.openapi+json")
    described = response.json()
    assert described["openapi"].startswith("3.0")
    for name in EVERY:
        assert f"/collections/{name}/items" in described["paths"]
    found = _references(described)
    for reference in found:
        _, kind, group, name = reference.split("/")
        assert name in described[kind][group]
    names = [item["get"]["operationId"] for item in described["paths"].values()]
    assert len(names) == len(set(names))


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if "$ref" in node else set()
        return own.union(*(_references(value) for value in node.values()))
    return set().union(*(_references(each) for each in node)) if isinstance(node, list) else set()


def test_what_can_be_asked_is_a_schema(client: Client) -> None:
    schema = got(client, "collections/counties/queryables")
    assert set(schema["properties"]) == {"indicator", "parent", "group", "axis", "code"}
    assert "employed" in schema["properties"]["indicator"]["items"]["enum"]
    points = got(client, "collections/service-points/queryables")
    assert set(points["properties"]) == {"parent", "kind"}


def test_answers_are_kept_until_the_data_change_and_cost_no_query(client: Client) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as queries:
        first = client.get("/ogc/collections/towns/items")
        kept = client.get("/ogc/collections/towns/items", headers={"If-None-Match": first["ETag"]})
    assert len(queries) == 0
    assert kept.status_code == 304
    assert client.post("/ogc/collections").status_code == 405
    assert client.head("/ogc/collections/towns/items")["ETag"] == first["ETag"]


def test_too_many_requests_are_refused(client: Client, settings: Any) -> None:
    from django.core.cache import cache

    cache.clear()
    settings.LEYE_API_RATE = "2/m"
    answers = [client.get("/ogc/conformance") for _ in range(3)]
    cache.clear()
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("box", "meets"),
    [
        ((1.0, 1.0, 2.0, 2.0), True),
        ((-1.0, -1.0, 11.0, 11.0), True),
        ((4.5, 4.5, 5.5, 5.5), False),
        ((-1.0, 4.0, 11.0, 6.0), True),
        ((10.0, 10.0, 12.0, 12.0), True),
        ((10.1, 0.0, 12.0, 9.0), False),
        ((9.5, 9.5, 12.0, 12.0), True),
    ],
)
def test_a_polygon_with_a_hole_meets_a_box(
    box: tuple[float, float, float, float], meets: bool
) -> None:
    outer = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    hole = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
    assert reaches(Geometry("MultiPolygon", [[outer, hole]]), [box]) is meets
    assert not reaches(None, [box])


def test_exact_features_read_by_staff_are_recorded(client_for: ClientFor) -> None:
    for name in ("public", "county_official"):
        features(client_for(name), "counties")
        features(client_for(name), "service-points")
        got(client_for(name), f"collections/counties/items/{OTHER}")
    taken = AuditEvent.objects.filter(action="figures_exported")
    assert [(event.subject_id, event.detail) for event in taken] == [("ogc:counties", {"rows": 1})]
    got(client_for("county_official"), f"collections/counties/items/{COUNTY}")
    assert taken.all().count() == 2


def test_an_interval_is_its_first_and_last_month() -> None:
    assert read_span("2024-01-31T16:30:00Z/2024-03-01") == (202402, 202403)
