"""What the map knows of each person: a row for what they are, and one for whatever happened.

Two months of the register of persons are held against each other by status and county alone, and
only of the few who differ is more looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.codes import (
    EMPLOYED,
    PENSION_AGE_MEN,
    PENSION_AGE_WOMEN,
    STATUS,
    UNEMPLOYED,
    UNKNOWN,
)
from leye.data.registers.flows import MOVED_AWAY
from leye.data.registers.map_places import COUNTY, VILLAGE, leaf_place
from leye.data.registers.schemas import MONEY
from leye.data.registers.terms import by_end_of, month_literal, month_number, stack, text, whole
from leye.kernel.months import month_add

BANDS = ((25, "16-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (60, "55-59"))
"""Age bands by the age that is too old for them; those older still are of ``OLDEST``."""

OLDEST = "60+"
AXES = ("industry", "occupation", "education", "age_band", "sex", "skill")
"""The columns of a row that persons are told apart by, besides place and key groups."""

EVENTS = (
    "entered_work",
    "left_work",
    "became_unemployed",
    "became_unknown",
    "new_self_employed",
    "moved_in",
    "moved_out",
    "certified",
    "high_skilled",
    "trained",
)
LOOKS_BACK = frozenset(EVENTS[:7])
"""Measures that compare the month with the one before."""

LOAN = "loans_n"
WHAT: Mapping[str, int] = MappingProxyType(
    {name: number for number, name in enumerate((*STATUS, *EVENTS, LOAN))}
)
"""What a row says of a person, by number: the status, something that happened, or a loan."""

_BITS = {name: 1 << place for place, name in enumerate(EVENTS)}
_WOMAN = "2"
_HIGH = ("1", "2", "3")
# The order of certificates, highest first; 6 are apprentices, 0 single abilities (专项).
_LEVELS = ("1", "2", "3", "4", "5", "6", "0")
_TRAINED = 100
_WHERE = ("village", "town", "groups", *AXES)
_ROW = (*_WHERE, "what", "working", "amount")


@dataclass(frozen=True, slots=True)
class PersonRows:
    """Rows of persons, and the names of their places.

    ``rows``: village, town (numbers of places), groups (a mask), the axes, what (see ``WHAT``),
    working (1 for those of working age), amount (of a status the insured wage, of a loan what was
    lent). ``places`` has a row for each village, with the numbers of its town and county, and the
    leaves all three are, as ``village_leaf``.
    """

    rows: ir.Table
    places: ir.Table


def person_rows(build: Build) -> PersonRows:
    """Give a row for each person's status, and one for whatever happened in the month."""
    loans = build.keep("loans", _loans(build))
    places = build.keep("places", _places(build, loans))
    now = _resident(build, build.month, places)
    then = _resident(build, month_add(build.month, -1), places)
    skills = build.keep("skills", _skills(build))
    changed = build.keep("changed", _changed(now, then))
    before = build.keep("before", then.semi_join(changed, [("person", "other")]))
    people = build.keep("people", _present(now, changed, skills))
    events = [
        _happened(people),
        _lost(people, changed, before),
        _gone(build, before, changed, skills),
    ]
    happened = [
        _apart(build, build.keep("events", stack(events))),
        _borrowers(loans, people, places),
    ]
    rows = people.select(*_ROW).union(build.keep("happened", stack(happened)))
    return PersonRows(rows, build.keep("leaves", places.drop("lived_at").distinct()))


def told_apart(build: Build, rows: ir.Table, column: str, bits: Mapping[int, int]) -> ir.Table:
    """Give the numbers that each ``mask`` met in a column stands for: of the bits set in it."""
    masks = build.keep(f"masks_{column}", rows.select(mask=column).distinct())
    kind = masks.mask.type()
    none = ibis.literal(0, type=kind)
    told = [
        masks.filter((masks.mask & ibis.literal(bit, type=kind)) != none).mutate(
            number=month_literal(number)
        )
        for number, bit in bits.items()
    ]
    return build.keep(f"told_{column}", stack(told))


def _places(build: Build, loans: ir.Table) -> ir.Table:
    """Give each residence the numbers of its village, town and county: quicker to count by."""
    months = (build.month, month_add(build.month, -1))
    given = [build.register("person_month", month).select("residence") for month in months]
    given.append(loans.select(residence="lender"))
    found = stack([each.distinct() for each in given]).distinct()
    village = leaf_place(found.residence, VILLAGE)
    leaves = {"village": village, "town": village.substr(0, 9), "county": village.substr(0, 6)}
    found = found.mutate(**{f"{level}_leaf": leaf for level, leaf in leaves.items()})
    numbers = {
        level: ibis.dense_rank().over(order_by=found[f"{level}_leaf"]).cast("int32")
        for level in leaves
    }
    kept = [f"{level}_leaf" for level in leaves]
    return found.select(*kept, lived_at=found.residence, **numbers)


def _resident(build: Build, month: int, places: ir.Table) -> ir.Table:
    rows = build.register("person_month", month)
    numbers = places.select("lived_at", "village", "town", "county")
    rows = rows.inner_join(numbers, [("residence", "lived_at")])
    bands = [(rows.age < ibis.literal(end, type="int16"), text(name)) for end, name in BANDS]
    men = rows.sex != text(_WOMAN)
    pension_age = ibis.ifelse(men, _years(PENSION_AGE_MEN), _years(PENSION_AGE_WOMEN))
    return rows.select(
        "person",
        "status",
        "groups",
        "industry",
        "education",
        "sex",
        "age",
        "village",
        "town",
        "county",
        occupation=rows.occupation.substr(0, 4),
        age_band=ibis.cases(*bands, else_=text(OLDEST)),
        working_age=rows.age < pension_age,
        wage=rows.insured_wage,
        works=rows.status.isin([*sorted(EMPLOYED)]),
    )


def _years(age: int) -> ir.IntegerScalar:
    return ibis.literal(age, type="int16")


def _changed(now: ir.Table, then: ir.Table) -> ir.Table:
    """Give whose status or county is not that of last month; who is new has no ``was``."""
    before = then.select(who="person", was="status", worked="works", lived="county")
    both = now.outer_join(before, [("person", "who")])
    new_or_gone = both.person.isnull() | both.who.isnull()
    differs = (both.status != both.was) | (both.county != both.lived)
    return both.filter(new_or_gone | differs).select(
        "was",
        "worked",
        "lived",
        "status",
        "works",
        "county",
        "age",
        other=both.person.fill_null(both.who),
    )


def _present(now: ir.Table, changed: ir.Table, skills: ir.Table) -> ir.Table:
    """Everybody on the register, with what happened since last month."""
    rows = now.left_join(_began(changed), [("person", "other")])
    rows = rows.left_join(skills, [("person", "holder")])
    numbers = [(rows.status == text(name), month_literal(WHAT[name])) for name in STATUS]
    none = whole(0)
    return rows.mutate(skill=rows.skill.fill_null("")).select(
        "person",
        *_WHERE,
        what=ibis.cases(*numbers, else_=month_literal(WHAT[UNKNOWN])),
        working=rows.working_age.ifelse(month_literal(1), month_literal(0)),
        amount=rows.wage.cast(MONEY),
        events=rows.began.fill_null(none) + rows.learned.fill_null(none),
    )


def _began(changed: ir.Table) -> ir.Table:
    """What began for those on the register, as bits."""
    own = text("self_employed")
    new_here = changed.was.isnull() & (changed.age > _years(16))
    began = _events(
        entered_work=changed.works & ~changed.worked.fill_null(False),
        new_self_employed=(changed.status == own) & (changed.was.fill_null("") != own),
        moved_in=new_here | (changed.lived != changed.county),
    )
    return changed.filter(changed.status.notnull()).select("other", began=began)


def _happened(people: ir.Table) -> ir.Table:
    return people.filter(people.events != whole(0)).select(*_WHERE, "events")


def _lost(people: ir.Table, changed: ir.Table, before: ir.Table) -> ir.Table:
    """Work lost, and tracks lost: by the industry and the occupation of last month."""
    without = ~changed.works & (changed.was != text(UNKNOWN))
    left = without & changed.worked
    lost = _events(
        left_work=left,
        became_unemployed=left & changed.status.isin([*sorted(UNEMPLOYED)]),
        became_unknown=without & (changed.status == text(UNKNOWN)),
    )
    jobs = before.select(who="person", trade="industry", job="occupation")
    found = changed.select("other", lost=lost)
    found = found.filter(found.lost != whole(0)).inner_join(jobs, [("other", "who")])
    rows = people.drop("events").inner_join(found, [("person", "other")])
    return rows.mutate(industry=rows.trade, occupation=rows.job, events=rows.lost).select(
        *_WHERE, "events"
    )


def _gone(build: Build, before: ir.Table, changed: ir.Table, skills: ir.Table) -> ir.Table:
    """Those who moved to another county, or away, where they lived last month."""
    moved = changed.filter(changed.lived != changed.county).select(left="other")
    register = build.register("person", build.month)
    away = register.filter(register.state == text(MOVED_AWAY)).select(left="person")
    missing = changed.filter(changed.status.isnull()).select(gone="other")
    away = away.semi_join(missing, [("left", "gone")])
    rows = _skilled(before.semi_join(moved.union(away), [("person", "left")]), skills)
    return rows.mutate(events=_events(moved_out=ibis.literal(True))).select(*_WHERE, "events")


def _loans(build: Build) -> ir.Table:
    """Loans of the month, with the county they were given in."""
    loans = build.source("loans")
    loans = loans.filter(month_number(loans.granted) == month_literal(build.month))
    return loans.select(borrower="person", lender=leaf_place(loans.place, COUNTY), lent="amount")


def _borrowers(loans: ir.Table, people: ir.Table, places: ir.Table) -> ir.Table:
    """Who borrowed; those who are not on the register where the loan was given."""
    at = places.select("lived_at", there="village", town_there="town")
    rows = loans.left_join(people, [("borrower", "person")])
    rows = rows.inner_join(at, [("lender", "lived_at")])
    rows = rows.mutate(
        village=rows.village.fill_null(rows.there),
        town=rows.town.fill_null(rows.town_there),
        groups=rows.groups.fill_null(month_literal(0)),
        **{name: rows[name].fill_null("") for name in AXES},
    )
    return rows.select(
        *_WHERE,
        what=month_literal(WHAT[LOAN]),
        working=month_literal(0),
        amount=rows.lent.fill_null(ibis.literal(0, type=MONEY)).cast(MONEY),
    )


def _skilled(rows: ir.Table, skills: ir.Table) -> ir.Table:
    joined = rows.left_join(skills, [("person", "holder")])
    return joined.mutate(skill=joined.skill.fill_null(""))


def _skills(build: Build) -> ir.Table:
    """Give each person's highest certificate, and what was learned as bits."""
    held = build.source("certificates")
    held = held.filter(held.person.notnull() & by_end_of(held.issued, build.month))
    ranks = [(held.level == text(level), whole(rank)) for rank, level in enumerate(_LEVELS)]
    held = held.select("person", rank=ibis.cases(*ranks, else_=whole(len(_LEVELS) - 1)))
    courses = build.source("training")
    ended = month_number(courses.end) == month_literal(build.month)
    courses = courses.filter(courses.person.notnull() & ended.fill_null(False))
    rows = held.union(courses.select("person", rank=whole(_TRAINED)))
    found = rows.group_by(holder=rows.person).agg(best=rows.rank.min(), last=rows.rank.max())
    levels = [(found.best == whole(rank), text(level)) for rank, level in enumerate(_LEVELS)]
    certified = found.best < whole(len(_LEVELS))
    learned = _events(
        certified=certified,
        high_skilled=certified & ibis.cases(*levels, else_=text("")).isin([*_HIGH]),
        trained=found.last == whole(_TRAINED),
    )
    return found.select("holder", skill=ibis.cases(*levels, else_=text("")), learned=learned)


def _events(**true: ir.BooleanValue) -> ir.IntegerValue:
    """Give the bits of what is true; what is not known is not."""
    bits = [
        each.fill_null(False).ifelse(whole(_BITS[name]), whole(0)) for name, each in true.items()
    ]
    return ibis.literal(0, type="int64") + sum(bits[1:], bits[0])


def _apart(build: Build, events: ir.Table) -> ir.Table:
    """Give a row for each thing that happened."""
    bits = {WHAT[name]: bit for name, bit in _BITS.items()}
    rows = events.inner_join(told_apart(build, events, "events", bits), [("events", "mask")])
    return rows.select(
        *_WHERE,
        what=rows.number,
        working=month_literal(0),
        amount=ibis.null(MONEY).cast(MONEY),
    )
