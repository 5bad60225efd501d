"""What every comparison stands on: the month, the sources, and how findings are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import ibis
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, StringValue, Value

from leye.data.registers.comparison.catalogue import Comparison
from leye.kernel.months import first_day, last_day, month_add

FINDING = ibis.schema(
    {
        "person": "int64",
        "employer": "int64",
        "place": "string",
        "case": "string",
        "since_month": "int32",
        "evidence": "string",
    }
)
"""What a rule gives. ``case`` tells two findings about the same person and employer apart.

A finding may come in several rows; the one whose evidence sorts first is kept.
"""


class Shelf(Protocol):
    """What a comparison takes from a running build (see :class:`leye.data.pool.build.Build`)."""

    @property
    def month(self) -> int: ...

    def source(self, name: str) -> ibis.Table: ...

    def source_months(self, name: str, months: Sequence[int]) -> ibis.Table: ...

    def register(self, table: str, month: int | None = None) -> ibis.Table: ...

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What one rule stands on: the running build, and the tables several rules look at."""

    shelf: Shelf
    rule: Comparison

    @property
    def month(self) -> int:
        """The month whose end the comparisons speak of."""
        return self.shelf.month

    @property
    def first(self) -> date:
        """The first day of the month."""
        return first_day(self.month)

    @property
    def last(self) -> date:
        """The last day of the month."""
        return last_day(self.month)

    @property
    def before(self) -> date:
        """The last day of the month before."""
        return last_day(month_add(self.month, -1))

    def people(self, name: str) -> ibis.Table:
        """Give the rows of a source whose person is known."""
        rows = self.shelf.source(name)
        return rows.filter(rows.person.notnull())

    def insured(self, back: int = 0) -> ibis.Table:
        """Give who was insured by whom in the month ``back`` months ago: person and employer."""
        rows = self.shelf.register("insurance_month", month_add(self.month, -back))
        return rows.filter((rows.kind == "1") & (rows.employer > 0)).select("person", "employer")

    def paid_by_units(self) -> ibis.Table:
        """Give the month's contributions that units paid, as delivered."""
        rows = self.people("contributions")
        return rows.filter((rows.kind == "1") & rows.employer.notnull())

    def filings(self) -> ibis.Table:
        """Give the labour filings that stand at the end of the month."""
        rows = self.people("labour_filing")
        standing = (rows.start <= self.last) & open_at(rows.ended, self.last)
        return rows.filter(rows.employer.notnull() & standing)

    def active_firms(self) -> ibis.Table:
        """Give the firms and units that are open at the end of the month."""
        rows = self.shelf.register("employer")
        return rows.filter(rows.active)


def open_at(end: DateValue, day: date) -> BooleanValue:
    """Whether something that ends on ``end``, or has no end yet, still stands after ``day``."""
    return end.isnull() | (end > day)


def covers(first: IntegerValue, last: IntegerValue, month: int) -> BooleanValue:
    """Whether the months from ``first`` to ``last`` hold ``month``."""
    return (first <= month) & (last >= month)


def fact(
    name: StringValue | str,
    source: StringValue | str,
    rows: ibis.Table,
    *,
    suffix: str = "",
    **values: Value,
) -> StringValue:
    """Give one fact of a row as JSON text, alike on every engine.

    ``rows`` holds the row's ``delivery`` and ``row``, their names followed by ``suffix``.
    Values may be codes, months, days and counts; never a text a person has written.
    """
    delivery, row = rows["delivery" + suffix], rows["row" + suffix]
    parts: list[Value | str] = [delivery, '","row":', row.cast("string")]
    for key, value in values.items():
        parts += [f',"{key}":"', value.cast("string").fill_null(""), '"']
    begun = ibis.literal('{"fact":"').concat(name, '","source":"', source, '","delivery":"')
    return begun.concat(*parts, "}")


def count_fact(name: str, source: str, values: Mapping[str, Value]) -> StringValue:
    """Give a fact that counts many rows of a source, as JSON text."""
    parts: list[Value | str] = []
    for key, value in values.items():
        parts += [f',"{key}":"', value.cast("string").fill_null(""), '"']
    return ibis.literal(f'{{"fact":"{name}","source":"{source}"').concat(*parts, "}")


def evidence(first: StringValue, *more: StringValue) -> StringValue:
    """Put facts together; a fact that is null is left out, the first must be there."""
    rest = [ibis.literal(",").concat(each).fill_null("") for each in more]
    return ibis.literal("[").concat(first, *rest, "]")


def finding(
    rows: ibis.Table,
    *,
    place: StringValue,
    evidence: StringValue,
    since: IntegerValue | int,
    person: IntegerValue | None = None,
    employer: IntegerValue | None = None,
    case: StringValue | str = "",
) -> ibis.Table:
    """Give rows as findings."""
    nobody = ibis.null("int64")
    chosen = rows.select(
        person=nobody if person is None else person,
        employer=nobody if employer is None else employer,
        place=place.fill_null(""),
        case=ibis.literal(case) if isinstance(case, str) else case,
        since_month=ibis.literal(since, type="int32") if isinstance(since, int) else since,
        evidence=evidence,
    )
    return chosen.cast(FINDING)
