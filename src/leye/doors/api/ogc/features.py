"""Features: the places of a level with their figures, and the service points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from leye.analysis.metrics.register_figures import RegisterIndicator, register_catalogue
from leye.data.reference import places
from leye.doors.api.errors import InvalidParameter
from leye.doors.api.ogc.asked import Asked
from leye.doors.api.ogc.boxes import reaches
from leye.doors.api.ogc.collections import Collection
from leye.doors.api.register_asked import (
    check_cut,
    month_text,
    one_of,
    read_cut,
    read_level,
    read_place,
    written,
)
from leye.doors.api.register_reading import Cut, Given, RegisterReading, open_registers
from leye.doors.api.register_rows import is_listed, number_text, place_name
from leye.doors.web.geometry import Geometry, geometry_of
from leye.kernel.place import place_prefix
from leye.service.network.enums import PointKind
from leye.service.network.queries import open_points
from leye.service.network.types import LocatedPoint

MOST_INDICATORS = 12


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of which nothing is worked out until it is asked for."""

    id: str
    located: Callable[[], Geometry | None]
    properties: Callable[[], dict[str, Any]]

    @property
    def geometry(self) -> Geometry | None:
        """Where it is; None where that is not known or may not be given."""
        return self.located()

    @property
    def body(self) -> dict[str, Any]:
        """The feature as GeoJSON (RFC 7946)."""
        found = self.geometry
        return {
            "type": "Feature",
            "id": self.id,
            "geometry": found and {"type": found.kind, "coordinates": found.coordinates},
            "properties": self.properties(),
        }


def features_of(request: HttpRequest, collection: Collection, asked: Asked) -> Sequence[Feature]:
    """Give the features asked for, in an order that stays.

    :raises LeyeError: something asked for does not exist.
    """
    found = (
        _map_features(request, collection, asked) if collection.level else _point_features(request)
    )
    if asked.boxes is None:
        return found
    return [each for each in found if reaches(each.geometry, asked.boxes)]


def _map_features(request: HttpRequest, collection: Collection, asked: Asked) -> Sequence[Feature]:
    reading = open_registers(request)
    if reading is None:
        return ()
    level, given = collection.level, request.GET
    parent = read_place(given.get("parent", settings.LEYE_CITY), reading.copy)
    read_level(level, parent)
    cut = _cut(request, reading)
    indicators = _indicators(given.get("indicator"), collection, cut)
    month = _month(asked, reading)
    if month is None:
        return ()
    layers = {
        indicator.code: {
            each.figure.place: each
            for each in reading.layer(
                indicator.code, parent=parent, level=level, month=month, cut=cut
            )
        }
        for indicator in indicators
    }
    every = dict.fromkeys(place for layer in layers.values() for place in layer)

    def feature(place: str) -> Feature:
        figures = {code: layer[place] for code, layer in layers.items() if place in layer}
        return Feature(
            written(place),
            lambda: geometry_of(place) if is_listed(place, level) else None,
            lambda: _properties(place, level, month, cut, figures, reading.release),
        )

    return [feature(place) for place in every]


def _properties(
    place: str, level: str, month: int, cut: Cut, figures: dict[str, Given], release: int
) -> dict[str, Any]:
    parent = places().get(place).parent if is_listed(place, level) and place in places() else None
    found: dict[str, Any] = {
        "place": written(place),
        "name": place_name(place, level),
        "level": level,
        "parent": parent,
        "month": month_text(month),
        "group": cut.group,
        "axis": cut.axis,
        "code": written(cut.code),
    }
    for code, given in figures.items():
        text = number_text(given.figure.value)
        found[code] = None if text is None else float(text)
        found[f"{code}_state"] = "hidden" if given.figure.hidden else str(given.figure.state)
    edition = next(iter(figures.values())).edition
    return found | {"edition": edition, "data_version": release}


def _cut(request: HttpRequest, reading: RegisterReading) -> Cut:
    given = request.GET
    if ("axis" in given) != ("code" in given):
        raise InvalidParameter("axis 和 code 要一起用", hint="如 axis=industry&code=C")
    return read_cut(given.get("group"), given.get("axis"), given.get("code"), reading.copy)


def _indicators(
    asked: str | None, collection: Collection, cut: Cut
) -> tuple[RegisterIndicator, ...]:
    """Give the indicators asked for; else the usual ones that can be cut so."""
    catalogue = register_catalogue()
    if asked is None:
        usual = tuple(catalogue.get(code) for code in collection.usual)
        kept = tuple(
            each for each in usual if each.is_kept(collection.level, group=cut.group, axis=cut.axis)
        )
        if kept:
            return kept
        raise InvalidParameter("常用指标没有这种细分", hint="请用 indicator 写明指标")
    codes = tuple(dict.fromkeys(asked.split(",")))
    if len(codes) > MOST_INDICATORS:
        raise InvalidParameter(f"一次最多要 {MOST_INDICATORS} 个指标", hint="请分几次来要")
    found = tuple(catalogue.get(code) for code in codes)
    for each in found:
        check_cut(each, collection.level, cut)
    return found


def _month(asked: Asked, reading: RegisterReading) -> int | None:
    """Give the latest month within the time asked for; None where there is none."""
    if asked.span is None:
        return reading.months[-1]
    first, last = asked.span
    return next((m for m in reversed(reading.months) if first <= m <= last), None)


def _point_features(request: HttpRequest) -> Sequence[Feature]:
    kind, parent = request.GET.get("kind"), request.GET.get("parent")
    if kind is not None:
        one_of(kind, [each.value for each in PointKind], "网点类型")
    prefix = "" if parent is None else place_prefix(places().get(parent).code)
    return [
        _point_feature(point)
        for point in open_points()
        if point.place.startswith(prefix) and kind in (None, point.kind.value)
    ]


def _point_feature(point: LocatedPoint) -> Feature:
    properties = {
        "number": point.number,
        "name": point.name,
        "kind": point.kind.value,
        "kind_label": point.kind.label,
        "place": point.place,
        "place_name": places().get(point.place).name,
        "source": point.source.value,
        "source_label": point.source.label,
        "accuracy_m": point.accuracy_m,
    }
    located = Geometry("Point", [point.lng, point.lat])
    return Feature(point.number, lambda: located, lambda: properties)
