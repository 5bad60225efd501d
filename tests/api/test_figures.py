"""Figures by API: what each carries, page by page, and within whose scope."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.api.expected import COUNTIES, MONTHS, figure_key
from tests.samples import SEED_COUNTY, accept_figures, figures_csv, submitter

FIGURES = "/api/v1/figures"
ReadAll = Callable[..., list[dict[str, Any]]]
ClientFor = Callable[[str], Client]


def figures(client: Client, **parameters: str) -> dict[str, Any]:
    response = client.get(FIGURES, parameters)
    assert response.status_code == 200, response.content.decode()
    page: dict[str, Any] = response.json()
    return page


def test_a_figure_carries_all_that_is_needed_to_read_it(client: Client, pool: Any) -> None:
    page = figures(client, indicator="urban_new_jobs", place="360900", period="2025")
    assert page["total"] == 1
    assert page["state"] == "has_data"
    assert page["data_version"] == pool.snapshot().release
    (figure,) = page["items"]
    assert Decimal(figure["value"]) == Decimal("5.9")
    assert figure["unit"] == "万人"
    assert figure["indicator_name"] == "城镇新增就业"
    assert figure["place_name"] == "宜春市"
    assert figure["kind"] == "annual"
    assert figure["kind_label"] == "年度数"
    assert figure["public"] is True
    assert figure["state"] == "has_data"
    source = figure["provenance"]
    assert source["delivery"] == "D000001"
    assert source["source_title"] == "宜春市统计公报"
    assert source["source_url"] == "https://example.org/a"
    assert source["confidence"] == "A"
    assert client.get(f"/api/v1/deliveries/{source['delivery']}").status_code == 200


def test_filters_narrow(client: Client, wide_pool: Any) -> None:
    every = figures(client, indicator="urban_new_jobs", limit="500")["items"]
    inside = figures(client, within="360902", limit="500")["items"]
    assert {f["place"] for f in inside} == {"360902"}
    assert len(inside) == len([f for f in every if f["place"] == "360902"])
    monthly = figures(client, kind="monthly", limit="500")["items"]
    assert len(monthly) == len(COUNTIES) * len(MONTHS)
    january = figures(client, kind="monthly", period="2024-01")["items"]
    assert {f["period"] for f in january} == {"2024-01"}
    assert len(january) == len(COUNTIES)


def test_within_a_city_holds_its_counties(client: Client, pool: Any) -> None:
    places = {f["place"] for f in figures(client, within="360900")["items"]}
    assert places == {"360900", "360902"}


def test_pages_joined_are_the_whole_list_once(
    client: Client, wide_pool: Any, read_all: ReadAll
) -> None:
    whole = figures(client, limit="500")
    assert whole["next_cursor"] is None
    assert whole["total"] == len(whole["items"]) == 39
    assert len({figure_key(f) for f in whole["items"]}) == 39
    for limit in (1, 2, 3, 5, 7, 12, 13, 19, 20, 38, 39, 40, 499):
        assert read_all(client, FIGURES, limit=limit) == whole["items"], limit


@pytest.mark.parametrize("limit", [1, 7, 20, 38])
def test_a_delivery_in_between_moves_nothing(
    client: Client, wide_pool: Any, read_all: ReadAll, limit: int
) -> None:
    before = figures(client, limit="500")["items"]

    def deliver() -> None:
        rows = [
            "城镇新增就业,丰城市,2023,3.3,万人,年度数,新表,,A,,公开",
            "城镇新增就业,宜春市,2025,6.6,万人,年度数,更正,,A,,公开",
            "城镇新增就业,袁州区,2024-05,,万人,月度数,撤回,,A,数据有误,公开",
        ]
        receipt = accept_figures(
            wide_pool,
            figures_csv(*rows),
            by=submitter("360900", may_publish=True),
            name="between.csv",
        )
        assert receipt.delivery.verdict.value == "accepted", receipt.issues

    joined = read_all(client, FIGURES, between=deliver, limit=limit)
    assert joined == before
    after = figures(client, limit="500")
    assert after["data_version"] > before[0]["data_version"]
    assert after["total"] == 40
    values = {figure_key(f): f["value"] for f in after["items"]}
    assert Decimal(values["urban_new_jobs", "360900", "2025", "annual"]) == Decimal("6.6")
    assert values["urban_new_jobs", "360902", "2024-05", "monthly"] is None


def test_a_withdrawn_figure_is_null_and_never_zero(client: Client, pool: Any) -> None:
    content = figures_csv("城镇新增就业,宜春市,2025,,万人,年度数,撤回,,A,数据有误,公开")
    accept_figures(pool, content, by=submitter("360900", may_publish=True), name="w.csv")
    (figure,) = figures(client, place="360900", period="2025")["items"]
    assert figure["value"] is None
    assert figure["state"] == "no_data"
    assert figure["provenance"]["note"] == "数据有误"


def test_a_known_code_without_figures_says_so(client: Client, pool: Any) -> None:
    page = figures(client, indicator="gdp")
    assert page["items"] == []
    assert page["state"] == "no_data"
    assert "不等于 0" in page["note"]
    assert page["next_cursor"] is None
    assert figures(client, place="360924")["state"] == "no_data"


def unpublished(client: Client, read_all: ReadAll) -> set[str]:
    return {f["place"] for f in read_all(client, FIGURES, limit=2) if not f["public"]}


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("public", set()),
        ("village_worker", set()),
        ("county_official", {"360902"}),
        ("other_county_official", {"360981"}),
        ("city_official", {"360900", "360902", "360981"}),
        ("data_steward", {"360900", "360902", "360981"}),
        ("auditor", {"360900", "360902", "360981"}),
        ("administrator", set()),
        ("county_administrator", set()),
    ],
)
def test_each_sees_the_unpublished_figures_of_their_own_places(
    client_for: ClientFor, read_all: ReadAll, name: str, places: set[str]
) -> None:
    assert unpublished(client_for(name), read_all) == places


def test_asking_for_another_county_gives_nothing_of_it(client_for: ClientFor) -> None:
    client = client_for("other_county_official")
    page = figures(client, place="360902", period="2026-08")
    assert page["items"] == []
    assert page["total"] == 0


def test_a_cursor_does_not_carry_scope_to_somebody_else(client_for: ClientFor) -> None:
    cursor = figures(client_for("city_official"), limit="1")["next_cursor"]
    assert cursor
    for name in ("public", "county_official"):
        response = client_for(name).get(FIGURES, {"limit": "1", "cursor": cursor})
        assert response.status_code == 400
        assert response.json()["code"] == "bad_cursor"


def test_a_cursor_to_a_data_version_that_is_gone_is_refused(client: Client, wide_pool: Any) -> None:
    from leye.doors.api.cursors import Cursor, query_digest
    from leye.kernel.place import PUBLIC

    digest = query_digest(FIGURES, {}, scope=PUBLIC)
    cursor = str(Cursor(999_999, digest, ("a", "b", "c", "d")))
    response = client.get(FIGURES, {"cursor": cursor})
    assert response.status_code == 400
    assert "数据版本" in response.json()["detail"]


def test_the_same_delivery_twice_changes_no_page(client: Client, pool: Any) -> None:
    before = client.get(FIGURES)
    accept_figures(pool, SEED_COUNTY, by=submitter("360902"))
    after = client.get(FIGURES)
    assert after.content == before.content
    assert after["ETag"] == before["ETag"]
