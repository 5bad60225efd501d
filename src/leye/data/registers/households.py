"""The household register: who lives together, who of them could work, and who does."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.codes import (
    EMPLOYED,
    LOWEST_AGE,
    PENSION_AGE_MEN,
    PENSION_AGE_WOMEN,
    UNEMPLOYED,
)
from leye.data.registers.people import alive
from leye.data.registers.schemas import HOUSEHOLD
from leye.data.registers.terms import month_literal, text
from leye.kernel.months import month_add

_OUT = ("student", "retired", "inactive")


def build_households(build: Build) -> ir.Table:
    """Give the households at the end of the month, from the statuses of the month."""
    people = alive(build.register("person", build.month), build.month)
    people = people.filter(people.household != text(""))
    months = build.register("person_month", build.month).select(who="person", status="status")
    rows = people.left_join(months, [("person", "who")])
    men = rows.sex == text("1")
    most = ibis.ifelse(men, _age(PENSION_AGE_MEN), _age(PENSION_AGE_WOMEN))
    adult = rows.age >= _age(LOWEST_AGE)
    able = adult & (rows.age < most) & ~rows.status.isin([*_OUT]).fill_null(False)
    working = rows.status.isin([*sorted(EMPLOYED)]).fill_null(False)
    jobless = rows.status.isin([*sorted(UNEMPLOYED)]).fill_null(False)
    found = rows.group_by("household").agg(
        residence=rows.residence.min(),
        members=rows.count().cast("int32"),
        adults=_count(adult),
        able=_count(able),
        employed=_count(working),
        jobless=_count(jobless & able),
        urban=(rows.hukou == text("10")).any(),
    )
    return _with_last_month(build, found)


def _with_last_month(build: Build, found: ir.Table) -> ir.Table:
    last = build.register("household", month_add(build.month, -1))
    last = last.select(same="household", worked=last.employed > month_literal(0))
    rows = found.left_join(last, [("household", "same")])
    none_works = rows.employed == month_literal(0)
    all_jobless = (rows.able > month_literal(0)) & (rows.jobless == rows.able)
    return rows.select(
        month=month_literal(build.month),
        household=rows.household,
        residence=rows.residence,
        members=rows.members,
        adults=rows.adults,
        able=rows.able,
        employed=rows.employed,
        was_employed=rows.worked.fill_null(False),
        zero_employment=rows.urban.fill_null(False) & none_works & all_jobless,
    ).cast(HOUSEHOLD)


def _count(true: ir.BooleanValue) -> ir.IntegerScalar:
    return true.ifelse(month_literal(1), month_literal(0)).sum().cast("int32")


def _age(years: int) -> ir.IntegerScalar:
    return ibis.literal(years, type="int16")
