"""Service points and village coordinates of the demonstration city: invented, and marked so."""

from datetime import datetime
from hashlib import sha256
from math import cos, pi, radians, sin, sqrt
from typing import TYPE_CHECKING

from leye.analysis.atlas.projection import KM_PER_DEGREE
from leye.data.reference import Place, Point, places, town_points
from leye.kernel.place import PlaceLevel

if TYPE_CHECKING:
    from leye.service.network.enums import PointKind
    from leye.service.network.place_sheets import PlaceAt
    from leye.service.network.rules import Coordinate, PointFields

ACCURACY_M = 100
_LEAST_KM, _MOST_KM = 0.4, 6.0
_HOURS = "工作日 9:00—12:00，13:30—17:00"


def seed_network(*, at: datetime) -> int:
    """Add the demonstration's points and coordinates; give how many points, 0 if there are any.

    Every town the gazetteer knows gets a station there, the county's first such town its center
    and gig market as well. Villages are strewn around their town; those of a town without a
    coordinate stay without one. All coordinates have the source ``demo``.
    """
    from django.conf import settings
    from django.db import transaction

    from leye.service.identity.actions import Action
    from leye.service.identity.audit import Subject, record
    from leye.service.network.models import PlacePoint, ServicePoint
    from leye.service.network.operations import put
    from leye.service.network.place_sheets import keep_places

    if ServicePoint.objects.exists() or PlacePoint.objects.exists():
        return 0
    made = []
    for fields in _points(settings.LEYE_CITY):
        point = ServicePoint()
        put(point, fields, by=None, at=at)
        made.append(point)
    with transaction.atomic():
        ServicePoint.objects.bulk_create(made)
        keep_places(_villages(settings.LEYE_CITY), by=None, at=at)
        record(
            action=Action.SERVICE_POINTS_IMPORTED,
            by=None,
            at=at,
            place=settings.LEYE_CITY,
            subject=Subject("service_point", ""),
            detail={"rows": len(made)},
        )
    return len(made)


def _points(city: str) -> "list[PointFields]":
    from leye.service.network.enums import PointKind

    found = []
    for county in places().children(city):
        located = [t for t in places().children(county.code) if t.code in town_points()]
        for number, town in enumerate(located):
            known = town_points()[town.code]
            if number == 0:
                center = f"{county.name}公共就业服务中心"
                market = f"{county.name}零工市场"
                found.append(_point(center, PointKind.COUNTY_CENTER, county, known))
                found.append(_point(market, PointKind.GIG_MARKET, county, known))
            station = f"{town.name}就业服务站"
            found.append(_point(station, PointKind.TOWN_STATION, town, known))
    return found


def _point(name: str, kind: "PointKind", place: Place, near: Point) -> "PointFields":
    from leye.service.network.rules import PointFields

    where = _strewn(name, near, most_km=0.5)
    return PointFields(name, kind, place.code, where, _HOURS, "")


def _villages(city: str) -> "list[PlaceAt]":
    from leye.service.network.place_sheets import PlaceAt

    return [
        PlaceAt(village.code, _strewn(village.code, near, most_km=_MOST_KM))
        for village in places().at_level(PlaceLevel.VILLAGE, within=city)
        if (near := town_points().get(village.code[:9])) is not None
    ]


def _strewn(key: str, near: Point, *, most_km: float) -> "Coordinate":
    """Give a coordinate within ``most_km`` of a point, the same for the same key."""
    from leye.service.network.enums import CoordSource
    from leye.service.network.rules import Coordinate

    digest = sha256(key.encode()).digest()
    share, turn = (int.from_bytes(part) / 2**64 for part in (digest[:8], digest[8:16]))
    least = min(_LEAST_KM, most_km / 2)
    km = sqrt(least**2 + share * (most_km**2 - least**2))
    north, east = km * cos(2 * pi * turn), km * sin(2 * pi * turn)
    lat = near.lat + north / KM_PER_DEGREE
    lng = near.lng + east / (KM_PER_DEGREE * cos(radians(near.lat)))
    return Coordinate(round(lng, 6), round(lat, 6), CoordSource.DEMO, ACCURACY_M)
