"""A small network: points and villages around two towns of 袁州区."""

from leye.service.network.enums import CoordSource
from leye.service.network.models import ServicePoint
from leye.service.network.operations import add_point
from leye.service.network.place_sheets import PlaceAt, keep_places
from leye.service.network.rules import Coordinate, point_fields
from tests.samples import AT

TOWN = "360902100"
"""彬江镇, at 114.55212 E, 27.78396 N in the gazetteer."""
LNG, LAT = 114.55212, 27.78396


def at(lng: float, lat: float, *, source: CoordSource = CoordSource.SURVEY) -> Coordinate:
    return Coordinate(round(lng, 6), round(lat, 6), source, 5)


def small_network(*, source: CoordSource = CoordSource.SURVEY) -> ServicePoint:
    """One point at the town, and the villages that are known located north of it."""
    from leye.data.reference import places

    villages = [each.code for each in places().children(TOWN)][:6]
    keep_places(
        [
            PlaceAt(code, at(LNG, LAT + 0.01 * number, source=source))
            for number, code in enumerate(villages)
        ],
        by=None,
        at=AT,
    )
    given = point_fields(
        name="彬江镇就业服务站",
        kind="town_station",
        place=TOWN,
        at=at(LNG, LAT, source=source),
        phone="0795-3998012",
    )
    return add_point(fields=given, by=None, at=AT)
