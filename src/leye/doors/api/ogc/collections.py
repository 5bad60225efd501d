"""The collections: a level of the map each, and the service points."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from django.conf import settings

from leye.analysis.metrics.labels import level_label
from leye.data.reference import places, town_points
from leye.data.registers.queries.served import Served
from leye.doors.web.geometry import geometry_note
from leye.kernel.errors import UnknownCode, near_matches
from leye.kernel.months import first_day, last_day
from leye.kernel.place import contains

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
GEOJSON = "application/geo+json"
SERVICE_POINTS = "service-points"
_PEOPLE = (
    "population_16_plus",
    "employed",
    "employment_rate",
    "unemployed",
    "unemployment_rate_estimated",
    "unknown_share",
)
_FIRMS = ("firms_active", "jobs_insured", "jobs_year_growth", "hires", "separations")
_EDITION = (
    "匿名得到公开版（小于5的数和能推算出它们的数已隐去，其余取5的倍数），"
    "有权限的工作人员在自己的地区内得到精确数。"
)


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection; ``level`` is blank where it is no level of the map.

    ``usual`` are the indicators a feature carries unless others are asked for.
    """

    id: str
    title: str
    level: str
    usual: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """What is in it, in Chinese."""
        if not self.level:
            return "开放着的公共就业服务网点，坐标由工作人员维护。"
        return (
            f"人力资源地图：每个{level_label(self.level)}一个月的数。datetime 选月份，不写是最近的"
            f"月份；indicator 选指标。{_EDITION}{geometry_note(self.level)}"
        )


_EVERY = (
    Collection("counties", "县（市、区）", "county", _PEOPLE),
    Collection("towns", "乡镇（街道）", "town", _PEOPLE),
    Collection("villages", "村（社区）", "village", _PEOPLE),
    Collection("parks", "园区", "park", _FIRMS),
    Collection(SERVICE_POINTS, "公共就业服务网点", ""),
)
COLLECTIONS: Mapping[str, Collection] = MappingProxyType({each.id: each for each in _EVERY})


def collection_of(name: str) -> Collection:
    """Give a collection.

    :raises UnknownCode: there is none of that name.
    """
    if name not in COLLECTIONS:
        near = near_matches(name, COLLECTIONS) or tuple(COLLECTIONS)
        raise UnknownCode("图层", name[:60], near=near)
    return COLLECTIONS[name]


def extent_of(collection: Collection, copy: Served | None) -> dict[str, Any]:
    """Give where and when a collection reaches: what is located of the city, and the months."""
    extent: dict[str, Any] = {"spatial": {"bbox": [list(city_box())], "crs": CRS84}}
    if collection.level and copy is not None and copy.months:
        first, last = first_day(copy.months[0]), last_day(copy.months[-1])
        interval = [f"{first}T00:00:00+08:00", f"{last}T23:59:59+08:00"]
        extent["temporal"] = {"interval": [interval], "trs": GREGORIAN}
    return extent


@cache
def city_box() -> tuple[float, float, float, float]:
    """Give the box around the located towns of the city: west, south, east, north, in degrees."""
    found = [point for code, point in town_points().items() if code in places()]
    inside = [point for point in found if contains(settings.LEYE_CITY, point.place)]
    lngs, lats = [point.lng for point in inside], [point.lat for point in inside]
    return min(lngs), min(lats), max(lngs), max(lats)
