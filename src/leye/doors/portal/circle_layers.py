"""What the circle's map shows: towns of the city, villages of a county or town, points, names."""

from django.urls import reverse

from leye.analysis.atlas.circles import Position
from leye.data.reference import places
from leye.doors.portal.circle_choice import CircleChoice
from leye.doors.portal.circle_drawing import (
    CircleMap,
    Placed,
    circle_map,
    town_shade,
    village_shade,
)
from leye.doors.portal.circle_rows import place_row, spoken
from leye.doors.web.circle import Answer, Network, People, positions
from leye.kernel.place import PlaceLevel, place_prefix
from leye.service.network.types import PlaceCoordinate


def draw_circle(
    choice: CircleChoice,
    held: Network,
    found: Answer,
    known: People | None,
    marked: list[Placed] | None = None,
) -> CircleMap | None:
    """Draw the city's towns, or a county's or town's villages, with points and chosen sites.

    None where nothing there has a coordinate.
    """
    whole = choice.place.level is PlaceLevel.CITY
    stations = [
        Placed(
            Position(p.number, p.lng, p.lat, p.accuracy_m), "c-point", f"{p.name}，{p.kind.label}"
        )
        for p in held.points
        if not choice.kind or p.kind.value == choice.kind
    ]
    towns = _towns(choice, held, found, known) if whole else _villages(choice, held, found)
    names = _names(choice, held)
    return circle_map(towns, stations, sites=marked or [], names=names, small=not whole)


def _names(choice: CircleChoice, held: Network) -> list[Placed]:
    """Give the names to write: counties amid their towns, a county's towns, a town's villages."""
    level, prefix = choice.place.level, place_prefix(choice.place.code)
    length = 12 if level is PlaceLevel.TOWN else 9
    found: dict[str, list[PlaceCoordinate]] = {}
    for each in held.places:
        if len(each.place) == length and each.place.startswith(prefix):
            code = each.place[:6] if level is PlaceLevel.CITY else each.place
            found.setdefault(code, []).append(each)
    return [
        Placed(_amid(code, members), "", places().get(code).name) for code, members in found.items()
    ]


def _amid(code: str, members: list[PlaceCoordinate]) -> Position:
    lng = sum(each.lng for each in members) / len(members)
    lat = sum(each.lat for each in members) / len(members)
    return Position(code, lng, lat, max(each.accuracy_m for each in members))


def _towns(
    choice: CircleChoice, held: Network, found: Answer, known: People | None
) -> list[Placed]:
    placed = []
    for each in held.places:
        if len(each.place) == 9:
            town = places().get(each.place)
            row = place_row(town, "", found, known)
            at = Position(each.place, each.lng, each.lat, each.accuracy_m)
            shade = town_shade(row.counted)
            url = f"{reverse('circle:circle')}?{choice.query(place=town.code)}"
            placed.append(Placed(at, shade, spoken(row), url))
    return placed


def _villages(choice: CircleChoice, held: Network, found: Answer) -> list[Placed]:
    own, _ = positions(held, estimate=False)
    prefix = place_prefix(choice.place.code)
    placed = []
    for each in own:
        if each.key.startswith(prefix):
            village, how = places().get(each.key), found.of[each.key]
            words = f"{village.name}：{how.cover.label}"
            placed.append(Placed(each, village_shade(how), words))
    return placed
