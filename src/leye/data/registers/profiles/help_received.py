"""What a person has had so far: pensions, posts, subsidies, loans, courses and certificates."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.terms import (
    by_end_of,
    first_of_each,
    month_literal,
    month_number,
    ordinal,
    stands,
    text,
    total,
    whole,
)
from leye.kernel.months import month_add

_FOUNDERS = "3"
"""The kind of training that is for founders."""
_TO_FIRMS = "3"
"""The kind of loan that a small firm takes."""


def help_parts(build: Build) -> list[ir.Table]:
    """Give the parts of what was paid or given to a person."""
    return [
        _pensions(build),
        _posts(build),
        _post_now(build),
        _subsidies(build),
        _loans(build),
        _training(build),
        _founders_training(build),
        _certificates(build),
    ]


def months_covered(first: ir.IntegerValue, last: ir.IntegerValue, month: int) -> ir.IntegerValue:
    """Give how many months up to ``month`` a time from one month to another takes in."""
    until = ibis.least(last, month_literal(month))
    count = ordinal(until) - ordinal(first) + whole(1)
    return ibis.greatest(count, whole(0))


def _pensions(build: Build) -> ir.Table:
    rows = build.source_months("pensions", [month_add(build.month, -1), build.month])
    rows = rows.filter(rows.person.notnull())
    return rows.group_by(who=rows.person).agg(pension_month=rows.month.max())


def _posts(build: Build) -> ir.Table:
    rows = build.source("public_welfare_posts")
    rows = rows.filter(rows.person.notnull() & by_end_of(rows.start, build.month))
    now = month_literal(build.month)
    months = months_covered(
        month_number(rows.start), month_number(rows.end).fill_null(now), build.month
    )
    rows = rows.mutate(months=months)
    return rows.group_by(who=rows.person).agg(
        post_first=month_number(rows.start).min(), post_months=total(rows.months)
    )


def _post_now(build: Build) -> ir.Table:
    rows = build.source("public_welfare_posts")
    rows = rows.filter(rows.person.notnull() & stands(rows.start, rows.end, build.month))
    rows = first_of_each(rows, "person", [rows.start.desc(), rows.agreement])
    return rows.select(who=rows.person, post_place=rows.place, post_monthly=rows.monthly)


def _subsidies(build: Build) -> ir.Table:
    rows = build.source("subsidies")
    now = month_literal(build.month)
    rows = rows.filter(rows.person.notnull() & (rows.from_month <= now))
    rows = rows.mutate(
        months=months_covered(rows.from_month, rows.to_month, build.month),
        now=rows.to_month >= now,
    )

    def of(programme: str) -> ir.BooleanValue:
        return rows.programme == text(programme)

    def months(programme: str) -> ir.IntegerValue:
        return total(ibis.ifelse(of(programme), rows.months, whole(0)))

    return rows.group_by(who=rows.person).agg(
        flexible_months=months("flexible_insurance"),
        flexible_first=ibis.ifelse(
            of("flexible_insurance"), rows.from_month, ibis.null("int32")
        ).min(),
        trainee_months=months("trainee"),
        trainee_now=(of("trainee") & rows.now).any(),
        startup_paid=of("startup").any(),
        job_seeking_paid=of("job_seeking").any(),
        training_paid=ibis.ifelse(of("training"), rows.to_month, ibis.null("int32")).max(),
    )


def _loans(build: Build) -> ir.Table:
    rows = build.source("loans")
    own = rows.person.notnull() & (rows.kind != text(_TO_FIRMS))
    rows = rows.filter(own & by_end_of(rows.granted, build.month))
    return rows.group_by(who=rows.person).agg(
        loans=rows.count(),
        loan_month=month_number(rows.granted).max(),
        loan_open=(~by_end_of(rows.due, build.month).fill_null(False)).any(),
        loan_overdue=rows.overdue.fill_null(False).any(),
    )


def _training(build: Build) -> ir.Table:
    rows = build.source("training")
    rows = rows.filter(rows.person.notnull() & by_end_of(rows.start, build.month))
    rows = first_of_each(rows, "person", [rows.end.desc(), rows.record.desc()])
    return rows.select(
        who=rows.person,
        training_kind=rows.kind,
        training_days=rows.end.delta(rows.start, unit="day") + whole(1),
    )


def _founders_training(build: Build) -> ir.Table:
    rows = build.source("training")
    done = (rows.kind == text(_FOUNDERS)) & by_end_of(rows.end, build.month)
    rows = rows.filter(done & rows.person.notnull())
    return rows.group_by(who=rows.person).agg(founders_passed=rows.passed.fill_null(False).any())


def _certificates(build: Build) -> ir.Table:
    rows = build.source("certificates")
    rows = rows.filter(rows.person.notnull() & by_end_of(rows.issued, build.month))
    rows = first_of_each(rows, "person", [rows.issued.desc(), rows.level, rows.certificate])
    return rows.select(
        who=rows.person, certificate_level=rows.level, certificate_month=month_number(rows.issued)
    )
