"""What the warning room gives: cells, signals and the standing of feeds, as frozen values.

They are made to be stored as they are. A signal's ``key`` is the same from run to run as long as it
speaks of the same watch, place and month, so that storing a run twice changes nothing; ``cause`` is
the same from month to month, so that cases can be continued. Nothing here names a person; an
employer stands as the pool's key.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from hashlib import sha256

from leye.analysis.metrics.types import SampleState

ALL = "all"


class Level(IntEnum):
    """The colours of the plan's warnings, from none to red. The number orders them."""

    NONE = 0
    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def label(self) -> str:
        """The colour and its grade in Chinese."""
        return ("未达预警", "蓝色（Ⅳ级）", "黄色（Ⅲ级）", "橙色（Ⅱ级）", "红色（Ⅰ级）")[self]

    @property
    def code(self) -> str:
        """The name used in files."""
        return self.name.lower()


LEVELS = {level.code: level for level in Level}


class Layer(StrEnum):
    """The layer of detection a signal comes from, in the order they are worked out."""

    QUALITY = "L0"
    CALENDAR = "L1"
    LEGAL = "L2"
    CELLS = "L3"
    TWO_SIDED = "L4"
    FORECAST = "L5"
    RISK = "L6"

    @property
    def label(self) -> str:
        """What the layer does, in Chinese."""
        return {
            "L0": "数据质量",
            "L1": "季节和春节调整",
            "L2": "法定线和事件",
            "L3": "地区行业监测",
            "L4": "双侧与水平",
            "L5": "预测",
            "L6": "走访优先",
        }[self.value]


class Axis(StrEnum):
    """The two axes of grading, and what does not grade at all."""

    LEVEL = "level"
    DETERIORATION = "deterioration"
    NONE = "none"

    @property
    def label(self) -> str:
        """The axis in Chinese."""
        return {"level": "水平", "deterioration": "恶化和事件", "none": "不定级"}[self.value]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where something is looked at: a place, a value of an axis, a key group, perhaps a firm.

    ``axis`` and ``code`` are as in the map (``industry`` by section, ``division``), ``all`` for
    everything; ``employer`` 0 unless one firm is meant.
    """

    place: str
    axis: str = ALL
    code: str = ALL
    group: str = ALL
    employer: int = 0

    @property
    def text(self) -> str:
        """The cell in one line, for keys: ``360902/division=30/all``."""
        firm = f"/{self.employer}" if self.employer else ""
        return f"{self.place}/{self.axis}={self.code}/{self.group}{firm}"


@dataclass(frozen=True, slots=True)
class Range:
    """What was to be expected: ``value`` and the ends of an interval; None where none is known."""

    value: float | None
    low: float | None
    high: float | None


NO_RANGE = Range(None, None, None)


@dataclass(frozen=True, slots=True)
class Signal:
    """Something worth a look in one month.

    ``value`` is in ``unit`` (None where the signal is that there is none). ``line`` is the line
    crossed, None where rarity alone names it; ``rarity`` the share of past cases at least as far
    out, None where nothing was calibrated. ``level`` is what this signal by itself supports: the
    grade of a place follows from all of them (``grading``). ``certain`` marks reports and legal
    lines, not statistics. ``reasons`` are full sentences. ``merged`` are the keys of signals taken
    up into this one. ``persons`` is how many are affected, as far as counted. ``data_version`` is
    the pool's release, ``settings`` the edition of the watches.
    """

    watch: str
    title: str
    layer: Layer
    axis: Axis
    cell: Cell
    month: int
    value: float | None
    unit: str
    expected: Range
    line: float | None
    level: Level
    rarity: float | None
    certain: bool
    persons: int | None
    reasons: tuple[str, ...]
    tell: tuple[str, ...]
    merged: tuple[str, ...]
    data_version: int
    settings: str

    @property
    def cause(self) -> str:
        """What the signal speaks of, the same from month to month: 16 hexadecimal digits."""
        return sha256(f"{self.watch} {self.cell.text}".encode()).hexdigest()[:16]

    @property
    def key(self) -> str:
        """The signal's own number, the same however often the month is worked out."""
        return f"{self.month}-{self.cause}"


class FeedState(StrEnum):
    """How a feed stands in a month. All but ``fresh`` and ``nil`` keep it from being graded."""

    FRESH = "fresh"
    NIL = "nil"
    LATE = "late"
    SILENT = "silent"
    STUCK = "stuck"
    IMPLAUSIBLE = "implausible"
    SHORT = "short"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {
            "fresh": "正常",
            "nil": "零报告",
            "late": "未到（尚在期限内）",
            "silent": "断报",
            "stuck": "数值不动",
            "implausible": "数值异常",
            "short": "行数过少",
        }[self.value]

    @property
    def usable(self) -> bool:
        """Whether figures that rest on the feed may be graded."""
        return self in (FeedState.FRESH, FeedState.NIL)


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """How one feed of one place stands: ``source`` is a delivery contract or a series.

    ``last`` is the last month with usable data (0: never), ``silent_months`` how many since.
    """

    source: str
    title: str
    place: str
    month: int
    state: FeedState
    last: int
    silent_months: int
    reasons: tuple[str, ...]
    data_version: int

    @property
    def key(self) -> str:
        """The standing's own number: one for a feed, a place and a month."""
        return f"{self.month}-{self.source}-{self.place or 'city'}"


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of a place (or a place and industry) in a month, from its signals.

    ``level_axis`` and ``event_axis`` are the two axes, ``level`` the higher one after the rules:
    ``held`` is set where it still stands from an earlier month (hysteresis), ``capped`` where
    statistics alone asked for more than they may. ``state``: no data is not graded.
    """

    place: str
    axis: str
    code: str
    month: int
    level: Level
    level_axis: Level
    event_axis: Level
    held: bool
    capped: bool
    state: SampleState
    signals: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WarningMonth:
    """Everything of one month: signals by level and place, feeds, grades, visit priorities.

    ``unjudged`` says in words which watches could not be judged, and why.
    """

    month: int
    data_version: int
    settings: str
    signals: tuple[Signal, ...]
    feeds: tuple[FeedStanding, ...]
    grades: tuple[Grade, ...]
    visits: tuple["Visit", ...]
    unjudged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A firm to look in on, and why. An order of visits, never a grade, never published.

    ``score`` from 0 to 1; ``reasons`` in the order of their weight.
    """

    employer: int
    place: str
    industry: str
    month: int
    score: float
    insured: int | None
    reasons: tuple[str, ...]
