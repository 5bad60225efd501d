"""Days by which a month is to be reported, and how late somebody is. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from leye.kernel.months import first_day, last_day, month_add, month_of, month_range


@dataclass(frozen=True, slots=True)
class DueDays:
    """The last days of a month's round: reporters, county, city."""

    report: date
    county: date
    city: date


def due_days(month: int, *, report: int, county: int, city: int) -> DueDays:
    """Give the days for a month; each is a day of the month after."""
    begin = first_day(month_add(month, 1))
    return DueDays(*(begin + timedelta(days=day - 1) for day in (report, county, city)))


def last_month(on: date) -> int:
    """Give the last month that is over."""
    return month_add(month_of(on), -1)


def is_over(month: int, on: date) -> bool:
    """Whether a month is over, so that it can be reported."""
    return last_day(month) < on


def late_since(due: date, *, on: date, returned: date | None = None) -> date | None:
    """Give the first day of being late; None for who is not.

    A report that was returned after its day is late from the day after that.
    """
    begin = max(due, returned) if returned is not None else due
    return begin + timedelta(days=1) if on > begin else None


def months_asked(from_month: int, to_month: int | None, *, on: date, back: int) -> tuple[int, ...]:
    """Give the months somebody is asked for, the latest first: no more than ``back`` of them."""
    newest = min(last_month(on), to_month or last_month(on))
    oldest = max(from_month, month_add(last_month(on), 1 - back))
    return tuple(reversed(month_range(oldest, newest)))
