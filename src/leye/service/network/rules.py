"""What a service point and a coordinate must be. Pure: reads reference lists, writes nothing."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import asin, cos, isfinite, radians, sin, sqrt

from leye.analysis.atlas.projection import from_gcj02
from leye.data.reference import places, town_points
from leye.kernel.place import PlaceLevel, place_level
from leye.service.identity.texts import plain_text
from leye.service.network.enums import GIVEN, PLACE_LEVELS, CoordSource, PointKind
from leye.service.network.errors import InvalidPoint

MOST_NAME, MOST_HOURS, MOST_PHONE, MOST_REASON = 60, 80, 40, 100
MOST_ACCURACY_M = 20_000
FAR_KM = 30.0
"""A point farther than this from its town's gazetteer coordinate is worth a second look."""
_MARGIN = 0.6
_MEAN_RADIUS_KM = 6371.0088
_PHONE = re.compile(r"(?:0[0-9]{2,3}-?)?[1-9][0-9]{4,7}(?:-[0-9]{1,5})?")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


class Datum(StrEnum):
    """What the coordinates handed in are measured in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"

    @property
    def label(self) -> str:
        """The datum in Chinese."""
        return "WGS-84（卫星定位、天地图）" if self is Datum.WGS84 else "GCJ-02（高德、腾讯地图）"


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A coordinate in degrees WGS-84, where it comes from, and the error to expect in meters."""

    lng: float
    lat: float
    source: CoordSource
    accuracy_m: int


@dataclass(frozen=True, slots=True)
class PointFields:
    """Everything staff keep of a service point; ``at`` is None where nobody has located it."""

    name: str
    kind: PointKind
    place: str
    at: Coordinate | None = None
    hours: str = ""
    phone: str = ""


def point_fields(
    *,
    name: str,
    kind: str,
    place: str,
    at: Coordinate | None = None,
    hours: str = "",
    phone: str = "",
) -> PointFields:
    """Give a point's fields in their one spelling.

    :raises InvalidPoint: one of them cannot be used; ``field`` says which.
    :raises InvalidText: the name or hours are missing, too long or hold a personal number.
    """
    if kind not in {each.value for each in PointKind}:
        raise InvalidPoint("请选择列出的网点类型", field="kind")
    return PointFields(
        name=plain_text(name, what="网点名称", most=MOST_NAME),
        kind=PointKind(kind),
        place=place_within_city(place),
        at=at,
        hours=plain_text(hours, what="开放时间", most=MOST_HOURS, required=False),
        phone=office_phone(phone),
    )


def place_within_city(code: str) -> str:
    """Give the code of a county, town or village that is known.

    :raises InvalidPoint: it is not.
    """
    given = unicodedata.normalize("NFKC", code).strip()
    if given not in places() or place_level(given) not in {*PLACE_LEVELS, PlaceLevel.COUNTY}:
        raise InvalidPoint(
            f"“{given[:20]}”不是本市的县、乡镇或村代码" if given else "请填写地区代码",
            field="place",
            hint="县 6 位、乡镇 9 位、村 12 位统计用区划代码",
        )
    return given


def coordinate(
    *,
    lng: str,
    lat: str,
    source: str = "",
    accuracy: str = "",
    datum: Datum = Datum.WGS84,
) -> Coordinate | None:
    """Give the coordinate of texts as typed; None where both are blank.

    GCJ-02 is turned into WGS-84. A blank source means staff read it off a map; a blank accuracy
    that of the source.

    :raises InvalidPoint: one is missing or no number, or they lie outside the city.
    """
    x, y = (unicodedata.normalize("NFKC", each).strip() for each in (lng, lat))
    if not x and not y:
        return None
    if not (x and y):
        raise InvalidPoint(
            "经度和纬度要一起填", field="lat" if x else "lng", hint="没有坐标就两格都空着"
        )
    numbers = (_degrees(x, "lng", "经度"), _degrees(y, "lat", "纬度"))
    west, south, east, north = city_box()
    if not (west <= numbers[0] <= east and south <= numbers[1] <= north):
        turned = west <= numbers[1] <= east and south <= numbers[0] <= north
        raise InvalidPoint(
            f"坐标（{x}，{y}）不在本市范围内",
            field="lng",
            hint="经度和纬度写反了"
            if turned
            else f"经度约 {west:.1f}—{east:.1f}，纬度约 {south:.1f}—{north:.1f}",
        )
    if datum is Datum.GCJ02:
        numbers = from_gcj02(*numbers)
    known = _source(source)
    return Coordinate(
        round(numbers[0], 6), round(numbers[1], 6), known, _accuracy(accuracy, source=known)
    )


def office_phone(given: str) -> str:
    """Give an office telephone; blank where there is none.

    :raises InvalidPoint: it is no telephone, or somebody's mobile.
    """
    text = "".join(unicodedata.normalize("NFKC", given).split())
    for each in filter(None, re.split(r"[、,;/]", text)):
        if _MOBILE.fullmatch(each.replace("-", "")):
            raise InvalidPoint(
                "请填写办公电话，不要填个人手机号", field="phone", hint="没有办公电话就空着"
            )
        if not _PHONE.fullmatch(each):
            raise InvalidPoint(f"“{each[:20]}”不是电话号码", field="phone", hint="如 0795-3200000")
    if len(text) > MOST_PHONE:
        raise InvalidPoint(f"电话不能超过 {MOST_PHONE} 个字", field="phone")
    return text


def far_from_town(place: str, at: Coordinate) -> float | None:
    """Give how many km a coordinate is from its town's gazetteer point, where that is far."""
    known = town_points().get(place[:9])
    if known is None:
        return None
    lat_1, lat_2 = radians(at.lat), radians(known.lat)
    half = sin((lat_1 - lat_2) / 2) ** 2
    half += cos(lat_1) * cos(lat_2) * sin(radians(at.lng - known.lng) / 2) ** 2
    km = 2 * _MEAN_RADIUS_KM * asin(sqrt(half))
    return km if km > FAR_KM else None


@cache
def city_box() -> tuple[float, float, float, float]:
    """Give west, south, east, north around the gazetteer's towns, with a generous margin."""
    every = town_points().values()
    lngs, lats = [p.lng for p in every], [p.lat for p in every]
    return (
        min(lngs) - _MARGIN,
        min(lats) - _MARGIN,
        max(lngs) + _MARGIN,
        max(lats) + _MARGIN,
    )


def _degrees(text: str, field: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise InvalidPoint(
            f"{what}“{text[:20]}”不是数字", field=field, hint="写十进制度数，如 114.391136"
        )
    return number


def _source(text: str) -> CoordSource:
    given = text.strip()
    for source in GIVEN:
        if given in {source.value, source.label}:
            return source
    if given:
        raise InvalidPoint(
            f"坐标来源“{given[:20]}”未知",
            field="source",
            hint="可填：" + "、".join(source.label for source in GIVEN),
        )
    return CoordSource.USER


def _accuracy(text: str, *, source: CoordSource) -> int:
    given = unicodedata.normalize("NFKC", text).strip()
    if not given:
        return source.usual_accuracy_m
    number = int(given) if given.isdecimal() and len(given) < 7 else 0
    if not 1 <= number <= MOST_ACCURACY_M:
        raise InvalidPoint(
            f"误差“{given[:20]}”应是 1 到 {MOST_ACCURACY_M} 的整数（米）", field="accuracy"
        )
    return number
