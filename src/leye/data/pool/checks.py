"""Holding the rows of a delivery to its contract, a column at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.types import StringValue

from leye.data.pool.cells import CODE, FORMULA, HALF, STORED, Finding, has_half, read_column
from leye.data.pool.contract import Check, ColumnType, Contract, Privacy, Rule
from leye.data.pool.normal import half_width, plain, plain_text
from leye.data.pool.reading import EXTRA, ROW, discard
from leye.data.pool.rules import PAIR, VALUE, row_findings
from leye.data.pool.types import CodeList, RowIssue, Severity, Submitter
from leye.kernel.errors import near_matches

ISSUE_SCHEMA = ibis.schema(
    {
        "row": "int64",
        "column": "string",
        "value": "string",
        "code": "string",
        "reason": "string",
        "severity": "string",
    }
)
_TEXTS = "texts"
_TYPED = "typed"
_ISSUES = "issues"
_MOST_NEAR = 50
"""Near matches are looked for only this many times in a file; looking costs more than checking."""
_LONGEST_VALUE = 200


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
    engine.create_table(_ISSUES, schema=ISSUE_SCHEMA)
    if issues:
        columns = {
            name: [str(v) if name == "severity" else v for v in (getattr(i, name) for i in issues)]
            for name in ISSUE_SCHEMA.names
        }
        engine.insert(_ISSUES, pa.table(columns, schema=ISSUE_SCHEMA.to_pyarrow()))
    return engine.table(_ISSUES)


def check_rows(
    texts: ibis.Table,
    *,
    contract: Contract,
    code_lists: Mapping[str, CodeList],
    by: Submitter,
    present: ibis.Table | None,
    engine: Backend,
) -> Checked:
    """Type and check every row of ``texts`` (see ``reading.read``).

    ``present`` holds every stored version of every row, in any scope, or None when there is none.
    """
    issues = issue_table(engine)
    texts = _looked_up(texts, contract, code_lists, engine)
    findings = _materialize(texts, contract, code_lists, by, engine)
    typed = engine.table(_TYPED)
    totals = _totals(typed, [f"f{at}" for at in range(len(findings))])
    for at, finding in enumerate(findings):
        if totals[f"f{at}"]:
            values = [VALUE + column.field for column in contract.columns]
            bad = typed.filter(typed[f"f{at}"]).select(ROW, *values)
            _record(_described(bad, finding, texts, contract, code_lists, engine), engine)
    _record(_duplicates(typed, texts, contract), engine)
    new, changed, same = _compare(typed, texts, contract, present, engine)
    severity = issues.severity
    counts = _one(
        issues.aggregate(
            refused=issues.row.nunique(where=severity == Severity.REFUSE),
            flagged=issues.row.nunique(where=severity == Severity.FLAG),
        )
    )
    return Checked(
        typed.select(ROW, *_stored(typed, contract).values()),
        issues,
        rows_read=totals["rows_read"],
        rows_refused=counts["refused"],
        rows_flagged=counts["flagged"],
        rows_new=new,
        rows_changed=changed,
        rows_same=same,
    )


def stored_schema(contract: Contract) -> ibis.Schema:
    """Give the columns a row of the contract is stored with, without those of its delivery."""
    return ibis.schema({**{c.field: STORED[c.type] for c in contract.stored}, "public": "boolean"})


def _one(table: ibis.Table) -> dict[str, Any]:
    row: dict[str, Any] = table.to_pyarrow().to_pylist()[0]
    return row


def _totals(typed: ibis.Table, flags: list[str]) -> dict[str, Any]:
    return _one(
        typed.aggregate(rows_read=typed.count(), **{name: typed[name].sum() for name in flags})
    )


def _stored(typed: ibis.Table, contract: Contract) -> dict[str, ibis.expr.types.Value]:
    fields = {c.field: typed[VALUE + c.field].name(c.field) for c in contract.stored}
    return {**fields, "public": typed["public"]}


# --- typing, with every finding of a single row as a truth column


def _looked_up(
    texts: ibis.Table, contract: Contract, code_lists: Mapping[str, CodeList], engine: Backend
) -> ibis.Table:
    """Keep the text cells with their half-width forms and codes, so that each is made once.

    Rows that are blank throughout are left out.
    """
    halves = {HALF + c.field: half_width(texts[c.field]) for c in contract.columns if has_half(c)}
    kept = engine.create_table(_TEXTS, texts.mutate(**halves))
    discard(engine)
    blank = kept[EXTRA] == ""
    for column in contract.columns:
        blank &= kept[column.field] == ""
    kept = kept.filter(~blank)
    wide = kept
    for column in contract.columns:
        if column.type is ColumnType.CODE:
            codes = _codes(code_lists[column.codes], engine)
            given = kept.select(given=kept[column.field]).distinct()
            code = _look_up(given, plain(given.given), codes, "code")
            name = f"of_{column.field}"
            engine.create_table(name, code)
            wide = _look_up(wide, wide[column.field], engine.table(name), CODE + column.field)
    return wide


def _materialize(
    texts: ibis.Table,
    contract: Contract,
    code_lists: Mapping[str, CodeList],
    by: Submitter,
    engine: Backend,
) -> tuple[Finding, ...]:
    findings: list[Finding] = [
        Finding(
            EXTRA, "cell_without_header", texts[EXTRA] != "", "这一行在表头以外还有内容，请删去"
        )
    ]
    values = {}
    for column in contract.columns:
        typed = read_column(column, texts)
        values[VALUE + column.field] = typed.values
        findings += typed.findings
    flags = {f"f{at}": finding.flag for at, finding in enumerate(findings)}
    wide = texts.mutate(**values, **flags)
    for check in contract.checks:
        if check.rule is Rule.PAIR:
            wide = _look_up_pair(wide, check, code_lists, engine)
    from_cells = len(findings)
    findings += row_findings(wide, contract=contract, by=by)
    more = {f"f{at}": f.flag for at, f in enumerate(findings[from_cells:], start=from_cells)}
    public = (wide[VALUE + contract.publication] == "public").fill_null(False)
    wide = wide.mutate(public=public, **more)
    kept = [ROW, "public", *values, *flags, *more]
    engine.create_table(_TYPED, wide.select(*kept))
    return tuple(findings)


def _codes(codes: CodeList, engine: Backend) -> ibis.Table:
    """Make a list a table: each plain spelling with its code, "" where it stands for several."""
    name = f"codes_{codes.name}"
    if name not in engine.list_tables():
        plained: dict[str, str] = {}
        for spelling, code in codes.codes.items():
            key = plain_text(spelling)
            plained[key] = code if plained.setdefault(key, code) == code else ""
        plained.update(dict.fromkeys(map(plain_text, codes.ambiguous), ""))
        table = {"spelling": list(plained), "code": list(plained.values())}
        schema = ibis.schema({"spelling": "string", "code": "string"})
        engine.create_table(name, schema=schema)
        engine.insert(name, pa.table(table, schema=schema.to_pyarrow()))
    return engine.table(name)


def _look_up(wide: ibis.Table, key: StringValue, codes: ibis.Table, name: str) -> ibis.Table:
    spelling = codes[codes.columns[0]]
    renamed = codes.select(**{f"k_{name}": spelling, name: codes.code})
    keyed = wide.mutate(_key=key)
    return keyed.left_join(renamed, keyed["_key"] == renamed[f"k_{name}"]).drop("_key", f"k_{name}")


def _look_up_pair(
    wide: ibis.Table, check: Check, code_lists: Mapping[str, CodeList], engine: Backend
) -> ibis.Table:
    """Look the pair up, and write the second as the list does, such as ％ as %."""
    first, second = check.columns
    codes = _codes(code_lists[check.codes], engine)
    pair = wide[VALUE + first].concat("|", wide[second])
    given = wide.select(given=pair).distinct()
    name = f"of_{check.code}"
    engine.create_table(name, _look_up(given, plain(given.given), codes, "code"))
    found = _look_up(wide, pair, engine.table(name), PAIR + second)
    canonical = ibis.coalesce(found[PAIR + second], found[VALUE + second])
    return found.mutate(**{VALUE + second: canonical})


# --- findings as rows of the issue table


def _record(issues: ibis.Table, engine: Backend) -> None:
    engine.insert(_ISSUES, issues.select(*ISSUE_SCHEMA.names).cast(ISSUE_SCHEMA))


def _described(
    bad: ibis.Table,
    finding: Finding,
    texts: ibis.Table,
    contract: Contract,
    code_lists: Mapping[str, CodeList],
    engine: Backend,
) -> ibis.Table:
    rows = bad.inner_join(texts, ROW)
    reason: StringValue
    if finding.near:
        rows, reason = _with_near(rows, finding, contract, code_lists, engine)
    elif isinstance(finding.reason, str):
        reason = ibis.literal(finding.reason)
    else:
        reason = finding.reason(rows)
    return _as_issues(rows, finding, contract, reason)


def _as_issues(
    rows: ibis.Table, finding: Finding, contract: Contract, reason: StringValue
) -> ibis.Table:
    hidden = False
    header = "（表头以外）"
    if finding.field != EXTRA:
        column = contract.column(finding.field)
        header, hidden = column.header, column.privacy is Privacy.PERSONAL
    value = (
        ibis.literal("（不显示）")
        if hidden
        else rows[finding.field].replace(FORMULA, "").left(_LONGEST_VALUE)
    )
    return rows.select(
        row=rows[ROW],
        column=ibis.literal(header),
        value=value,
        code=ibis.literal(finding.code),
        reason=reason,
        severity=ibis.literal(str(finding.severity)),
    )


def _with_near(
    rows: ibis.Table,
    finding: Finding,
    contract: Contract,
    code_lists: Mapping[str, CodeList],
    engine: Backend,
) -> tuple[ibis.Table, StringValue]:
    pair = next((c for c in contract.checks if c.code == finding.code), None)
    fields = [finding.field] if pair is None else list(pair.columns)
    distinct = rows.select(*fields).distinct().order_by(fields).limit(_MOST_NEAR)
    given = distinct.to_pyarrow().to_pylist()
    if pair is None:
        known = code_lists[finding.near]
        header = contract.column(finding.field).header
        reasons = [_unknown(each[finding.field], header, known) for each in given]
        otherwise = f"不在“{header}”目录里，请按目录填写"
    else:
        reasons = [_unpaired(pair, each, contract, code_lists) for each in given]
        otherwise = pair.reason.format(near="见“可填内容”表", **dict.fromkeys(pair.columns, ""))
    name = f"near_{finding.code}_{finding.field}"
    schema = ibis.schema({**{f"n_{f}": "string" for f in fields}, "near": "string"})
    engine.create_table(name, schema=schema)
    columns = {f"n_{f}": [each[f] for each in given] for f in fields}
    engine.insert(name, pa.table({**columns, "near": reasons}, schema=schema.to_pyarrow()))
    near = engine.table(name)
    joined = rows.left_join(near, [rows[f] == near[f"n_{f}"] for f in fields])
    return joined, joined["near"].fill_null(otherwise)


def _unknown(given: str, header: str, known: CodeList) -> str:
    near = near_matches(given, [s for s in known.codes if not s.isdigit() or given.isdigit()])
    advice = f"您是不是要填：{'、'.join(near)}" if near else "请按目录填写"
    return f"“{given[:_LONGEST_VALUE]}”不在“{header}”目录里；{advice}"


def _unpaired(
    pair: Check, given: Mapping[str, str], contract: Contract, code_lists: Mapping[str, CodeList]
) -> str:
    first = pair.columns[0]
    listed = code_lists[contract.column(first).codes].codes
    code = {plain_text(s): c for s, c in listed.items()}.get(plain_text(given[first]), "")
    beginning = f"{code}|"
    fitting = [v for k, v in code_lists[pair.codes].codes.items() if k.startswith(beginning)]
    near = "、".join(dict.fromkeys(fitting)) or "无"
    return pair.reason.format(near=near, **{f: given[f][:_LONGEST_VALUE] for f in pair.columns})


# --- rows against each other, and against what the pool holds


def _duplicates(typed: ibis.Table, texts: ibis.Table, contract: Contract) -> ibis.Table:
    keys = [VALUE + field for field in contract.key]
    whole = typed.drop_null(keys)
    groups = whole.group_by(keys).aggregate(
        n=whole.count(), first=whole[ROW].min(), last=whole[ROW].max()
    )
    groups = groups.filter(groups.n > 1)
    twice = whole.select(ROW, *keys).inner_join(groups, keys).select(ROW, "n", "first", "last")
    other = ibis.ifelse(twice[ROW] == twice["first"], twice["last"], twice["first"])
    headers = "、".join(contract.column(field).header for field in contract.key)
    reason = ibis.ifelse(
        twice.n == 2,
        ibis.literal("与第 ").concat(other.cast("string"), f" 行的{headers}相同，请只保留一行"),
        ibis.literal(f"{headers}相同的共有 ").concat(
            twice.n.cast("string"),
            " 行，从第 ",
            twice["first"].cast("string"),
            " 行到第 ",
            twice["last"].cast("string"),
            " 行，请只保留一行",
        ),
    )
    described = twice.select(ROW, reason=reason).inner_join(texts, ROW)
    first, *rest = [described[field] for field in contract.key]
    value = first
    for each in rest:
        value = value.concat(" / ", each)
    return described.select(
        row=described[ROW],
        column=ibis.literal(headers),
        value=value.left(_LONGEST_VALUE),
        code=ibis.literal("duplicate_key"),
        reason=described["reason"],
        severity=ibis.literal(str(Severity.REFUSE)),
    )


def newest(rows: ibis.Table, key: tuple[str, ...]) -> ibis.Table:
    """Keep the newest row of each key: of the highest delivery number, then of the highest row."""
    order = [rows.delivery.length().desc(), rows.delivery.desc(), rows.row.desc()]
    ranked = rows.mutate(_rank=ibis.row_number().over(group_by=list(key), order_by=order))
    return ranked.filter(ranked["_rank"] == ibis.literal(0, type="int64")).drop("_rank")


def _compare(
    typed: ibis.Table,
    texts: ibis.Table,
    contract: Contract,
    present: ibis.Table | None,
    engine: Backend,
) -> tuple[int, int, int]:
    """Count the rows that are new, changed and the same, and record what ``compare`` rules flag."""
    if present is None:
        return typed.count().to_pyarrow().as_py(), 0, 0
    stored = list(stored_schema(contract).names)
    mine = typed.select(ROW, **_stored(typed, contract))
    touched = present.semi_join(mine, list(contract.key))
    old = newest(touched, contract.key).select(**{f"p_{name}": name for name in stored})
    pairs = mine.left_join(old, [mine[f] == old[f"p_{f}"] for f in contract.key])
    held = pairs[f"p_{contract.key[0]}"].notnull()
    same = held
    for name in stored:
        same &= pairs[name].identical_to(pairs[f"p_{name}"])
    pairs = pairs.mutate(_held=held, _same=same)
    name = "against_present"
    engine.create_table(name, pairs)
    pairs = engine.table(name)
    counts = _one(
        pairs.aggregate(
            n=pairs.count(), held=pairs["_held"].sum(), same=pairs["_same"].sum()
        ).fill_null(0)
    )
    for check in contract.checks:
        if check.rule is Rule.COMPARE:
            _record(_far_from_present(pairs, texts, contract, check), engine)
    n, known, equal = counts["n"], counts["held"], counts["same"]
    return n - known, known - equal, equal


def _far_from_present(
    pairs: ibis.Table, texts: ibis.Table, contract: Contract, check: Check
) -> ibis.Table:
    value, old = pairs[check.column], pairs[f"p_{check.column}"]
    comparable = pairs["_held"]
    for field in check.same:
        comparable &= pairs[field] == pairs[f"p_{field}"]
    change = (value - old).abs().cast("float64")
    far = comparable & (change > old.abs().cast("float64") * float(check.ratio)).fill_null(False)
    before, _, after = check.reason.partition("{present}")
    shown = old.cast("string").re_replace(r"\.?0+$", "")
    reason = ibis.literal(before).concat(shown, after)
    found = pairs.filter(far).select(ROW, _reason=reason).inner_join(texts, ROW)
    finding = Finding(check.column, check.code, far, "", check.severity)
    return _as_issues(found, finding, contract, found["_reason"])
