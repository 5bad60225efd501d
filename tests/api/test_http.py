"""Errors, methods, caching, the description and the page about it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.expected import ADDRESSES, ASKED
from tests.samples import accept_figures, figures_csv, submitter

ClientFor = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pool")]

PROBLEM = {"code", "title", "detail", "hint", "near"}
LISTS = ["/api/v1/indicators", "/api/v1/places", "/api/v1/figures", "/api/v1/targets"]


def problem(client: Client, path: str, status: int, **parameters: str) -> dict[str, Any]:
    response = client.get(path, parameters)
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert set(body) == PROBLEM
    assert body["title"]
    assert body["detail"]
    assert body["hint"]
    assert response["Content-Type"].startswith("application/json")
    assert response["Cache-Control"] == "no-store"
    return body


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/api/v1/indicators/urban_new_job", "urban_new_jobs"),
        ("/api/v1/figures?indicator=urban_new_job", "urban_new_jobs"),
        ("/api/v1/figures?place=360909", None),
        ("/api/v1/figures?place=袁州区", None),
        ("/api/v1/figures?within=1", None),
        ("/api/v1/places/360903", None),
        ("/api/v1/places?parent=360999", None),
        ("/api/v1/targets/urban_new_job", "urban_new_jobs"),
        ("/api/v1/deliveries/D009999", None),
        ("/api/v1/deliveries/D00%0001", None),
        ("/api/v1/deliveries/D1", None),
        ("/api/v1/deliveries/nonsense", None),
    ],
)
def test_an_unknown_code_is_404_with_a_hint(client: Client, path: str, near: str | None) -> None:
    body = problem(client, path, 404)
    if near:
        assert near in body["near"]


def test_an_unknown_address_is_404_with_a_hint(client: Client) -> None:
    assert "/api/v1/figures" in problem(client, "/api/v1/figure", 404)["near"]
    assert "/api/v1/figures" in problem(client, "/api/v1/figures/", 404)["near"]
    assert problem(client, "/api/v2/anything", 404)["code"] == "unknown_address"


@pytest.mark.parametrize("path", ADDRESSES.values())
def test_an_unknown_parameter_is_never_ignored(client: Client, path: str) -> None:
    more = "&" if "?" in path else "?"
    body = problem(client, f"{path}{more}indicater=urban_new_jobs", 400)
    assert body["code"] == "unknown_parameter"
    assert "indicater" in body["detail"]


def test_a_misspelt_parameter_names_the_right_one(client: Client) -> None:
    assert problem(client, "/api/v1/figures", 400, indicater="gdp")["near"][0] == "indicator"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=ten",
        "limit=1e2",
        "limit=",
        "limit=5&limit=6",
        "limit=99999999999999999999",
        "cursor=abc",
        "cursor=",
        "cursor=" + "a" * 2000,
    ],
)
@pytest.mark.parametrize("path", LISTS)
def test_a_bad_limit_or_cursor_is_400(client: Client, path: str, query: str) -> None:
    problem(client, f"{path}?{query}", 400)


@pytest.mark.parametrize(
    "query",
    [
        "period=2025-13",
        "period=last+year",
        "period=2025..2021",
        "kind=annually",
        "indicator=" + "x" * 200,
        "place=360900&place=360902",
        "place=",
    ],
)
def test_a_bad_value_is_400(client: Client, query: str) -> None:
    problem(client, f"/api/v1/figures?{query}", 400)


def test_a_bad_level_is_400(client: Client) -> None:
    assert "county" in problem(client, "/api/v1/places", 400, level="district")["detail"]


def test_text_of_any_kind_is_answered(client: Client) -> None:
    for text in ("\x00", "'; DROP TABLE figures; --", "%", "𠮷", "<script>"):
        for name in ("indicator", "place"):
            address = f"/api/v1/figures?{urlencode({name: text})}"
            assert client.get(address).status_code in {400, 404}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", [*LISTS, "/api/openapi.json", "/api/v1/nothing"])
def test_nothing_but_reading_is_allowed(path: str, method: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", LISTS)
def test_head_and_options(client: Client, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == whole["ETag"]
    options = client.options(path)
    assert options.status_code == 204
    assert options["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", LISTS)
def test_an_unchanged_answer_is_304_until_a_delivery_arrives(
    client: Client, pool: Any, path: str
) -> None:
    etag = client.get(path)["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    other = client.get(f"{path}?limit=3", headers={"If-None-Match": etag})
    assert other.status_code == 200
    content = figures_csv("城镇新增就业,宜春市,2023,5.1,万人,年度数,样表,,A,,公开")
    accept_figures(pool, content, by=submitter("360900", may_publish=True), name="n.csv")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_an_error_is_never_304(client: Client) -> None:
    for etag in ("*", '"x"', 'W/"x"'):
        response = client.get("/api/v1/indicators/none", headers={"If-None-Match": etag})
        assert response.status_code == 404


def test_only_anonymous_answers_may_be_kept_by_caches(client_for: ClientFor) -> None:
    public, staff = client_for("public"), client_for("county_official")
    for path in LISTS:
        shared, private = public.get(path), staff.get(path)
        assert shared["Cache-Control"].startswith("public")
        assert private["Cache-Control"] == "private, no-store"
        assert shared["ETag"] != private["ETag"]
        for response in (shared, private):
            assert "Cookie" in response["Vary"]
        crossed = staff.get(path, headers={"If-None-Match": shared["ETag"]})
        assert crossed.status_code == 200


def test_anonymous_readers_cost_no_database_query(client: Client) -> None:
    from django.db import connection

    client.get("/api/v1/figures")
    for path in [*LISTS, "/api/v1/deliveries/D000001", "/api/v1/targets/urban_new_jobs"]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) == 0, path


def test_signed_in_readers_cost_session_account_and_grants(client_for: ClientFor) -> None:
    from django.db import connection

    staff = client_for("county_official")
    for path in LISTS:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(path).status_code == 200
        assert len(queries) <= 3, [query["sql"] for query in queries]


def test_the_description_is_openapi_with_every_answer(client: Client) -> None:
    response = client.get("/api/openapi.json")
    described = response.json()
    assert described["openapi"].startswith("3.1")
    shapes = described["components"]["schemas"]
    assert set(shapes["Problem"]["properties"]) == PROBLEM
    assert set(described["paths"]) == set(ADDRESSES) | ASKED
    operations = [each for item in described["paths"].values() for each in item.values()]
    for path, item in described["paths"].items():
        assert set(item) == ({"post"} if path in ASKED else {"get"})
    assert len({each["operationId"] for each in operations}) == len(operations)
    for each in operations:
        assert {"200", "400", "404", "429"} <= set(each["responses"])
        for parameter in each["parameters"]:
            assert parameter["description"]
    for reference in set(_references(described)):
        assert reference.removeprefix("#/components/schemas/") in shapes


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for value in node.values() for found in _references(value)]
    if isinstance(node, list):
        return [found for value in node for found in _references(value)]
    return []


def test_answers_hold_exactly_the_fields_described(client: Client) -> None:
    described = client.get("/api/openapi.json").json()
    shapes = described["components"]["schemas"]
    for path, item in described["paths"].items():
        [operation] = item.values()
        if path in ASKED:
            sent = operation["x-body"]
            body = client.post(path, sent, content_type="application/json").json()
        else:
            body = client.get(operation["x-example"]).json()
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        _fits(body, schema, shapes, where=operation["operationId"])


def _fits(value: Any, schema: dict[str, Any], shapes: dict[str, Any], *, where: str) -> None:
    """Check a value against the part of JSON Schema that the description uses."""
    if "$ref" in schema:
        schema = shapes[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        chosen = [s for s in schema["anyOf"] if (s.get("type") == "null") == (value is None)]
        assert chosen, where
        schema = chosen[0]
        if "$ref" in schema:
            schema = shapes[schema["$ref"].rpartition("/")[2]]
    kinds = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    assert isinstance(value, kinds[schema["type"]]), (where, value)
    if "enum" in schema:
        assert value in schema["enum"], where
    if "properties" in schema:
        assert set(value) == set(schema["properties"]), where
        for name, inner in schema["properties"].items():
            _fits(value[name], inner, shapes, where=f"{where}.{name}")
    if schema["type"] == "array":
        for each in value:
            _fits(each, schema["items"], shapes, where=f"{where}[]")


def test_the_page_about_the_api_shows_all_of_it(client: Client) -> None:
    response = client.get("/api/docs")
    assert response.status_code == 200
    text = response.content.decode()
    described = client.get("/api/openapi.json").json()
    for path, item in described["paths"].items():
        assert path in text
        [operation] = item.values()
        assert operation["summary"] in text
        assert path in ASKED or client.get(operation["x-example"]).status_code == 200
    for name, shape in described["components"]["schemas"].items():
        if "properties" in shape:
            assert f'id="shape-{name}"' in text
    assert 'href="/ogc/"' in text
    assert 'href="/sdmx/2.1/' in text
    assert client.get("/api/")["Location"] == "/api/docs"


def test_every_link_inside_the_page_leads_somewhere(client: Client) -> None:
    import re

    text = client.get("/api/docs").content.decode()
    anchors = set(re.findall(r'\bid="([^"]+)"', text))
    assert len(re.findall(r'\bid="([^"]+)"', text)) == len(anchors)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= anchors


def test_health_says_ok_and_the_data_version(client: Client, pool: Any) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content.decode() == f"ok\ndata_version {pool.snapshot().release}\n"
    assert response["Cache-Control"] == "no-store"


def test_health_says_which_part_is_missing(client: Client, pool: Any, settings: Any) -> None:
    settings.LEYE_POOL.rename(settings.LEYE_POOL.with_name("moved"))
    settings.LEYE_POOL.write_text("not a folder")
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "pool" in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_an_unexpected_failure_is_json_without_a_trace(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LEYE_POOL.rename(settings.LEYE_POOL.with_name("moved"))
    settings.LEYE_POOL.write_text("not a folder")
    response = client.get("/api/v1/figures")
    assert response.status_code >= 500
    body = json.loads(response.content)
    assert set(body) == PROBLEM
    assert str(settings.LEYE_POOL) not in response.content.decode()


def test_a_rate_limit_counts_by_address(settings: Any) -> None:
    from django.core.cache import cache
    from django.test import RequestFactory

    from leye.doors.api.throttles import AddressThrottle

    class Nobody:
        is_authenticated = False

    def ask(throttle: AddressThrottle, **meta: str) -> bool:
        request = RequestFactory().get("/api/v1/figures", **meta)
        request.user = Nobody()  # type: ignore[assignment]  # only this one attribute is read
        return throttle.allow_request(request)

    assert all(ask(AddressThrottle(), REMOTE_ADDR="192.0.2.9") for _ in range(20))
    cache.clear()
    settings.LEYE_API_RATE = "2/m"
    settings.LEYE_PROXIES = 0
    throttle = AddressThrottle()
    assert [ask(throttle, REMOTE_ADDR="192.0.2.1") for _ in range(3)] == [True, True, False]
    assert ask(throttle, REMOTE_ADDR="192.0.2.2")
    # Without a proxy of ours, nobody becomes somebody else by saying so.
    assert not ask(throttle, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="192.0.2.3")
    settings.LEYE_PROXIES = 1
    assert ask(throttle, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="x, 192.0.2.4")
    cache.clear()
