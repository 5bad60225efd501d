"""What the departments' lists say of a person: each a part with one row for a person."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.terms import (
    by_end_of,
    first_of_each,
    month_literal,
    month_number,
    stands,
    text,
)
from leye.kernel.months import month_add

JUST_LEFT = 12
"""Within how many months somebody who left a school counts as having just left it."""


def list_parts(build: Build) -> list[ir.Table]:
    """Give the parts of registrations, school, family and health."""
    return [
        _unemployed(build),
        _employed(build),
        _filed(build),
        _enrolled(build),
        _left_school(build),
        _ledger(build),
        _seekers(build),
        _graduates(build),
        _hard_to_employ(build),
        _disabled(build),
        _poverty(build),
        _veterans(build),
    ]


def _newest(rows: ir.Table, *order: ir.Value) -> ir.Table:
    return first_of_each(rows.filter(rows.person.notnull()), "person", list(order))


def _unemployed(build: Build) -> ir.Table:
    rows = build.source("unemployment_registration")
    rows = rows.filter(by_end_of(rows.registered, build.month))
    rows = _newest(rows, rows.registered.desc(), rows.record.desc())
    return rows.select(
        who=rows.person,
        jobless_since=month_number(rows.registered),
        jobless_open=~by_end_of(rows.cancelled, build.month).fill_null(False),
        jobless_reason=rows.reason,
    )


def _employed(build: Build) -> ir.Table:
    rows = build.source("employment_registration")
    rows = rows.filter(by_end_of(rows.start, build.month))
    rows = _newest(rows, rows.start.desc(), rows.record.desc())
    over = by_end_of(rows.end, build.month).fill_null(False)
    return rows.select(who=rows.person, work_registered=~over)


def _filed(build: Build) -> ir.Table:
    """The contract filed last, while it stands, and whether it is for a year or more."""
    rows = build.source("labour_filing")
    rows = rows.filter(stands(rows.start, rows.ended, build.month))
    rows = _newest(rows, rows.start.desc(), rows.contract.desc())
    days = rows.end.delta(rows.start, unit="day")
    return rows.select(
        who=rows.person,
        contract_one_year=ibis.cases(
            (rows.kind == text("2"), ibis.literal(True)),
            else_=days >= ibis.literal(364, type="int64"),
        ),
    )


def _enrolled(build: Build) -> ir.Table:
    rows = build.source("enrolment")
    now = month_literal(build.month)
    there = (rows.from_month <= now) & (rows.to_month >= now) & (rows.state == text("1"))
    rows = rows.filter(there & rows.person.notnull())
    return rows.group_by(who=rows.person).agg(enrolled_level=rows.level.max())


def _left_school(build: Build) -> ir.Table:
    rows = build.source("enrolment")
    since = month_literal(month_add(build.month, -JUST_LEFT))
    over = (rows.to_month > since) & (rows.to_month < month_literal(build.month))
    rows = rows.filter(over & (rows.state == text("2")) & rows.person.notnull())
    return rows.group_by(who=rows.person).agg(left_school_level=rows.level.max())


def _ledger(build: Build) -> ir.Table:
    rows = build.source("labour_ledger")
    rows = rows.filter(by_end_of(rows.checked, build.month) & rows.person.notnull())
    rows = _newest(rows, rows.checked.desc())
    return rows.select(
        who=rows.person,
        ledger_status=rows.status,
        ledger_destination=rows.destination,
        ledger_month=month_number(rows.checked),
    )


def _seekers(build: Build) -> ir.Table:
    rows = build.source("job_seekers")
    known = rows.person.notnull() & (rows.active_month <= month_literal(build.month))
    rows = rows.filter(known)
    return rows.group_by(who=rows.person).agg(seeker_month=rows.active_month.max())


def _graduates(build: Build) -> ir.Table:
    rows = build.source("graduates")
    rows = rows.filter(rows.graduated <= month_literal(build.month))
    rows = _newest(rows, rows.graduated.desc(), rows.level)
    return rows.select(
        who=rows.person,
        graduated=rows.graduated,
        graduate_level=rows.level,
        graduate_destination=rows.destination,
    )


def _hard_to_employ(build: Build) -> ir.Table:
    rows = build.source("hard_to_employ")
    rows = rows.filter(stands(rows.certified, rows.withdrawn, build.month))
    rows = _newest(rows, rows.certified.desc(), rows.certificate.desc())
    return rows.select(
        who=rows.person, hardship=rows.category, hardship_month=month_number(rows.certified)
    )


def _disabled(build: Build) -> ir.Table:
    rows = build.source("disabled")
    rows = rows.filter(~by_end_of(rows.withdrawn, build.month).fill_null(False))
    rows = _newest(rows, rows.month.desc(), rows.row.desc())
    return rows.select(who=rows.person, disability_grade=rows.grade, disability_able=rows.able)


def _poverty(build: Build) -> ir.Table:
    rows = build.source("poverty_workers")
    rows = rows.filter(stands(rows.listed, rows.removed, build.month))
    rows = _newest(rows, rows.listed.desc(), rows.kind)
    return rows.select(who=rows.person, poverty_kind=rows.kind)


def _veterans(build: Build) -> ir.Table:
    rows = build.source("veterans")
    rows = rows.filter(by_end_of(rows.discharged, build.month))
    rows = _newest(rows, rows.discharged.desc(), rows.placement)
    return rows.select(
        who=rows.person,
        veteran_placement=rows.placement,
        discharged_month=month_number(rows.discharged),
    )
