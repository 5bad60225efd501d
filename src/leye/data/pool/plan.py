"""The queries that hold a delivery to its contract, written once for each kind of submitter.

Writing them costs several times what running them on a small sheet costs, and they are the same for
every sheet; so they are built over tables known by name only, and kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

import ibis
from ibis.expr.types import BooleanValue, StringValue, Value

from leye.data.pool.cells import CODE, FORMULA, HALF, VALUE, Finding, has_half, read_column
from leye.data.pool.contract import Check, ColumnType, Contract, Privacy, Rule
from leye.data.pool.normal import plain
from leye.data.pool.reading import EXTRA, ROW, TEXTS
from leye.data.pool.rules import PAIR, row_findings
from leye.data.pool.schemas import ISSUE_SCHEMA, newest, stored_schema, table_schema
from leye.data.pool.types import Severity
from leye.kernel.place import Scope

TYPED = "typed"
PRESENT = "present"
"""The table of every stored version of every row, which the engine must hold for ``against``."""
AGAINST = "against_present"
LONGEST_VALUE = 200
CODES_SCHEMA = ibis.schema({"spelling": "string", "code": "string"})


def codes_table(name: str) -> str:
    """Give the name of the table of a code list: ``spelling`` in plain form, and ``code``."""
    return f"codes_{name}"


def near_table(at: int) -> str:
    """Give the name of the table of reasons of a finding: its texts, and ``near``."""
    return f"near_{at}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The queries, in the engine's language, and the findings a row may have.

    ``tables`` are made in order from the texts and the code lists; the last is ``typed``.
    ``totals`` counts its rows and how often each finding occurs (``f0``, ``f1``, ...).
    ``duplicates`` and ``far`` give issues; ``against`` gives the rows beside their present ones.
    """

    contract: Contract
    findings: tuple[Finding, ...]
    tables: tuple[tuple[str, str], ...]
    totals: str
    duplicates: str
    against: str
    against_totals: str
    far: tuple[str, ...]
    issue_totals: str
    written: dict[int, str] = field(default_factory=dict)

    def issues(self, at: int) -> str:
        """Give the query for a finding's issues; it reads ``near_table`` if the finding has one."""
        if at not in self.written:
            self.written[at] = _issues_of(self, at)
        return self.written[at]

    def near_fields(self, at: int) -> tuple[str, ...]:
        """Give the fields on whose texts the near matches of a finding depend."""
        pairs = (c for c in self.contract.checks if c.code == self.findings[at].code)
        return next((check.columns for check in pairs), (self.findings[at].field,))

    def near_given(self, at: int, *, most: int) -> str:
        """Give the query for the first distinct texts of a finding, in order."""
        fields = list(self.near_fields(at))
        rows = _bad(self, at).select(*fields).distinct()
        return _sql(rows.order_by(fields).limit(most))


@lru_cache(maxsize=64)
def plan(contract: Contract, *, scope: Scope, may_publish: bool, on: date) -> Plan:
    """Write the queries for deliveries of a contract by those with this scope and permission.

    ``on`` is the day of the delivery, after which nothing can have been measured.
    """
    texts = _texts(contract)
    row_rules = partial(row_findings, contract=contract, scope=scope, may_publish=may_publish)
    wide, findings, tables = _typed(texts, contract, partial(row_rules, on=on))
    typed = _typed_table(contract, len(findings))
    pairs = ibis.table(_against_schema(contract), name=AGAINST)
    issues = ibis.table(ISSUE_SCHEMA, name="issues")
    flags = {f"f{at}": typed[f"f{at}"].sum() for at in range(len(findings))}
    severity = issues.severity
    compares = [check for check in contract.checks if check.rule in _AGAINST]
    return Plan(
        contract,
        findings,
        (*tables, (TYPED, _sql(wide))),
        totals=_sql(typed.aggregate(rows_read=typed.count(), **flags)),
        duplicates=_sql(_as_kept(_duplicates(typed, texts, contract))),
        against=_sql(_against(typed, contract)),
        against_totals=_sql(
            pairs.aggregate(held=pairs["_held"].sum(), same=pairs["_same"].sum()).fill_null(0)
        ),
        far=tuple(_sql(_as_kept(_far(pairs, texts, contract, check))) for check in compares),
        issue_totals=_sql(
            issues.aggregate(
                refused=issues.row.nunique(where=severity == Severity.REFUSE),
                flagged=issues.row.nunique(where=severity == Severity.FLAG),
            )
        ),
    )


def stored(typed: ibis.Table, contract: Contract) -> dict[str, Value]:
    """Give the stored columns out of the typed ones."""
    fields = {c.field: typed[VALUE + c.field].name(c.field) for c in contract.stored}
    return {**fields, "public": typed["public"]}


def _sql(table: ibis.Table) -> str:
    return str(ibis.to_sql(table, dialect="duckdb"))


def _texts(contract: Contract) -> ibis.Table:
    fields = [*(c.field for c in contract.columns), EXTRA]
    halves = [HALF + c.field for c in contract.columns if has_half(c)]
    return ibis.table({ROW: "int64", **dict.fromkeys([*fields, *halves], "string")}, name=TEXTS)


def _typed_table(contract: Contract, findings: int) -> ibis.Table:
    kinds = dict(stored_schema(contract))
    values = {VALUE + c.field: kinds.get(c.field, "string") for c in contract.columns}
    flags = {f"f{at}": "boolean" for at in range(findings)}
    return ibis.table({ROW: "int64", "public": "boolean", **values, **flags}, name=TYPED)


# --- typing, with every finding of a single row as a truth column


def _typed(
    texts: ibis.Table, contract: Contract, row_rules: Callable[[ibis.Table], tuple[Finding, ...]]
) -> tuple[ibis.Table, tuple[Finding, ...], list[tuple[str, str]]]:
    """Give the typed rows, their findings, and the tables to make first: a code per spelling."""
    tables: list[tuple[str, str]] = []
    wide = texts
    for column in contract.columns:
        if column.type is ColumnType.CODE:
            tables.append(_resolved(texts[column.field], column.codes, column.field))
            wide = _join_code(wide, wide[column.field], column.field, CODE + column.field)
    findings: list[Finding] = [
        Finding(EXTRA, "cell_without_header", wide[EXTRA] != "", "这一行在表头以外还有内容，请删去")
    ]
    values = {}
    for column in contract.columns:
        typed = read_column(column, wide)
        values[VALUE + column.field] = typed.values
        findings += typed.findings
    flags = {f"f{at}": finding.flag for at, finding in enumerate(findings)}
    wide = wide.mutate(**values, **flags)
    for check in contract.checks:
        if check.rule is Rule.PAIR:
            wide, table = _join_pair(wide, check)
            tables.append(table)
    from_cells = len(findings)
    findings += row_rules(wide)
    more = {f"f{at}": f.flag for at, f in enumerate(findings[from_cells:], start=from_cells)}
    public = (wide[VALUE + contract.publication] == "public").fill_null(False)
    blank = wide[EXTRA] == ""
    for column in contract.columns:
        blank &= wide[column.field] == ""
    wide = wide.filter(~blank).mutate(public=public, **more)
    return wide.select(ROW, "public", *values, *flags, *more), tuple(findings), tables


def _resolved(given: StringValue, codes: str, name: str) -> tuple[str, str]:
    """Look each distinct spelling up once: there are few, however many the rows."""
    listed = ibis.table(CODES_SCHEMA, name=codes_table(codes))
    distinct = given.name("given").as_table().distinct()
    keyed = distinct.mutate(_plain=plain(distinct.given))
    found = keyed.left_join(listed, keyed["_plain"] == listed.spelling)
    return f"of_{name}", _sql(found.select("given", "code"))


def _join_code(wide: ibis.Table, given: StringValue, name: str, into: str) -> ibis.Table:
    known = ibis.table({"given": "string", "code": "string"}, name=f"of_{name}")
    known = known.select(**{f"k_{into}": known.given, into: known.code})
    keyed = wide.mutate(_given=given)
    joined = keyed.left_join(known, keyed["_given"] == known[f"k_{into}"])
    return joined.drop("_given", f"k_{into}")


def _join_pair(wide: ibis.Table, check: Check) -> tuple[ibis.Table, tuple[str, str]]:
    """Look the pair up, and write the second as the list does, such as ％ as %."""
    first, second = check.columns
    pair = wide[VALUE + first].concat("|", wide[second])
    table = _resolved(pair, check.codes, check.code)
    found = _join_code(wide, pair, check.code, PAIR + second)
    canonical = ibis.coalesce(found[PAIR + second], found[VALUE + second])
    return found.mutate(**{VALUE + second: canonical}), table


# --- findings as rows of the issue table


def _as_kept(issues: ibis.Table) -> ibis.Table:
    return issues.select(*ISSUE_SCHEMA.names).cast(ISSUE_SCHEMA)


def _bad(made: Plan, at: int) -> ibis.Table:
    """Give the text and typed columns of the rows with a finding."""
    typed = _typed_table(made.contract, len(made.findings))
    values = [VALUE + column.field for column in made.contract.columns]
    bad = typed.filter(typed[f"f{at}"]).select(ROW, *values)
    return bad.inner_join(_texts(made.contract), ROW)


def _issues_of(made: Plan, at: int) -> str:
    finding = made.findings[at]
    rows = _bad(made, at)
    reason: StringValue
    if finding.near:
        fields = made.near_fields(at)
        schema = {**{f"n_{f}": "string" for f in fields}, "near": "string"}
        near = ibis.table(schema, name=near_table(at))
        rows = rows.left_join(near, [rows[f] == near[f"n_{f}"] for f in fields])
        reason = rows["near"].fill_null(_without_near(made.contract, finding))
    elif isinstance(finding.reason, str):
        reason = ibis.literal(finding.reason)
    else:
        reason = finding.reason(rows)
    return _sql(_as_kept(_as_issues(rows, finding, made.contract, reason)))


def _without_near(contract: Contract, finding: Finding) -> str:
    header = contract.column(finding.field).header
    return f"不在“{header}”可填的内容里，请按“可填内容”表填写"


def _as_issues(
    rows: ibis.Table, finding: Finding, contract: Contract, reason: StringValue
) -> ibis.Table:
    header, hidden = "（表头以外）", False
    if finding.field != EXTRA:
        column = contract.column(finding.field)
        header, hidden = column.header, column.privacy is Privacy.PERSONAL
    value: StringValue = ibis.literal("（不显示）")
    if not hidden:
        value = rows[finding.field].replace(FORMULA, "").left(LONGEST_VALUE)
    return rows.select(
        row=rows[ROW],
        column=ibis.literal(header),
        value=value,
        code=ibis.literal(finding.code),
        reason=reason,
        severity=ibis.literal(str(finding.severity)),
    )


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
        value=value.left(LONGEST_VALUE),
        code=ibis.literal("duplicate_key"),
        reason=described["reason"],
        severity=ibis.literal(str(Severity.REFUSE)),
    )


def _against(typed: ibis.Table, contract: Contract) -> ibis.Table:
    """Put each row beside the newest stored one of its key."""
    present = ibis.table(table_schema(contract), name=PRESENT)
    names = stored_schema(contract).names
    mine = typed.select(ROW, **stored(typed, contract))
    touched = present.semi_join(mine, list(contract.key))
    old = newest(touched, contract.key).select(**{f"p_{name}": name for name in names})
    pairs = mine.left_join(old, [mine[f] == old[f"p_{f}"] for f in contract.key])
    held = pairs[f"p_{contract.key[0]}"].notnull()
    # A public value sent again as internal is the same value: nothing public is taken back.
    same = held & (pairs["public"] <= pairs["p_public"])
    for name in names:
        if name != "public":
            same &= pairs[name].identical_to(pairs[f"p_{name}"])
    return pairs.mutate(_held=held, _same=same)


def _against_schema(contract: Contract) -> Mapping[str, str]:
    kinds = {name: str(kind) for name, kind in stored_schema(contract).items()}
    old = {f"p_{name}": kind for name, kind in kinds.items()}
    return {ROW: "int64", **kinds, **old, "_held": "boolean", "_same": "boolean"}


def _far(pairs: ibis.Table, texts: ibis.Table, contract: Contract, check: Check) -> ibis.Table:
    """Give the issues of a rule that looks at the value held at present."""
    flag = _AGAINST[check.rule](pairs, check)
    before, named, after = check.reason.partition("{present}")
    reason: StringValue = ibis.literal(before)
    if named:
        shown = pairs[f"p_{check.column}"].cast("string")
        if contract.column(check.column).type is ColumnType.DECIMAL:
            shown = shown.re_replace(r"\.?0+$", "")
        reason = reason.concat(shown, after)
    found = pairs.filter(flag).select(ROW, _reason=reason).inner_join(texts, ROW)
    if check.rule in (Rule.WITHDRAWS, Rule.WITHDRAWS_NOTHING):
        # A faulty cell has no value either; it is named as faulty and withdraws nothing.
        found = found.filter(found[check.column] == "")
    finding = Finding(check.column, check.code, flag, "", check.severity)
    return _as_issues(found, finding, contract, found["_reason"])


def _changed_much(pairs: ibis.Table, check: Check) -> BooleanValue:
    value, old = pairs[check.column], pairs[f"p_{check.column}"]
    comparable = pairs["_held"]
    for name in check.same:
        comparable &= pairs[name] == pairs[f"p_{name}"]
    change = (value - old).abs().cast("float64")
    return comparable & (change > old.abs().cast("float64") * float(check.ratio)).fill_null(False)


def _differs(pairs: ibis.Table, check: Check) -> BooleanValue:
    differs = pairs[check.column] != pairs[f"p_{check.column}"]
    return pairs["_held"] & differs.fill_null(False)


def _withdraws(pairs: ibis.Table, check: Check) -> BooleanValue:
    return pairs[check.column].isnull() & pairs[f"p_{check.column}"].notnull()


def _withdraws_nothing(pairs: ibis.Table, check: Check) -> BooleanValue:
    return pairs[check.column].isnull() & pairs[f"p_{check.column}"].isnull()


_AGAINST: Mapping[Rule, Callable[[ibis.Table, Check], BooleanValue]] = {
    Rule.COMPARE: _changed_much,
    Rule.DIFFERS: _differs,
    Rule.WITHDRAWS: _withdraws,
    Rule.WITHDRAWS_NOTHING: _withdraws_nothing,
}
