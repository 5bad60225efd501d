"""The person-month: one status for everybody registered, alive and of 16 or over."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.codes import (
    EMPLOYED,
    LOWEST_AGE,
    PENSION_AGE_MEN,
    PENSION_AGE_WOMEN,
    UNEMPLOYED,
    UNKNOWN,
    groups,
)
from leye.data.registers.evidence import from_lists, pensioners
from leye.data.registers.insurance import UNIT
from leye.data.registers.people import alive
from leye.data.registers.schemas import PERSON_MONTH
from leye.data.registers.statuses import decide
from leye.data.registers.terms import month_literal, stack, text, whole
from leye.data.registers.work_evidence import from_work

YOUNG = 24
"""The last age of a young person without work or school among 城镇青年."""

OLDER_MEN = 50
OLDER_WOMEN = 40
"""From these ages on workers count as older ones (大龄)."""

_RURAL, _URBAN = "20", "10"
_WOMAN = "2"


def build_person_months(build: Build) -> ir.Table:
    """Give the status of each person at the end of the month."""
    pensioned = build.keep("pensioned", pensioners(build))
    evidence = stack([*from_lists(build, pensioned), *from_work(build, pensioned)])
    decided = build.keep("decided", decide(evidence)).rename(who="person")
    people = alive(build.register("person", build.month), build.month)
    people = people.filter(people.age >= ibis.literal(LOWEST_AGE, type="int16"))
    rows = people.left_join(decided, [("person", "who")])
    firms = build.register("employer", build.month).select(
        firm="employer", trade="industry", seat="place"
    )
    rows = rows.left_join(firms, [("employer", "firm")])
    wages = _wages(build)
    rows = rows.left_join(wages, [("person", "payee")])
    rows = rows.mutate(status=rows.status.fill_null(UNKNOWN))
    return rows.select(
        month=month_literal(build.month),
        person=rows.person,
        status=rows.status,
        employer=rows.employer.nullif(whole(0)),
        industry=rows.trade.fill_null(""),
        occupation=rows.occupation.fill_null(""),
        workplace=_workplace(rows),
        residence=rows.residence,
        age=rows.age,
        sex=rows.sex,
        education=rows.education,
        insured_wage=rows.insured_wage,
        groups=_groups(rows),
        evidence=rows.evidence.fill_null(whole(0)),
        confidence=rows.confidence.fill_null(ibis.literal(0.0, type="float64")),
        household=rows.household,
    ).cast(PERSON_MONTH)


def _wages(build: Build) -> ir.Table:
    """The base of the month's contributions by an employer: the highest of several."""
    rows = build.register("insurance_month", build.month)
    rows = rows.filter((rows.kind == text(UNIT)) & (rows.pension | rows.unemployment))
    return rows.group_by(payee=rows.person).agg(insured_wage=rows.base.max())


def _workplace(rows: ir.Table) -> ir.StringValue:
    """Where the evidence says; else where the employer is; else, for who works here, at home."""
    said = rows.workplace.fill_null("")
    seat = rows.seat.fill_null("").substr(0, 6)
    home = rows.residence.substr(0, 6)
    works_here = rows.status.isin([*sorted(EMPLOYED - {"migrant"})])
    return ibis.cases(
        (said != text(""), said),
        (~works_here, text("")),
        (seat != text(""), seat),
        else_=home,
    )


def _groups(rows: ir.Table) -> ir.IntegerValue:
    """Give the key groups: those of the lists, and those that follow from status, age and sex."""
    men = rows.sex != text(_WOMAN)
    rural = rows.hukou == text(_RURAL)
    pension_age = ibis.ifelse(men, _age(PENSION_AGE_MEN), _age(PENSION_AGE_WOMEN))
    older = rows.age >= ibis.ifelse(men, _age(OLDER_MEN), _age(OLDER_WOMEN))
    working_age = rows.age < pension_age
    without = rows.status.isin([*sorted(UNEMPLOYED)])
    off_farm = rows.status.isin([*sorted(EMPLOYED - {"farming"})])
    hired = off_farm & (rows.status != text("self_employed"))
    young = (rows.age <= _age(YOUNG)) & (rows.hukou == text(_URBAN))
    follows = {
        "woman": ~men,
        "unemployed": without,
        "registered_unemployed": rows.status == text("unemployed_registered"),
        "older_worker": older & working_age & (off_farm | without),
        "rural_migrant_worker": rural & hired,
        "rural_transfer_labor": rural & off_farm,
        "urban_youth": young & without,
    }
    mask = rows.groups
    for group, true in follows.items():
        bit = month_literal(groups()[group])
        mask = mask | true.fill_null(False).ifelse(bit, month_literal(0))
    return mask


def _age(years: int) -> ir.IntegerScalar:
    return ibis.literal(years, type="int16")
