"""Who works for an employer: how many of each kind, and how many of them were hired lately."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.profiles.lists import list_parts
from leye.data.registers.terms import by_end_of, month_literal, ordinal, text, total, whole
from leye.kernel.months import month_add

HIRED_WITHIN = 12
"""Who began within so many months counts as newly hired."""
GRADUATE_MONTHS = 24
HALF_YEAR = 6
_OLDER, _YOUNG_FROM, _YOUNG_TO = 40 * 12, 16 * 12, 25 * 12

STAFF_KINDS = (
    "hired_graduates", "hired_class", "hired_young", "hired_hard", "hired_older",
    "hired_key", "hired_veterans", "hired_priority", "staff_disabled", "staff_poor",
)  # fmt: skip
"""The counts; ``hired`` within a year, ``staff`` of everybody who works there."""


def staff_parts(build: Build) -> list[ir.Table]:
    """Give the counts of each employer's staff, and what is known of the contracts of the hired."""
    rows = build.keep("staff", _staff(build))
    return [_counts(rows), _contracts(build, rows), _trainees(build, rows)]


def _staff(build: Build) -> ir.Table:
    """Give the jobs that go on with what is known of who has them."""
    jobs = build.register("job_spell", build.month)
    jobs = jobs.filter(~jobs.ended & (jobs.employer != whole(0)))
    rows = jobs.select(
        "person", "insured", "filed", firm="employer", began="first_month", paid="paid_month"
    )
    people = build.register("person", build.month)
    born = people.select("birth_month", "hukou_place", "groups", who="person")
    rows = rows.inner_join(born, [("person", "who")]).drop("who")
    wanted = (
        *("jobless_since", "graduated", "hardship", "disability_grade"),
        *("poverty_kind", "veteran_placement"),
    )
    for part in list_parts(build):
        names = [name for name in part.columns if name in wanted]
        if names:
            rows = rows.left_join(part.select("who", *names), [("person", "who")]).drop("who")
    now = build.month // 100 * 12 + build.month % 100 - 1
    since = month_literal(month_add(build.month, -HIRED_WITHIN))
    return rows.mutate(
        hired=rows.began > since,
        age=whole(now) - ordinal(rows.birth_month),
        worked=whole(now) - ordinal(rows.began) + whole(1),
        waited=ordinal(rows.began) - ordinal(rows.jobless_since),
    )


def _counts(rows: ir.Table) -> ir.Table:
    recent = ordinal(rows.began) - ordinal(rows.graduated) <= whole(GRADUATE_MONTHS)
    poor = rows.poverty_kind == text("1")
    searched = (rows.waited >= whole(0)) & (rows.waited <= whole(HIRED_WITHIN))
    long_jobless = searched & (rows.waited >= whole(HALF_YEAR))
    young = (rows.age >= whole(_YOUNG_FROM)) & (rows.age < whole(_YOUNG_TO))
    here = rows.hukou_place.startswith("36")
    severe = rows.disability_grade.isin(["1", "2"])
    one, two = whole(1), whole(2)
    weights: dict[str, ir.IntegerValue] = {
        "hired_graduates": _if(rows.hired & recent, one),
        "hired_class": _if(
            rows.hired
            & ((rows.graduated - rows.graduated % 100) == (rows.began - rows.began % 100)),
            one,
        ),
        "hired_young": _if(rows.hired & young & searched, one),
        "hired_hard": _if(rows.hardship.notnull() & rows.insured, one),
        "hired_older": _if((rows.age >= whole(_OLDER)) & here & rows.insured, one),
        "hired_key": _if((poor | long_jobless.fill_null(False)) & rows.insured, one),
        "hired_veterans": _if((rows.veteran_placement == text("1")) & rows.insured, one),
        "hired_priority": _if(rows.hired & (rows.groups > month_literal(0)), one),
        "staff_disabled": ibis.cases(
            (rows.disability_grade.isnull(), whole(0)), (severe, two), else_=one
        ),
        "staff_poor": _if(poor & (rows.worked >= whole(HALF_YEAR)), one),
    }
    assert tuple(weights) == STAFF_KINDS
    return rows.group_by("firm").agg(
        **{name: total(value) for name, value in weights.items()},
        hired_insured=(rows.hired & rows.insured).any(),
        hired_worked=ibis.ifelse(rows.hired, rows.worked, ibis.null("int64")).min(),
    )


def _contracts(build: Build, staff: ir.Table) -> ir.Table:
    """Whether all the newly hired have a filed contract, and one for a year or more."""
    filed = build.source("labour_filing")
    open_ = by_end_of(filed.start, build.month) & ~by_end_of(filed.ended, build.month).fill_null(
        False
    )
    filed = filed.filter(filed.person.notnull() & filed.employer.notnull() & open_)
    days = filed.end.delta(filed.start, unit="day")
    long = ibis.ifelse(filed.kind == text("2"), ibis.literal(True), days >= whole(364))
    found = filed.group_by(who=filed.person, at=filed.employer).agg(
        long=long.fill_null(False).any()
    )
    rows = staff.filter(staff.hired).select("person", "firm")
    rows = rows.left_join(found, [("person", "who"), ("firm", "at")])
    return rows.group_by("firm").agg(
        hired_filed=rows.long.notnull().all(), hired_long=rows.long.fill_null(False).all()
    )


def _trainees(build: Build, staff: ir.Table) -> ir.Table:
    """Who was a trainee of the employer, by what was paid for it, and stayed with a contract."""
    paid = build.source("subsidies")
    over = paid.to_month < month_literal(build.month)
    paid = paid.filter((paid.programme == text("trainee")) & over)
    paid = paid.filter(paid.person.notnull() & paid.employer.notnull())
    paid = paid.select(who="person", at="employer").distinct()
    rows = staff.filter(staff.filed).select("person", "firm")
    rows = rows.inner_join(paid, [("person", "who"), ("firm", "at")])
    return rows.group_by("firm").agg(trainees_kept=rows.count())


def _if(true: ir.BooleanValue, value: ir.IntegerValue) -> ir.IntegerValue:
    return ibis.ifelse(true.fill_null(False), value, whole(0))
