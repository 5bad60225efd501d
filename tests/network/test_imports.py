"""Sheets of points and coordinates: every bad row said, all written or none."""

from pathlib import Path

import pytest

from leye.data.pool.types import UnreadableFile
from leye.kernel.errors import Forbidden
from leye.service.identity.models import AuditEvent, User
from leye.service.network.enums import CoordSource
from leye.service.network.errors import UnusableSheet
from leye.service.network.models import PlacePoint, ServicePoint
from leye.service.network.operations import add_point, close_point
from leye.service.network.place_sheets import import_places
from leye.service.network.point_sheets import POINT_COLUMNS, import_points
from leye.service.network.rules import Coordinate, Datum, point_fields
from leye.service.network.sheets import MOST_ROWS
from leye.service.network.types import ImportResult
from tests.network.sheets import POINTS_HEADER, places_csv, points_csv, workbook
from tests.samples import ACCOUNTS, AT

pytestmark = pytest.mark.django_db
Accounts = dict[str, User]

GOOD = ",下浦服务站,乡镇（街道）服务站,360902008,114.44316,27.79642,实地测量,10,工作日,0795-3998012"


def take(path: Path, by: User | None, **options: object) -> ImportResult:
    return import_points(path, by=by, at=AT, place="360902", **options)


def reasons(result: ImportResult) -> list[tuple[int, str]]:
    return [(issue.row, issue.column) for issue in result.issues if issue.refuses]


def test_a_sheet_adds_changes_and_leaves_alone(tmp_path: Path, accounts: Accounts) -> None:
    by = accounts["county_official"]
    other = ",袁州零工市场,零工市场,袁州区,,,,,,"
    first = take(points_csv(tmp_path, GOOD, other), by)
    assert (first.new, first.changed, first.same, first.written) == (2, 0, 0, True)
    again = take(points_csv(tmp_path, GOOD, other), by)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    number = ServicePoint.objects.get(name="袁州零工市场").number
    renamed = f"{number},袁州区零工市场,零工市场,360902,,,,,,12333"
    changed = take(points_csv(tmp_path, GOOD, renamed), by)
    assert (changed.new, changed.changed, changed.same) == (0, 1, 1)
    assert ServicePoint.objects.get(name="袁州区零工市场").phone == "12333"
    events = AuditEvent.objects.filter(action="service_points_imported").order_by("id")
    assert [event.detail for event in events] == [{"rows": 2}, {"rows": 1}]


def test_a_check_writes_nothing(tmp_path: Path, accounts: Accounts) -> None:
    result = take(points_csv(tmp_path, GOOD), accounts["county_official"], check_only=True)
    assert (result.new, result.written, ServicePoint.objects.count()) == (1, False, 0)
    assert not AuditEvent.objects.filter(action="service_points_imported").exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",,零工市场,360902,,,,,,", ""),
        (",甲站,商店,360902,,,,,,", "类型"),
        (",甲站,零工市场,,,,,,,", "地区代码"),
        (",甲站,零工市场,360999,,,,,,", "地区代码"),
        (",甲站,零工市场,宜春市,,,,,,", "地区代码"),
        (",甲站,零工市场,360981,,,,,,", "地区代码"),
        (",甲站,零工市场,360902,114.4,,,,,", "纬度"),
        (",甲站,零工市场,360902,27.8,114.4,,,,", "经度"),
        (",甲站,零工市场,360902,114.4,27.8,地名录,,,", "坐标来源"),
        (",甲站,零工市场,360902,114.4,27.8,,近,,", "误差（米）"),
        (",甲站,零工市场,360902,,,,,,13812345678", "办公电话"),
        ("S999999,甲站,零工市场,360902,,,,,,", "编号"),
        (",下浦服务站,零工市场,360902008,,,,,,", "名称"),
    ],
)
def test_one_bad_row_refuses_the_sheet_and_says_where(
    tmp_path: Path, accounts: Accounts, row: str, column: str
) -> None:
    result = take(points_csv(tmp_path, GOOD, row), accounts["county_official"])
    assert reasons(result) == [(3, column)]
    assert (result.refused, result.written, ServicePoint.objects.count()) == (True, False, 0)


def test_every_bad_row_is_said_at_once(tmp_path: Path, accounts: Accounts) -> None:
    bad = ",甲站,商店,360902,,,,,,", ",,,,,,,,,12333", ",乙站,零工市场,360981,,,,,,"
    result = take(points_csv(tmp_path, *bad), accounts["county_official"])
    assert [row for row, _ in reasons(result)] == [2, 3, 4]


def test_a_far_coordinate_is_a_remark_only(tmp_path: Path, accounts: Accounts) -> None:
    far = ",下浦服务站,零工市场,360902008,115.9,28.9,,,,"
    result = take(points_csv(tmp_path, far), accounts["county_official"])
    assert [(issue.column, issue.refuses) for issue in result.issues] == [("经度", False)]
    assert result.written


def test_who_looks_after_nothing_imports_nothing(tmp_path: Path, accounts: Accounts) -> None:
    path = points_csv(tmp_path, GOOD)
    for name in set(ACCOUNTS) - {"county_official", "other_county_official", "city_official"}:
        with pytest.raises(Forbidden):
            take(path, accounts[name])
    assert take(path, accounts["other_county_official"]).refused
    assert take(path, accounts["city_official"]).written


def test_a_closed_point_is_not_changed_by_a_sheet(tmp_path: Path, accounts: Accounts) -> None:
    by = accounts["county_official"]
    given = point_fields(name="甲站", kind="other", place="360902")
    point = add_point(fields=given, by=by, at=AT)
    close_point(point=point, reason="撤并", by=by, at=AT)
    row = f"{point.number},甲站,零工市场,360902,,,,,,"
    assert reasons(take(points_csv(tmp_path, row), by)) == [(2, "编号")]
    as_it_is, another = row.replace("零工市场", "其他"), ",甲站,其他,360902,,,,,,"
    result = take(points_csv(tmp_path, as_it_is, another), by)
    assert (result.new, result.same, result.issues) == (1, 1, ())


def test_points_swap_nothing_under_each_others_names(tmp_path: Path, accounts: Accounts) -> None:
    by = accounts["county_official"]
    one, two = (
        add_point(fields=point_fields(name=n, kind="other", place="360902"), by=by, at=AT)
        for n in ("甲站", "乙站")
    )
    row = f"{one.number},乙站,其他,360902,,,,,,"
    assert reasons(take(points_csv(tmp_path, row), by)) == [(2, "名称")]
    twice = f"{two.number},乙站,其他,360902,,,,,,", f"{two.number},丙站,其他,360902,,,,,,"
    assert reasons(take(points_csv(tmp_path, *twice), by)) == [(3, "名称")]


def test_what_was_exported_goes_back_unchanged(tmp_path: Path, accounts: Accounts) -> None:
    where = Coordinate(114.44316, 27.79642, CoordSource.DEMO, 100)
    given = point_fields(name="甲站", kind="other", place="360902", at=where)
    point = add_point(fields=given, by=None, at=AT)
    row = f"{point.number},甲站,其他,360902,114.44316,27.79642,演示坐标,100,,"
    result = take(points_csv(tmp_path, row), accounts["county_official"])
    assert (result.same, result.issues) == (1, ())
    moved = row.replace("114.44316", "114.5")
    assert reasons(take(points_csv(tmp_path, moved), accounts["county_official"])) == [
        (2, "坐标来源")
    ]


def test_a_workbook_is_read_like_a_csv(tmp_path: Path, accounts: Accounts) -> None:
    path = tmp_path / "points.xlsx"
    cells = GOOD.split(",")
    cells[4:6] = [114.44316, 27.79642]  # type: ignore[list-item] - numbers, as people type them
    path.write_bytes(workbook(["服务网点登记表"], POINTS_HEADER.split(","), list(cells)))
    result = take(path, accounts["county_official"])
    assert (result.new, result.issues) == (1, ())
    assert ServicePoint.objects.get().lng == 114.44316


def test_a_formula_is_no_value(tmp_path: Path, accounts: Accounts) -> None:
    path = tmp_path / "points.xlsx"
    row = [None, "=1+1", "零工市场", "360902"]
    path.write_bytes(workbook(POINTS_HEADER.split(","), row))
    assert reasons(take(path, accounts["county_official"])) == [(2, "名称")]


def test_a_csv_of_the_other_encoding_is_read(tmp_path: Path, accounts: Accounts) -> None:
    path = points_csv(tmp_path, GOOD, encoding="gb18030")
    assert take(path, accounts["county_official"]).new == 1


def test_coordinates_of_a_map_are_turned_as_the_sheet_is_said_to_be(
    tmp_path: Path, accounts: Accounts
) -> None:
    take(points_csv(tmp_path, GOOD), accounts["county_official"], datum=Datum.GCJ02)
    assert 0.003 < 114.44316 - (ServicePoint.objects.get().lng or 0) < 0.008


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", UnreadableFile),
        (b"%PDF-1.7", UnreadableFile),
        (b"PK\x03\x04broken", UnreadableFile),
        ("甲,乙\n1,2\n".encode(), UnusableSheet),
        ((POINTS_HEADER + "\n").encode(), UnusableSheet),
        (POINTS_HEADER.replace("名称,", "").encode() + b"\n1,2\n", UnusableSheet),
        ((POINTS_HEADER + "\n" + (GOOD + "\n") * (MOST_ROWS + 1)).encode(), UnusableSheet),
    ],
)
def test_what_is_no_such_sheet_is_refused(
    tmp_path: Path, accounts: Accounts, content: bytes, error: type[Exception]
) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    with pytest.raises(error):
        take(path, accounts["county_official"])


def test_each_column_is_explained() -> None:
    assert ",".join(column.header for column in POINT_COLUMNS) == POINTS_HEADER
    assert all(column.help for column in POINT_COLUMNS)


def test_coordinates_of_villages_are_set_and_set_again(tmp_path: Path, accounts: Accounts) -> None:
    by = accounts["county_official"]
    rows = ("360902008001,114.44,27.79,实地测量,5", "下浦街道,114.443,27.796,,")
    first = import_places(places_csv(tmp_path, *rows), by=by, at=AT, place="360902")
    assert (first.new, first.written, first.issues) == (2, True, ())
    rows = ("360902008001,114.45,27.79,实地测量,5", "下浦街道,114.443,27.796,,")
    again = import_places(places_csv(tmp_path, *rows), by=by, at=AT, place="360902")
    assert (again.new, again.changed, again.same) == (0, 1, 1)
    kept = PlacePoint.objects.get(place="360902008001")
    assert (kept.lng, kept.source, kept.by) == (114.45, "survey", by)
    assert AuditEvent.objects.filter(action="place_points_imported").count() == 2


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("360902,114.44,27.79,,", "地区代码"),
        ("360981002,115.8,28.2,,", "地区代码"),
        ("360902008001,,,,", "经度"),
        ("360902008001,114.44,27.79,演示坐标,", "坐标来源"),
        ("360902008002,114.44,27.79,,", "地区代码"),
    ],
)
def test_a_bad_row_of_coordinates_refuses_the_sheet(
    tmp_path: Path, accounts: Accounts, row: str, column: str
) -> None:
    path = places_csv(tmp_path, "360902008002,114.44,27.79,,", row)
    result = import_places(path, by=accounts["county_official"], at=AT, place="360902")
    assert reasons(result) == [(3, column)]
    assert not PlacePoint.objects.exists()
