"""Kinds of service point, and where a coordinate comes from."""

from enum import StrEnum

from leye.kernel.place import PlaceLevel


class PointKind(StrEnum):
    """What a service point is. Codes are never reused."""

    CITY_CENTER = "city_center"
    COUNTY_CENTER = "county_center"
    TOWN_STATION = "town_station"
    VILLAGE_STATION = "village_station"
    GIG_MARKET = "gig_market"
    TRAINING_BASE = "training_base"
    STARTUP_BASE = "startup_base"
    LABOUR_STATION = "labour_station"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return _KINDS[self]


_KINDS = {
    PointKind.CITY_CENTER: "市级公共就业服务中心",
    PointKind.COUNTY_CENTER: "县级公共就业服务中心",
    PointKind.TOWN_STATION: "乡镇（街道）服务站",
    PointKind.VILLAGE_STATION: "村（社区）服务站",
    PointKind.GIG_MARKET: "零工市场",
    PointKind.TRAINING_BASE: "实训基地",
    PointKind.STARTUP_BASE: "创业孵化基地",
    PointKind.LABOUR_STATION: "劳务输出服务站",
    PointKind.OTHER: "其他",
}


class CoordSource(StrEnum):
    """Where a coordinate comes from, from the least to the most to be trusted."""

    NONE = "none"
    DEMO = "demo"
    GAZETTEER = "gazetteer"
    USER = "user"
    SURVEY = "survey"

    @property
    def label(self) -> str:
        """The source in Chinese."""
        return _SOURCES[self]

    @property
    def rank(self) -> int:
        """Where several are known, the one of the highest rank is used."""
        return list(CoordSource).index(self)

    @property
    def usual_accuracy_m(self) -> int:
        """The error to expect, in meters, where nobody said; 0 for no coordinate."""
        return _ACCURACIES[self]


_SOURCES = {
    CoordSource.NONE: "没有坐标",
    CoordSource.DEMO: "演示坐标",
    CoordSource.GAZETTEER: "地名录",
    CoordSource.USER: "工作人员填报",
    CoordSource.SURVEY: "实地测量",
}
_ACCURACIES = {
    CoordSource.NONE: 0,
    CoordSource.DEMO: 100,
    CoordSource.GAZETTEER: 3000,
    CoordSource.USER: 200,
    CoordSource.SURVEY: 20,
}
GIVEN = (CoordSource.USER, CoordSource.SURVEY)
"""The sources staff may write; the others come with the product."""

PLACE_LEVELS = frozenset({PlaceLevel.TOWN, PlaceLevel.VILLAGE})
"""The levels of place that have a coordinate of their own."""
