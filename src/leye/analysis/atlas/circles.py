"""15分钟就业服务圈: who is within reach of a service point, as a band, and what is not known.

Straight lines on the sphere (haversine, mean radius 6371.0088 km: within 0.56 % of the ellipsoid),
times a detour. What stands on the map carries how well it is located, and that widens the band.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from leye.analysis.atlas.circle_modes import Mode
from leye.kernel.place import place_prefix

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG, R1 = (2a + b) / 3 of WGS-84)."""
_ROWS = 512

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Position:
    """Where something is: degrees WGS-84, ``accuracy_m`` the error to expect, in meters."""

    key: str
    lng: float
    lat: float
    accuracy_m: int


class Cover(StrEnum):
    """Whether a village is within reach."""

    COVERED = "covered"
    UNSURE = "unsure"
    NOT_COVERED = "not_covered"
    NOT_LOCATED = "not_located"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return _COVER_LABELS[self]


_COVER_LABELS = {
    Cover.COVERED: "覆盖",
    Cover.UNSURE: "在误差带内",
    Cover.NOT_COVERED: "未覆盖",
    Cover.NOT_LOCATED: "没有坐标",
}


@dataclass(frozen=True, slots=True)
class Reached:
    """One village: minutes to the nearest point as a band, and whether that is within the limit.

    ``least`` and ``most`` are the band of ``minutes``; all None for a village reached or not by a
    road network's polygon, one without coordinates, and where there is no point at all.
    ``central`` says whether the middle of the band is within the limit.
    """

    place: str
    cover: Cover
    central: bool
    least: float | None = None
    minutes: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Nearness:
    """For each village the straight line to its nearest point, in km: least, expected and most.

    Least and most allow for the accuracy of both ends; infinite where there is no point.
    """

    least: Floats
    expected: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class Counted:
    """A number within reach: surely (``low``), most likely (``central``), at best (``high``)."""

    low: int
    central: int
    high: int

    def shares(self, of: int) -> tuple[float, float, float] | None:
        """Give the three as shares from 0 to 1; None where there is nothing to be a share of."""
        return None if not of else (self.low / of, self.central / of, self.high / of)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A place's villages: ``located`` of ``villages`` have coordinates, ``within`` are in reach.

    ``people`` and ``people_within`` count those of located villages whose number is known
    (``counted`` of them); None where no village's number is.
    """

    place: str
    villages: int
    located: int
    within: Counted
    counted: int
    people: int | None
    people_within: Counted | None

    @property
    def shares(self) -> tuple[float, float, float] | None:
        """Low, central, high of the located villages; None where none is located."""
        return self.within.shares(self.located)

    @property
    def people_shares(self) -> tuple[float, float, float] | None:
        """Low, central, high of the people; None where they are not known."""
        if self.people is None or self.people_within is None:
            return None
        return self.people_within.shares(self.people)


def distances_km(ones: Sequence[Position], others: Sequence[Position]) -> Floats:
    """Give the straight lines over the earth, one row for each of ``ones``, in km."""
    lng_1, lat_1 = _radians(ones)
    lng_2, lat_2 = _radians(others)
    north = np.sin((lat_1[:, None] - lat_2[None, :]) / 2) ** 2
    east = np.sin((lng_1[:, None] - lng_2[None, :]) / 2) ** 2
    half = north + np.cos(lat_1)[:, None] * np.cos(lat_2)[None, :] * east
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def nearness(villages: Sequence[Position], points: Sequence[Position]) -> Nearness:
    """Give for each village how far the nearest of the points is."""
    least, expected, most = (np.full(len(villages), np.inf) for _ in range(3))
    if points:
        error = np.array([point.accuracy_m for point in points]) / 1000
        for start in range(0, len(villages), _ROWS):
            rows = slice(start, start + _ROWS)
            found = distances_km(villages[rows], points)
            own = np.array([each.accuracy_m for each in villages[rows]]) / 1000
            expected[rows] = found.min(axis=1)
            least[rows] = np.maximum((found - error).min(axis=1) - own, 0.0)
            most[rows] = (found + error).min(axis=1) + own
    return Nearness(least, expected, most)


def reached(
    villages: Sequence[Position],
    near: Nearness,
    *,
    mode: Mode,
    minutes: float,
    by_road: Flags | None = None,
) -> tuple[Reached, ...]:
    """Give each village's minutes to the nearest point, and whether that is within ``minutes``.

    ``by_road`` marks villages inside a polygon a road network gave: those are covered, whatever
    the straight line says.
    """
    detours = [mode.detour_in(village.key) for village in villages]
    least = _minutes(near.least, [each.low for each in detours], mode)
    central = _minutes(near.expected, [each.central for each in detours], mode)
    most = _minutes(near.most, [each.high for each in detours], mode)
    found = []
    for at, village in enumerate(villages):
        if by_road is not None and by_road[at]:
            found.append(Reached(village.key, Cover.COVERED, central=True))
            continue
        band = (float(least[at]), float(central[at]), float(most[at]))
        found.append(_reached(village.key, band, minutes))
    return tuple(found)


def coverage(
    place: str, villages: Iterable[str], *, of: Mapping[str, Reached], people: Mapping[str, int]
) -> Coverage:
    """Count the villages inside ``place``, and the people where their number is known.

    ``of`` holds the located villages, ``people`` the number of people of a village.

    :raises InvalidPlaceCode: ``place`` is no division code.
    """
    prefix = place_prefix(place)
    inside = [code for code in villages if code.startswith(prefix)]
    located = [of[code] for code in inside if code in of]
    known = [each for each in located if each.place in people]
    return Coverage(
        place=place,
        villages=len(inside),
        located=len(located),
        within=_counted(located, dict.fromkeys((each.place for each in located), 1)),
        counted=len(known),
        people=sum(people[each.place] for each in known) if known else None,
        people_within=_counted(known, people) if known else None,
    )


def _reached(key: str, band: tuple[float, float, float], limit: float) -> Reached:
    least, central, most = band
    if not np.isfinite(central):
        return Reached(key, Cover.NOT_COVERED, central=False)
    cover = (
        Cover.COVERED if most <= limit else Cover.UNSURE if least <= limit else Cover.NOT_COVERED
    )
    return Reached(key, cover, central <= limit, least, central, most)


def _counted(rows: Iterable[Reached], weights: Mapping[str, int]) -> Counted:
    low = central = high = 0
    for each in rows:
        weight = weights[each.place]
        low += weight * (each.cover is Cover.COVERED)
        central += weight * each.central
        high += weight * (each.cover in (Cover.COVERED, Cover.UNSURE))
    return Counted(low, central, high)


def _minutes(km: Floats, detours: Sequence[float], mode: Mode) -> Floats:
    return np.asarray(km * np.array(detours) / mode.speed_kmh * 60 + mode.wait_minutes)


def _radians(positions: Sequence[Position]) -> tuple[Floats, Floats]:
    lng = np.radians(np.array([each.lng for each in positions], dtype=np.float64))
    lat = np.radians(np.array([each.lat for each in positions], dtype=np.float64))
    return lng, lat
