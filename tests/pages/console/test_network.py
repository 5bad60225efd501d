"""The staff pages of the service network, for every role, and what they write."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from leye.service.identity.models import AuditEvent, User
from leye.service.network.enums import CoordSource
from leye.service.network.models import PlacePoint, ServicePoint
from leye.service.network.operations import add_point, close_point
from leye.service.network.rules import Coordinate, point_fields
from tests.network.places import TOWN, small_network
from tests.network.sheets import PLACES_HEADER, POINTS_HEADER
from tests.pages.portal.markup import Page
from tests.samples import ACCOUNTS, AT

ClientFor = Callable[[str], Client]
OWN = {"county_official", "city_official"}
ALL = OWN | {"other_county_official"}
QUERIES = 12
# "#": the number of the point in 360902.
PAGES: list[tuple[str, tuple[str, ...], set[str]]] = [
    ("points", (), ALL),
    ("point_new", (), ALL),
    ("points_export", (), ALL),
    ("points_template", (), ALL),
    ("points_import", (), ALL),
    ("places", (), ALL),
    ("places_export", (), ALL),
    ("places_template", (), ALL),
    ("places_import", (), ALL),
    ("place", (TOWN,), OWN),
    ("place", (f"{TOWN}001",), OWN),
    ("place", (f"{TOWN}999",), set()),
    ("place", ("360902",), set()),
    ("point", ("#",), OWN),
    ("point", ("S999999",), set()),
    ("point_close", ("#",), OWN),
]
FORM = {
    "name": "袁州零工市场",
    "kind": "gig_market",
    "place": "360902",
    "lng": "114.391136",
    "lat": "27.816119",
    "datum": "wgs84",
    "source": "survey",
    "accuracy": "",
    "hours": "工作日 9:00—17:00",
    "phone": "0795-3998012",
}


def address(name: str, arguments: tuple[str, ...] = (), *, point: str = "") -> str:
    given = [point if each == "#" else each for each in arguments]
    return reverse(f"network:{name}", args=given)


def test_no_page_is_forgotten() -> None:
    names = {p.name for p in get_resolver("leye.doors.console.network_urls").url_patterns}
    assert names == {page[0] for page in PAGES} | {"point_reopen"}


@pytest.mark.parametrize("who", ["public", *ACCOUNTS])
def test_every_page_for_every_role(who: str, client_for: ClientFor) -> None:
    number, client = small_network().number, client_for(who)
    wrong = []
    for name, arguments, may in PAGES:
        url = address(name, arguments, point=number)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        hidden = 404 if who in ALL else 403
        expected = 302 if who == "public" else 200 if who in may else hidden
        if response.status_code != expected or len(queries) > QUERIES:
            wrong.append((url, response.status_code, expected, len(queries)))
        if response.status_code == 200 and "html" in response.headers["Content-Type"]:
            wrong += [(url, fault) for fault in Page(response.text).faults]
    assert not wrong


def test_being_told_no_is_recorded(client_for: ClientFor, accounts: dict[str, User]) -> None:
    client_for("auditor").get(address("points"))
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.detail) == ("access_refused", {"action": "manage_network"})


def test_a_point_is_opened_changed_closed_and_opened_again(client_for: ClientFor) -> None:
    client = client_for("county_official")
    response = client.post(address("point_new"), FORM)
    point = ServicePoint.objects.get()
    page = address("point", ("#",), point=point.number)
    assert response.headers["Location"] == f"{page}?done=added"
    assert (point.lng, point.accuracy_m, point.phone) == (114.391136, 20, "0795-3998012")
    assert "网点已登记" in client.get(f"{page}?done=added").text
    client.post(page, FORM | {"name": "袁州区零工市场", "datum": "gcj02", "source": "user"})
    point.refresh_from_db()
    assert (point.name, point.accuracy_m) == ("袁州区零工市场", 200)
    assert point.lng is not None
    assert point.lng < 114.39
    close = address("point_close", ("#",), point=point.number)
    assert "请填写撤销原因" in client.post(close, {"reason": ""}).text
    client.post(close, {"reason": "并入县中心"})
    assert "并入县中心" in client.get(page).text
    reopen = address("point_reopen", ("#",), point=point.number)
    assert client.get(reopen).status_code == 405
    client.post(reopen)
    assert ServicePoint.objects.get().active


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请填写名称"),
        ({"name": "张三13812345678"}, "不要写身份证号码"),
        ({"kind": ""}, "请选择类型"),
        ({"place": "360999"}, "不在目录中"),
        ({"place": "360981"}, "没有“维护服务网点”的权限"),
        ({"lat": ""}, "一起填"),
        ({"lng": "27.8", "lat": "114.4"}, "写反了"),
        ({"source": "gazetteer"}, "请选择列出的来源"),
        ({"accuracy": "x"}, "整数"),
        ({"phone": "13812345678"}, "不要填个人手机号"),
        ({"hours": "打13812345678"}, "不要写身份证号码"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    client_for: ClientFor, changes: dict[str, str], words: str
) -> None:
    response = client_for("county_official").post(address("point_new"), FORM | changes)
    assert response.status_code == 422
    assert words in response.text
    assert Page(response.text).faults == []
    assert not ServicePoint.objects.exists()


def test_a_name_twice_in_a_place_is_refused(client_for: ClientFor) -> None:
    client = client_for("county_official")
    client.post(address("point_new"), FORM)
    response = client.post(address("point_new"), FORM)
    assert (response.status_code, ServicePoint.objects.count()) == (422, 1)


def test_an_invented_coordinate_may_stay_as_it_is_and_no_more(client_for: ClientFor) -> None:
    where = Coordinate(114.39, 27.81, CoordSource.DEMO, 100)
    given = point_fields(name="甲站", kind="other", place="360902", at=where)
    point = add_point(fields=given, by=None, at=AT)
    page, client = address("point", ("#",), point=point.number), client_for("county_official")
    kept = FORM | {"name": "甲站", "kind": "other", "lng": "114.39", "lat": "27.81"}
    assert client.post(page, kept | {"source": "demo", "accuracy": "100"}).status_code == 302
    point.refresh_from_db()
    assert (point.coord_source, point.hours) == ("demo", FORM["hours"])
    assert client.post(page, kept | {"source": "demo", "lng": "114.4"}).status_code == 422


def test_the_list_is_filtered_and_paged(client_for: ClientFor) -> None:
    for number in range(52):
        given = point_fields(name=f"站{number:02}", kind="other", place="360902")
        add_point(fields=given, by=None, at=AT)
    close_point(point=ServicePoint.objects.get(name="站51"), reason="撤并", by=None, at=AT)
    client = client_for("city_official")
    first = client.get(address("points")).text
    assert "共 51 个" in first
    assert "站19" in first
    assert "站20" not in first
    assert "站50" in client.get(address("points") + "?page=3").text
    assert "站51" in client.get(address("points") + "?state=closed").text
    assert "没有符合条件" in client.get(address("points") + "?place=360981").text
    assert "没有符合条件" in client.get(address("points") + "?kind=gig_market").text


def upload(client: Client, name: str, content: str, *, do: str = "import") -> tuple[int, str]:
    file = SimpleUploadedFile("表.csv", content.encode("utf-8-sig"))
    given = {"file": file, "datum": "wgs84", "do": do}
    response = client.post(address(f"{name}_import"), given)
    return response.status_code, response.text or response.headers.get("Location", "")


def test_a_sheet_is_checked_then_imported(client_for: ClientFor) -> None:
    client = client_for("county_official")
    sheet = f"{POINTS_HEADER}\n,甲站,零工市场,360902,114.39,27.81,,,,\n"
    status, text = upload(client, "points", sheet, do="check")
    assert (status, ServicePoint.objects.count()) == (200, 0)
    assert "没有错误，可以导入" in text
    assert upload(client, "points", sheet) == (302, address("points") + "?done=imported")
    assert "表格已导入" in client.get(address("points") + "?done=imported").text
    status, text = upload(client, "points", sheet + ",乙站,商店,360902,,,,,,\n")
    assert status == 422
    assert "一行也没有写入" in text
    assert "请选择列出的网点类型" in text
    assert Page(text).faults == []


def test_remarks_are_shown_though_the_sheet_is_written(client_for: ClientFor) -> None:
    sheet = f"{PLACES_HEADER}\n{TOWN},115.9,28.9,,\n"
    status, text = upload(client_for("county_official"), "places", sheet)
    assert status == 200
    assert "已导入，有几处请核对" in text
    assert "公里，请核对" in text
    assert PlacePoint.objects.count() == 1


@pytest.mark.parametrize(("content", "words"), [("", "空的"), ("甲,乙\n1,2\n", "没有找到这些列")])
def test_no_sheet_of_points_is_said_beside_the_file(
    client_for: ClientFor, content: str, words: str
) -> None:
    client = client_for("county_official")
    file = SimpleUploadedFile("表.csv", content.encode())
    response = client.post(address("points_import"), {"file": file, "datum": "wgs84"})
    assert response.status_code == 422
    assert words in response.text


def test_a_file_too_large_is_refused(client_for: ClientFor, settings: Any) -> None:
    settings.LEYE_UPLOAD_LIMIT = 10
    status, text = upload(client_for("county_official"), "points", POINTS_HEADER)
    assert status == 422
    assert "超过" in text


@pytest.mark.parametrize("source", [CoordSource.SURVEY, CoordSource.DEMO])
def test_what_is_exported_can_be_imported(client_for: ClientFor, source: CoordSource) -> None:
    small_network(source=source)
    client = client_for("county_official")
    for name, columns in (("points", 13), ("places", 7)):
        content = client.get(address(f"{name}_export")).content
        rows = load_workbook(io.BytesIO(content))["数据"]
        assert rows.max_row > 1
        assert rows.max_column == columns
        file = SimpleUploadedFile("表.xlsx", content)
        given = {"file": file, "datum": "wgs84", "do": "check"}
        text = client.post(address(f"{name}_import"), given).text
        assert "新增 0 行，修改 0 行" in text
    empty = client_for("other_county_official").get(address("points_export")).content
    assert load_workbook(io.BytesIO(empty))["数据"].max_row == 1
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"service_points_exported", "place_points_exported"} <= actions


def test_a_village_is_located_by_hand(client_for: ClientFor) -> None:
    client, village = client_for("county_official"), "360902008001"
    page = address("place", (village,))
    given = {k: FORM[k] for k in ("lng", "lat", "datum", "source", "accuracy")}
    assert client.post(page, given).headers["Location"] == f"{page}?done=located"
    text = client.get(f"{page}?done=located").text
    assert "坐标已保存" in text
    assert "实地测量：114.391136，27.816119" in text
    assert "请填写经度和纬度" in client.post(page, given | {"lng": "", "lat": ""}).text
    assert client_for("other_county_official").post(page, given).status_code == 404
    listed = client.get(address("places") + "?place=360902008").text
    assert "已有坐标 <strong>1 / 共 10</strong>" in listed
