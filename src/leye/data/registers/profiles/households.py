"""The profile of a household: who of it could work, who does, who has none."""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.codes import PENSION_AGE_MEN, PENSION_AGE_WOMEN, UNEMPLOYED
from leye.data.registers.terms import text, total


def household_profile(build: Build) -> ir.Table:
    """Give the households of the month: the register's columns, and how many are without work."""
    months = build.register("person_month", build.month)
    months = months.filter(months.household != text(""))
    hukou = build.register("person", build.month).select(who="person", hukou="hukou")
    rows = months.inner_join(hukou, [("person", "who")])
    most = ibis.ifelse(rows.sex == text("1"), _age(PENSION_AGE_MEN), _age(PENSION_AGE_WOMEN))
    jobless = rows.status.isin([*sorted(UNEMPLOYED)]) & (rows.age < most)
    one, none = ibis.literal(1, type="int64"), ibis.literal(0, type="int64")
    found = rows.group_by(home=rows.household).agg(
        jobless=total(ibis.ifelse(jobless, one, none)),
        urban=(rows.hukou == text("10")).any(),
        hukou_known=(rows.hukou != text("")).any(),
    )
    homes = build.register("household", build.month)
    homes = homes.select("household", "residence", "able", "employed", "zero_employment")
    return homes.inner_join(found, [("household", "home")]).drop("home")


def _age(years: int) -> ir.IntegerScalar:
    return ibis.literal(years, type="int16")
