"""The service circle's pages: what they say, keep in their address, cost, and refuse."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from leye.analysis.atlas.circle_roads import read_isochrones
from leye.analysis.atlas.circles import Cover
from leye.data.reference import places
from leye.doors.web import circle
from leye.doors.web.circle import Question
from leye.service.identity.models import AuditEvent
from leye.service.network.enums import CoordSource
from leye.service.network.operations import add_point, change_point, close_point, fields_of
from leye.service.network.roads import import_isochrones
from leye.service.network.rules import point_fields
from tests.network.places import LAT, LNG, TOWN, at, small_network
from tests.pages.portal.markup import Page
from tests.registers.serving.small import write_small
from tests.samples import AT

QUERIES = 6
ADDRESSES = (
    "/atlas/circle/",
    "/atlas/circle/?place=360902&mode=walk&minutes=30",
    f"/atlas/circle/?place={TOWN}",
    f"/atlas/circle/?place={TOWN}&kind=gig_market",
    "/atlas/circle/?place=360981",
    "/atlas/circle/?estimate=1&mode=car",
    "/atlas/circle/sites/",
    "/atlas/circle/sites/?place=360902&count=1&mode=walk",
    "/atlas/circle/sites/?place=360981",
)


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Rows of one test have the keys of another's."""
    yield
    circle.answer.cache_clear()
    circle._suggestion.cache_clear()
    circle.positions.cache_clear()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_a_page_is_well_made_and_costs_little(public: Client, address: str, filled: bool) -> None:
    if filled:
        small_network()
    with CaptureQueriesContext(connection) as queries:
        response = public.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []
    assert len(queries) <= QUERIES
    assert "演示坐标" not in response.text


def test_the_denominator_and_the_band_are_printed(public: Client) -> None:
    small_network()
    text = public.get(f"/atlas/circle/?place={TOWN}&mode=walk").text
    villages = len(places().children(TOWN))
    assert f"已有坐标 6 / 共 {villages}" in text
    # The first lies at the point; the second, 1.1 km away, at 18 minutes (15.2 to 20.9).
    assert "16.7%" in text
    assert "18（15—21）" in text
    assert "人口覆盖" not in text.split("怎样算的")[0]
    assert "直线估算" in text
    assert "1.3（1.1—1.5）" in text


def test_villages_without_coordinates_are_neither_covered_nor_not(public: Client) -> None:
    small_network()
    text = public.get("/atlas/circle/?place=360902&mode=walk").text
    assert "没有坐标，不计算" in text
    estimated = public.get("/atlas/circle/?place=360902&mode=car&estimate=1").text
    assert "按乡镇位置估计（误差约 3 公里" in estimated


def test_an_estimate_widens_the_band(public: Client) -> None:
    small_network()
    held = circle.network()
    asked = Question("car", 15, "", estimate=True)
    found = circle.answer(held, asked)
    village = [each.code for each in places().children(TOWN)][6]
    assert village in found.estimated
    guess = found.of[village]
    # The point is where the town is: 3 km of doubt is 5.1 to 8 minutes either way.
    assert (guess.least, guess.minutes) == (0.0, pytest.approx(0, abs=0.01))
    assert guess.most == pytest.approx(3.005 * 1.6 / 35 * 60, abs=0.02)


def test_demonstration_coordinates_are_said_on_the_page(public: Client) -> None:
    small_network(source=CoordSource.DEMO)
    for address in ("/atlas/circle/", "/atlas/circle/sites/"):
        assert "演示坐标" in public.get(address).text


def test_a_change_shows_at_once(public: Client) -> None:
    point = small_network()
    address = f"/atlas/circle/?place={TOWN}&mode=walk"
    assert "16.7%" in public.get(address).text
    moved = fields_of(point).__class__(point.name, *_rest(point, at(LNG, LAT + 0.01)))
    change_point(point=point, fields=moved, by=None, at=AT)
    assert public.get(address).headers["Cache-Control"] == "no-cache, private"
    close_point(point=point, reason="撤并", by=None, at=AT)
    text = public.get(address).text
    assert "还没有有坐标的服务网点" in text
    assert "0.0%" in text


def _rest(point: Any, where: Any) -> tuple[Any, ...]:
    given = fields_of(point)
    return (given.kind, given.place, where, given.hours, given.phone)


def test_a_kind_counts_its_own_points_only(public: Client) -> None:
    small_network()
    given = point_fields(name="零工市场", kind="gig_market", place=TOWN, at=at(LNG, LAT + 0.05))
    add_point(fields=given, by=None, at=AT)
    held = circle.network()
    every = circle.answer(held, Question("walk", 15, "", estimate=False))
    market = circle.answer(held, Question("walk", 15, "gig_market", estimate=False))
    assert (every.points, market.points) == (2, 1)
    covered = [sum(e.central for e in found.of.values()) for found in (every, market)]
    assert covered == [2, 1]


def test_with_people_known_they_are_counted(public: Client, tmp_path: Path, settings: Any) -> None:
    small_network()
    villages = [each.code for each in places().children(TOWN)]
    cells = [
        {"level": "village", "place": code, "population16": 100 * (number + 1)}
        for number, code in enumerate(villages[:5])
    ]
    write_small(tmp_path / "pool", release=1, cells={202403: cells})
    settings.LEYE_POOL = tmp_path / "pool"
    text = public.get(f"/atlas/circle/?place={TOWN}&mode=walk").text
    assert "人口覆盖" in text
    # 100 of the 1,500 people of the five located villages that have a number.
    assert "共 1,500 人" in text
    assert "6.7%" in text
    sites = public.get(f"/atlas/circle/sites/?place={TOWN}&mode=walk&count=1").text
    assert "还没有覆盖的有 <strong>1,400 人</strong>" in sites
    assert "新覆盖 <strong>500 人</strong>" in sites


def test_people_known_of_a_few_villages_are_not_counted(
    public: Client, tmp_path: Path, settings: Any
) -> None:
    small_network()
    village = places().children(TOWN)[0].code
    cells = [{"level": "village", "place": village, "population16": 100}]
    write_small(tmp_path / "pool", release=1, cells={202403: cells})
    settings.LEYE_POOL = tmp_path / "pool"
    assert "人数不全（1 / 6）" in public.get(f"/atlas/circle/?place={TOWN}").text
    sites = public.get(f"/atlas/circle/sites/?place={TOWN}&mode=ebike&count=1").text
    assert "<strong>2 个村（居）</strong>" in sites


def test_one_more_point_goes_where_it_helps_most(public: Client) -> None:
    small_network()
    text = public.get(f"/atlas/circle/sites/?place={TOWN}&mode=ebike&count=1").text
    assert "已证明没有更好的方案" in text
    assert "最优方案（整数规划）" in text
    # By e-bike 3.7 km: of six villages 1.1 km apart the point reaches four, one more the rest.
    assert "还没有覆盖的有 <strong>2 个村（居）</strong>" in text
    assert "新覆盖 <strong>2 个村（居）</strong>" in text


def test_where_all_are_covered_no_site_is_named(public: Client) -> None:
    small_network()
    text = public.get(f"/atlas/circle/sites/?place={TOWN}&mode=car&count=1").text
    assert "不需要新增" in text


def test_an_unfinished_search_is_said(public: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    small_network()
    plan = circle.site_plan

    def unproven(*given: Any, **options: Any) -> Any:
        found = plan(*given, **options)
        return found.__class__(found.best, found.greedy, found.bound + 1, False, found.demand)

    monkeypatch.setattr(circle, "site_plan", unproven)
    text = public.get(f"/atlas/circle/sites/?place={TOWN}&mode=ebike&count=1").text
    assert "求解到时限为止" in text
    assert "差距不超过 33.3%" in text


def _isochrones(folder: Path, point: str) -> Path:
    ring = [[LNG - 0.01, LAT + 0.035], [LNG + 0.01, LAT + 0.035], [LNG + 0.01, LAT + 0.06]]
    ring += [[LNG - 0.01, LAT + 0.06], [LNG - 0.01, LAT + 0.035]]
    document = {
        "type": "FeatureCollection",
        "engine": "valhalla",
        "engine_version": "3.9.1",
        "extract_date": "2026-11-01",
        "attribution": "© OpenStreetMap contributors",
        "features": [
            {
                "type": "Feature",
                "properties": {"point": point, "mode": "walk", "minutes": 15},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    path = folder / "roads.geojson"
    path.write_text(json.dumps(document))
    return path


def test_a_road_network_takes_the_place_of_the_straight_line(
    public: Client, tmp_path: Path
) -> None:
    point = small_network()
    given = read_isochrones(_isochrones(tmp_path, point.number), modes=("walk",))
    import_isochrones(given, by=None, at=AT)
    held = circle.network()
    found = circle.answer(held, Question("walk", 15, "", estimate=False))
    covered = {code for code, each in found.of.items() if each.cover is Cover.COVERED}
    villages = [each.code for each in places().children(TOWN)]
    assert covered == {villages[4], villages[5]}
    assert found.method == "路网计算"
    text = public.get(f"/atlas/circle/?place={TOWN}&mode=walk").text
    assert "现在用的是<strong>路网计算</strong>" in text
    assert "valhalla 3.9.1" in text
    assert "2026年11月1日" in text
    other = public.get(f"/atlas/circle/?place={TOWN}&mode=walk&minutes=30").text
    assert "现在用的是<strong>直线估算</strong>" in other
    # A moved point falls back to the straight line, a second one never had a polygon.
    second = point_fields(name="乙站", kind="other", place=TOWN, at=at(LNG, LAT))
    add_point(fields=second, by=None, at=AT)
    mixed = public.get(f"/atlas/circle/?place={TOWN}&mode=walk").text
    assert "部分路网计算" in mixed
    moved = fields_of(point).__class__(point.name, *_rest(point, at(LNG + 0.001, LAT)))
    change_point(point=point, fields=moved, by=None, at=AT)
    assert (
        circle.answer(circle.network(), Question("walk", 15, "", estimate=False)).method
        == "直线估算"
    )


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/atlas/circle/?place=360999", 404, "您是不是要找"),
        ("/atlas/circle/?place=360000", 400, "不能这样看"),
        ("/atlas/circle/?place=360902100001", 400, "不能这样看"),
        ("/atlas/circle/?mode=walks", 404, "walk"),
        ("/atlas/circle/?minutes=7", 400, "可选：10、15"),
        ("/atlas/circle/?minutes=١٥", 400, "可选"),
        ("/atlas/circle/?kind=shop", 400, "网点"),
        ("/atlas/circle/sites/?count=0", 400, "可选"),
        ("/atlas/circle/sites/?count=x", 400, "可选"),
        ("/atlas/circle/export.pdf", 404, "没有"),
    ],
)
def test_what_cannot_be_shown_says_what_can(
    public: Client, address: str, status: int, words: str
) -> None:
    response = public.get(address)
    assert response.status_code == status
    assert words in response.text


def test_the_address_holds_the_whole_state(public: Client) -> None:
    small_network()
    address = f"/atlas/circle/?place={TOWN}&mode=walk&minutes=30&kind=town_station&estimate=1"
    text = public.get(address).text
    for kept in ("mode=walk", "minutes=30", "kind=town_station", "estimate=1"):
        assert text.count(kept) >= 3, kept
    assert '<option value="30" selected>' in text
    assert 'value="1" checked' in text


def test_a_download_says_what_it_counts(public: Client) -> None:
    small_network()
    response = public.get("/atlas/circle/export.csv?place=360902&mode=walk")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    line = next(row for row in rows if row[0] == TOWN)
    assert line[2:8] == [str(len(places().children(TOWN))), "6", "1", "1", "1", "0.1667"]
    empty = next(row for row in rows if row[0] == "360902001")
    assert empty[3:8] == ["0", "", "", "", ""]
    book = load_workbook(io.BytesIO(public.get(f"/atlas/circle/export.xlsx?place={TOWN}").content))
    assert book.sheetnames == ["数据", "说明"]
    names = [row[2].value for row in book["数据"].iter_rows(min_row=2)]
    assert names == [each.name for each in places().children(TOWN)]
    detail = public.get("/atlas/circle/export.csv?place=360902&level=village").content
    assert detail.decode("utf-8-sig").count("\n") == 398


def test_a_download_of_staff_is_recorded(signed_in: Callable[[str, str], Client]) -> None:
    client = signed_in("county_official", "360902")
    client.get("/atlas/circle/export.csv?place=360902")
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.subject_id) == ("figures_exported", "circle")
