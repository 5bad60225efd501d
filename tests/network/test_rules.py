"""What a service point and a coordinate must be."""

import pytest

from leye.analysis.atlas.projection import from_gcj02
from leye.service.identity.errors import InvalidText
from leye.service.network.enums import CoordSource, PointKind
from leye.service.network.errors import InvalidPoint
from leye.service.network.models import point_key, point_number
from leye.service.network.rules import (
    Coordinate,
    Datum,
    coordinate,
    far_from_town,
    office_phone,
    place_within_city,
    point_fields,
)

LNG, LAT = "114.391136", "27.816119"


def test_a_coordinate_read_off_a_map_has_the_accuracy_of_its_source() -> None:
    assert coordinate(lng=LNG, lat=LAT) == Coordinate(114.391136, 27.816119, CoordSource.USER, 200)


def test_full_width_digits_and_blanks_are_read() -> None:
    found = coordinate(lng=" １１４.391136 ", lat="27.816119 ", source="实地测量", accuracy=" 5 ")
    assert found == Coordinate(114.391136, 27.816119, CoordSource.SURVEY, 5)


def test_no_coordinate_is_none_not_zero() -> None:
    assert coordinate(lng=" ", lat="") is None


def test_a_map_coordinate_of_gcj02_is_turned_into_wgs84() -> None:
    found = coordinate(lng=LNG, lat=LAT, datum=Datum.GCJ02)
    assert found is not None
    expected = from_gcj02(114.391136, 27.816119)
    assert (found.lng, found.lat) == pytest.approx(expected, abs=1e-6)
    assert found.lng < 114.391136


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"lng": LNG, "lat": ""}, "lat", "一起填"),
        ({"lng": "", "lat": LAT}, "lng", "一起填"),
        ({"lng": "东经114", "lat": LAT}, "lng", "不是数字"),
        ({"lng": "nan", "lat": LAT}, "lng", "不是数字"),
        ({"lng": LNG, "lat": "inf"}, "lat", "不是数字"),
        ({"lng": LAT, "lat": LNG}, "lng", "写反了"),
        ({"lng": "116.4", "lat": "39.9"}, "lng", "不在本市"),
        ({"lng": LNG, "lat": LAT, "source": "地名录"}, "source", "未知"),
        ({"lng": LNG, "lat": LAT, "accuracy": "0"}, "accuracy", "整数"),
        ({"lng": LNG, "lat": LAT, "accuracy": "1.5"}, "accuracy", "整数"),
        ({"lng": LNG, "lat": LAT, "accuracy": "20001"}, "accuracy", "整数"),
    ],
)
def test_a_coordinate_that_cannot_be_is_refused(
    given: dict[str, str], field: str, words: str
) -> None:
    with pytest.raises(InvalidPoint) as refused:
        coordinate(**given)
    assert refused.value.field == field
    assert words in str(refused.value)


@pytest.mark.parametrize("phone", ["0795-3998012", "12333", "07953998012", "0795-3998012、12333"])
def test_an_office_telephone_is_taken(phone: str) -> None:
    assert office_phone(f" {phone} ") == phone


@pytest.mark.parametrize("phone", ["13812345678", "138-1234-5678", "１３８１２３４５６７８"])
def test_a_mobile_is_no_office_telephone(phone: str) -> None:
    with pytest.raises(InvalidPoint, match="手机号"):
        office_phone(phone)


@pytest.mark.parametrize("phone", ["电话", "123", "0795-39980128888888"])
def test_what_is_no_telephone_is_refused(phone: str) -> None:
    with pytest.raises(InvalidPoint, match="不是电话"):
        office_phone(phone)


@pytest.mark.parametrize("code", ["", "360900", "000000", "360999", "县", "3609020011"])
def test_a_point_lies_in_a_county_town_or_village(code: str) -> None:
    with pytest.raises(InvalidPoint) as refused:
        place_within_city(code)
    assert refused.value.field == "place"


def test_fields_come_in_one_spelling() -> None:
    found = point_fields(name=" 灵泉  服务站 ", kind="town_station", place="360902001")
    assert (found.name, found.kind) == ("灵泉 服务站", PointKind.TOWN_STATION)


@pytest.mark.parametrize("name", ["", "站", "张三 13812345678", "x" * 61])
def test_a_name_that_cannot_be_kept_is_refused(name: str) -> None:
    with pytest.raises(InvalidText):
        point_fields(name=name, kind="other", place="360902")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidPoint) as refused:
        point_fields(name="服务站", kind="shop", place="360902")
    assert refused.value.field == "kind"


def test_a_point_far_from_its_town_is_told_apart() -> None:
    near = Coordinate(114.55, 27.78, CoordSource.USER, 200)
    far = Coordinate(115.9, 28.9, CoordSource.USER, 200)
    assert far_from_town("360902100", near) is None
    assert far_from_town("360902100001", far) == pytest.approx(181, abs=3)
    assert far_from_town("360902001", far) is None, "a town the gazetteer does not have"


def test_sources_are_ranked_from_none_to_survey() -> None:
    ranked = sorted(CoordSource, key=lambda source: source.rank)
    assert ranked[-2:] == [CoordSource.USER, CoordSource.SURVEY]
    assert ranked[0] is CoordSource.NONE
    assert all(source.label for source in CoordSource)
    assert all(kind.label for kind in PointKind)


def test_numbers_and_keys_belong_together() -> None:
    assert point_number(7) == "S000007"
    assert point_key("S000007") == 7
    assert [point_key(text) for text in ("", "S", "7", "S7", "SX00007", "S００００００７")] == [
        0
    ] * 6
