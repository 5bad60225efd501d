"""What people and employers receive, by the sources that record it, as programmes.

Of a programme that no source speaks of, nobody knows who receives it; that is not nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import Shape
from leye.data.registers.terms import month_literal, month_number, ordinal, stack, text, whole


@dataclass(frozen=True, slots=True)
class Paid:
    """A source's rows as what a programme gives.

    ``only``: the codes of a column that count. ``since`` and ``until`` are columns, "" where the
    month's rows count, or where it never ends; ``within``: how many months after its end it still
    counts, since it is paid in arrears or counts for a year.
    """

    source: str
    programmes: tuple[str, ...]
    entity: str = "person"
    only: tuple[str, tuple[str, ...]] | None = None
    since: str = ""
    until: str = ""
    within: int = 0
    amount: str = ""


_HARDSHIP = {
    "1": "hard_to_employ_zero_employment",
    "2": "hard_to_employ_disabled",
    "3": "hard_to_employ_minimum_allowance",
    "4": "hard_to_employ_land_lost",
    "5": "hard_to_employ_out_of_poverty",
    "6": "hard_to_employ_monitored",
    "7": "hard_to_employ_ex_fisher",
    "8": "hard_to_employ_older",
}


def _subsidy(
    code: str, *programmes: str, entity: str = "person", within: int = 0, until: str = "to_month"
) -> Paid:
    return Paid(
        "subsidies",
        programmes,
        entity=entity,
        only=("programme", (code,)),
        since="from_month",
        until=until,
        within=within,
        amount="amount",
    )


def _loan(kinds: tuple[str, ...], *programmes: str, entity: str = "person") -> Paid:
    return Paid(
        "loans",
        programmes,
        entity=entity,
        only=("kind", kinds),
        since="granted",
        until="due",
        amount="amount",
    )


RECEIVED: tuple[Paid, ...] = (
    Paid(
        "unemployment_benefit",
        ("unemployment_benefit", "unemployment_medical_insurance"),
        amount="amount",
    ),
    Paid(
        "unemployment_registration",
        ("unemployment_registration",),
        since="registered",
        until="cancelled",
    ),
    Paid("pensions", ("statutory_retirement",), only=("kind", ("1",)), amount="amount"),
    Paid(
        "public_welfare_posts",
        ("public_welfare_post",),
        since="start",
        until="end",
        amount="monthly",
    ),
    *(
        Paid(
            "hard_to_employ",
            (programme,),
            only=("category", (code,)),
            since="certified",
            until="withdrawn",
        )
        for code, programme in _HARDSHIP.items()
    ),
    # Paid twice a year, in arrears.
    _subsidy("flexible_insurance", "flexible_insurance_subsidy", within=6),
    _subsidy("welfare_post", "public_welfare_post_subsidy", within=3),
    # The list of payments does not say which of the subsidies a firm's insurance was paid for.
    _subsidy(
        "firm_insurance",
        "hard_to_employ_hiring_subsidy",
        "park_older_hiring_subsidy",
        "graduate_hiring_subsidy",
        entity="employer",
        within=6,
    ),
    _subsidy("trainee", "traineeship", "trainee_subsidy", within=1),
    _subsidy("trainee", "traineeship_base_subsidy", entity="employer", within=1),
    _subsidy("startup", "startup_grant", until=""),
    _subsidy("training", "vocational_training_subsidy", within=12),
    _subsidy("job_seeking", "job_seeking_grant", until=""),
    _subsidy("absorption", "absorption_subsidy", entity="employer", within=12),
    _loan(("1", "2"), "startup_loan", "startup_loan_interest"),
    _loan(("3",), "small_firm_loan", "small_firm_loan_interest", entity="employer"),
)


@cache
def recorded() -> Mapping[str, tuple[Paid, ...]]:
    """Give, by programme, the sources that record who receives it."""
    found: dict[str, list[Paid]] = {}
    for each in RECEIVED:
        for name in each.programmes:
            found.setdefault(name, []).append(each)
    return {name: tuple(each) for name, each in found.items()}


def received(build: Build) -> ir.Table:
    """Give who receives what: programme, person or employer (null), since when, how much."""
    parts = [_of(build, each, name) for each in RECEIVED for name in each.programmes]
    rows = stack([build.named(part) for part in parts])
    return rows.group_by(["programme", "person", "employer"]).agg(
        since=rows.since.min(), amount=rows.amount.sum().cast("decimal(18, 2)")
    )


def _of(build: Build, paid: Paid, programme: str) -> ir.Table:
    rows = build.source(paid.source)
    rows = rows.filter(rows[paid.entity].notnull())
    if paid.only is not None:
        column, codes = paid.only
        rows = rows.filter(rows[column].isin(list(codes)))
    monthly = source_contracts()[paid.source].shape is Shape.MONTHLY
    since = rows.month if monthly else _month(rows, paid.since)
    rows = rows.mutate(since=since)
    now = month_literal(build.month)
    rows = rows.filter(rows.since <= now)
    if paid.until:
        over = _month(rows, paid.until)
        late = ordinal(now) - ordinal(over)
        # What is over on a day of the month does not stand at its end.
        days = whole(1 if rows[paid.until].type().is_date() else 0)
        rows = rows.filter(over.isnull() | (late + days <= whole(paid.within)))
    whose = {
        name: rows[name] if name == paid.entity else ibis.null("int64")
        for name in ("person", "employer")
    }
    amount = rows[paid.amount].cast("decimal(18, 2)") if paid.amount else _NOTHING
    return rows.select(programme=text(programme), **whose, since=rows.since, amount=amount)


_NOTHING = ibis.null("decimal(18, 2)")


def _month(rows: ir.Table, column: str) -> ir.IntegerValue:
    given = rows[column]
    return month_number(given) if given.type().is_date() else given
