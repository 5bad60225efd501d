"""The person cube: counts of persons by place, industry, occupation, status and key group.

A fixed list of grouping sets, not a full cube: each person is in one row of person_month, so counts
add up from villages to counties, and what nobody asks for is not kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.codes import groups
from leye.data.registers.schemas import MONEY, PERSON_CUBE
from leye.data.registers.terms import month_literal, stack, text, whole

ALL = "all"
"""What a column holds where the row counts all of its values; "" is a value that is not known."""

WIDTHS = {"county": 6, "town": 9, "village": 12}
"""The levels of place, with the digits of their codes."""


@dataclass(frozen=True, slots=True)
class GroupingSet:
    """Which of industry and occupation a set tells apart, where, and whether by key group, too."""

    by: tuple[str, ...]
    levels: tuple[str, ...]
    grouped: bool


SETS = (
    GroupingSet((), ("county", "town", "village"), grouped=True),
    GroupingSet(("industry",), ("county", "town"), grouped=True),
    GroupingSet(("occupation",), ("county", "town"), grouped=True),
    GroupingSet(("industry", "occupation"), ("county",), grouped=True),
    GroupingSet(("industry",), ("village",), grouped=False),
    GroupingSet(("occupation",), ("village",), grouped=False),
    GroupingSet(("industry", "occupation"), ("town", "village"), grouped=False),
)
"""The sets kept. Every one tells the status apart."""


def build_cube(build: Build) -> ir.Table:
    """Give the counts at the end of the month."""
    cells = build.keep("cells", _cells(build))
    grouped = build.keep("grouped_cells", _grouped(cells))
    rows = stack([_rolled(cells, each, level) for each in SETS for level in each.levels])
    by_group = [each for each in SETS if each.grouped]
    more = stack([_rolled(grouped, each, level) for each in by_group for level in each.levels])
    return (
        rows.union(more)
        .mutate(month=month_literal(build.month))
        .select(*PERSON_CUBE.names)
        .cast(PERSON_CUBE)
    )


def _cells(build: Build) -> ir.Table:
    """Give the finest cells: every other count is a sum of them."""
    rows = build.register("person_month", build.month)
    paid = rows.insured_wage.notnull().ifelse(whole(1), whole(0))
    return rows.group_by(
        village=rows.residence,
        industry=rows.industry,
        occupation=rows.occupation.substr(0, 4),
        status=rows.status,
        groups=rows.groups,
    ).agg(persons=rows.count(), wage_sum=rows.insured_wage.sum().cast(MONEY), insured=paid.sum())


def _grouped(cells: ir.Table) -> ir.Table:
    """Give the cells of each key group; a person of several is in each of them."""
    rows = stack([_of_group(cells, group, bit) for group, bit in groups().items()])
    return _sums(rows, ["village", "industry", "occupation", "status", "group_code"])


def _of_group(cells: ir.Table, group: str, bit: int) -> ir.Table:
    inside = cells.filter((cells.groups & month_literal(bit)) != month_literal(0))
    return inside.drop("groups").mutate(group_code=text(group))


def _rolled(cells: ir.Table, wanted: GroupingSet, level: str) -> ir.Table:
    """Give the sums of one grouping set at one level of place."""
    rows = cells.mutate(place=cells.village.substr(0, WIDTHS[level]))
    if "group_code" not in cells.columns:
        rows = rows.mutate(group_code=text(ALL))
    found = _sums(rows, ["place", "status", "group_code", *wanted.by])
    blank = {name: text(ALL) for name in ("industry", "occupation") if name not in wanted.by}
    return found.mutate(level=text(level), **blank).select(
        "level",
        "place",
        "industry",
        "occupation",
        "status",
        "group_code",
        "persons",
        "wage_sum",
        "insured",
    )


def _sums(rows: ir.Table, keys: Iterable[str]) -> ir.Table:
    return rows.group_by([*keys]).agg(
        persons=rows.persons.sum().cast("int64"),
        wage_sum=rows.wage_sum.sum().cast(MONEY),
        insured=rows.insured.sum().cast("int64"),
    )
