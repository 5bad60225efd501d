"""What the map counts of persons: their rows, counted by one axis at a time.

A person's row holds every axis at once, so there are nearly as many kinds of rows as persons. Each
axis is therefore counted by itself: of everybody by village, of key groups by town. What a row says
(see ``WHAT``) is told apart in rows until all is counted, and put side by side only then.
"""

from collections.abc import Mapping
from functools import partial

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.codes import EMPLOYED, STATUS, UNEMPLOYED, groups
from leye.data.registers.lookups import sections
from leye.data.registers.map_people import (
    AXES,
    LOAN,
    WHAT,
    PersonRows,
    person_rows,
    told_apart,
)
from leye.data.registers.map_places import ALL, COUNTY, TOWN, VILLAGE
from leye.data.registers.schemas import MONEY
from leye.data.registers.terms import month_literal, stack, text, whole

DETAILS = {"industry": "division", "occupation": "occupation4"}
"""Axes told apart further for counties: the axis, and that of its details."""

_EVERYBODY = 0
"""The number that stands for everybody where key groups are told apart by their bit."""

_FINEST = {"county": COUNTY, "town": TOWN, "village": VILLAGE}
_CELL = ("axis", "code", "group", "leaf", "finest")
_SUMS = ("persons", "working", "paid", "amount")


def residence_leaves(build: Build) -> ir.Table:
    """Give the measures of persons by axis, code, group and leaf (see ``map_places``)."""
    people = person_rows(build)
    everywhere = {
        axis: build.keep(axis, _counted(people.rows, "village", detail=axis)) for axis in AXES
    }
    counted = [*_of_everybody(everywhere, people.places), *_of_groups(build, people)]
    return _measured(stack(counted))


def _counted(rows: ir.Table, level: str, **keys: str) -> ir.Table:
    """Count rows by their places of a level and what they say, and by columns under other names."""
    by = {key: rows[column] for key, column in keys.items()}
    return rows.group_by(what=rows.what, at=rows[level], **by).agg(
        persons=rows.count(),
        working=rows.working.sum().cast("int64"),
        paid=rows.amount.count(),
        amount=rows.amount.sum().cast(MONEY),
    )


def _of_everybody(everywhere: Mapping[str, ir.Table], places: ir.Table) -> list[ir.Table]:
    """Count everybody by axes in villages, by details in counties, and by nothing."""
    shaped = partial(_shaped, places=places, group=month_literal(_EVERYBODY))
    by_axis = [
        shaped(_coded(found, axis), axis=_name(axis), level="village")
        for axis, found in everywhere.items()
    ]
    by_detail = [
        shaped(_in_counties(everywhere[axis], places), axis=detail, level="county")
        for axis, detail in DETAILS.items()
    ]
    found = everywhere["sex"].mutate(code=text(ALL))
    return [*by_axis, *by_detail, shaped(found, axis=ALL, level="village")]


def _in_counties(found: ir.Table, places: ir.Table) -> ir.Table:
    rows = found.inner_join(places.select("village", "county"), [("at", "village")])
    return rows.mutate(code=rows.detail, at=rows.county)


def _of_groups(build: Build, people: PersonRows) -> list[ir.Table]:
    """Count each key group, by axes down to towns; a person of several is in each of them."""
    some = people.rows.filter(people.rows.groups != month_literal(0))
    members = told_apart(build, some, "groups", {bit: bit for bit in groups().values()})
    members = members.rename(of="mask")
    # Each by itself: in one query the rows would be written down once more, to be read by all.
    told = {axis: _told(build.keep(f"of_{axis}", _of_masks(some, axis)), members) for axis in AXES}
    by_axis = [
        _shaped(found, places=people.places, group=found.number, axis=_name(axis), level="town")
        for axis, found in told.items()
    ]
    own = build.keep("of_all", _counted(some, "village", mask="groups"))
    every = _told(own.mutate(code=text(ALL)), members)
    return [
        *by_axis,
        _shaped(every, places=people.places, group=every.number, axis=ALL, level="village"),
    ]


def _told(found: ir.Table, members: ir.Table) -> ir.Table:
    """Give what was counted by masks of groups for each group in them."""
    rows = found.inner_join(members, [("mask", "of")])
    return rows.group_by(["code", "at", "what", "number"]).agg(**_sums(rows))


def _sums(rows: ir.Table) -> dict[str, ir.Value]:
    return {name: rows[name].sum().cast(rows[name].type()) for name in _SUMS}


def _name(axis: str) -> str:
    return axis.removesuffix("_band")


def _of_masks(some: ir.Table, axis: str) -> ir.Table:
    found = _coded(_counted(some, "town", mask="groups", detail=axis), axis)
    if axis not in DETAILS:
        return found
    return found.group_by(["code", "at", "what", "mask"]).agg(**_sums(found))


def _coded(found: ir.Table, axis: str) -> ir.Table:
    """Give the code on the axis of what was counted by its details."""
    if axis == "industry":
        known = sections(key="division", value="section")
        joined = found.left_join(known, [("detail", "division")])
        return joined.mutate(code=joined.section.fill_null(""))
    return found.mutate(code=found.detail.substr(0, 1) if axis == "occupation" else found.detail)


def _shaped(
    rows: ir.Table, *, places: ir.Table, group: ir.IntegerValue, axis: str, level: str
) -> ir.Table:
    """Give what was counted with the leaves of a level by their names."""
    names = places.select(place=places[level], leaf=places[f"{level}_leaf"]).distinct()
    named = rows.mutate(group=group, axis=text(axis), finest=whole(_FINEST[level]))
    return named.inner_join(names, [("at", "place")]).select(*_CELL, "what", *_SUMS)


def _measured(rows: ir.Table) -> ir.Table:
    """Put what was counted side by side, for each axis, code, group and leaf."""
    of_status = rows.what < month_literal(len(STATUS))
    of_loan = rows.what == month_literal(WHAT[LOAN])
    amount = rows.amount.fill_null(ibis.literal(0, type=MONEY))
    found = rows.group_by([*_CELL]).agg(
        **{name: _sum(rows.persons, rows.what == month_literal(n)) for name, n in WHAT.items()},
        population16=_sum(rows.persons, of_status),
        working_age=_sum(rows.working, of_status),
        wage_n=_sum(rows.paid, of_status),
        wage_sum=_sum(amount, of_status),
        loans_amount=_sum(amount, of_loan),
    )
    summed = {
        name: sum(rest, first)
        for name, of in {"employed": EMPLOYED, "unemployed": UNEMPLOYED}.items()
        for first, *rest in [[found[each] for each in sorted(of)]]
    }
    named = [(found.group == month_literal(bit), text(name)) for name, bit in groups().items()]
    return found.mutate(group_code=ibis.cases(*named, else_=text(ALL)), **summed)


def _sum(numbers: ir.NumericValue, where: ir.BooleanValue) -> ir.NumericValue:
    """Sum numbers where something is true: nothing elsewhere, which is quicker than to skip it."""
    kind = numbers.type()
    return where.ifelse(numbers, ibis.literal(0, type=kind)).sum().cast(kind)
