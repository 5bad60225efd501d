"""The places of the map: a leaf is where something is known to be, as finely as it is known.

Known only to the county it stands under the county's own code at the levels below, so that children
add up to their parent; known to nobody it is "". Outside the city a place is its six digits.
"""

from functools import cache

import ibis
import ibis.expr.types as ir

from leye.data.reference import places
from leye.data.registers.terms import text, whole
from leye.kernel.place import PlaceLevel, place_prefix

ALL = "all"
"""The group of everybody, and the axis, and its one code, that tell nothing apart."""

CITY, COUNTY, TOWN, VILLAGE, PARK = range(1, 6)
"""The levels of the map by number; a leaf of a park is of no other level."""

LEVELS = {CITY: "city", COUNTY: "county", TOWN: "town", VILLAGE: "village", PARK: "park"}
_DIGITS = {COUNTY: 6, TOWN: 9, VILLAGE: 12}
PARK_PREFIX = "park:"


@cache
def city_code() -> str:
    """Give the code of the city."""
    return places().at_level(PlaceLevel.CITY)[0].code


def leaf_place(place: ir.StringValue, level: int) -> ir.StringValue:
    """Give a place as a leaf of a level: cut to it, and to six digits outside the city."""
    given = place.fill_null("")
    inside = given.substr(0, 4) == text(place_prefix(city_code()))
    return ibis.cases(
        (given == text(city_code()), text("")),
        (inside, given.substr(0, _DIGITS[level])),
        else_=given.substr(0, 6),
    )


def park_leaf(park: ir.StringValue) -> ir.StringValue:
    """Give the leaf of a park."""
    return text(PARK_PREFIX) + park


def above_villages(leaves: ir.Table) -> ir.Table:
    """Give each leaf once for every level from the city down to its ``finest``, but for villages.

    ``leaf`` and ``finest`` give way to ``level`` and ``place``.
    """
    numbers = [whole(number) for number in LEVELS if number != VILLAGE]
    rows = leaves.mutate(number=ibis.array(numbers).unnest())
    park = whole(PARK)
    kept = ibis.ifelse(rows.finest == park, rows.number == park, rows.number <= rows.finest)
    rows = rows.filter(kept)
    own = [
        (rows.number == whole(level), rows.leaf.substr(0, _DIGITS[level]))
        for level in (COUNTY, TOWN)
    ]
    names = [(rows.number == whole(number), text(level)) for number, level in LEVELS.items()]
    city = (rows.number == whole(CITY), text(city_code()))
    return rows.mutate(
        level=ibis.cases(*names, else_=text("")),
        place=ibis.cases(city, *own, else_=rows.leaf),
    ).drop("number", "leaf", "finest")


def villages(leaves: ir.Table) -> ir.Table:
    """Give the leaves that are villages, as cells of their level."""
    own = leaves.filter(leaves.finest == whole(VILLAGE))
    return own.mutate(level=text(LEVELS[VILLAGE]), place=own.leaf).drop("leaf", "finest")
