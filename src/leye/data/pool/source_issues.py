"""What was found in a source's rows, as issues a person can act on; never a personal value.

A cell's text is shown only where nothing personal can stand in it, not even by a slip of a column:
in a source about persons, short codes and numbers of too few digits to be a phone's.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool.contract import Privacy
from leye.data.pool.engine import add, ask, make
from leye.data.pool.schemas import ISSUE_SCHEMA
from leye.data.pool.source_checks import Finding
from leye.data.pool.source_contract import Kind, SourceContract
from leye.data.pool.source_lists import labels, spellings
from leye.data.pool.source_plan import TYPED, SourcePlan
from leye.data.pool.source_present import LEFT_OUT
from leye.data.pool.source_reading import SHEET_ROWS, TEXTS
from leye.data.pool.source_resolve import looked_up, of_table
from leye.data.pool.source_types import SourceRule
from leye.data.pool.sql import call, column, literal, select
from leye.data.pool.types import Severity
from leye.kernel.errors import near_matches

MOST_SHOWN = 20_000
"""Issues kept of one kind; the delivery's counts are of all."""
HIDDEN = "（不显示）"
_BAD = "bad"
_MOST_NEAR = 30
_LONGEST = 30
_ISSUES = "issues"


def add_issues(made: SourcePlan, counts: Sequence[int], engine: Backend) -> None:
    """Add what the findings say to ``issues``; ``counts`` are how often each occurs."""
    source = f"{TYPED} AS t JOIN {TEXTS} AS x ON x.row = t.row"
    make(engine, _BAD, select("x.*, t.err", source, where="t.err <> 0"))
    for at, (finding, count) in enumerate(zip(made.findings, counts, strict=True)):
        if count:
            _add(made.contract, at, finding, engine)
    engine.raw_sql(f"DROP TABLE {_BAD}")


def add_left_out(contract: SourceContract, engine: Backend) -> None:
    """Add what is to be said of good rows that are not kept; rows merely sent twice say nothing."""
    headers = "、".join(
        each.header
        for each in contract.columns
        if {each.stored, each.field} & set(contract.key) and each.header
    )
    said = {
        str(SourceRule.DUPLICATE_KEY): (
            f"{literal('与第 ')} || other || "
            + literal(f" 行的{headers}相同而内容不同，以后一行为准")
        ),
        "older": f"{literal('库中已有更新的数据，来自批次 ')} || other",
    }
    for why, reason in said.items():
        columns = _columns("（整行）", literal(HIDDEN), why, reason, Severity.FLAG)
        rows = select(columns, LEFT_OUT, where=f"why = {literal(why)}", limit=MOST_SHOWN)
        add(engine, _ISSUES, rows)


def _columns(
    header: str, value: str, code: str, reason: str, severity: Severity
) -> Mapping[str, str]:
    columns = {
        "row": "row",
        "column": literal(header),
        "value": value,
        "code": literal(code),
        "reason": reason,
        "severity": literal(severity),
    }
    return {name: columns[name] for name in ISSUE_SCHEMA.names}


def _add(contract: SourceContract, at: int, finding: Finding, engine: Backend) -> None:
    header, value, source = "（整行）", literal(HIDDEN), _BAD
    reason = literal(finding.reason)
    if finding.field:
        each = contract.column(finding.field)
        header, value = each.header, _shown(contract, finding.field)
        if "{reason}" in finding.reason:
            source += f" LEFT JOIN {of_table(each.field)} AS o ON o.given = {column(each.field)}"
            reason = call("replace", reason, literal("{reason}"), "coalesce(o.reason, '')")
        elif looked_up(each) and each.kind in (Kind.CODE, Kind.PLACE):
            reason = _with_near(contract, finding, engine)
    reason += (
        f" || CASE WHEN row >= {SHEET_ROWS} THEN "
        f"'（第 ' || (row // {SHEET_ROWS} + 1) || ' 张表的第 ' || (row % {SHEET_ROWS}) || ' 行）'"
        " ELSE '' END"
    )
    columns = _columns(header, value, finding.code, reason, finding.severity)
    where = f"(err >> {at}) & 1 = 1"
    add(engine, _ISSUES, select(columns, source, where=where, order_by="row", limit=MOST_SHOWN))


def _shown(contract: SourceContract, field: str) -> str:
    each, text = contract.column(field), f"coalesce({column(field)}, '')"
    if each.privacy is Privacy.PERSONAL:
        return literal(HIDDEN)
    if not contract.personal:
        # Free text may hold a phone's number all the same, and a name in a long one.
        odd = f"length({text}) > {_LONGEST} OR regexp_matches({text}, '[0-9]{{7}}')"
        free = each.kind is Kind.TEXT
        return f"CASE WHEN {odd} THEN {literal(HIDDEN)} ELSE {text} END" if free else text
    plain = f"regexp_matches({text}, '^[0-9A-Za-z.,/ _-]{{0,12}}$')"
    safe = f"{plain} AND NOT regexp_matches({text}, '[0-9]{{7}}')"
    if each.kind is Kind.PLACE:
        safe = f"({safe}) OR regexp_matches({text}, '^[0-9]{{6}}([0-9]{{3}}([0-9]{{3}})?)?$')"
    return f"CASE WHEN {safe} THEN {text} ELSE {literal(HIDDEN)} END"


def _with_near(contract: SourceContract, finding: Finding, engine: Backend) -> str:
    """Give the reason with what was probably meant, for the first texts that mean nothing."""
    field = finding.field
    unknown = select("given", of_table(field), where="value IS NULL", order_by="given")
    given = [row["given"] for row in ask(engine, f"{unknown} LIMIT {_MOST_NEAR}")]
    known = [s for s in spellings(contract, field) if len(s) > 1]
    named = labels(contract, field)
    near: dict[str, str] = {}
    for text in given:
        codes = [spellings(contract, field)[s] for s in near_matches(text.lower(), known)]
        if codes:
            meant = "、".join(
                f"{code} {named.get(code, '')}".strip() for code in dict.fromkeys(codes)
            )
            near[text] = f"；是不是 {meant}"
    if not near:
        return literal(finding.reason)
    table = pa.table({"given": list(near), "near": list(near.values())})
    engine.con.register(f"near_{field}", table)
    found = select("near", f"near_{field} AS n", where=f"n.given = {column(field)}")
    return f"{literal(finding.reason)} || coalesce(({found}), '')"
