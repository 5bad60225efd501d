"""The profile of a person: one row for everybody of 16 and over who has a status."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.insurance import PLATFORM
from leye.data.registers.profiles.help_received import help_parts
from leye.data.registers.profiles.lists import list_parts
from leye.data.registers.terms import first_of_each, text, whole

WHO = "who"
"""The person of a part's row; a part has at most one row for each."""


def person_profile(build: Build) -> ir.Table:
    """Give the persons of the month with the columns of every part, null where it has no row."""
    months = build.register("person_month", build.month)
    rows = months.select(
        "person", "status", "employer", "workplace", "residence", "sex", "education",
        "insured_wage", "groups", "household",
    )  # fmt: skip
    born = build.register("person", build.month).select("birth_month", "hukou", who="person")
    rows = rows.inner_join(born, [("person", WHO)]).drop(WHO)
    for part in (*_work_parts(build), *list_parts(build), *help_parts(build)):
        rows = rows.left_join(build.named(part), [("person", WHO)]).drop(WHO)
    homes = build.register("household", build.month)
    homes = homes.select(home="household", home_without_work="zero_employment")
    rows = rows.left_join(homes, [("household", "home")]).drop("home")
    return _with_firm(build, rows)


def _work_parts(build: Build) -> list[ir.Table]:
    return [_totals(build), _job(build), _insured(build), _business(build)]


def _totals(build: Build) -> ir.Table:
    rows = build.register("person_total", build.month)
    return rows.select(
        "ui_months", "ui_since", "ui_again", "ui_run", "ui_month", "ui_place", "unit_month",
        "flexible_month", "pension_months", "drawn_month", "drawn_nth", "drawn_total",
        "left_month", "left_from", "left_reason", "left_employer", "away_months",
        "counted_from", who="person",
    )  # fmt: skip


def _job(build: Build) -> ir.Table:
    """The job that goes on: an insured one before one that is only filed, the best paid first."""
    rows = build.register("job_spell", build.month)
    rows = rows.filter(~rows.ended & (rows.employer != whole(0)))
    order = [rows.insured.desc(), rows.wage.fill_null(0).desc(), rows.employer]
    rows = first_of_each(rows, "person", order)
    return rows.select(
        who="person",
        job_employer="employer",
        job_from="first_month",
        job_wage="wage",
        job_insured="insured",
        job_filed_from="filed_month",
    )


def _insured(build: Build) -> ir.Table:
    rows = build.register("insurance_month", build.month)
    return rows.group_by(who=rows.person).agg(insured_platform=(rows.kind == text(PLATFORM)).any())


def _business(build: Build) -> ir.Table:
    """The open business opened last, and whether the owner had another one opened before it."""
    firms = build.register("employer", build.month)
    owned = firms.filter(firms.owner.notnull() & (firms.kind != text("6")))
    owned = owned.mutate(born=owned.opened_month.fill_null(ibis.literal(190001, type="int32")))
    every = owned.group_by(founder=owned.owner).agg(first_opened=owned.born.min())
    mine = owned.filter(owned.active)
    mine = first_of_each(mine, "owner", [mine.born.desc(), mine.employer])
    rows = mine.inner_join(every, [("owner", "founder")])
    return rows.select(
        who=rows.owner,
        business=rows.employer,
        business_kind=rows.kind,
        business_opened=rows.opened_month,
        business_is_first=rows.first_opened == rows.born,
    )


def _with_firm(build: Build, rows: ir.Table) -> ir.Table:
    """Add what is known of the firm that the person works for, or worked for last."""
    firms = build.register("employer", build.month)
    rows = rows.mutate(firm=ibis.coalesce(rows.job_employer, rows.employer))
    works = firms.select(at="employer", firm_section="section")
    rows = rows.left_join(works, [("firm", "at")]).drop("at", "firm")
    rows = rows.mutate(opponent=ibis.coalesce(rows.job_employer, rows.left_employer))
    seats = firms.select(seated="employer", opponent_place="place")
    return build.named(rows.left_join(seats, [("opponent", "seated")]).drop("seated", "opponent"))
