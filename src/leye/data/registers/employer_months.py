"""The employer-month: each employer's staff, movements and signals, side by side."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.schemas import EMPLOYER_MONTH, MONEY
from leye.data.registers.terms import month_literal, stack, text, whole
from leye.kernel.months import month_add

LAID_OFF = "4"
"""The end reason 单位裁员."""

_FIGURES = {
    "insured": "int64",
    "filed": "int64",
    "hires": "int64",
    "separations": "int64",
    "layoffs": "int64",
    "tax_headcount": "int64",
    "payroll": MONEY,
    "kwh": MONEY,
    "reported_current": "int64",
    "insured_last_month": "int64",
    "insured_last_year": "int64",
}


def build_employer_months(build: Build) -> ir.Table:
    """Give the employers with anybody or any figure in the month."""
    rows = stack(
        [
            _jobs(build),
            _tax(build),
            _power(build),
            _reports(build),
            _insured_then(build, 1, "insured_last_month"),
            _insured_then(build, 12, "insured_last_year"),
        ]
    )
    found = rows.group_by("employer").agg(**{name: rows[name].sum() for name in _FIGURES})
    firms = build.register("employer", build.month)
    firms = firms.select(firm="employer", seat="place", trade="industry")
    joined = found.left_join(firms, [("employer", "firm")])
    return joined.select(
        month=month_literal(build.month),
        employer=joined.employer,
        place=joined.seat.fill_null(""),
        industry=joined.trade.fill_null(""),
        **{name: joined[name] for name in _FIGURES},
    ).cast(EMPLOYER_MONTH)


def _figures(rows: ir.Table, **known: ir.Value) -> ir.Table:
    """Give an employer's figures, those not known as nulls."""
    figures = {name: known.get(name, ibis.null(kind)).cast(kind) for name, kind in _FIGURES.items()}
    return rows.filter(rows.employer.notnull()).select("employer", **figures)


def _jobs(build: Build) -> ir.Table:
    jobs = build.register("job_spell", build.month)
    now = month_literal(build.month)
    begun = (jobs.first_month == now) & ~jobs.ended
    over = jobs.ended
    rows = jobs.group_by("employer").agg(
        insured=_count(jobs.insured & ~over),
        filed=_count(jobs.filed & ~over),
        hires=_count(begun),
        separations=_count(over),
        layoffs=_count(over & (jobs.end_reason == text(LAID_OFF))),
    )
    names = ("insured", "filed", "hires", "separations", "layoffs")
    return _figures(rows, **{name: rows[name] for name in names})


def _tax(build: Build) -> ir.Table:
    rows = build.source("payroll_tax")
    return _figures(rows, tax_headcount=rows.headcount, payroll=rows.payroll)


def _power(build: Build) -> ir.Table:
    rows = build.source("electricity")
    return _figures(rows, kwh=rows.kwh)


def _reports(build: Build) -> ir.Table:
    rows = build.source("firm_reports")
    return _figures(rows, reported_current=rows.current)


def _insured_then(build: Build, back: int, name: str) -> ir.Table:
    rows = build.register("employer_month", month_add(build.month, -back))
    return _figures(rows, **{name: rows.insured})


def _count(true: ir.BooleanValue) -> ir.IntegerScalar:
    return true.fill_null(False).ifelse(whole(1), whole(0)).sum()
