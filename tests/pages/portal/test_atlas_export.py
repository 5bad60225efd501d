"""The map to take away: what is in the files is what is on the page."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from leye.data.pool import Pool
from leye.data.reference import places, town_points
from leye.doors.portal.atlas_export import HEADER
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.pages.portal.atlas_sample import CITY, COUNTY, TINY, UNREPORTED, write_map
from tests.pages.portal.test_atlas import PEOPLE, RATE, UNEMPLOYED, lines

if TYPE_CHECKING:
    from leye.service.identity.models import User

QUERIES = (
    f"i={UNEMPLOYED}",
    f"i={RATE}&s=name",
    f"i={PEOPLE}&p={COUNTY}&s=-value",
    f"i={PEOPLE}&l=town",
)


@pytest.fixture
def visitor(tmp_path: Path, settings: Any, db: None) -> Client:
    """Somebody who is not signed in."""
    settings.LEYE_POOL = tmp_path / "pool"
    Pool(settings.LEYE_POOL)
    write_map(settings.LEYE_POOL)
    return Client()


def table(client: Client, query: str) -> list[dict[str, str]]:
    content = client.get(f"/atlas/export.csv?{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize("query", QUERIES[:3])
def test_the_file_has_the_lines_of_the_page_in_their_order(visitor: Client, query: str) -> None:
    shown = lines(visitor.get(f"/atlas/?{query}").text)
    written = table(visitor, query)
    assert [row["地区"] for row in written] == list(shown)
    for row in written:
        value = shown[row["地区"]][1].replace(",", "")
        assert value in {row["状态"], row["数值"], f"{float(row['数值'] or 0):g}"}
        assert row["版本类型"] == "公开版"


@pytest.mark.parametrize("query", QUERIES)
def test_every_form_has_the_same_lines(visitor: Client, query: str) -> None:
    written = table(visitor, query)
    book = load_workbook(io.BytesIO(visitor.get(f"/atlas/export.xlsx?{query}").content))
    sheet = [[cell.value for cell in row] for row in book["数据"].iter_rows()]
    assert sheet[0] == list(HEADER)
    assert [row[5] or "" for row in sheet[1:]] == [row["地区代码"] for row in written]
    features = json.loads(visitor.get(f"/atlas/export.geojson?{query}").content)["features"]
    assert [each["id"] for each in features] == [row["地区代码"] for row in written]
    assert [each["properties"]["state"] for each in features] == [row["状态"] for row in written]


def test_missing_and_hidden_values_are_empty_and_say_why(visitor: Client) -> None:
    by_code = {row["地区代码"]: row for row in table(visitor, f"i={UNEMPLOYED}")}
    assert (by_code[TINY]["数值"], by_code[TINY]["状态"]) == ("", "已隐去")
    assert (by_code[UNREPORTED]["数值"], by_code[UNREPORTED]["状态"]) == ("", "未填报")
    assert "县（市、区）不详" in by_code[""]["地区"]


def test_the_book_tells_what_the_figure_means(visitor: Client) -> None:
    book = load_workbook(io.BytesIO(visitor.get(f"/atlas/export.xlsx?i={UNEMPLOYED}").content))
    notes = [str(row[1].value) for row in book["说明"].iter_rows()]
    assert "第 7 版" in notes
    assert any("取5的倍数" in note for note in notes)


def test_towns_have_points_and_the_rest_no_geometry(visitor: Client) -> None:
    content = visitor.get(f"/atlas/export.geojson?i={PEOPLE}&p={COUNTY}").content
    collection = json.loads(content)
    for feature in collection["features"]:
        point = town_points().get(feature["id"])
        wanted = point and {"type": "Point", "coordinates": [point.lng, point.lat]}
        assert feature["geometry"] == wanted
    assert "GeoNames" in collection["note"]


def test_outlines_leave_the_house_only_with_an_approval(
    visitor: Client, tmp_path: Path, settings: Any
) -> None:
    square = [[[114.0, 28.0], [114.5, 28.0], [114.5, 28.5], [114.0, 28.0]]]
    shapes = {
        "type": "FeatureCollection",
        "datum": "WGS-84",
        "source": "测试界线",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": place.code},
                "geometry": {"type": "Polygon", "coordinates": square},
            }
            for place in places().children(CITY)
        ],
    }
    path = tmp_path / "shapes.geojson"
    path.write_text(json.dumps(shapes))
    settings.LEYE_BOUNDARIES = str(path)
    address = f"/atlas/export.geojson?i={PEOPLE}"
    for approval, kind in (("", None), ("赣S(2026)001号", "MultiPolygon")):
        settings.LEYE_BOUNDARIES_APPROVAL = approval
        collection = json.loads(visitor.get(address).content)
        kinds = {(each["geometry"] or {}).get("type") for each in collection["features"]}
        assert kind in kinds
        assert approval in collection["note"]
        assert ("MultiPolygon" in kinds) == bool(approval)


def test_what_staff_take_away_is_recorded(visitor: Client, account: Callable[..., "User"]) -> None:
    visitor.get("/atlas/export.csv")
    assert AuditEvent.objects.count() == 0
    client = Client()
    client.force_login(account("city_official", CITY))
    client.get(f"/atlas/export.geojson?i={PEOPLE}")
    event = AuditEvent.objects.filter(action=Action.FIGURES_EXPORTED).get()
    assert event.detail == {"rows": 12}


def test_an_unknown_form_is_said(visitor: Client) -> None:
    response = visitor.get("/atlas/export.pdf")
    assert response.status_code == 404
    assert "xlsx、csv、geojson" in response.text
