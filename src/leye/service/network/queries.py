"""Reads of the service network."""

from collections.abc import Mapping

from leye.analysis.atlas.shapes import Polygon
from leye.data.reference import town_points
from leye.kernel.place import place_prefix
from leye.service.identity.perms import Asker
from leye.service.network.enums import CoordSource, PointKind
from leye.service.network.errors import UnknownPoint
from leye.service.network.models import (
    PlacePoint,
    RoadReach,
    RoadRun,
    ServicePoint,
    point_key,
    point_number,
)
from leye.service.network.querysets import PlacePointQuerySet, ServicePointQuerySet
from leye.service.network.types import LocatedPoint, PlaceCoordinate, RoadSource


def points_for(user: Asker, *, place: str = "", kind: str = "") -> ServicePointQuerySet:
    """Give the points the asker looks after, closed ones too."""
    found = ServicePoint.objects.managed_by(user).order_by("place", "id")
    if place:
        found = found.filter(place__startswith=place_prefix(place))
    return found.filter(kind=kind) if kind else found


def point_for(user: Asker, number: str) -> ServicePoint:
    """Give one point the asker looks after.

    :raises UnknownPoint: none of that number, or not one of theirs.
    """
    found = points_for(user).filter(pk=point_key(number)).select_related("changed_by").first()
    if found is None:
        raise UnknownPoint(f"“{number[:20]}”", hint="网点不存在，或不归您维护")
    return found


def place_points_for(user: Asker, *, place: str = "") -> PlacePointQuerySet:
    """Give the coordinates of places the asker looks after."""
    found = PlacePoint.objects.managed_by(user).order_by("place", "source")
    return found.filter(place__startswith=place_prefix(place)) if place else found


def open_points() -> tuple[LocatedPoint, ...]:
    """Give every open point that has a coordinate, in the order of their numbers."""
    fields = ("pk", "name", "kind", "place", "lng", "lat", "coord_source", "accuracy_m")
    rows = ServicePoint.objects.open().exclude(lng=None).order_by("pk").values_list(*fields)
    return tuple(
        LocatedPoint(
            point_number(pk), name, PointKind(kind), place, lng, lat, CoordSource(source), accuracy
        )
        for pk, name, kind, place, lng, lat, source, accuracy in rows
    )


def unlocated_points() -> int:
    """Give how many open points have no coordinate."""
    return ServicePoint.objects.open().filter(lng=None).count()


def place_coordinates() -> dict[str, PlaceCoordinate]:
    """Give the coordinate in use of every town and village that has one, by place.

    Measured on the spot before given by staff, before the gazetteer's, before the demonstration's.
    """
    found = {
        point.place: PlaceCoordinate(
            point.place, point.lng, point.lat, CoordSource.GAZETTEER, point.accuracy_m
        )
        for point in town_points().values()
    }
    rows = PlacePoint.objects.values_list("place", "lng", "lat", "source", "accuracy_m")
    for place, lng, lat, source, accuracy in rows.order_by("place", "source"):
        given = PlaceCoordinate(place, lng, lat, CoordSource(source), accuracy)
        if place not in found or given.source.rank > found[place].source.rank:
            found[place] = given
    return found


def road_source() -> RoadSource | None:
    """Give what the isochrones in use were made with; None where none were imported."""
    run = RoadRun.objects.order_by("-id").first()
    if run is None:
        return None
    return RoadSource(run.pk, run.engine, run.engine_version, run.extract_date, run.attribution)


def road_polygons(run: int, *, mode: str, minutes: int) -> Mapping[str, list[Polygon]]:
    """Give the polygons of an import by point number; none of a point that was moved since."""
    found = RoadReach.objects.filter(run=run, mode=mode, minutes=minutes, point__active=True)
    return {
        point_number(reach.point_id): reach.polygons
        for reach in found.select_related("point").order_by("point_id")
        if (reach.point.lng, reach.point.lat) == (reach.lng, reach.lat)
    }
