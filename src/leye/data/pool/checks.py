"""Holding the rows of a delivery to its contract, a column at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool.contract import Check, Contract
from leye.data.pool.engine import add, ask, make, parquet_query
from leye.data.pool.normal import plain_text
from leye.data.pool.plan import (
    AGAINST,
    CODES_SCHEMA,
    LONGEST_VALUE,
    PRESENT,
    TYPED,
    Plan,
    codes_table,
    near_table,
    plan,
    stored,
)
from leye.data.pool.reading import ROW
from leye.data.pool.schemas import ISSUE_SCHEMA
from leye.data.pool.types import CodeList, RowIssue, Submitter
from leye.kernel.errors import near_matches

_ISSUES = "issues"
_MOST_NEAR = 50
"""Near matches are looked for only this many times in a file; looking costs more than checking."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found. ``rows`` has the stored columns, ``public`` and ``row``."""

    rows: ibis.Table
    issues: ibis.Table
    rows_read: int
    rows_refused: int
    rows_flagged: int
    rows_new: int
    rows_changed: int
    rows_same: int


def issue_table(engine: Backend, issues: tuple[RowIssue, ...] = ()) -> ibis.Table:
    """Make the table of issues, holding these."""
    make_issues(engine, issues)
    return engine.table(_ISSUES)


def make_issues(engine: Backend, issues: tuple[RowIssue, ...] = ()) -> None:
    """Make the table of issues, holding these, where nobody asks for it as an expression."""
    make(engine, _ISSUES, parquet_query([], schema=ISSUE_SCHEMA))
    if issues:
        columns = {
            name: [str(v) if name == "severity" else v for v in (getattr(i, name) for i in issues)]
            for name in ISSUE_SCHEMA.names
        }
        engine.insert(_ISSUES, pa.table(columns, schema=ISSUE_SCHEMA.to_pyarrow()))


def check_rows(
    *,
    contract: Contract,
    code_lists: Mapping[str, CodeList],
    by: Submitter,
    present: ibis.Table | None,
    on: date,
    engine: Backend,
) -> Checked:
    """Type and check every row of the texts that ``reading.read`` left in the engine.

    ``present`` holds every stored version of every row the submitter may see, or None when there is
    none. Rows equal to the present ones are counted and left out of ``rows``. ``on`` is the day of
    the delivery.
    """
    issues = issue_table(engine)
    made = plan(contract, scope=by.scope, may_publish=by.may_publish, on=on)
    for name in contract.code_lists:
        _keep_codes(code_lists[name], engine)
    for table, query in made.tables:
        make(engine, table, query)
    totals = ask(engine, made.totals)[0]
    for at in range(len(made.findings)):
        if totals[f"f{at}"]:
            if made.findings[at].near:
                _keep_near(made, at, code_lists, engine)
            add(engine, _ISSUES, made.issues(at))
    add(engine, _ISSUES, made.duplicates)
    held = same = 0
    if present is not None:
        held, same = _compare(made, present, engine)
    counts = ask(engine, made.issue_totals)[0]
    typed = engine.table(TYPED)
    rows = typed.select(ROW, *stored(typed, contract).values())
    if same:
        pairs = engine.table(AGAINST)
        rows = rows.anti_join(pairs.filter(pairs["_same"]), ROW)
    return Checked(
        rows,
        issues,
        rows_read=totals["rows_read"],
        rows_refused=counts["refused"],
        rows_flagged=counts["flagged"],
        rows_new=totals["rows_read"] - held,
        rows_changed=held - same,
        rows_same=same,
    )


def _compare(made: Plan, present: ibis.Table, engine: Backend) -> tuple[int, int]:
    """Count the rows the pool holds, and those it holds the same; record what is far from them."""
    engine.create_view(PRESENT, present)
    make(engine, AGAINST, made.against)
    for query in made.far:
        add(engine, _ISSUES, query)
    counts = ask(engine, made.against_totals)[0]
    return int(counts["held"]), int(counts["same"])


def _keep_codes(codes: CodeList, engine: Backend) -> None:
    """Make a list a table: each plain spelling with its code, "" where it stands for several."""
    plained: dict[str, str] = {}
    for spelling, code in codes.codes.items():
        key = plain_text(spelling)
        plained[key] = code if plained.setdefault(key, code) == code else ""
    plained.update(dict.fromkeys(map(plain_text, codes.ambiguous), ""))
    columns = {"spelling": list(plained), "code": list(plained.values())}
    table = pa.table(columns, schema=CODES_SCHEMA.to_pyarrow())
    engine.con.register(codes_table(codes.name), table)


def _keep_near(made: Plan, at: int, code_lists: Mapping[str, CodeList], engine: Backend) -> None:
    """Make the reasons that name near matches, for the first distinct texts of a finding."""
    finding, contract = made.findings[at], made.contract
    given = ask(engine, made.near_given(at, most=_MOST_NEAR))
    pair = next((check for check in contract.checks if check.code == finding.code), None)
    if pair is None:
        known = code_lists[finding.near]
        header = contract.column(finding.field).header
        reasons = [_unknown(each[finding.field], header, known) for each in given]
    else:
        reasons = [_unpaired(pair, each, contract, code_lists) for each in given]
    texts = {f"n_{f}": [each[f] for each in given] for f in made.near_fields(at)}
    engine.con.register(near_table(at), pa.table({**texts, "near": reasons}))


def _unknown(given: str, header: str, known: CodeList) -> str:
    near = near_matches(given, [s for s in known.codes if not s.isdigit() or given.isdigit()])
    advice = f"您是不是要填：{'、'.join(near)}" if near else "请按目录填写"
    return f"“{given[:LONGEST_VALUE]}”不在“{header}”目录里；{advice}"


def _unpaired(
    pair: Check, given: Mapping[str, str], contract: Contract, code_lists: Mapping[str, CodeList]
) -> str:
    first = pair.columns[0]
    listed = code_lists[contract.column(first).codes].codes
    code = {plain_text(s): c for s, c in listed.items()}.get(plain_text(given[first]), "")
    beginning = f"{code}|"
    fitting = [v for k, v in code_lists[pair.codes].codes.items() if k.startswith(beginning)]
    near = "、".join(dict.fromkeys(fitting)) or "无"
    return pair.reason.format(near=near, **{f: given[f][:LONGEST_VALUE] for f in pair.columns})
