"""What the situation room says of one month: numbers that can be traced, and sentences of them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from leye.analysis.metrics import TargetScore
from leye.analysis.metrics.contribution import Split
from leye.analysis.metrics.forecast import Forecast
from leye.analysis.metrics.register_figures import RegisterFigure, RegisterIndicator
from leye.analysis.metrics.shortage import OccupationMarket, ShortageRule


class NumberKind(StrEnum):
    """How a number came from the figures of its indicator."""

    VALUE = "value"
    DIFFERENCE = "difference"
    RELATIVE = "relative"
    FORECAST = "forecast"
    LOW = "low"
    HIGH = "high"
    ERROR = "error"
    EFFECT = "effect"
    GAP = "gap"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return {
            "value": "指标值",
            "difference": "差额",
            "relative": "增减幅度",
            "forecast": "预测值",
            "low": "预测区间下限",
            "high": "预测区间上限",
            "error": "过去预测的平均误差",
            "effect": "对变化的影响",
            "gap": "岗位减求职人数",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is printed, and where it comes from.

    ``text`` is written with its unit. ``against`` is the month compared with, 0 where there is
    none; ``axis`` and ``code`` say of which industry or occupation, ``all`` where of every one.
    """

    kind: NumberKind
    value: Decimal
    text: str
    indicator: str
    place: str
    month: int
    data_version: int
    axis: str = "all"
    code: str = "all"
    against: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and numbers in the order they are read."""

    parts: tuple[str | Number, ...]

    @property
    def text(self) -> str:
        """The sentence as it is printed."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers in it."""
        return tuple(part for part in self.parts if isinstance(part, Number))


class Turn(StrEnum):
    """Which way a figure went, and whether that is good."""

    BETTER = "better"
    WORSE = "worse"
    UP = "up"
    DOWN = "down"
    SAME = "same"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The turn in Chinese."""
        return {
            "better": "好转",
            "worse": "走弱",
            "up": "上升",
            "down": "下降",
            "same": "持平",
            "unknown": "无法比较",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure against an earlier month: ``difference`` in its unit, ``relative`` in percent.

    Both are None where the earlier month has no figure; ``relative`` also for rates
    and of small numbers.
    """

    against: int
    before: Number | None
    difference: Number | None
    relative: Number | None
    turn: Turn

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers it is written with; none where nothing changed."""
        if self.turn is Turn.SAME:
            return ()
        return tuple(each for each in (self.difference, self.relative) if each is not None)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A month to come, as printed: ``bounds`` are (level, low, high), the narrowest first."""

    month: int
    value: Number
    bounds: tuple[tuple[int, Number, Number], ...]

    def bound(self, level: int) -> tuple[Number, Number] | None:
        """Give low and high of a level; None where too few past errors are known for it."""
        return next(((low, high) for at, low, high in self.bounds if at == level), None)


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure of the month with its comparisons, its past, and its next three months."""

    indicator: RegisterIndicator
    figure: RegisterFigure
    number: Number | None
    on_month: Comparison
    on_year: Comparison
    series: tuple[RegisterFigure, ...]
    forecast: Forecast
    ahead: tuple[Ahead, ...]
    sentence: Sentence
    outlook: Sentence


@dataclass(frozen=True, slots=True)
class PartNumber:
    """What one place or industry adds to a change; ``name`` in Chinese."""

    name: str
    number: Number


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A change by place or by ``axis``; ``rest`` None where every part is listed.

    ``unexplained`` None where the parts account for all of it.
    """

    axis: str
    title: str
    split: Split
    parts: tuple[PartNumber, ...]
    rest: Number | None
    unexplained: Number | None


@dataclass(frozen=True, slots=True)
class Mover:
    """A figure that changed much since last month.

    ``times`` is how many times its usual monthly change (the mean of at least six earlier ones),
    None where fewer are known.
    """

    headline: Headline
    times: Decimal | None
    breakdowns: tuple[Breakdown, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Occupation:
    """One occupation's market with its name, and its numbers as printed."""

    name: str
    market: OccupationMarket
    vacancies: Number | None
    applicants: Number | None
    ratio: Number | None
    gap: Number | None


@dataclass(frozen=True, slots=True)
class Market:
    """Supply and demand: the shortage list, the largest surpluses, the rule and its basis.

    ``coded_share`` is the share of vacancies whose title has an occupation, None without vacancies.
    """

    listed: tuple[Occupation, ...]
    surplus: tuple[Occupation, ...]
    judged: int
    coded_share: Decimal | None
    rule: ShortageRule
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """One month of one place. ``protected``: made from the copy that hides small numbers.

    ``plan`` are the plan's targets as they stand, empty where they were not asked for.
    """

    place: str
    place_name: str
    month: int
    data_version: int
    protected: bool
    summary: tuple[Sentence, ...]
    headlines: tuple[Headline, ...]
    charted: tuple[Headline, ...]
    movers: tuple[Mover, ...]
    market: Market
    plan: tuple[TargetScore, ...]
