"""Calendar periods as values: years, quarters, months, days, and spans of them.

A period is a run of whole units of one frequency, held as integer ordinals, so that "the month
after" is arithmetic and a month is never a timestamp.

Text forms (the canonical one is what ``str`` gives): ``2021``, ``2021Q2``, ``2021-07``,
``2021-12-31``, and spans ``2016..2020``, ``2025-01..2025-07``.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from leye.kernel.errors import InvalidInput


class Frequency(StrEnum):
    """The unit a period counts in."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"


class InvalidPeriod(InvalidInput):
    """A text or a pair of ends that is no period."""

    code = "invalid_period"
    title = "时期写法有误"


# \d would let full-width and Arabic digits through.
_UNIT = r"[0-9]{4}(?:Q[1-4]|-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
PERIOD_PATTERN = rf"(?:{_UNIT})(?:\.\.(?:{_UNIT}))?"
"""A regular expression of the written form, for engines that check whole columns."""

_PERIOD = re.compile(PERIOD_PATTERN)
_HINT = "写作 2025、2025Q2、2025-07、2025-07-31，区间写作 2021..2025 或 2025-01..2025-07"
_MONTHS = {Frequency.YEAR: 12, Frequency.QUARTER: 3, Frequency.MONTH: 1}


@dataclass(frozen=True, slots=True)
class Period:
    """A run of whole ``frequency`` units from ordinal ``first`` to ordinal ``last``, both included.

    Ordinals: years AD; quarters and months since year 0; days as ``date.toordinal``.

    :raises InvalidPeriod: the end lies before the start, or a year is outside 1000..9999.
    """

    frequency: Frequency
    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidPeriod("结束早于开始", hint=_HINT)
        if not (self.start.year >= 1000 and self.end.year <= 9999):
            raise InvalidPeriod("年份超出 1000—9999", hint=_HINT)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read a written period.

        :raises InvalidPeriod: not one of the text forms, or a day that does not exist.
        """
        if not _PERIOD.fullmatch(text):
            raise InvalidPeriod(f"“{text}”", hint=_HINT)
        head, _, tail = text.partition("..")
        frequency, first = _unit(head)
        if not tail:
            return cls(frequency, first, first)
        other, last = _unit(tail)
        if other is not frequency:
            raise InvalidPeriod(f"“{text}”两端的单位不同", hint=_HINT)
        return cls(frequency, first, last)

    @classmethod
    def year(cls, year: int) -> "Period":
        """Give one calendar year."""
        return cls(Frequency.YEAR, year, year)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> "Period":
        """Give one quarter, 1 to 4.

        :raises InvalidPeriod: the year has no such quarter.
        """
        if not 1 <= quarter <= 4:
            raise InvalidPeriod(f"没有第{quarter}季度", hint=_HINT)
        ordinal = year * 4 + quarter - 1
        return cls(Frequency.QUARTER, ordinal, ordinal)

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """Give one month, 1 to 12.

        :raises InvalidPeriod: the year has no such month.
        """
        if not 1 <= month <= 12:
            raise InvalidPeriod(f"没有{month}月", hint=_HINT)
        ordinal = year * 12 + month - 1
        return cls(Frequency.MONTH, ordinal, ordinal)

    @classmethod
    def day(cls, day: date) -> "Period":
        """Give one day."""
        return cls(Frequency.DAY, day.toordinal(), day.toordinal())

    def to(self, other: "Period") -> "Period":
        """Give the span from the start of this period to the end of ``other``.

        :raises InvalidPeriod: frequencies differ, or ``other`` ends before this starts.
        """
        if other.frequency is not self.frequency:
            raise InvalidPeriod("两端的单位不同", hint=_HINT)
        return Period(self.frequency, self.first, other.last)

    @property
    def count(self) -> int:
        """How many units the period holds."""
        return self.last - self.first + 1

    @property
    def is_span(self) -> bool:
        """Whether the period is more than one unit."""
        return self.count > 1

    @property
    def start(self) -> date:
        """The first day."""
        return _first_day(self.frequency, self.first)

    @property
    def end(self) -> date:
        """The last day."""
        return _last_day(self.frequency, self.last)

    @property
    def first_month(self) -> int:
        """The ordinal of the month the period starts in."""
        return self.start.year * 12 + self.start.month - 1

    @property
    def last_month(self) -> int:
        """The ordinal of the month the period ends in."""
        return self.end.year * 12 + self.end.month - 1

    def contains(self, other: "Period") -> bool:
        """Whether every day of ``other`` lies in this period."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day."""
        return self.start <= other.end and other.start <= self.end

    def shift(self, units: int) -> "Period":
        """Give the period of equal length ``units`` later (earlier when negative)."""
        return Period(self.frequency, self.first + units, self.last + units)

    def elapsed(self, on: date) -> Fraction:
        """Give the share of the period's days gone by the end of the day ``on``, from 0 to 1."""
        days = (self.end - self.start).days + 1
        gone = (on - self.start).days + 1
        return Fraction(min(max(gone, 0), days), days)

    def __iter__(self) -> Iterator["Period"]:
        """Give each unit as a period of its own."""
        for ordinal in range(self.first, self.last + 1):
            yield Period(self.frequency, ordinal, ordinal)

    def __str__(self) -> str:
        head = _text(self.frequency, self.first)
        return f"{head}..{_text(self.frequency, self.last)}" if self.is_span else head

    @property
    def label(self) -> str:
        """The period in Chinese, such as 2021年7月 or 2021—2025年."""
        head, tail = _label(self.frequency, self.first), _label(self.frequency, self.last)
        if not self.is_span:
            return head
        if self.frequency is Frequency.YEAR:
            return f"{self.first}—{self.last}年"
        same_year = self.start.year == self.end.year
        return f"{head}—{tail.partition('年')[2] if same_year else tail}"


def sort_key(period: Period) -> tuple[date, date]:
    """Order periods by their end, then their start: the last is the latest known."""
    return (period.end, period.start)


def _unit(text: str) -> tuple[Frequency, int]:
    year = int(text[:4])
    rest = text[4:]
    if not rest:
        return Frequency.YEAR, year
    if rest[0] == "Q":
        return Frequency.QUARTER, year * 4 + int(rest[1]) - 1
    if len(rest) == 3:
        return Frequency.MONTH, year * 12 + int(rest[1:]) - 1
    try:
        return Frequency.DAY, date.fromisoformat(text).toordinal()
    except ValueError:
        raise InvalidPeriod(f"“{text}”不是日历上的一天", hint=_HINT) from None


def _first_day(frequency: Frequency, ordinal: int) -> date:
    try:
        if frequency is Frequency.DAY:
            return date.fromordinal(ordinal)
        year, month = divmod(ordinal * _MONTHS[frequency], 12)
        return date(year, month + 1, 1)
    except (ValueError, OverflowError):
        raise InvalidPeriod("年份超出 1000—9999", hint=_HINT) from None


def _last_day(frequency: Frequency, ordinal: int) -> date:
    first = _first_day(frequency, ordinal)
    if frequency is Frequency.DAY:
        return first
    month = first.month + _MONTHS[frequency] - 1
    return date(first.year, month, monthrange(first.year, month)[1])


def _text(frequency: Frequency, ordinal: int) -> str:
    day = _first_day(frequency, ordinal)
    return {
        Frequency.YEAR: f"{day.year}",
        Frequency.QUARTER: f"{day.year}Q{(day.month + 2) // 3}",
        Frequency.MONTH: f"{day.year}-{day.month:02}",
        Frequency.DAY: day.isoformat(),
    }[frequency]


def _label(frequency: Frequency, ordinal: int) -> str:
    day = _first_day(frequency, ordinal)
    return {
        Frequency.YEAR: f"{day.year}年",
        Frequency.QUARTER: f"{day.year}年第{(day.month + 2) // 3}季度",
        Frequency.MONTH: f"{day.year}年{day.month}月",
        Frequency.DAY: f"{day.year}年{day.month}月{day.day}日",
    }[frequency]
