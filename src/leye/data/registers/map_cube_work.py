"""What the map counts of employers, at their own place, and of vacancies and applicants."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.lookups import sections
from leye.data.registers.map_places import ALL, COUNTY, PARK, TOWN, leaf_place, park_leaf
from leye.data.registers.schemas import MARKET_MEASURES, WORKPLACE_MEASURES
from leye.data.registers.terms import month_literal, month_number, stack, stands, text, whole
from leye.data.registers.titles import occupation_of

TRADER = "5"
"""The kind of a trader (个体工商户): counted by itself, not among firms."""

_JOBS = {
    "jobs_insured": "insured",
    "jobs_last_year": "insured_last_year",
    "hires": "hires",
    "separations": "separations",
    "layoffs": "layoffs",
    "tax_headcount": "tax_headcount",
    "payroll": "payroll",
    "kwh": "kwh",
}
_KEYS = ("axis", "code", "leaf", "finest")


def workplace_leaves(build: Build) -> ir.Table:
    """Give the measures of employers by axis, code and leaf, all of group ``all``."""
    rows = build.keep("employers", _by_trade(_employers(build)))
    rows = rows.left_join(
        sections(key="division", value="section"), [("industry", "division")]
    ).mutate(section=lambda joined: joined.section.fill_null(""))
    town = leaf_place(rows.place, TOWN)
    in_park = rows.filter(rows.park != text(""))
    park = park_leaf(in_park.park)
    found = stack(
        [
            _at(rows, ALL, text(ALL), town, TOWN),
            _at(rows, "industry", rows.section, town, TOWN),
            _at(rows, "division", rows.industry, town.substr(0, 6), COUNTY),
            _at(in_park, ALL, text(ALL), park, PARK),
            _at(in_park, "industry", in_park.section, park, PARK),
        ]
    )
    return _sums(found, _KEYS).mutate(group_code=text(ALL))


def _employers(build: Build) -> ir.Table:
    """Give what the register says of each employer, and what its month says, as two rows."""
    firms = build.register("employer", build.month)
    trader = firms.kind == text(TRADER)
    now = month_literal(build.month)
    found = {
        "active": firms.active,
        "opened": firms.opened_month == now,
        "closed": firms.closed_month == now,
    }
    counts = {f"firms_{name}": _one(each & ~trader) for name, each in found.items()}
    counts |= {f"traders_{name}": _one(each & trader) for name, each in found.items()}
    months = build.register("employer_month", build.month)
    parks = firms.select(firm="employer", site="park")
    joined = months.left_join(parks, [("employer", "firm")])
    figures = {name: joined[column] for name, column in _JOBS.items()}
    return _shaped(firms, firms.park, counts).union(
        _shaped(joined, joined.site.fill_null(""), figures)
    )


def _shaped(rows: ir.Table, park: ir.StringValue, known: dict[str, ir.Value]) -> ir.Table:
    values = {
        name: known.get(name, ibis.null(kind)).cast(kind)
        for name, kind in WORKPLACE_MEASURES.items()
    }
    return rows.select("place", "industry", park=park, **values)


def _by_trade(rows: ir.Table) -> ir.Table:
    return _sums(rows, ("place", "industry", "park"))


def _sums(rows: ir.Table, keys: tuple[str, ...]) -> ir.Table:
    sums = {name: rows[name].sum().cast(kind) for name, kind in WORKPLACE_MEASURES.items()}
    return rows.group_by([*keys]).agg(**sums)


def _at(
    rows: ir.Table, axis: str, code: ir.StringValue, leaf: ir.StringValue, finest: int
) -> ir.Table:
    return rows.select(
        *WORKPLACE_MEASURES, axis=text(axis), code=code, leaf=leaf, finest=whole(finest)
    )


def _one(true: ir.BooleanValue) -> ir.IntegerValue:
    return true.fill_null(False).ifelse(whole(1), whole(0))


def market_leaves(build: Build) -> ir.Table:
    """Give vacancies and applicants by axis, code and leaf, all of group ``all``.

    An advertisement that does not say how many it wants wants one.
    """
    rows = build.keep("market", occupation_of(_ads(build).union(_seekers(build))))
    leaf = leaf_place(rows.place, COUNTY)
    axes = {
        ALL: text(ALL),
        "occupation": rows.occupation.substr(0, 1),
        "occupation4": rows.occupation,
    }
    found = stack(
        [
            rows.select(
                *MARKET_MEASURES, axis=text(axis), code=code, leaf=leaf, finest=whole(COUNTY)
            )
            for axis, code in axes.items()
        ]
    )
    sums = {name: found[name].sum().cast("int64") for name in MARKET_MEASURES}
    return found.group_by([*_KEYS]).agg(**sums).mutate(group_code=text(ALL))


def _ads(build: Build) -> ir.Table:
    ads = build.source("job_ads")
    wanted = ads.openings.fill_null(whole(1))
    new = month_number(ads.posted) == month_literal(build.month)
    open_now = stands(ads.posted, ads.closed, build.month)
    ads = ads.select(
        "title",
        "place",
        vacancies=open_now.fill_null(False).ifelse(wanted, whole(0)),
        vacancies_new=new.fill_null(False).ifelse(wanted, whole(0)),
        applicants=ibis.null("int64"),
    )
    return ads.filter((ads.vacancies > whole(0)) | (ads.vacancies_new > whole(0)))


def _seekers(build: Build) -> ir.Table:
    seekers = build.source("job_seekers")
    seekers = seekers.filter(seekers.active_month == month_literal(build.month))
    nothing = ibis.null("int64")
    return seekers.select(
        "title", "place", vacancies=nothing, vacancies_new=nothing, applicants=whole(1)
    )
