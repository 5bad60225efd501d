"""Flows: who went from where to where, of the whole city and of each county.

``status``: the status of last month to that of this one; ``absent``: not on the register then.
``industry``: from one section to another, of those who work in both months. ``residence``: from one
county to another; "" is outside the city, or new here. ``commute``: from the county of residence to
that of the work, of those who work for an employer, staying ones included; ``outside`` the city,
"" not known. ``migration``: from the county to the province or city that the labour ledger names,
of those who work away. ``mobile``: as the carriers deliver it, in tens.

A county's flows are those of its residents; of residence, commute and mobile, those that begin or
end in it, so that these do not add up to the city's.
"""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.codes import EMPLOYED
from leye.data.registers.lookups import sections
from leye.data.registers.map_places import COUNTY, city_code, leaf_place
from leye.data.registers.schemas import FLOW
from leye.data.registers.terms import month_literal, stack, text, whole
from leye.kernel.months import month_add
from leye.kernel.place import place_prefix

ABSENT = "absent"
"""Where those come from, or go to, who are not on the register in the other month."""

OUTSIDE = "outside"
"""The work place of those who work outside the city."""

BOTH_ENDS = ("residence", "commute", "mobile")
"""Kinds whose flows belong to the county they begin in and to the one they end in."""

MOVED_AWAY = "2"
"""The state on the population register of those who moved out of the city."""

_NEW_AGE = 16


def build_flows(build: Build) -> ir.Table:
    """Give the flows of the month. Those that look back are empty where no month is before."""
    pairs = build.keep("pairs", _pairs(build))
    work = build.keep("work", _work(build))
    rows = [
        *_of_status(pairs),
        *_of_industry(pairs),
        *_at_both_ends("residence", _moves(pairs)),
        *_at_both_ends("commute", _commutes(work)),
        *_of_county("migration", _migrants(work)),
        *_at_both_ends("mobile", _mobile(build)),
    ]
    found = stack(rows)
    sums = found.group_by(["kind", "place", "origin", "destination"]).agg(
        persons=found.persons.sum().cast("int64")
    )
    return sums.mutate(month=month_literal(build.month)).select(*FLOW.names).cast(FLOW)


def _people(build: Build, month: int) -> ir.Table:
    rows = build.register("person_month", month)
    return rows.select(
        "person",
        "status",
        "age",
        works=rows.status.isin([*sorted(EMPLOYED)]),
        division=rows.industry,
        county=leaf_place(rows.residence, COUNTY),
    )


def _pairs(build: Build) -> ir.Table:
    """Count persons by what they were and what they are; nothing where no month is before."""
    now = _people(build, build.month)
    then = _people(build, month_add(build.month, -1)).select(
        who="person",
        was="status",
        worked="works",
        trade="division",
        lived="county",
    )
    # No row where nobody was counted last month: then nothing is known of what changed.
    anybody = then.limit(1).select(one=whole(1))
    rows = now.left_join(then, [("person", "who")]).cross_join(anybody)
    here = rows.select(
        "was",
        "status",
        "trade",
        "division",
        "lived",
        "county",
        stayed=(rows.works & rows.worked).fill_null(False),
        moved=rows.was.isnull().ifelse(
            rows.age > ibis.literal(_NEW_AGE, type="int16"), rows.lived != rows.county
        ),
    )
    every = here.union(_gone(build, now, then).select(*here.columns))
    return every.group_by([*every.columns]).agg(persons=every.count())


def _gone(build: Build, now: ir.Table, then: ir.Table) -> ir.Table:
    """Give those counted last month and not in this one; who moved away did not die."""
    register = build.register("person", build.month)
    away = register.filter(register.state == text(MOVED_AWAY)).select(left="person")
    gone = then.anti_join(now.select(there="person"), [("who", "there")])
    gone = gone.left_join(away, [("who", "left")])
    nothing = ibis.null("string")
    return gone.select(
        "was",
        "trade",
        "lived",
        status=nothing,
        division=nothing,
        county=nothing,
        stayed=ibis.literal(False),
        moved=gone.left.notnull(),
    )


def _work(build: Build) -> ir.Table:
    """Count those with a place of work away from home by where both are."""
    rows = build.register("person_month", build.month)
    rows = rows.select(
        "workplace",
        home=leaf_place(rows.residence, COUNTY),
        migrant=rows.status == text("migrant"),
        hired=rows.employer.notnull(),
    )
    rows = rows.filter(rows.migrant | rows.hired)
    return rows.group_by([*rows.columns]).agg(persons=rows.count())


def _of_status(pairs: ir.Table) -> list[ir.Table]:
    rows = pairs.select(
        "persons",
        own=ibis.coalesce(pairs.county, pairs.lived),
        origin=pairs.was.fill_null(ABSENT),
        destination=pairs.status.fill_null(ABSENT),
    )
    return _of_county("status", rows)


def _of_industry(pairs: ir.Table) -> list[ir.Table]:
    rows = pairs.filter(pairs.stayed)
    rows = rows.left_join(sections(key="old", value="origin"), [("trade", "old")])
    rows = rows.left_join(sections(key="new", value="destination"), [("division", "new")])
    rows = rows.select(
        "persons",
        own=rows.county,
        origin=rows.origin.fill_null(""),
        destination=rows.destination.fill_null(""),
    )
    return _of_county("industry", rows.filter(rows.origin != rows.destination))


def _moves(pairs: ir.Table) -> ir.Table:
    rows = pairs.filter(pairs.moved)
    return rows.select(
        "persons", origin=rows.lived.fill_null(""), destination=rows.county.fill_null("")
    )


def _commutes(work: ir.Table) -> ir.Table:
    rows = work.filter(work.hired & ~work.migrant)
    inside = rows.workplace.substr(0, 4) == text(place_prefix(city_code()))
    work_county = leaf_place(rows.workplace, COUNTY)
    outside = (rows.workplace != text("")) & ~inside
    return rows.select(
        "persons", origin=rows.home, destination=ibis.ifelse(outside, text(OUTSIDE), work_county)
    )


def _migrants(work: ir.Table) -> ir.Table:
    rows = work.filter(work.migrant)
    known = rows.workplace != text("")
    # A county elsewhere counts as its city.
    destination = ibis.ifelse(known, rows.workplace.substr(0, 4) + text("00"), text(""))
    return rows.select("persons", own=rows.home, origin=rows.home, destination=destination)


def _mobile(build: Build) -> ir.Table:
    rows = build.source("mobile_flows")
    return rows.select("persons", origin="from_place", destination="to_place")


def _of_county(kind: str, rows: ir.Table) -> list[ir.Table]:
    """Give flows of residents for the city and for each county."""
    return [_shaped(kind, rows, text(city_code())), _shaped(kind, rows, rows.own)]


def _at_both_ends(kind: str, rows: ir.Table) -> list[ir.Table]:
    """Give flows for the city, and for the counties they begin and end in."""
    inside = place_prefix(city_code())
    begins = rows.filter(rows.origin.substr(0, 4) == text(inside))
    ends = rows.filter(rows.destination.substr(0, 4) == text(inside))
    ends = ends.filter(ends.destination != ends.origin)
    return [
        _shaped(kind, rows, text(city_code())),
        _shaped(kind, begins, begins.origin),
        _shaped(kind, ends, ends.destination),
    ]


def _shaped(kind: str, rows: ir.Table, place: ir.StringValue) -> ir.Table:
    return rows.select("origin", "destination", "persons", kind=text(kind), place=place)
