"""Months as the number a table is cut by: 202401 is January 2024.

A :class:`~leye.kernel.period.Period` says what a figure speaks of; this is the plain integer that
registers and deliveries carry in millions of rows. Years run from 1000 to 9999, as in a period.
"""

from calendar import monthrange
from datetime import date

from leye.kernel.period import InvalidPeriod

_HINT = "月份写作六位数字，如 202401"


def valid_month(month: int) -> bool:
    """Tell whether a number is a month."""
    return 1000_01 <= month <= 9999_12 and 1 <= month % 100 <= 12


def month_of(day: date) -> int:
    """Give the month a day lies in."""
    return day.year * 100 + day.month


def month_add(month: int, count: int) -> int:
    """Give the month ``count`` months later, or earlier when it is negative.

    :raises InvalidPeriod: ``month`` is none, or the result lies outside the years 1000 to 9999.
    """
    return _month(_ordinal(month) + count)


def months_between(first: int, last: int) -> int:
    """Give how many months later ``last`` is: 1 from January to February, negative when earlier.

    :raises InvalidPeriod: one of them is no month.
    """
    return _ordinal(last) - _ordinal(first)


def month_range(first: int, last: int) -> tuple[int, ...]:
    """Give every month from ``first`` to ``last``, both included; none when ``last`` is earlier.

    :raises InvalidPeriod: one of them is no month.
    """
    return tuple(_month(ordinal) for ordinal in range(_ordinal(first), _ordinal(last) + 1))


def first_day(month: int) -> date:
    """Give the first day of a month.

    :raises InvalidPeriod: it is no month.
    """
    ordinal = _ordinal(month)
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def last_day(month: int) -> date:
    """Give the last day of a month.

    :raises InvalidPeriod: it is no month.
    """
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _ordinal(month: int) -> int:
    if not valid_month(month):
        raise InvalidPeriod(f"“{month}”不是月份", hint=_HINT)
    return month // 100 * 12 + month % 100 - 1


def _month(ordinal: int) -> int:
    month = ordinal // 12 * 100 + ordinal % 12 + 1
    if not valid_month(month):
        raise InvalidPeriod(f"“{month}”不是月份", hint=_HINT)
    return month
