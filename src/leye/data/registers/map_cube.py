"""The map: one row for each place, key group and value of one axis, with everything counted.

A fixed list of grouping sets: by ``all``, by industry, occupation, education, age, sex and skill
from the city down to towns for every key group and to villages for everybody; by division and by
middle class of occupations for counties. What is counted of employers and of the market is known
of everybody alone, and not in villages.
"""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.map_cube_people import residence_leaves
from leye.data.registers.map_cube_work import market_leaves, workplace_leaves
from leye.data.registers.map_people import LOOKS_BACK
from leye.data.registers.map_places import ALL, above_villages, villages
from leye.data.registers.schemas import (
    MAP_CUBE,
    MAP_KEY,
    MAP_MEASURES,
    MARKET_MEASURES,
    RESIDENCE_MEASURES,
    WORKPLACE_MEASURES,
)
from leye.data.registers.terms import month_literal, stack, text, whole
from leye.kernel.months import month_add

_LEAF = ("axis", "code", "group_code", "leaf", "finest")
_DELIVERED = ("tax_headcount", "payroll", "kwh")
"""Employers' figures that each county's departments deliver: none delivered is not 0."""


def build_map_cube(build: Build) -> ir.Table:
    """Give the cells of the map at the end of the month."""
    leaves = stack(
        [
            _widened(residence_leaves(build)),
            _widened(workplace_leaves(build)),
            _widened(market_leaves(build)),
        ]
    )
    leaves = build.keep("leaves", leaves)
    rows = above_villages(leaves)
    sums = {name: rows[name].sum().cast(kind) for name, kind in MAP_MEASURES.items()}
    above = rows.group_by([*MAP_KEY]).agg(**sums)
    # Nothing but persons is counted in villages, so each is one leaf and needs no sum.
    cells = above.union(villages(leaves).select(*above.columns))
    known = cells.cross_join(_known(build))
    return (
        known.select(*MAP_KEY, month=month_literal(build.month), **_stated(known))
        .select(*MAP_CUBE.names)
        .cast(MAP_CUBE)
    )


def _widened(leaves: ir.Table) -> ir.Table:
    """Give leaves with every measure, null where they have none."""
    values = {
        name: leaves[name] if name in leaves.columns else ibis.null(kind).cast(kind)
        for name, kind in MAP_MEASURES.items()
    }
    return leaves.select(*_LEAF, **values)


def _known(build: Build) -> ir.Table:
    """Give one row that says what was delivered at all."""
    before = build.register("person_month", month_add(build.month, -1))
    jobs = build.register("employer_month", build.month)
    ads = build.source("job_ads")
    seekers = build.source("job_seekers")
    return (
        before.agg(people_before=before.count())
        .cross_join(
            jobs.agg(jobs_now=jobs.insured.count(), jobs_then=jobs.insured_last_year.count())
        )
        .cross_join(ads.agg(ads=ads.count()))
        .cross_join(seekers.agg(seekers=seekers.count()))
    )


def _stated(rows: ir.Table) -> dict[str, ir.Value]:
    """Give the measures: 0 where nobody is counted, null where nobody delivered or none applies."""
    park = rows.level == text("park")
    everybody = rows.group_code == text(ALL)
    at_work = everybody & rows.axis.isin([ALL, "industry", "division"])
    at_work &= rows.level != text("village")
    market = everybody & rows.axis.isin([ALL, "occupation", "occupation4"])
    market &= rows.level.isin(["city", "county"])
    delivered = {
        **dict.fromkeys(LOOKS_BACK, rows.people_before),
        **dict.fromkeys(("jobs_insured", "hires", "separations", "layoffs"), rows.jobs_now),
        "jobs_last_year": rows.jobs_then,
        "vacancies": rows.ads,
        "vacancies_new": rows.ads,
        "applicants": rows.seekers,
    }
    where = {
        **dict.fromkeys(RESIDENCE_MEASURES, ~park),
        **dict.fromkeys(WORKPLACE_MEASURES, at_work),
        **dict.fromkeys(MARKET_MEASURES, market),
    }
    return {
        name: _or_zero(rows[name], where[name], delivered.get(name), kind)
        for name, kind in MAP_MEASURES.items()
        if name not in _DELIVERED
    } | {name: rows[name] for name in _DELIVERED}


def _or_zero(
    value: ir.Value, applies: ir.BooleanValue, delivered: ir.IntegerValue | None, kind: str
) -> ir.Value:
    stated = applies if delivered is None else applies & (delivered > whole(0))
    zero = ibis.literal(0, type=kind)
    return stated.ifelse(value.fill_null(zero), ibis.null(kind))
