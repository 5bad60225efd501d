"""Firms one by one: the headcount of those that had ten people or more, now or a year ago."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.schemas import FIRM_MONTH
from leye.data.registers.terms import month_literal, whole
from leye.kernel.months import month_add

LEAST = 10
"""From this many insured people on, now or a year ago, a firm has a line of its own."""


def build_firm_months(build: Build) -> ir.Table:
    """Give the firms of the month, with what is known of each this month and a year ago."""
    months = build.register("employer_month", build.month)
    nobody = whole(0)
    most = ibis.greatest(
        months.insured.fill_null(nobody), months.insured_last_year.fill_null(nobody)
    )
    rows = months.filter(most >= whole(LEAST))
    firms = build.register("employer", build.month)
    firms = firms.select("uscc", "name", "park", kind="kind", firm="employer")
    before = build.register("employer_month", month_add(build.month, -12))
    before = before.select(same="employer", kwh_last_year="kwh")
    rows = rows.left_join(firms, [("employer", "firm")])
    rows = rows.left_join(before, [("employer", "same")])
    blank = {name: rows[name].fill_null("") for name in ("uscc", "name", "park", "kind")}
    return (
        rows.mutate(month=month_literal(build.month), **blank)
        .select(*FIRM_MONTH.names)
        .cast(FIRM_MONTH)
    )
