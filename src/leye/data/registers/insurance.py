"""Social insurance of a month: one row for each person, payer and kind of contributor."""

import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.schemas import INSURANCE_MONTH
from leye.data.registers.terms import month_literal, text, whole

UNIT = "1"
FLEXIBLE = "2"
PLATFORM = "3"

PENSION = "110"
UNEMPLOYMENT = "210"
INJURY = "410"

NO_EMPLOYER = 0
"""The payer of those who pay for themselves."""


def build_insurance(build: Build) -> ir.Table:
    """Give who paid for whom in the month, whenever that became known."""
    paid = build.source("contributions")
    paid = paid.filter(paid.person.notnull() & paid.kind.notnull())
    paid = paid.mutate(payer=paid.employer.fill_null(whole(NO_EMPLOYER)))
    rows = paid.group_by(person=paid.person, employer=paid.payer, kind=paid.kind).agg(
        pension=(paid.insurance == text(PENSION)).any(),
        unemployment=(paid.insurance == text(UNEMPLOYMENT)).any(),
        injury=(paid.insurance == text(INJURY)).any(),
        base=paid.base.max(),
        place=paid.place.max(),
    )
    return (
        rows.mutate(month=month_literal(build.month), place=rows.place.fill_null(""))
        .select(*INSURANCE_MONTH.names)
        .cast(INSURANCE_MONTH)
    )
