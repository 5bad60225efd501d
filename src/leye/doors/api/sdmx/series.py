"""The series a query asks for: its key and its time read, its figures taken from the registers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from django.conf import settings

from leye.analysis.metrics.register_figures import RegisterIndicator, register_catalogue
from leye.data.registers.queries.served import Served, level_of
from leye.doors.api.register_reading import Cut, Given, RegisterReading
from leye.doors.api.sdmx.codes import (
    DIMENSIONS,
    MONTHLY,
    area_id,
    areas,
    axis_id,
    code_id,
    cuts,
    group_id,
    groups,
)
from leye.doors.api.sdmx.errors import NoResults, TooLarge, WrongQuery
from leye.kernel.errors import near_matches
from leye.kernel.months import valid_month

MOST_OBSERVATIONS = 12_000
"""The most observations of an answer."""

_PERIOD = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?:(?P<month>[0-9]{2})(?:-[0-9]{2}(?:T[0-9:.+Z\-]*)?)?"
    r"|M(?P<numbered>[0-9]{2})|Q(?P<quarter>[1-4])|S(?P<half>[12])|A1))?"
)
_LEVELS = ("city", "county", "town", "village", "park")
_KEY_HINT = (
    "写作 M.指标.地区.群体.分类.代码，空着是全部，几个用 + 连接，如 M.employed.360900.._T._T"
)
_TIME_HINT = "写作 2024、2024-03、2024-Q1 或 2024-03-31"

MANY_PLACES = 25
"""From so many places of a level on, a whole layer is read at once."""

Layer = tuple[str, str, Cut]
"""An indicator, a level and a cut."""

Asked = tuple[frozenset[str], ...]
"""The identifiers asked for of each dimension; none is every one."""


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """What a series is of."""

    indicator: RegisterIndicator
    place: str
    cut: Cut

    @property
    def layer(self) -> Layer:
        """The layer of the map the series' figures are in."""
        return (self.indicator.code, level_of(self.place), self.cut)

    @property
    def ids(self) -> Mapping[str, str]:
        """The identifiers by dimension."""
        values = (
            MONTHLY,
            self.indicator.code,
            area_id(self.place),
            group_id(self.cut.group),
            axis_id(self.cut.axis),
            code_id(self.cut.axis, self.cut.code),
        )
        return dict(zip(DIMENSIONS, values, strict=True))


@dataclass(frozen=True, slots=True)
class Series:
    """A series: its figures by month, in order."""

    key: SeriesKey
    figures: tuple[Given, ...]


def read_key(text: str, copy: Served) -> Asked:
    """Read a key.

    :raises WrongQuery: it has not one part for each dimension.
    :raises NoResults: an identifier is not known.
    """
    if text in ("all", "*", ""):
        return (frozenset(),) * len(DIMENSIONS)
    parts = text.split(".")
    if len(parts) != len(DIMENSIONS):
        raise WrongQuery(f"key 有 {len(parts)} 段，应有 {len(DIMENSIONS)} 段", hint=_KEY_HINT)
    asked = tuple(
        frozenset() if part in ("", "*") else frozenset(part.split("+")) for part in parts
    )
    for name, ids, known in zip(DIMENSIONS, asked, _known(copy), strict=True):
        for strange in sorted(ids - known):
            near = "、".join(near_matches(strange, known))
            hint = f"您是不是要找：{near}" if near else f"代码见代码表 CL_{name}"
            raise NoResults(f"{name} 没有代码“{strange[:80]}”", hint=hint)
    return asked


def _known(copy: Served) -> tuple[frozenset[str], ...]:
    axes = frozenset(axis for axis, _ in cuts(copy))
    codes = frozenset(code for _, code in cuts(copy))
    indicators = frozenset(each.code for each in register_catalogue())
    every = (frozenset(areas(copy)), frozenset(groups()))
    return (frozenset({MONTHLY}), indicators, *every, axes, codes)


def read_period(text: str, *, last: bool) -> int:
    """Give the first month of a period, or its ``last``.

    :raises WrongQuery: it is no period.
    """
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise WrongQuery(f"“{text[:40]}”不是时期", hint=_TIME_HINT)
    year = int(found["year"])
    if found["quarter"]:
        end = int(found["quarter"]) * 3
        month = end if last else end - 2
    elif found["half"]:
        end = int(found["half"]) * 6
        month = end if last else end - 5
    else:
        month = int(found["month"] or found["numbered"] or (12 if last else 1))
    if not valid_month(year * 100 + month):
        raise WrongQuery(f"“{text}”不是时期", hint=_TIME_HINT)
    return year * 100 + month


def series_of(
    reading: RegisterReading, asked: Asked, months: tuple[int, ...]
) -> tuple[Series, ...]:
    """Give every series asked for that the map has, with its figures of these months.

    :raises NoResults: there is none.
    :raises TooLarge: there are too many.
    """
    found: list[SeriesKey] = []
    size = max(len(months), 1)
    for key in _keys(reading.copy, asked):
        if (len(found) + 1) * size > MOST_OBSERVATIONS:
            raise TooLarge(f"超过 {MOST_OBSERVATIONS} 个数", hint="请写明更多的维度，或缩短时间")
        found.append(key)
    if not found:
        raise NoResults("没有这样的系列", hint="这个指标在这一级可能没有这种细分")
    layers = _Layers(reading, found)
    return tuple(Series(key, tuple(layers.figures(key, months))) for key in found)


class _Layers:
    """Figures read a layer at once where many places of a level are asked for, else one by one."""

    def __init__(self, reading: RegisterReading, keys: Iterable[SeriesKey]) -> None:
        self._reading = reading
        self._sizes = Counter(key.layer for key in keys)
        self._held: dict[tuple[Layer, int], Mapping[str, Given]] = {}

    def figures(self, key: SeriesKey, months: Iterable[int]) -> Iterator[Given]:
        """Give the figures of a series in these months."""
        for month in months:
            given = self._layer(key.layer, month).get(key.place)
            yield given or self._reading.value(
                key.indicator.code, place=key.place, month=month, cut=key.cut
            )

    def _layer(self, layer: Layer, month: int) -> Mapping[str, Given]:
        indicator, level, cut = layer
        if level == "city" or self._sizes[layer] < MANY_PLACES:
            return {}
        if (layer, month) not in self._held:
            found = self._reading.layer(
                indicator, parent=settings.LEYE_CITY, level=level, month=month, cut=cut
            )
            # What lies in none of a level's places stands under the code of one of a level above.
            self._held[layer, month] = {
                each.figure.place: each for each in found if level_of(each.figure.place) == level
            }
        return self._held[layer, month]


def _keys(copy: Served, asked: Asked) -> Iterator[SeriesKey]:
    _, indicators, area_ids, group_ids, axis_ids, code_ids = asked
    wanted_groups = [group for name, group in groups().items() if _in(name, group_ids)]
    wanted_cuts = [
        cut
        for (axis, code), cut in cuts(copy).items()
        if _in(axis, axis_ids) and _in(code, code_ids)
    ]
    by_level: dict[str, list[str]] = {level: [] for level in _LEVELS}
    for name, place in areas(copy).items():
        if _in(name, area_ids):
            by_level[level_of(place)].append(place)
    every = [Cut(group, *cut) for group, cut in product(wanted_groups, wanted_cuts)]
    for indicator in register_catalogue():
        if not _in(indicator.code, indicators):
            continue
        for level, places in by_level.items():
            if not places:
                continue
            kept = [
                cut for cut in every if indicator.is_kept(level, group=cut.group, axis=cut.axis)
            ]
            for place, cut in product(places, kept):
                yield SeriesKey(indicator, place, cut)


def _in(name: str, asked: frozenset[str]) -> bool:
    return not asked or name in asked
