"""A delivery's good rows against each other, and against what the pool holds already."""

from collections.abc import Sequence
from dataclasses import dataclass

from ibis.backends.duckdb import Backend

from leye.data.pool.engine import ask, make
from leye.data.pool.person_keys import PERSONS
from leye.data.pool.source_contract import MONTH, Shape, SourceContract, stored_schema
from leye.data.pool.source_plan import REF, TYPED
from leye.data.pool.source_types import Kind, SourceRule
from leye.data.pool.sql import call, column, inner, literal, select
from leye.data.pool.transaction import Transaction

GOOD = "good"
"""The rows that are not set aside, with their persons."""
_UNNAMED = "unnamed"
"""The same with the number's place for the person: enough to tell rows apart, without a join."""
LEFT_OUT = "left_out"
"""Good rows that are not kept: ``row``, ``why``, and the ``other`` row or delivery."""
PERSON = "person"
_FOREVER = 999912
_NOT_VALUES = frozenset({"delivery", "row", "flags"})


@dataclass(frozen=True, slots=True)
class Against:
    """How many rows are kept, new, changed, the same, repeated or older than what is known.

    ``touched_from`` and ``touched_to`` are the months that what is kept speaks of, 0 when nothing
    is.
    """

    kept: int
    changed: int
    same: int
    repeated: int
    older: int
    touched_from: int
    touched_to: int

    @property
    def new(self) -> int:
        """The rows of keys the pool did not hold."""
        return self.kept - self.changed


def compare(
    contract: SourceContract,
    good: str,
    *,
    rows: int,
    month: int,
    later: Sequence[str],
    change: Transaction,
    engine: Backend,
) -> Against:
    """Make ``good`` and ``left_out``: a key's last row counts, and what is held is not kept again.

    ``rows`` is how many are good. ``later`` are the deliveries of the source for later months: a
    row of theirs is newer than one of this delivery, though that came first.
    """
    _good(contract, good, engine)
    repeated = _repeated(contract, engine)
    changed = same = older = 0
    if _present(contract, month, change, engine):
        changed, same, older = _pairs(contract, later, engine)
    kept = rows - repeated - same - older
    first, last = _touched(contract, month, engine) if kept else (0, 0)
    return Against(kept, changed, same, repeated, older, first, last)


def kept_rows() -> str:
    """Give the source of the rows that are kept."""
    return f"{GOOD} ANTI JOIN {LEFT_OUT} USING (row)"


def key_order(contract: SourceContract) -> str:
    """Give the order rows are kept in: by month, then by key."""
    return ", ".join([MONTH, *(column(name) for name in contract.key if name != MONTH), "row"])


def _good(contract: SourceContract, good: str, engine: Backend) -> None:
    columns = f"t.* EXCLUDE ({REF}), p.person" if contract.of_kind(Kind.IDENTITY) else "t.*"
    source = f"{TYPED} AS t"
    if contract.of_kind(Kind.IDENTITY):
        source += f" LEFT JOIN {PERSONS} AS p ON p.{REF} = t.{REF}"
    elif contract.personal:
        columns += ", CAST(NULL AS BIGINT) AS person"
    engine.raw_sql(f"CREATE VIEW {GOOD} AS {select(columns, source, where=good)}")
    unnamed = "*"
    if contract.of_kind(Kind.IDENTITY):
        unnamed = f"* EXCLUDE ({REF}), {REF} AS person"
    elif contract.personal:
        unnamed = "*, CAST(NULL AS BIGINT) AS person"
    engine.raw_sql(f"CREATE VIEW {_UNNAMED} AS {select(unnamed, TYPED, where=good)}")


def _keyed(contract: SourceContract, of: str = "") -> str:
    return call("hash", *(column(name, of) for name in contract.key))


def _known(contract: SourceContract, of: str = "") -> str:
    """Give the condition that a row has its key: one without a person equals no other."""
    return f"{column(PERSON, of)} IS NOT NULL" if PERSON in contract.key else "true"


def _values(contract: SourceContract) -> list[str]:
    skipped = {*_NOT_VALUES, *contract.key}
    if contract.shape is Shape.STANDING:
        skipped.add(MONTH)
    return [name for name in stored_schema(contract).names if name not in skipped]


def _repeated(contract: SourceContract, engine: Backend) -> int:
    """Leave out all rows of a key but the last; give how many."""
    hashed = select({"h": _keyed(contract)}, _UNNAMED, where=_known(contract))
    many = select("h", inner(hashed, "k"), group_by="h", having="count(*) > 1")
    make(engine, "twice", many)
    keys = ", ".join(column(name) for name in contract.key)
    window = f"OVER (PARTITION BY {keys} ORDER BY row DESC)"
    content = call("hash", *(column(name) for name in _values(contract)), "0")
    ranked = select(
        {
            "row": "row",
            "nth": f"row_number() {window}",
            "other": f"first_value(row) {window}",
            "same": f"{content} = first_value({content}) {window}",
        },
        _UNNAMED,
        where=f"{_known(contract)} AND {_keyed(contract)} IN ({select('h', 'twice')})",
    )
    why = f"CASE WHEN same THEN 'repeated' ELSE {literal(SourceRule.DUPLICATE_KEY)} END"
    columns = {"row": "row", "why": why, "other": "CAST(other AS VARCHAR)"}
    make(engine, LEFT_OUT, select(columns, inner(ranked, "r"), where="nth > 1"))
    return int(ask(engine, select("count(*) AS n", LEFT_OUT))[0]["n"])


def _present(contract: SourceContract, month: int, change: Transaction, engine: Backend) -> bool:
    """Make ``old``, the newest row held of each key of the delivery; False when none is held.

    No field begins with "_", so the rank takes no column's name.
    """
    months = None
    if contract.shape is Shape.MONTHLY:
        found = ask(engine, select({"month": MONTH}, _UNNAMED, distinct=True))
        months = [each["month"] for each in found]
    held = change.query(contract.table, months=months)
    if held is None:
        return False
    known = f"{MONTH} <= {month}" if contract.shape is Shape.STANDING else ""
    engine.raw_sql(f"CREATE VIEW present AS {select('*', inner(held, 'h'), where=known)}")
    keys = ", ".join(column(name) for name in contract.key)
    order = "month DESC, length(delivery) DESC, delivery DESC, row DESC"
    mine = select(_keyed(contract), GOOD, where=_known(contract))
    ranked = select(
        f"*, row_number() OVER (PARTITION BY {keys} ORDER BY {order}) AS _nth",
        "present",
        where=f"{_known(contract)} AND {_keyed(contract)} IN ({mine})",
    )
    make(engine, "old", select("* EXCLUDE (_nth)", inner(ranked, "r"), where="_nth = 1"))
    return bool(ask(engine, select("count(*) AS n", "old"))[0]["n"])


def _pairs(contract: SourceContract, later: Sequence[str], engine: Backend) -> tuple[int, int, int]:
    """Leave out what is held the same, or newer; count changed, same and older rows."""
    alike = " AND ".join(
        f"g.{column(name)} IS NOT DISTINCT FROM o.{column(name)}" for name in _values(contract)
    )
    newer = ", ".join(map(literal, later))
    outdated = "false"
    if later and contract.shape is Shape.MONTHLY:
        outdated = f"o.delivery IN ({newer})"
    on = " AND ".join(
        f"g.{column(name)} IS NOT DISTINCT FROM o.{column(name)}" for name in contract.key
    )
    pairs = select(
        {
            "row": "g.row",
            "why": f"CASE WHEN {alike or 'true'} THEN 'same' WHEN {outdated} THEN 'older' END",
            "other": "o.delivery",
        },
        f"{inner(select('*', kept_rows()), 'g')} JOIN old AS o ON {on}",
    )
    make(engine, "pairs", pairs)
    counted = {
        "changed": "count(*) FILTER (why IS NULL)",
        "same": "count(*) FILTER (why = 'same')",
        "older": "count(*) FILTER (why = 'older')",
    }
    counts = ask(engine, select(counted, "pairs"))[0]
    engine.raw_sql(f"INSERT INTO {LEFT_OUT} {select('*', 'pairs', where='why IS NOT NULL')}")
    return counts["changed"], counts["same"], counts["older"]


def _touched(contract: SourceContract, month: int, engine: Backend) -> tuple[int, int]:
    """Give the months between which the kept rows say something."""
    if contract.shape is Shape.MONTHLY:
        bounds = {"first": f"min({MONTH})", "last": f"max({MONTH})"}
    else:
        first = _month_of(contract, contract.effective_from)
        last = str(_FOREVER)
        if contract.effective_to:
            last = _month_of(contract, contract.effective_to, blank=_FOREVER)
        bounds = {
            "first": f"min(least({month}, {first}))",
            "last": f"max(greatest({month}, {last}))",
        }
    found = ask(engine, select(bounds, f"{_UNNAMED} ANTI JOIN {LEFT_OUT} USING (row)"))[0]
    return found["first"], found["last"]


def _month_of(contract: SourceContract, name: str, *, blank: int = 0) -> str:
    value = column(name)
    if stored_schema(contract)[name].is_date():
        value = f"year({value}) * 100 + month({value})"
    return f"coalesce({value}, {blank or MONTH})"
