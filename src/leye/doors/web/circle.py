"""The 15-minute circle as pages need it: points, villages and people brought together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings

from leye.analysis.atlas.circle_modes import CircleParameters, circle_parameters
from leye.analysis.atlas.circle_roads import inside
from leye.analysis.atlas.circle_sites import SitePlan, site_plan
from leye.analysis.atlas.circles import (
    Coverage,
    Position,
    Reached,
    coverage,
    distances_km,
    nearness,
    reached,
)
from leye.analysis.atlas.shapes import Polygon
from leye.data.reference import places
from leye.data.registers.queries.served import Served, served
from leye.kernel.place import PlaceLevel, place_prefix
from leye.service.network.enums import CoordSource
from leye.service.network.queries import (
    open_points,
    place_coordinates,
    road_polygons,
    road_source,
    unlocated_points,
)
from leye.service.network.types import LocatedPoint, PlaceCoordinate, RoadSource

ENOUGH = 0.8
"""The share of located villages whose people must be known for people to be counted at all."""
SOLVER_SECONDS = 8.0
"""The longest the search for sites may take for one page."""


@dataclass(frozen=True, slots=True)
class Network:
    """What the circle is worked out from, as it stood at one moment; ``stamp`` tells two apart."""

    stamp: int
    points: tuple[LocatedPoint, ...] = field(compare=False)
    unlocated: int = field(compare=False)
    places: tuple[PlaceCoordinate, ...] = field(compare=False)
    roads: RoadSource | None = field(compare=False)

    @property
    def is_demo(self) -> bool:
        """Whether any coordinate was invented for the demonstration."""
        sources = {each.source for each in self.points} | {each.source for each in self.places}
        return CoordSource.DEMO in sources


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: minutes by a mode from points of a kind ("" for every kind).

    With ``estimate`` a village without coordinates is taken to lie where its town does.
    """

    mode: str
    minutes: int
    kind: str
    estimate: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Every located village of the city; ``by_road`` of the ``points`` had a road polygon."""

    of: Mapping[str, Reached]
    estimated: frozenset[str]
    points: int
    by_road: int

    @property
    def method(self) -> str:
        """How it was worked out, in Chinese."""
        if not self.by_road:
            return "直线估算"
        return "路网计算" if self.by_road == self.points else "部分路网计算"


@dataclass(frozen=True, slots=True)
class People:
    """People aged 16 and over by village of a month (yyyymm), as may be published.

    A village whose number is hidden, or where nobody is known to live, is not in it.
    """

    month: int
    of: Mapping[str, int]

    @property
    def label(self) -> str:
        """The month in Chinese."""
        return f"{self.month // 100}年{self.month % 100}月"


def parameters() -> CircleParameters:
    """Give the speeds and detours of this installation."""
    return circle_parameters(
        Path(settings.LEYE_CIRCLE_MODES) if settings.LEYE_CIRCLE_MODES else None
    )


def network() -> Network:
    """Give the points and coordinates of this moment, in four queries."""
    coordinates = place_coordinates()
    points, roads, unlocated = open_points(), road_source(), unlocated_points()
    held = tuple(coordinates[code] for code in sorted(coordinates))
    # Worked out once: the answers of a network are kept under it.
    stamp = hash((points, held, roads, unlocated, settings.LEYE_CIRCLE_MODES))
    return Network(stamp, points, unlocated, held, roads)


@cache
def villages_of(place: str) -> tuple[str, ...]:
    """Give the codes of the villages inside a place.

    :raises UnknownCode: there is no such place.
    """
    return tuple(each.code for each in places().at_level(PlaceLevel.VILLAGE, within=place))


def people() -> People | None:
    """Give the people of each village from the protected serving copy; None before it is built."""
    copy = served(settings.LEYE_POOL)
    return None if copy is None or not copy.months else _people(copy)


@lru_cache(maxsize=64)
def answer(held: Network, asked: Question) -> Answer:
    """Work out who is within reach, for every located village of the city.

    :raises UnknownCode: there is no such mode.
    """
    mode = parameters().mode(asked.mode)
    points = tuple(p for p in held.points if not asked.kind or p.kind.value == asked.kind)
    located, estimated = positions(held, estimate=asked.estimate)
    roads: Mapping[str, list[Polygon]] = {}
    if held.roads is not None:
        roads = road_polygons(held.roads.id, mode=asked.mode, minutes=asked.minutes)
    straight = [_position(p.number, p) for p in points if p.number not in roads]
    polygons = [each for p in points for each in roads.get(p.number, ())]
    found = reached(
        located,
        nearness(located, straight),
        mode=mode,
        minutes=asked.minutes,
        by_road=inside(located, polygons) if polygons else None,
    )
    by_road = sum(point.number in roads for point in points)
    return Answer({each.place: each for each in found}, estimated, len(points), by_road)


@lru_cache(maxsize=8)
def positions(held: Network, *, estimate: bool) -> tuple[tuple[Position, ...], frozenset[str]]:
    """Give the villages that have a coordinate, and which of them have only their town's."""
    known = {each.place: each for each in held.places}
    found, estimated = [], set()
    for code in villages_of(settings.LEYE_CITY):
        if code in known:
            found.append(_position(code, known[code]))
        elif estimate and code[:9] in known:
            town = known[code[:9]]
            widest = max(town.accuracy_m, CoordSource.GAZETTEER.usual_accuracy_m)
            found.append(Position(code, town.lng, town.lat, widest))
            estimated.add(code)
    return tuple(found), frozenset(estimated)


def covered(place: str, found: Answer, known: People | None) -> Coverage:
    """Count a place's villages, and people where they are known.

    :raises UnknownCode: there is no such place.
    """
    people_of = known.of if known else {}
    return coverage(place, villages_of(place), of=found.of, people=people_of)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where new points would reach the most: villages by the indices of ``plan``.

    ``counts_people`` says whether people or villages are counted; ``asked`` is how many new points.
    """

    plan: SitePlan
    candidates: tuple[Position, ...]
    counts_people: bool
    asked: int


def suggestion(
    place: str, *, count: int, held: Network, asked: Question, known: People | None
) -> Suggestion:
    """Choose ``count`` of a place's located villages for new points, by straight line.

    What counts is every located village of the place not within reach yet, in the middle of its
    band; with the people of ``ENOUGH`` of them known, their number.

    :raises InvalidSites: ``count`` is out of bounds.
    """
    weights = tuple(sorted(known.of.items())) if known else ()
    return _suggestion(place, count, held, asked, weights)


@lru_cache(maxsize=64)
def _suggestion(
    place: str,
    count: int,
    held: Network,
    asked: Question,
    weights: tuple[tuple[str, int], ...],
) -> Suggestion:
    mode, of = parameters().mode(asked.mode), dict(weights)
    own, _ = positions(held, estimate=False)
    candidates = tuple(each for each in own if each.key.startswith(place_prefix(place)))
    found = answer(held, asked).of
    demand = [each for each in candidates if not found[each.key].central]
    known = {each.key: people for each in candidates if (people := of.get(each.key)) is not None}
    if len(known) < ENOUGH * len(candidates):
        known = {}
    values = [known.get(each.key, 0) if known else 1 for each in demand]
    limits = [mode.reach_km(asked.minutes, mode.detour_in(d.key).central) for d in demand]
    reach = distances_km(demand, candidates) <= np.array(limits)[:, None]
    plan = site_plan(reach, np.array(values, dtype=np.int64), count=count, seconds=SOLVER_SECONDS)
    return Suggestion(plan, candidates, bool(known), count)


@lru_cache(maxsize=2)
def _people(copy: Served) -> People:
    month = copy.months[-1]
    cells = copy.children(month, parent=settings.LEYE_CITY, level="village", protected=True)
    counts = {cell.place: cell.values.get("population16") for cell in cells}
    known = {place: int(count) for place, count in counts.items() if count is not None}
    return People(month, known)


def _position(key: str, at: LocatedPoint | PlaceCoordinate) -> Position:
    return Position(key, at.lng, at.lat, at.accuracy_m)
