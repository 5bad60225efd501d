"""What the map counts of persons: from one row for each of them to cells by place and axis.

A person's row holds every axis at once, so there are nearly as many kinds of rows as persons. Each
axis is therefore counted by itself, to cells by village, key groups, status and what happened to
the person in the month; everything else is a sum of these cells.
"""

from collections.abc import Iterable

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
    groups,
)
from leye.data.registers.flows import MOVED_AWAY
from leye.data.registers.lookups import sections
from leye.data.registers.map_places import ALL, COUNTY, TOWN, VILLAGE, leaf_place
from leye.data.registers.schemas import MONEY
from leye.data.registers.terms import by_end_of, month_literal, month_number, stack, text, whole
from leye.kernel.months import month_add

BANDS = ((25, "16-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (60, "55-59"))
"""Age bands by the age that is too old for them; those older still are of ``OLDEST``."""

OLDEST = "60+"
DETAILS = {"industry": "division", "occupation": "occupation4"}
"""Axes told apart further for counties: the axis, and that of its details."""

_AXES = ("industry", "occupation", "education", "age_band", "sex", "skill")
_EVENTS = (
    "population16",
    "working_age",
    "wage_n",
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
LOOKS_BACK = frozenset(_EVENTS[3:10])
"""Measures that compare the month with the one before."""

_RARE = _EVENTS[3:]
"""What happens to few in a month: counted apart, so that the many are not asked for each."""

_BITS = {name: 1 << place for place, name in enumerate((*_EVENTS, *STATUS))}
"""Marks of a row: what happened, and the status, which whoever is not on the register lacks."""

_RARE_MASK = sum(_BITS[name] for name in _RARE)
_WOMAN = "2"
_HIGH = ("1", "2", "3")
# The order of certificates, highest first; 6 are apprentices, 0 single abilities (专项).
_LEVELS = ("1", "2", "3", "4", "5", "6", "0")
_TRAINED = 100
_PERSON = (
    "village",
    "groups",
    "industry",
    "occupation",
    "education",
    "age_band",
    "sex",
    "skill",
    "marks",
    "wage",
    "loans",
    "lent",
)
_EVERYBODY = 0
"""The number that stands for everybody where key groups are told apart by their bit."""


def residence_leaves(build: Build) -> ir.Table:
    """Give the measures of persons by axis, code, group and leaf (see ``map_places``)."""
    people = build.keep("people", _people(build))
    cells = build.keep("cells", stack([_cells(people, axis) for axis in _AXES]))
    rows = stack([_everybody(cells), _counted(cells), *_detailed(cells), *_grouped(build, cells)])
    return _measured(rows)


def _people(build: Build) -> ir.Table:
    """Give a row for each person and month, and for what happened to them."""
    now = _resident(build, build.month)
    then = _resident(build, month_add(build.month, -1))
    skills = build.keep("skills", _skills(build))
    rows = [
        _present(now, then, skills),
        _lost(now, then, skills),
        _gone(build, now, then, skills),
        _borrowers(build, now, skills),
    ]
    return stack(rows)


def _resident(build: Build, month: int) -> ir.Table:
    rows = build.register("person_month", month)
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
        village=leaf_place(rows.residence, VILLAGE),
        occupation=rows.occupation.substr(0, 4),
        age_band=ibis.cases(*bands, else_=text(OLDEST)),
        working_age=rows.age < pension_age,
        wage=rows.insured_wage,
        works=rows.status.isin([*sorted(EMPLOYED)]),
    )


def _years(age: int) -> ir.IntegerScalar:
    return ibis.literal(age, type="int16")


def _present(now: ir.Table, then: ir.Table, skills: ir.Table) -> ir.Table:
    """Everybody on the register, with what changed since last month."""
    before = then.select(
        who="person", was="status", worked="works", lived=then.village.substr(0, 6)
    )
    rows = now.left_join(before, [("person", "who")])
    rows = rows.left_join(skills, [("person", "holder")])
    own = text("self_employed")
    new_here = rows.was.isnull() & (rows.age > _years(16))
    events = _events(
        population16=ibis.literal(True),
        working_age=rows.working_age,
        wage_n=rows.wage.notnull(),
        entered_work=rows.works & ~rows.worked.fill_null(False),
        new_self_employed=(rows.status == own) & (rows.was.fill_null("") != own),
        moved_in=new_here | (rows.lived != rows.village.substr(0, 6)),
        certified=rows.skill.notnull() & (rows.skill != text("")),
        high_skilled=rows.skill.isin([*_HIGH]),
        trained=rows.trained.fill_null(False),
    )
    return _rows(rows, marks=events + _status_mark(rows), skill=rows.skill, wage=rows.wage)


def _lost(now: ir.Table, then: ir.Table, skills: ir.Table) -> ir.Table:
    """Work lost, and tracks lost: by the industry and the occupation of last month."""
    before = then.filter(then.status != text(UNKNOWN)).select(
        who="person", worked="works", trade="industry", job="occupation"
    )
    rows = now.filter(~now.works).inner_join(before, [("person", "who")])
    unknown = rows.status == text(UNKNOWN)
    rows = rows.filter(rows.worked | unknown)
    events = _events(
        left_work=rows.worked,
        became_unemployed=rows.worked & rows.status.isin([*sorted(UNEMPLOYED)]),
        became_unknown=rows.status == text(UNKNOWN),
    )
    rows = rows.mutate(industry=rows.trade, occupation=rows.job, marks=events)
    rows = rows.left_join(skills, [("person", "holder")])
    return _rows(rows, marks=rows.marks, skill=rows.skill)


def _gone(build: Build, now: ir.Table, then: ir.Table, skills: ir.Table) -> ir.Table:
    """Those who moved to another county, or away, where they lived last month."""
    here = now.select(who="person", lives=now.village.substr(0, 6))
    moved = then.inner_join(here, [("person", "who")])
    moved = moved.filter(moved.lives != moved.village.substr(0, 6))
    register = build.register("person", build.month)
    away = register.filter(register.state == text(MOVED_AWAY)).select(left="person")
    away = then.semi_join(away, [("person", "left")])
    rows = moved.select(*then.columns).union(away.anti_join(here, [("person", "who")]))
    rows = rows.left_join(skills, [("person", "holder")])
    return _rows(rows, marks=_events(moved_out=ibis.literal(True)), skill=rows.skill)


def _borrowers(build: Build, now: ir.Table, skills: ir.Table) -> ir.Table:
    """Loans of the month; those of people who are not on the register where they were given."""
    loans = build.source("loans")
    loans = loans.filter(month_number(loans.granted) == month_literal(build.month))
    loans = loans.select(borrower="person", lender="place", amount="amount")
    rows = loans.left_join(now, [("borrower", "person")])
    # Skills are of those on the register alone, as everything else is.
    rows = rows.left_join(skills, [("person", "holder")])
    rows = rows.mutate(
        village=ibis.coalesce(rows.village, leaf_place(rows.lender, COUNTY)),
        groups=rows.groups.fill_null(month_literal(0)),
        **{
            name: rows[name].fill_null("")
            for name in ("industry", "occupation", "education", "age_band", "sex")
        },
    )
    lent = rows.amount.fill_null(ibis.literal(0, type=MONEY))
    return _rows(rows, marks=whole(0), skill=rows.skill, loans=whole(1), lent=lent)


def _skills(build: Build) -> ir.Table:
    """Give each person's highest certificate, and whether a training ended in the month."""
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
    return found.select(
        "holder",
        skill=ibis.cases(*levels, else_=text("")),
        trained=found.last == whole(_TRAINED),
    )


def _events(**true: ir.BooleanValue) -> ir.IntegerValue:
    """Give the bits of what is true; what is not known is not."""
    bits = [
        each.fill_null(False).ifelse(whole(_BITS[name]), whole(0)) for name, each in true.items()
    ]
    return ibis.literal(0, type="int64") + sum(bits[1:], bits[0])


def _status_mark(rows: ir.Table) -> ir.IntegerValue:
    marks = [(rows.status == text(name), whole(_BITS[name])) for name in STATUS]
    return ibis.cases(*marks, else_=whole(0))


def _rows(rows: ir.Table, **known: ir.Value) -> ir.Table:
    """Give rows of one shape."""
    values = {
        "wage": ibis.null(MONEY),
        "loans": whole(0),
        "lent": ibis.literal(0, type=MONEY),
        **known,
    }
    values["skill"] = known["skill"].fill_null("")
    kept = [name for name in _PERSON if name not in values]
    return rows.select(*kept, **values).select(*_PERSON).cast({"wage": MONEY, "lent": MONEY})


def _cells(people: ir.Table, axis: str) -> ir.Table:
    found = people.group_by(
        detail=people[axis],
        village=people.village,
        groups=people.groups,
        marks=people.marks,
    ).agg(
        persons=people.count(),
        wage=people.wage.sum().cast(MONEY),
        loans=people.loans.sum().cast("int64"),
        lent=people.lent.sum().cast(MONEY),
    )
    if axis == "industry":
        joined = found.left_join(
            sections(key="division", value="section"), [("detail", "division")]
        )
        found = joined.mutate(code=joined.section.fill_null("")).drop("division", "section")
    else:
        code = found.detail.substr(0, 1) if axis == "occupation" else found.detail
        found = found.mutate(code=code)
    return found.mutate(axis=text(axis.removesuffix("_band")))


def _counted(cells: ir.Table, **known: ir.Value) -> ir.Table:
    """Give cells to be summed up, of everybody where no group is said."""
    columns = {"axis": cells.axis, "code": cells.code, "group": _number(_EVERYBODY), **known}
    amounts = ("marks", "persons", "wage", "loans", "lent")
    return cells.select(*amounts, **{"leaf": cells.village, "finest": whole(VILLAGE), **columns})


def _everybody(cells: ir.Table) -> ir.Table:
    """The cells told apart by nothing: those of one axis, whichever."""
    own = cells.filter(cells.axis == text("sex"))
    return _counted(own, axis=text(ALL), code=text(ALL))


def _detailed(cells: ir.Table) -> list[ir.Table]:
    county = cells.village.substr(0, 6)
    return [
        _counted(
            cells.filter(cells.axis == text(axis)),
            axis=text(detail),
            code=cells.detail,
            leaf=county,
            finest=whole(COUNTY),
        )
        for axis, detail in DETAILS.items()
    ]


def _grouped(build: Build, cells: ir.Table) -> list[ir.Table]:
    """The cells of each key group, down to towns; a person of several is in each of them."""
    towns = cells.mutate(village=cells.village.substr(0, 9)).group_by(
        ["axis", "code", "village", "groups", "marks"]
    )
    towns = towns.agg(
        persons=cells.persons.sum().cast("int64"),
        wage=cells.wage.sum().cast(MONEY),
        loans=cells.loans.sum().cast("int64"),
        lent=cells.lent.sum().cast(MONEY),
    )
    own = cells.filter(cells.axis == text("sex"))
    members = build.keep("members", _members(own))
    by_mask = [("groups", "mask")]
    everybody = own.inner_join(members, by_mask)
    towns = towns.inner_join(members, by_mask)
    return [
        _counted(everybody, axis=text(ALL), code=text(ALL), group=everybody.group),
        _counted(towns, group=towns.group, finest=whole(TOWN)),
    ]


def _members(cells: ir.Table) -> ir.Table:
    """Give the groups that each mask of groups names, by their bits."""
    masks = cells.select(mask="groups").distinct()
    none = month_literal(0)
    return stack(
        [
            masks.filter((masks.mask & month_literal(bit)) != none).mutate(group=_number(bit))
            for bit in groups().values()
        ]
    )


def _number(bit: int) -> ir.IntegerScalar:
    return ibis.literal(bit, type="int32")


def _measured(rows: ir.Table) -> ir.Table:
    """Give the measures of persons for each axis, code, group and leaf."""
    key = ["axis", "code", "group", "leaf", "finest"]
    usual = [name for name in _BITS if name not in _RARE]
    found = rows.group_by(key).agg(
        **_counts(rows, usual),
        wage_sum=rows.wage.sum().cast(MONEY),
        loans_n=rows.loans.sum().cast("int64"),
        loans_amount=rows.lent.sum().cast(MONEY),
    )
    few = rows.filter((rows.marks & whole(_RARE_MASK)) != whole(0))
    happened = few.group_by(key).agg(**_counts(few, _RARE))
    found = found.left_join(happened, key)
    zero = whole(0)
    counts = {name: found[name].fill_null(zero) for name in _RARE}
    sums = {"employed": EMPLOYED, "unemployed": UNEMPLOYED}
    summed = {name: _sum(found, of) for name, of in sums.items()}
    names = [(found.group == _number(bit), text(group)) for group, bit in groups().items()]
    return found.select(
        "axis",
        "code",
        "leaf",
        "finest",
        *usual,
        "wage_sum",
        "loans_n",
        "loans_amount",
        group_code=ibis.cases(*names, else_=text(ALL)),
        **counts,
        **summed,
    )


def _counts(rows: ir.Table, names: Iterable[str]) -> dict[str, ir.IntegerScalar]:
    return {
        name: rows.persons.sum(where=(rows.marks & whole(_BITS[name])) != whole(0))
        .fill_null(whole(0))
        .cast("int64")
        for name in names
    }


def _sum(found: ir.Table, statuses: Iterable[str]) -> ir.IntegerValue:
    first, *more = (found[name] for name in sorted(statuses))
    return sum(more, first)
