"""Watches as data: what is looked at, where, by which method, against which lines, for whom.

Every line is a dated setting of the city: who signed it (empty: a starting value nobody has signed
yet), from which day it holds, where it comes from and why. A new value is a new line with a later
day; the old one stays in the file, so that a month of the past is judged as it was then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

from leye.analysis.metrics.reading import Entry, InvalidDefinition, load_yaml
from leye.analysis.metrics.register_catalogue import register_catalogue
from leye.analysis.warning.types import LEVELS, Axis, Layer, Level
from leye.kernel.errors import UnknownCode, near_matches
from leye.kernel.months import last_day

_FOLDER = Path(__file__).with_name("watches")


class Method(StrEnum):
    """How a watch judges."""

    LEVEL = "level"
    LEGAL = "legal"
    CONFLICT = "conflict"
    REPORT = "report"
    AREA = "area"
    CELLS = "cells"
    TWO_SIDED = "two_sided"
    BREADTH = "breadth"
    FORECAST = "forecast"
    QUALITY = "quality"


class Origin(StrEnum):
    """Where a line comes from."""

    LAW = "law"
    PLAN = "plan"
    OTHER_CITY = "other_city"
    OWN = "own"

    @property
    def label(self) -> str:
        """The origin in Chinese."""
        return {
            "law": "法律规定",
            "plan": "本市规划",
            "other_city": "外地公布的方案",
            "own": "本市提议",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Line:
    """From which value on a level is reached, and since when. ``signed`` "": a starting value."""

    level: Level
    value: Decimal
    origin: Origin
    basis: str
    since: date
    signed: str

    @property
    def standing(self) -> str:
        """Who set it, in Chinese."""
        return self.signed or "起始值，待签发"


@dataclass(frozen=True, slots=True)
class Series:
    """What a watch looks at.

    One of: ``indicator`` of the registers (with ``exposure`` it is out of, or ``against``, what it
    is held against), ``figure`` published, ``reports`` of monitored firms, ``events``. ``levels``
    are place levels, ``cut`` an axis of the map, ``groups`` whether by key group.
    """

    indicator: str
    exposure: str
    against: str
    figure: str
    reports: str
    events: str
    unit: str
    levels: tuple[str, ...]
    cut: str
    groups: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """One watch. ``months`` in a row make it; it is lowered after ``quiet`` months below.

    ``direction`` 1 when high is bad, -1 when low is. ``sources`` are the feeds it rests on: when
    one fails nothing is graded. ``tell`` names the desks that are told. The rest belongs to some
    methods alone: ``rule`` of the comparisons, ``share`` and ``least`` of legal lines and cells,
    ``discovery`` and ``budget`` of cells.
    """

    code: str
    name: str
    layer: Layer
    axis: Axis
    method: Method
    series: Series
    direction: int
    months: int
    quiet: int
    sources: tuple[str, ...]
    tell: tuple[str, ...]
    meaning: str
    lines: tuple[Line, ...]
    rule: str
    share: Decimal
    least: int
    discovery: Decimal
    budget: int

    def lines_on(self, day: date) -> tuple[Line, ...]:
        """Give the line of each level in force on a day, the mildest first."""
        found: dict[Level, Line] = {}
        for line in sorted(self.lines, key=lambda each: each.since):
            if line.since <= day or line.level not in found:
                found[line.level] = line
        return tuple(found[level] for level in sorted(found))

    def reached(self, value: float | None, *, month: int) -> tuple[Level, Line | None]:
        """Give the highest level a value reaches by the lines of a month, and its line."""
        level, reached = Level.NONE, None
        if value is None:
            return level, reached
        for line in self.lines_on(last_day(month)):
            if (value - float(line.value)) * self.direction >= -1e-9:
                level, reached = line.level, line
        return level, reached


class Watches:
    """All watches, by code, and the edition they are of."""

    def __init__(self, watches: Mapping[str, Watch], edition: str) -> None:
        self._watches = dict(watches)
        self.edition = edition

    def __iter__(self) -> Iterator[Watch]:
        return iter(self._watches.values())

    def __len__(self) -> int:
        return len(self._watches)

    def get(self, code: str) -> Watch:
        """Give a watch.

        :raises UnknownCode: there is none of that code.
        """
        try:
            return self._watches[code]
        except KeyError:
            near = near_matches(code, self._watches)
            raise UnknownCode("监测项", code, near=near) from None

    def by(self, method: Method) -> tuple[Watch, ...]:
        """Give the watches of a method."""
        return tuple(each for each in self if each.method is method)


_KEYS = frozenset(
    {"code", "name", "layer", "axis", "method", "direction", "series", "months", "quiet", "sources"}
    | {"tell", "meaning", "lines", "rule", "share", "least", "discovery", "budget"}
)
_SERIES = frozenset(
    {"indicator", "exposure", "against", "figure", "reports", "events", "unit", "levels", "cut"}
    | {"groups"}
)
_LINE = frozenset({"level", "value", "origin", "basis", "from", "signed"})
_ZERO = Decimal(0)


@cache
def watches(folder: Path = _FOLDER) -> Watches:
    """Read the watches.

    :raises InvalidDefinition: a file cannot be used as it stands.
    """
    found: dict[str, Watch] = {}
    editions = set()
    for file in sorted(folder.glob("*.yaml")):
        top = Entry(load_yaml(file), where=file.name, keys=frozenset({"edition", "watches"}))
        editions.add(top.text("edition"))
        for raw in top.raw("watches") or []:
            watch = _watch(Entry(raw, where=file.name, keys=_KEYS))
            if watch.code in found:
                raise top.fault(f"{watch.code} 重复")
            found[watch.code] = watch
    return Watches(found, max(editions, default=""))


def with_lines(watches: Watches, lines: Mapping[str, tuple[Line, ...]], *, edition: str) -> Watches:
    """Give the watches with more lines, by the watch's code; of one day the later one holds.

    :raises InvalidDefinition: on some day a higher level would be reached before a lower one.
    """
    found = {}
    for watch in watches:
        more = lines.get(watch.code, ())
        made = replace(watch, lines=(*watch.lines, *more)) if more else watch
        for day in {line.since for line in more}:
            if not _in_order(made, day):
                raise InvalidDefinition(f"{watch.code}：级别越高，界线应越严重")
        found[watch.code] = made
    return Watches(found, edition)


def _watch(entry: Entry) -> Watch:
    entry.where = f"{entry.where}：{entry.text('code')}"
    series = _series(Entry(entry.raw("series"), where=entry.where, keys=_SERIES))
    lines = tuple(
        _line(Entry(raw, where=entry.where, keys=_LINE)) for raw in entry.raw("lines") or []
    )
    watch = Watch(
        code=entry.text("code"),
        name=entry.text("name"),
        layer=entry.choice("layer", Layer),
        axis=entry.choice("axis", Axis),
        method=entry.choice("method", Method),
        series=series,
        direction=-1 if entry.text("direction", default="up") == "down" else 1,
        months=entry.whole("months"),
        quiet=entry.whole("quiet"),
        sources=entry.texts("sources"),
        tell=entry.texts("tell"),
        meaning=entry.text("meaning"),
        lines=lines,
        rule=entry.text("rule", default=""),
        share=entry.number("share") if "share" in entry else _ZERO,
        least=entry.whole("least") if "least" in entry else 0,
        discovery=entry.number("discovery") if "discovery" in entry else _ZERO,
        budget=entry.whole("budget") if "budget" in entry else 0,
    )
    _check(watch, entry)
    return watch


def _series(entry: Entry) -> Series:
    names = ("indicator", "exposure", "against", "figure", "reports", "events", "unit", "cut")
    texts = {name: entry.text(name, default="") for name in names}
    for name in ("indicator", "exposure"):
        if texts[name] and texts[name] not in register_catalogue():
            raise entry.fault(f"没有指标 {texts[name]}")
    return Series(**texts, levels=entry.texts("levels"), groups=entry.flag("groups"))


def _line(entry: Entry) -> Line:
    since, level = entry.raw("from"), entry.text("level")
    if not isinstance(since, date) or level not in LEVELS:
        raise entry.fault("界线要写明 level 和 from（日期）")
    return Line(
        LEVELS[level],
        entry.number("value"),
        entry.choice("origin", Origin),
        entry.text("basis"),
        since,
        entry.text("signed", default=""),
    )


def _check(watch: Watch, entry: Entry) -> None:
    """Refuse lines that contradict each other.

    :raises InvalidDefinition: no line, or a higher level is reached before a lower one.
    """
    if not watch.lines or not watch.tell or watch.months < 1 or watch.quiet < 1:
        raise entry.fault("要有界线、告知对象、连续月数和解除月数")
    if not _in_order(watch, max(line.since for line in watch.lines)):
        raise entry.fault("级别越高，界线应越严重")


def _in_order(watch: Watch, day: date) -> bool:
    """Whether on a day every level is reached no sooner than the one below."""
    values = [float(line.value) * watch.direction for line in watch.lines_on(day)]
    return values == sorted(values)
