"""The working calendar: Spring Festival, statutory holidays and make-up working days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from leye.data.reference.editions import Edition
from leye.kernel.errors import NotFound


class DayKind(StrEnum):
    """What a holiday arrangement makes of a day."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class ArrangedDay:
    """A day the State Council's arrangement names: off, or a weekend day worked in exchange."""

    day: date
    kind: DayKind
    holiday: str


class NoArrangement(NotFound):
    """No holiday arrangement is known for the day: it is not guessed."""

    code = "no_holiday_arrangement"
    title = "没有放假安排"


class Calendar:
    """The arrangements of the years known, and the Spring Festival dates beyond them."""

    def __init__(
        self,
        *,
        edition: Edition,
        arranged: Mapping[date, ArrangedDay],
        spring_festivals: Mapping[int, date],
    ) -> None:
        self.edition = edition
        self._arranged = dict(arranged)
        self._spring = dict(spring_festivals)
        self.years = tuple(sorted({day.year for day in self._arranged}))

    def spring_festival(self, year: int) -> date:
        """Give the first day of the lunar year (春节) that falls in a Gregorian year.

        :raises NoArrangement: the year is outside the table.
        """
        if year not in self._spring:
            span = f"{min(self._spring)}—{max(self._spring)}"
            raise NoArrangement(f"{year}年春节日期不在表内", hint=f"可查年份为{span}")
        return self._spring[year]

    def holidays(self, year: int) -> tuple[ArrangedDay, ...]:
        """Give the days off and the make-up working days of a year, in order.

        :raises NoArrangement: the year's arrangement is not known.
        """
        self._check(year)
        return tuple(day for when, day in sorted(self._arranged.items()) if when.year == year)

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on a day.

        :raises NoArrangement: the year's arrangement is not known; or the day is one of the last
            four of December, which the next year's arrangement may still move, and that one is
            not known.
        """
        self._check(day.year)
        if (day.month, day.day) >= (12, 28) and day not in self._arranged:
            self._check(day.year + 1)
        arranged = self._arranged.get(day)
        if arranged is not None:
            return arranged.kind is DayKind.WORK
        return day.weekday() < 5

    def _check(self, year: int) -> None:
        if year not in self.years:
            raise NoArrangement(
                f"{year}年放假安排尚未收录",
                hint=f"已收录{self.years[0]}—{self.years[-1]}年，请等国务院办公厅通知收录后再查",
            )
