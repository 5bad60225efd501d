"""What contributions, jobs and businesses say of a person's month, as rows of evidence."""

import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.evidence import not_pensioned, said
from leye.data.registers.insurance import FLEXIBLE, PLATFORM, UNIT
from leye.data.registers.precedence import MONTH_DAYS
from leye.data.registers.terms import (
    first_of_each,
    month_end,
    month_literal,
    stack,
    stands,
    text,
    whole,
)
from leye.kernel.months import month_add

LATE_MONTHS = 3
"""For how many months a flexible worker who paid before may be late."""

LEFT_MONTHS = 6
"""For how many months having left a job says that somebody is looking."""

_PUBLIC = "6"
_LONG_AGO = 200001


def from_work(build: Build, pensioned: ir.Table) -> list[ir.Table]:
    """Give the evidence of contributions, job spells and businesses."""
    owners = build.keep("owners", _owners(build))
    opened = month_end(owners.opened)
    return [
        *_paid(build),
        *_jobs(build, pensioned),
        *_individuals(build, owners, pensioned),
        said(owners, "owner", month=build.month, since=opened, employer=owners.employer),
        _left(build),
    ]


def _owners(build: Build) -> ir.Table:
    """Give each owner of an open business, with the one opened last."""
    firms = build.register("employer", build.month)
    firms = firms.filter(firms.active & firms.owner.notnull() & (firms.kind != text(_PUBLIC)))
    firms = firms.select(
        "employer",
        person="owner",
        opened=firms.opened_month.fill_null(month_literal(_LONG_AGO)),
        here=firms.place.substr(0, 6),
    )
    return first_of_each(firms, "person", [firms.opened.desc(), firms.employer])


def _paid(build: Build) -> list[ir.Table]:
    """Units' contributions of the month, but for jobs that ended in it."""
    rows = build.register("insurance_month", build.month)
    rows = rows.filter(rows.kind == text(UNIT))
    jobs = build.register("job_spell", build.month)
    over = jobs.filter(jobs.ended).select(gone="person", left="employer")
    rows = rows.anti_join(over, [("person", "gone"), ("employer", "left")])
    full = rows.filter(rows.pension | rows.unemployment)
    own = _own_firms(build)
    by_self = [("person", "who"), ("employer", "firm")]
    jobs = jobs.select(worker="person", at="employer", trade="occupation")
    units = _main(full.anti_join(own, by_self))
    units = units.left_join(jobs, [("person", "worker"), ("employer", "at")])
    units = units.mutate(occupation=units.trade)
    posts = full.semi_join(_posts(build), [("person", "holder"), ("employer", "unit")])
    found = {
        "post_paid": _main(posts),
        "owner_paid": _main(rows.semi_join(own, by_self)),
        "unit_paid": units,
        "unit_injury": _main(rows.filter(~(rows.pension | rows.unemployment))),
    }
    return [
        said(
            each,
            kind,
            month=build.month,
            employer=each.employer,
            occupation=each.occupation if "occupation" in each.columns else None,
            workplace=each.place,
        )
        for kind, each in found.items()
    ]


def _own_firms(build: Build) -> ir.Table:
    firms = build.register("employer", build.month)
    firms = firms.filter(firms.owner.notnull() & (firms.kind != text(_PUBLIC)))
    return firms.select(who="owner", firm="employer")


def _posts(build: Build) -> ir.Table:
    posts = build.source("public_welfare_posts")
    posts = posts.filter(stands(posts.start, posts.end, build.month))
    return posts.select(holder="person", unit="employer")


def _main(rows: ir.Table) -> ir.Table:
    """Give each person's job with the highest base."""
    order = [rows.base.desc(), rows.employer]
    return first_of_each(rows, "person", order)


def _jobs(build: Build, pensioned: ir.Table) -> list[ir.Table]:
    """Jobs that go on without a contribution of this month: late, or filed only."""
    rows = build.register("job_spell", build.month)
    unpaid = (rows.paid_month < month_literal(build.month)).fill_null(True)
    rows = not_pensioned(rows.filter(~rows.ended & unpaid), pensioned)
    late = rows.filter(rows.insured)
    late = first_of_each(late, "person", [late.paid_month.desc(), late.employer])
    filed = rows.filter(rows.filed & ~rows.insured)
    filed = first_of_each(filed, "person", [filed.filed_month.desc(), filed.employer])
    return [
        said(
            late,
            "unit_late",
            month=build.month,
            since=month_end(late.paid_month),
            employer=late.employer,
            occupation=late.occupation,
        ),
        said(
            filed,
            "filed",
            month=build.month,
            since=month_end(filed.filed_month) - whole(MONTH_DAYS // 2),
            employer=filed.employer,
            occupation=filed.occupation,
        ),
    ]


def _individuals(build: Build, owners: ir.Table, pensioned: ir.Table) -> list[ir.Table]:
    """Flexible and platform workers' contributions, of the month or a little before."""
    months = [month_add(build.month, -back) for back in range(1, LATE_MONTHS + 1)]
    now = build.register("insurance_month", build.month)
    flexible = _main(now.filter(now.kind == text(FLEXIBLE)))
    platform = _main(now.filter(now.kind == text(PLATFORM)))
    before = stack([build.register("insurance_month", each) for each in months])
    before = before.filter(before.kind.isin([FLEXIBLE, PLATFORM]))
    late = not_pensioned(before.group_by("person").agg(since=before.month.max()), pensioned)
    theirs = flexible.inner_join(owners.select(who="person", firm="employer"), [("person", "who")])
    return [
        said(theirs, "owner_flexible", month=build.month, employer=theirs.firm),
        said(flexible, "flexible_paid", month=build.month, workplace=flexible.place),
        said(
            platform,
            "platform_paid",
            month=build.month,
            employer=platform.employer,
            workplace=platform.place,
        ),
        said(late, "flexible_late", month=build.month, since=month_end(late.since)),
    ]


def _left(build: Build) -> ir.Table:
    """The newest job left in the last months."""
    months = [month_add(build.month, -back) for back in range(LEFT_MONTHS + 1)]
    rows = stack([build.register("job_spell", month) for month in months])
    rows = rows.filter(rows.ended & (rows.employer != whole(0)))
    newest = rows.group_by("person").agg(since=rows.last_month.max())
    return said(newest, "left_job", month=build.month, since=month_end(newest.since))
