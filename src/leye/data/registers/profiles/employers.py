"""The profile of an employer: itself, what it pays, whom it hired lately, what it was given."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.profiles.help_received import months_covered
from leye.data.registers.profiles.hires import STAFF_KINDS, staff_parts
from leye.data.registers.terms import (
    by_end_of,
    first_of_each,
    month_literal,
    month_number,
    stack,
    text,
    total,
    whole,
)
from leye.kernel.months import last_day, month_add, month_range

FIRM = "firm"
"""The employer of a part's row; a part has at most one row for each."""
HISTORY = 36
"""For how many months back it is counted how long an employer has paid."""
REPORTED = 12
"""Within how many months a report of layoffs is one that counts."""
_DISPATCHED = "4"


def employer_profile(build: Build) -> ir.Table:
    """Give the firms and units open at the end of the month with the columns of every part."""
    firms = build.register("employer", build.month)
    rows = firms.filter(firms.active).select(
        "employer", "kind", "industry", "section", "place", "park", "opened_month", "owner"
    )
    parts = (*_size_parts(build), *staff_parts(build), *_given_parts(build))
    for part in parts:
        rows = rows.left_join(build.named(part), [("employer", FIRM)]).drop(FIRM)
    return build.named(rows)


def _size_parts(build: Build) -> list[ir.Table]:
    return [_month(build), _paid(build), _paid_so_far(build), _last_year(build), _claims(build)]


def _month(build: Build) -> ir.Table:
    rows = build.register("employer_month", build.month)
    return rows.select(firm="employer", insured="insured", tax_headcount="tax_headcount")


def _paid(build: Build) -> ir.Table:
    rows = build.register("insurance_month", build.month)
    rows = rows.filter(rows.employer != whole(0))
    return rows.group_by(firm=rows.employer).agg(
        payroll=rows.base.sum().cast("decimal(18, 2)"), ui_paid=rows.unemployment.any()
    )


def _paid_so_far(build: Build) -> ir.Table:
    """In how many of the last months staff was insured: the least it can be."""
    months = month_range(month_add(build.month, 1 - HISTORY), build.month)
    rows = stack([build.register("employer_month", month) for month in months])
    rows = rows.filter(rows.insured > whole(0))
    return rows.group_by(firm=rows.employer).agg(ui_months=rows.count())


def _last_year(build: Build) -> ir.Table:
    """The last calendar year: what was paid on, and staff; null unless every month came."""
    months = _year_before(build.month)
    parts = []
    for month in months:
        rows = build.register("insurance_month", month)
        paid = rows.filter(rows.unemployment & (rows.employer != whole(0)))
        parts.append(
            paid.group_by(firm=paid.employer, month=paid.month).agg(
                base=paid.base.sum().cast("decimal(18, 2)"), people=paid.person.nunique()
            )
        )
    rows = stack(parts)
    came = rows.agg(months=rows.month.nunique()).select(
        whole_year=ibis._.months == whole(len(months))
    )
    found = rows.group_by("firm").agg(
        base=rows.base.sum().cast("decimal(18, 2)"), people=total(rows.people)
    )
    found = found.cross_join(came)
    found = found.filter(found.whole_year)
    return found.select("firm", last_year_base=found.base, last_year_person_months=found.people)


def _claims(build: Build) -> ir.Table:
    """Who of the last calendar year's new recipients of benefit came from the employer."""
    paid = build.source_months("unemployment_benefit", list(_year_before(build.month)))
    paid = paid.filter((paid.nth == whole(1)) & paid.person.notnull())
    paid = paid.select("person").distinct()
    named = build.source("unemployment_registration")
    named = named.filter(named.person.notnull() & by_end_of(named.registered, build.month))
    named = first_of_each(named, "person", [named.registered.desc(), named.record.desc()])
    rows = paid.inner_join(
        named.select(who="person", from_firm="last_employer"), [("person", "who")]
    )
    rows = rows.filter(rows.from_firm.notnull())
    return rows.group_by(firm=rows.from_firm).agg(new_claimants=rows.count())


def _given_parts(build: Build) -> list[ir.Table]:
    return [_subsidies(build), _loans(build), _credit(build), _layoffs(build), _dispatch(build)]


def _subsidies(build: Build) -> ir.Table:
    rows = build.source("subsidies")
    rows = rows.filter(rows.employer.notnull() & (rows.from_month <= month_literal(build.month)))
    insured = rows.programme == text("firm_insurance")
    months = months_covered(rows.from_month, rows.to_month, build.month)
    return rows.group_by(firm=rows.employer).agg(
        absorption_paid=(rows.programme == text("absorption")).any(),
        insurance_months=total(ibis.ifelse(insured, months, whole(0))),
    )


def _loans(build: Build) -> ir.Table:
    rows = build.source("loans")
    rows = rows.filter(
        rows.employer.notnull() & (rows.kind == text("3")) & by_end_of(rows.granted, build.month)
    )
    return rows.group_by(firm=rows.employer).agg(
        firm_loans=rows.count(),
        firm_loan_month=month_number(rows.granted).max(),
        firm_loan_overdue=rows.overdue.fill_null(False).any(),
    )


def _credit(build: Build) -> ir.Table:
    rows = build.source("credit_events")
    rows = rows.filter(rows.employer.notnull() & by_end_of(rows.happened, build.month))
    owed = rows.kind == text("4")
    return rows.group_by(firm=rows.employer).agg(
        loan_defaulted=(rows.kind == text("1")).any(),
        wages_owed=owed.any(),
        wages_owed_amount=ibis.ifelse(owed, rows.amount, ibis.null("decimal(18, 2)")).max(),
    )


def _layoffs(build: Build) -> ir.Table:
    rows = build.source("layoff_reports")
    since = ibis.literal(last_day(month_add(build.month, -REPORTED)), type="date")
    rows = rows.filter(
        rows.employer.notnull() & by_end_of(rows.reported, build.month) & (rows.reported > since)
    )
    rows = first_of_each(rows, "employer", [rows.reported.desc(), rows.report.desc()])
    return rows.select(
        firm=rows.employer,
        layoff_persons=rows.persons,
        layoff_days=rows.planned.delta(rows.reported, unit="day"),
    )


def _dispatch(build: Build) -> ir.Table:
    rows = build.source("labour_filing")
    rows = rows.filter(
        rows.employer.notnull()
        & by_end_of(rows.start, build.month)
        & ~by_end_of(rows.ended, build.month).fill_null(False)
    )
    return rows.group_by(firm=rows.employer).agg(
        contracts=rows.count(),
        dispatched=total(ibis.ifelse(rows.kind == text(_DISPATCHED), whole(1), whole(0))),
    )


def _year_before(month: int) -> tuple[int, ...]:
    first = (month // 100 - 1) * 100 + 1
    return month_range(first, first + 11)


__all__ = ["FIRM", "STAFF_KINDS", "employer_profile"]
