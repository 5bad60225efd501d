"""The tables the policies keep in the pool, built like registers and known stale like them.

``receiving``: who receives what, as the sources record it. ``entitlement``: who is eligible for
what, and who would be but for one thing that cannot be told. ``entitlement_count``: everybody, by
county. They are made by a version of the law: of every file of the rules, and every value.
"""

import hashlib
from functools import cache
from pathlib import Path

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build, RegisterTable
from leye.data.pool.mapped import Task
from leye.data.registers.codes import groups
from leye.data.registers.terms import month_literal, stack, text, total, whole
from leye.decision.policy.costs import MONTHLY, ONCE, YEAR, costs
from leye.decision.policy.entities import ENTITY_KEYS
from leye.decision.policy.evaluate import facts_wanted
from leye.decision.policy.frames import CARRIED, PART, facts_frame, pieces_of
from leye.decision.policy.programmes import Outcome
from leye.decision.policy.receiving import received
from leye.decision.policy.screening import Screening, programmes_of
from leye.decision.policy.system import System, system

MONEY = "decimal(18, 2)"
ALL = "all"
"""The group of everybody."""
OUTCOMES = {Outcome.NOT_ELIGIBLE: "not_eligible", Outcome.CANNOT_TELL: "cannot_tell"}
OUTCOMES |= {Outcome.ELIGIBLE: "eligible"}

RECEIVING = ibis.schema(
    {
        "month": "int32",
        "programme": "string",
        "person": "int64",
        "employer": "int64",
        "place": "string",
        "groups": "int32",
        "since": "int32",
        "amount": MONEY,
    }
)
"""Who receives what: a person or an employer, the other null; ``amount`` as last recorded."""

ENTITLEMENT = ibis.schema(
    {
        "month": "int32",
        "programme": "string",
        "person": "int64",
        "household": "string",
        "employer": "int64",
        "place": "string",
        "groups": "int32",
        "outcome": "string",
        "amount": MONEY,
        "months": "int32",
        "missing": "int64",
        "receiving": "boolean",
    }
)
"""The eligible, and those one condition of whom cannot be told (``missing``, a bit for it).

Of person, household and employer one is known. ``amount`` yuan, a month, a year or once as the
programme is paid, null where it cannot be told; ``months`` it may still be paid, null likewise.
"""

ENTITLEMENT_COUNT = ibis.schema(
    {
        "month": "int32",
        "programme": "string",
        "place": "string",
        "group_code": "string",
        "outcome": "string",
        "failing": "int64",
        "missing": "int64",
        "n": "int64",
        "receiving": "int64",
        "amount": MONEY,
        "amount_known": "int64",
        "cost": MONEY,
    }
)
"""How many have each outcome in each county ("" not known), and which conditions stand in the way.

Key groups (``group_code``) are counted of the eligible only. ``receiving``: how many of them do;
``amount`` is the sum over the ``amount_known`` whose amount is known, ``cost`` what they are paid
within a year (see ``costs``); both 0 where there is none.
"""


def policy_tables() -> tuple[RegisterTable, ...]:
    """Give the tables in the order they are built, made by the law as it is now."""
    version = law_version(system())
    keys = ("programme", "person", "household", "employer")
    places = ("programme", "place", "group_code", "outcome", "failing", "missing")
    return (
        RegisterTable(
            "receiving", RECEIVING, _receiving, True, ("programme", "person", "employer"), "place",
            version,
        ),
        RegisterTable("entitlement", ENTITLEMENT, _entitlement, True, keys, "place", version),
        RegisterTable(
            "entitlement_count", ENTITLEMENT_COUNT, _counts, True, places, "place", version
        ),
    )  # fmt: skip


@cache
def law_version(rules: System) -> str:
    """Give a digest of the files of the rules, and of every value that holds at any time."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted(here.rglob("*")):
        if path.suffix in {".py", ".yaml"} and "examples" not in path.parts:
            digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    for each in rules.law:
        digest.update(repr((each.path, [(d.since, d.value) for d in each.values])).encode())
    return digest.hexdigest()[:16]


def _receiving(build: Build) -> ir.Table:
    rows = received(build)
    people = build.register("person", build.month)
    people = people.select("residence", "groups", who="person")
    firms = build.register("employer", build.month).select(firm="employer", seat="place")
    rows = rows.left_join(people, [("person", "who")])
    rows = rows.left_join(firms, [("employer", "firm")])
    return rows.select(
        month=month_literal(build.month),
        programme=rows.programme,
        person=rows.person,
        employer=rows.employer,
        place=ibis.coalesce(rows.residence, rows.seat, text("")),
        groups=rows.groups.fill_null(month_literal(0)),
        since=rows.since,
        amount=rows.amount,
    ).cast(RECEIVING)


def _screened(build: Build) -> ir.Table:
    """Screen every entity; both tables are made of what this gives."""
    rules, parts, pieces = system(), [], pieces_of(build)
    for entity in ENTITY_KEYS:
        wanted = facts_wanted(rules, programmes_of(rules, entity))
        frame = facts_frame(build, entity, rules.law, wanted=wanted)
        work = Screening(entity, build.month, frame.counted)
        task = Task(work, CARRIED, _SCREENED, PART, pieces)
        parts.append(build.mapped(entity, frame.rows, task))
    return stack(parts)


_SCREENED = ibis.schema(
    {
        "person": "int64",
        "household": "string",
        "employer": "int64",
        "place": "string",
        "groups": "int32",
        "programme": "string",
        "outcome": "int8",
        "amount": "float64",
        "months": "int32",
        "failing": "int64",
        "missing": "int64",
        "county": "int32",
        "n": "int64",
    }
)


def _entitlement(build: Build) -> ir.Table:
    rows = build.shared("screened", _screened)
    rows = rows.filter(rows.n == whole(0))
    gets = build.register("receiving")
    gets = gets.select(gives=gets.programme, who=_key(gets)).distinct()
    rows = rows.mutate(key=_key(rows))
    found = rows.left_join(gets, [("programme", "gives"), ("key", "who")])
    unknown = found.amount.isnan()
    return found.select(
        month=month_literal(build.month),
        programme=found.programme,
        person=found.person,
        household=found.household,
        employer=found.employer,
        place=found.place,
        groups=found.groups,
        outcome=_outcome(found.outcome),
        amount=ibis.ifelse(unknown, ibis.null(MONEY), found.amount.cast(MONEY)),
        months=ibis.ifelse(found.months < month_literal(0), ibis.null("int32"), found.months),
        missing=found.missing,
        receiving=found.gives.notnull(),
    ).cast(ENTITLEMENT)


def _key(rows: ir.Table) -> ir.IntegerValue:
    """Give one number for a person or an employer: a programme is for one of them."""
    return ibis.coalesce(rows.person, rows.employer)


def _outcome(number: ir.IntegerValue) -> ir.StringValue:
    cases = [
        (number == ibis.literal(int(outcome), type="int8"), text(word))
        for outcome, word in OUTCOMES.items()
    ]
    return ibis.cases(*cases, else_=text(""))


def _counts(build: Build) -> ir.Table:
    left = build.shared("screened", _screened)
    left = left.filter(left.n > whole(0))
    known = left.county > month_literal(0)
    left = left.select(
        "programme", "failing", "missing", "n",
        place=ibis.ifelse(known, left.county.cast("string"), text("")),
        outcome=_outcome(left.outcome),
        group_code=text(ALL),
        receiving=whole(0),
        amount=_NO_MONEY,
        amount_known=whole(0),
        cost=_NO_MONEY,
    )  # fmt: skip
    rows = stack([left.select(*_PARTS), *_eligible(build)])
    found = rows.group_by(["programme", "place", "group_code", "outcome", "failing", "missing"])
    return (
        found.agg(
            n=total(rows.n),
            receiving=total(rows.receiving),
            amount=rows.amount.sum().cast(MONEY),
            amount_known=total(rows.amount_known),
            cost=rows.cost.sum().cast(MONEY),
        )
        .mutate(month=month_literal(build.month))
        .select(*ENTITLEMENT_COUNT.names)
        .cast(ENTITLEMENT_COUNT)
    )


_PARTS = tuple(name for name in ENTITLEMENT_COUNT.names if name != "month")


def _eligible(build: Build) -> list[ir.Table]:
    """Give the eligible to be counted: everybody, then of each key group."""
    rows = build.register("entitlement", build.month)
    rows = rows.filter(rows.outcome == text(OUTCOMES[Outcome.ELIGIBLE]))
    county = ibis.ifelse(rows.place.length() >= 6, rows.place.substr(0, 6), text(""))
    rows = rows.mutate(county=county, due=rows.amount.fill_null(_NO_MONEY), times=_times(rows))
    rows = rows.mutate(in_a_year=(rows.due * rows.times).cast(MONEY))
    counted = rows.group_by(["programme", "county", "groups"]).agg(
        n=rows.count(),
        receiving=total(ibis.ifelse(rows.receiving, whole(1), whole(0))),
        amount=rows.due.sum().cast(MONEY),
        amount_known=rows.amount.count(),
        cost=rows.in_a_year.sum().cast(MONEY),
    )
    counted = build.keep("eligible", counted)
    parts = [_of_group(counted, ALL)]
    for code, bit in groups().items():
        has = (counted.groups & month_literal(bit)) != month_literal(0)
        parts.append(_of_group(counted.filter(has), code))
    return parts


def _times(rows: ir.Table) -> ir.IntegerValue:
    """Give how often each is paid the amount within a year."""
    once, monthly = costs(ONCE), costs(MONTHLY)
    months = ibis.least(rows.months.fill_null(month_literal(0)), month_literal(YEAR))
    left = ibis.ifelse(months > month_literal(0), months, month_literal(YEAR))
    return ibis.cases(
        (rows.programme.isin([*once]), month_literal(1)),
        (rows.programme.isin([*monthly]), left),
        else_=month_literal(0),
    )


_NO_MONEY = ibis.literal(0, type="int64").cast(MONEY)


def _of_group(rows: ir.Table, code: str) -> ir.Table:
    return rows.select(
        "programme", "n", "receiving", "amount", "amount_known", "cost",
        failing=whole(0),
        missing=whole(0),
        place=rows.county,
        outcome=text(OUTCOMES[Outcome.ELIGIBLE]),
        group_code=text(code),
    ).select(*_PARTS)  # fmt: skip
