"""The facts frame: for every person, household or employer of a month, every fact registers give.

One expression over the registers and the sources, a row for each of them and a column for each
fact, as stored numbers. A fact that is counted since some month is the least it can be; what the
most is stands beside it (``MOST``).
"""

from collections.abc import Collection
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.pool.pieces import part_of, pieces_for
from leye.data.registers.profiles import employer_profile, household_profile, person_profile
from leye.decision.policy.facts import fact
from leye.decision.policy.frames.coding import stored
from leye.decision.policy.frames.employer import employer_facts, employer_most
from leye.decision.policy.frames.household import household_facts
from leye.decision.policy.frames.person import person_facts, person_most
from leye.decision.policy.parameters import Parameters

MOST = "most_"
"""Begins the column that holds the most a counted fact can be."""
COUNTY = "county"
"""The column of the county somebody lives or stands in, as a number; 0 where it is not known."""
PART = "part"
"""The column of the number of the household (see ``pieces``) that a row is cut by.

Who has no known household has a number of their own, and so has an employer.
"""
CARRIED = ("person", "household", "employer", "place", "groups")
"""The columns that say whose row it is; null, "" and 0 where they do not apply."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows of an entity and the facts among their columns."""

    entity: str
    rows: ir.Table
    facts: tuple[str, ...]
    counted: tuple[str, ...]


def facts_frame(
    build: Build, entity: str, law: Parameters, *, wanted: Collection[str] | None = None
) -> Frame:
    """Give the frame of an entity; with ``wanted``, the columns of these facts alone."""
    now = build.month
    if entity == "person":
        rows = person_profile(build)
        found, most = person_facts(rows, now, law), person_most(rows, now, law)
        whose = _whose(person=rows.person, place=rows.residence, groups=rows.groups)
        key = ibis.coalesce(rows.household.nullif(""), rows.person.cast("string"))
    elif entity == "household":
        rows = household_profile(build)
        found, most = household_facts(rows), {}
        whose = _whose(household=rows.household, place=rows.residence)
        key = rows.household
    else:
        rows = employer_profile(build)
        found, most = employer_facts(rows, now, law), employer_most(rows, now)
        whose = _whose(employer=rows.employer, place=rows.place)
        key = rows.employer.cast("string")
    kept = {name: value for name, value in found.items() if wanted is None or name in wanted}
    columns = {name: stored(value, fact(name).kind) for name, value in kept.items()}
    counted = tuple(name for name in most if name in kept)
    columns |= {f"{MOST}{name}": most[name].cast("float64") for name in counted}
    county = whose["place"].substr(0, 6)
    known = whose["place"].length() >= ibis.literal(6, type="int8")
    columns[COUNTY] = ibis.ifelse(known, county, ibis.literal("0")).cast("int32")
    columns[PART] = part_of(key)
    return Frame(entity, rows.select(**whose, **columns), tuple(kept), counted)


def _whose(**known: ir.Value) -> dict[str, ir.Value]:
    blank: dict[str, ir.Value] = {
        "person": ibis.null("int64"),
        "household": ibis.literal("", type="string"),
        "employer": ibis.null("int64"),
        "place": ibis.literal("", type="string"),
        "groups": ibis.literal(0, type="int32"),
    }
    return {**blank, **known}


def pieces_of(build: Build) -> int:
    """Give into how many pieces the frames of a month are cut; all of them into as many."""
    return pieces_for(build.count(build.register("person_month", build.month)))
