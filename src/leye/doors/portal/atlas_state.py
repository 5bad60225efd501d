"""The state of the map page: read from an address, written back as the shortest such address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from django.conf import settings

from leye.analysis.metrics.labels import axis_label, group_label, level_label
from leye.analysis.metrics.register_figures import (
    RegisterCatalogue,
    RegisterIndicator,
    register_catalogue,
)
from leye.analysis.metrics.register_types import FINE_AXES
from leye.analysis.metrics.settled import settled_of
from leye.data.reference import key_groups, places
from leye.data.registers.map_places import PARK_PREFIX
from leye.data.registers.queries.served import Served, level_of
from leye.doors.portal.atlas_choices import ALL, COLORS, codes_of, park_places
from leye.doors.web.maps import month_label
from leye.kernel.errors import InvalidInput, UnknownCode, near_matches
from leye.kernel.place import contains

FIRST_INDICATOR = "population_16_plus"
BELOW: Mapping[str, tuple[str, ...]] = {
    "city": ("county", "town", "village", "park"),
    "county": ("town", "village", "park"),
    "town": ("village",),
    "village": (),
    "park": (),
}
"""The levels that can be shown inside a place of each level, the nearest first."""
SORTS = ("value", "name", "month", "year")
MONTHS_BACK: Mapping[str, int] = {"month": 1, "year": 12}
# The cube holds these combinations and no others.
_FEW = 10


@dataclass(frozen=True, slots=True)
class AtlasState:
    """What the map page shows. ``level`` is "" where nothing lies below for the indicator.

    ``sort`` is one of ``SORTS``, with a leading minus for the other way round. ``notices`` say in
    words what was asked for and cannot be shown so.
    """

    indicator: RegisterIndicator
    month: int
    place: str
    level: str
    group: str = ALL
    axis: str = ALL
    code: str = ALL
    color: str = "value"
    sort: str = "value"
    page: int = 1
    notices: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """The value of an axis as the address has it, such as ``industry:C``; "" for all."""
        return "" if self.axis == ALL else f"{self.axis}:{self.code}"

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that can be chosen for this place and indicator."""
        return levels_for(self.indicator, self.place)

    @property
    def cut(self) -> dict[str, str]:
        """The group and the value of an axis, as the figures take them."""
        return {"group": self.group, "axis": self.axis, "code": self.code}

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The whole state as names and values of an address, what is usual left out."""
        usual = self.levels[0] if self.levels else ""
        given = {
            "i": self.indicator.code,
            "m": str(self.month),
            "p": "" if self.place == settings.LEYE_CITY else self.place,
            "l": "" if self.level == usual else self.level,
            "g": "" if self.group == ALL else self.group,
            "by": self.by,
            "c": "" if self.color == "value" else self.color,
            "s": "" if self.sort == "value" else self.sort,
            "n": "" if self.page == 1 else str(self.page),
        }
        return tuple((key, value) for key, value in given.items() if value)

    @property
    def query(self) -> str:
        """The whole state as the query of an address: the shortest that gives it again."""
        return urlencode(self.parts, safe=":")

    def link(self, base: str) -> Callable[[str], str]:
        """Give what makes the address of a place inside this one, its nearest level chosen."""
        kept = [(key, value) for key, value in self.parts if key not in ("p", "l", "n")]
        before = urlencode(kept[:2], safe=":")
        after = "".join(f"&{urlencode([pair], safe=':')}" for pair in kept[2:])
        return lambda place: f"{base}?{before}&p={quote(place, safe=':')}{after}"

    def at(self, place: str) -> "AtlasState":
        """Give the same for another place, its nearest level chosen."""
        below = levels_for(self.indicator, place)
        return replace(self, place=place, level=below[0] if below else "", page=1, notices=())


def levels_for(indicator: RegisterIndicator, place: str) -> tuple[str, ...]:
    """Give the levels inside a place that an indicator has figures of, the nearest first."""
    return tuple(each for each in BELOW[level_of(place)] if each in indicator.levels)


def read_state(
    given: Mapping[str, str], copy: Served, *, catalogue: RegisterCatalogue | None = None
) -> AtlasState:
    """Read what an address asks for; what it leaves out is the usual, the month the latest.

    What exists but cannot be shown together is brought down to what can, with a notice.

    :raises UnknownCode: the indicator, place, group or value of an axis does not exist.
    :raises InvalidInput: a month, level, color, order or page that is none.
    """
    indicator = _indicator(given.get("i", ""), catalogue or register_catalogue())
    place = read_place(given.get("p", ""), copy)
    level, said = _level(given.get("l", ""), indicator, place)
    group = _one_of(given.get("g") or ALL, (ALL, *_group_codes()), "重点群体")
    axis, code = _axis(given.get("by", ""), copy)
    month = read_month(given.get("m", ""), copy)
    group, axis, code, unsaid = _fitting(indicator, place, level, (group, axis, code))
    if (settled := settled_of(indicator.code, group)) is not None:
        unsaid += (f"{group_label(group)}没有“{indicator.name}”：{settled.words}。{settled.why}",)
    return AtlasState(
        indicator=indicator,
        month=month,
        place=place,
        level=level,
        group=group,
        axis=axis,
        code=code,
        color=_allowed(given.get("c") or "value", tuple(COLORS), "颜色"),
        sort=_allowed(given.get("s") or "value", (*SORTS, *(f"-{s}" for s in SORTS)), "排序"),
        page=_page(given.get("n", "")),
        notices=(*said, *unsaid),
    )


def read_month(asked: str, copy: Served) -> int:
    """Give the month asked for, or the latest there is.

    :raises InvalidInput: it is none, or the copy has no such month.
    """
    if not asked:
        return copy.months[-1]
    known = {str(month): month for month in copy.months}
    if asked not in known:
        ends = "至".join(dict.fromkeys(month_label(m) for m in (copy.months[0], copy.months[-1])))
        raise InvalidInput(f"没有“{asked}”这个月的数", hint=f"月份写作 202403；有数的是{ends}")
    return known[asked]


def read_place(asked: str, copy: Served) -> str:
    """Give the place asked for, or the city: one of the city's, or a park.

    :raises UnknownCode: there is no such place.
    :raises InvalidInput: it lies outside the city.
    """
    if not asked or asked == settings.LEYE_CITY:
        return settings.LEYE_CITY
    if asked.startswith(PARK_PREFIX):
        parks = park_places(copy)
        if asked in parks:
            return asked
        name = asked.removeprefix(PARK_PREFIX)
        near = near_matches(name, (each.removeprefix(PARK_PREFIX) for each in parks))
        raise UnknownCode("园区", name, near=near)
    found = places().get(asked)
    if not contains(settings.LEYE_CITY, found.code):
        raise InvalidInput(f"“{found.name}”不在本市", hint="请选本市的县、乡镇或村（社区）")
    return found.code


def _indicator(asked: str, catalogue: RegisterCatalogue) -> RegisterIndicator:
    known = [each.code for each in catalogue]
    return catalogue.get(asked or (FIRST_INDICATOR if FIRST_INDICATOR in known else known[0]))


def _level(asked: str, indicator: RegisterIndicator, place: str) -> tuple[str, tuple[str, ...]]:
    if asked:
        _allowed(asked, BELOW["city"], "层级")
    below = levels_for(indicator, place)
    if asked in below:
        return asked, ()
    if not below:
        finest = [each for each in ("city", *BELOW["city"]) if each in indicator.levels]
        said = f"“{indicator.name}”只到{'、'.join(map(level_label, finest))}，下面没有更细的数。"
        return "", (said,) if BELOW[level_of(place)] else ()
    if not asked:
        return below[0], ()
    shown = level_label(below[0])
    return below[0], (f"这里没有{level_label(asked)}一级的“{indicator.name}”，改看{shown}。",)


def _axis(asked: str, copy: Served) -> tuple[str, str]:
    if not asked:
        return ALL, ALL
    axis, _, code = asked.partition(":")
    _one_of(axis, tuple(codes_of(copy)), "分类")
    return axis, _one_of(code, tuple(codes_of(copy)[axis]), axis_label(axis))


def _fitting(
    indicator: RegisterIndicator, place: str, level: str, cut: tuple[str, str, str]
) -> tuple[str, str, str, tuple[str, ...]]:
    """Leave out of group and axis what the indicator, or the level shown, does not have."""
    group, axis, code = cut
    said: list[str] = []
    shown = {level_of(place), level}
    if axis not in (ALL, *indicator.axes):
        said.append(f"“{indicator.name}”不分{axis_label(axis)}，这里是合计。")
        axis = code = ALL
    if axis in FINE_AXES and shown & {"town", "village", "park"}:
        said.append(f"{axis_label(axis)}只到县（市、区），这里是合计。")
        axis = code = ALL
    if axis not in (ALL, "industry") and "park" in shown:
        said.append(f"园区不分{axis_label(axis)}，这里是合计。")
        axis = code = ALL
    if group != ALL and not indicator.groups:
        said.append(f"“{indicator.name}”不分重点群体，这里是全部人员。")
        group = ALL
    if group != ALL and (axis in FINE_AXES or "park" in shown):
        said.append("园区、行业大类和职业中类不分重点群体，这里是全部人员。")
        group = ALL
    if group != ALL and "village" in shown:
        said.append("村（社区）不分重点群体，这里是全部人员。")
        group = ALL
    return group, axis, code, tuple(said)


def _group_codes() -> tuple[str, ...]:
    return tuple(entry.code for entry in key_groups().entries)


def _page(asked: str) -> int:
    if not asked:
        return 1
    if not (asked.isascii() and asked.isdigit() and 0 < int(asked) < 10_000):
        raise InvalidInput(f"没有第“{asked}”页", hint="页码是从 1 起的整数")
    return int(asked)


def _one_of(asked: str, known: Iterable[str], kind: str) -> str:
    every = tuple(known)
    if asked not in every:
        short = every if len(every) <= _FEW else ()
        raise UnknownCode(kind, asked, near=near_matches(asked, every) or short)
    return asked


def _allowed(asked: str, known: tuple[str, ...], kind: str) -> str:
    if asked not in known:
        raise InvalidInput(f"没有“{asked}”这种{kind}", hint="可用：" + "、".join(known))
    return asked
