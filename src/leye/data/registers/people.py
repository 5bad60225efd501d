"""The person register: everybody the population register names, and the key groups of lists."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.codes import groups
from leye.data.registers.schemas import PERSON
from leye.data.registers.terms import (
    by_end_of,
    month_literal,
    month_number,
    stack,
    stands,
    text,
)
from leye.kernel.months import month_add

GRADUATE_MONTHS = 24
"""A graduate is a key group until two years after leaving school (离校2年内)."""


def build_people(build: Build) -> ir.Table:
    """Give the persons known at the end of the month."""
    register = build.source("population")
    register = register.filter(register.person.notnull())
    died = _deaths(build)
    listed = _listed(build)
    rows = register.left_join(died, [("person", "dead")]).left_join(listed, [("person", "member")])
    return rows.select(
        month=month_literal(build.month),
        person=rows.person,
        sex=rows.sex.fill_null(""),
        birth_month=rows.birth_month,
        death_month=rows.death_month,
        residence=rows.residence.fill_null(""),
        hukou_place=rows.hukou_place.fill_null(""),
        hukou=rows.hukou.fill_null(""),
        household=rows.household.fill_null(""),
        relation=rows.relation.fill_null(""),
        education=rows.education.fill_null(""),
        name_token=rows.name_token,
        state=rows.state.fill_null(""),
        groups=rows.listed_groups.fill_null(month_literal(0)),
    ).cast(PERSON)


def _deaths(build: Build) -> ir.Table:
    rows = build.source("deaths")
    rows = rows.filter(rows.person.notnull() & by_end_of(rows.death_date, build.month))
    return rows.group_by(dead=rows.person).agg(death_month=month_number(rows.death_date).min())


def _listed(build: Build) -> ir.Table:
    rows = stack(
        [
            _graduates(build),
            _veterans(build),
            _disabled(build),
            *_hard_to_employ(build),
            *_poverty(build),
        ]
    )
    # Each bit once, so that the sum is the mask: not every engine has an aggregate for "or".
    rows = rows.distinct()
    return rows.group_by(member=rows.person).agg(listed_groups=rows.bit.sum().cast("int32"))


def _members(rows: ir.Table, group: str) -> ir.Table:
    bit = month_literal(groups()[group])
    return rows.filter(rows.person.notnull()).select("person", bit=bit)


def _graduates(build: Build) -> ir.Table:
    rows = build.source("graduates")
    since = month_literal(month_add(build.month, -GRADUATE_MONTHS))
    recent = (rows.graduated > since) & (rows.graduated <= month_literal(build.month))
    return _members(rows.filter(recent), "college_graduate")


def _veterans(build: Build) -> ir.Table:
    rows = build.source("veterans")
    return _members(rows.filter(by_end_of(rows.discharged, build.month)), "veteran")


def _disabled(build: Build) -> ir.Table:
    rows = build.source("disabled")
    over = by_end_of(rows.withdrawn, build.month).fill_null(False)
    return _members(rows.filter(~over), "person_with_disability")


def _hard_to_employ(build: Build) -> list[ir.Table]:
    rows = build.source("hard_to_employ")
    rows = rows.filter(stands(rows.certified, rows.withdrawn, build.month))
    return [
        _members(rows, "hard_to_employ"),
        _members(rows.filter(rows.category == text("1")), "zero_employment_household_member"),
    ]


def _poverty(build: Build) -> list[ir.Table]:
    rows = build.source("poverty_workers")
    rows = rows.filter(stands(rows.listed, rows.removed, build.month))
    return [
        _members(rows.filter(rows.kind == text("1")), "out_of_poverty"),
        _members(rows.filter(rows.kind == text("2")), "rural_low_income"),
    ]


def alive(people: ir.Table, month: int) -> ir.Table:
    """Give those on the register and alive at the end of a month, with their age in years."""
    here = people.filter((people.state == text("1")) & people.death_month.isnull())
    months = ibis.literal(month // 100 * 12 + month % 100, type="int64")
    born = here.birth_month.cast("int64")
    of_year = born % ibis.literal(100, type="int64")
    ordinal = (born - of_year) / ibis.literal(100, type="int64") * ibis.literal(12.0) + of_year
    return here.mutate(age=((months - ordinal) / ibis.literal(12.0)).floor().cast("int16"))
