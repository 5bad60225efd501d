"""Small expressions the registers share. Literals carry a type: engines guess differently."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from leye.data.registers.precedence import MONTH_DAYS
from leye.kernel.months import last_day


def whole(number: int) -> ir.IntegerScalar:
    """Give an int64 literal."""
    return ibis.literal(number, type="int64")


def month_literal(month: int) -> ir.IntegerScalar:
    """Give a month as an int32 literal."""
    return ibis.literal(month, type="int32")


def text(value: str) -> ir.StringScalar:
    """Give a text literal."""
    return ibis.literal(value, type="string")


def month_number(day: ir.DateValue) -> ir.IntegerValue:
    """Give the month a date lies in, as yyyymm."""
    return (day.year().cast("int32") * month_literal(100) + day.month().cast("int32")).cast("int32")


def ordinal(month: ir.IntegerValue) -> ir.IntegerValue:
    """Give months since year 0, for differences."""
    year = (month.cast("int64") - month.cast("int64") % whole(100)) / whole(100)
    return year.cast("int64") * whole(12) + month.cast("int64") % whole(100) - whole(1)


def day_number(day: ir.DateValue) -> ir.IntegerValue:
    """Give a number that grows with the day, by ``MONTH_DAYS`` from month to month."""
    months = day.year().cast("int64") * whole(12) + day.month().cast("int64") - whole(1)
    return months * whole(MONTH_DAYS) + day.day().cast("int64") - whole(1)


def month_end(month: ir.IntegerValue) -> ir.IntegerValue:
    """Give the day number of the end of a month."""
    return ordinal(month) * whole(MONTH_DAYS) + whole(MONTH_DAYS - 1)


def month_from_ordinal(value: ir.IntegerValue) -> ir.IntegerValue:
    """Give the month, as yyyymm, that lies this many months after year 0."""
    of_year = value.cast("int64") % whole(12)
    year = ((value.cast("int64") - of_year) / whole(12)).cast("int64")
    return (year * whole(100) + of_year + whole(1)).cast("int32")


def by_end_of(day: ir.DateValue, month: int) -> ir.BooleanValue:
    """Whether a date lies in a month or before it; unknown for a blank."""
    return day <= ibis.literal(last_day(month), type="date")


def stands(begun: ir.DateValue, over: ir.DateValue, month: int) -> ir.BooleanValue:
    """Whether what begins on one day and is over on another stands at the end of a month."""
    return by_end_of(begun, month) & ~by_end_of(over, month).fill_null(False)


def first_of_each(rows: ir.Table, by: str, order: list[ir.Value]) -> ir.Table:
    """Give one row of each, the first in an order that leaves no ties."""
    place = ibis.row_number().over(group_by=by, order_by=order)
    ranked = rows.mutate(place_in_order=place)
    first = ranked.place_in_order == whole(0)
    return ranked.filter(first).drop("place_in_order")


def picked(values: Sequence[Any], place: ir.IntegerValue, *, kind: str) -> ir.Value:
    """Give the value at each place, counted from 0: one look-up, where cases are asked in turn.

    Spark finds places by int32 alone.
    """
    return ibis.array([ibis.literal(each, type=kind) for each in values])[place.cast("int32")]


def stack(tables: list[ir.Table]) -> ir.Table:
    """Give the rows of all the tables, which have the same columns."""
    return reduce(lambda rows, more: rows.union(more), tables)


def total(numbers: ir.IntegerValue) -> ir.IntegerValue:
    """Give the sum of whole numbers as an int64; engines make sums of such wider on their own."""
    return numbers.cast("float64").sum().cast("int64")
