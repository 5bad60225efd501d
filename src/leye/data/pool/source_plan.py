"""The statement that types and checks every row of a source, written once for each contract.

Each finding a row may have is a bit of ``err``; what the findings of a row mean for it is read off
with two masks. The texts of a row are looked at again only when it has a finding.
"""

from dataclasses import dataclass
from functools import lru_cache

from leye.data.pool.normal import BLANKS
from leye.data.pool.source_checks import DELIVERY_MONTH, SCOPE, Finding, check_findings
from leye.data.pool.source_contract import (
    MONTH,
    RESERVED,
    Kind,
    Shape,
    SourceColumn,
    SourceContract,
    SourceRule,
    stored_schema,
)
from leye.data.pool.source_reading import BEYOND, TEXTS
from leye.data.pool.source_resolve import looked_up, may_be_blank, of_table, plain_sql, trimmed_sql
from leye.data.pool.sql import call, column, either, inner, literal, select
from leye.data.pool.types import Severity

TYPED = "typed"
REF = "ref"
"""The column of ``typed`` that stands for the person: a place among the sound numbers."""
_LONGEST = 500
_MOST_FINDINGS = 62
_EXTRA = ""


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """The statement that makes ``typed``, and what the bits of its ``err`` stand for.

    ``typed`` has ``row``, ``ref`` where there are persons, the stored columns but ``person``,
    ``delivery`` and ``row``, ``flags``, and ``err``.
    """

    contract: SourceContract
    findings: tuple[Finding, ...]
    typed: str

    @property
    def refusing(self) -> int:
        """The bits that set a row aside."""
        return self._mask(Severity.REFUSE)

    @property
    def flagging(self) -> int:
        """The bits that only mark a row."""
        return self._mask(Severity.FLAG)

    def _mask(self, severity: Severity) -> int:
        return sum(1 << at for at, each in enumerate(self.findings) if each.severity is severity)


@lru_cache(maxsize=64)
def source_plan(contract: SourceContract) -> SourcePlan:
    """Write the statement for a contract."""
    findings = (*_whole_row(contract), *_cells(contract), *check_findings(contract))
    if len(findings) > _MOST_FINDINGS:
        raise OverflowError(f"{contract.name}: {len(findings)} findings do not fit in a number")
    bits = " | ".join(
        f"(CAST(coalesce({each.condition}, false) AS BIGINT) << {at})"
        for at, each in enumerate(findings)
    )
    # Nearly all rows have none, which is asked first, and costs a third of all the bits.
    some = either(each.condition for each in findings)
    err = f"CASE WHEN {some} THEN {bits} ELSE CAST(0 AS BIGINT) END"
    kept = {"row": column("row"), **_stored(contract)}
    checked = select({**kept, "err": err}, inner(_valued(contract), "v"))
    return SourcePlan(
        contract,
        findings,
        select(
            {**{name: column(name) for name in kept}, "flags": _flags(findings), "err": "err"},
            inner(checked, "c"),
        ),
    )


def _flags(findings: tuple[Finding, ...]) -> str:
    flagged = [(at, each) for at, each in enumerate(findings) if each.severity is Severity.FLAG]
    bits = " | ".join(f"(((err >> {at}) & 1) * {each.rule.bit})" for at, each in flagged)
    # Hardly any row has one.
    return f"CASE WHEN err = 0 THEN 0 ELSE {bits or '0'} END"


# --- from texts to values


def _valued(contract: SourceContract) -> str:
    """Give the query for ``x_`` texts and ``v_`` values, and what an identity number tells."""
    columns = {"row": "t.row"}
    joined = [f"{TEXTS} AS t"]
    for each in contract.columns:
        text = column(each.field, "t")
        columns[f"x_{each.field}"] = text
        if looked_up(each):
            alias = f"o_{each.field}"
            joined.append(f"LEFT JOIN {of_table(each.field)} AS {alias} ON {text} = {alias}.given")
            columns[f"v_{each.field}"] = f"{alias}.value"
            if each.kind is Kind.IDENTITY:
                columns |= {"born": f"{alias}.birth", "sexed": f"{alias}.sex"}
            if each.keep:
                columns[f"k_{each.field}"] = f"{alias}.code"
        else:
            columns[f"v_{each.field}"] = _inline(each, text)
    texts = ", ".join(column(each.field, "t") for each in contract.columns)
    return select(columns, " ".join(joined), where=f"coalesce({texts}) IS NOT NULL")


def _inline(each: SourceColumn, text: str) -> str:
    if each.kind is Kind.DECIMAL:
        return _number(text)
    if each.kind is Kind.INTEGER:
        number = _number(text)
        return f"CASE WHEN {number} = trunc({number}) THEN CAST({number} AS BIGINT) END"
    return trimmed_sql(text)


def _number(text: str) -> str:
    """Give the expression for a number; only what is written oddly is looked at twice."""
    odd = call("replace", call("trim", plain_sql(text), literal(BLANKS)), literal(","), literal(""))
    kind = "DECIMAL(18, 2)"
    return f"coalesce(TRY_CAST({text} AS {kind}), TRY_CAST({odd} AS {kind}))"


def _stored(contract: SourceContract) -> dict[str, str]:
    kept: dict[str, str] = {}
    for each in contract.columns:
        value = column(f"v_{each.field}")
        if each.kind is Kind.IDENTITY:
            kept[REF] = value
        elif each.stored:
            kept[each.stored] = _as_stored(each, value, key=each.stored in contract.key)
        if each.keep:
            kept[each.field] = column(f"k_{each.field}")
    if contract.shape is Shape.STANDING:
        kept[MONTH] = DELIVERY_MONTH
    kinds = {n: str(k) for n, k in stored_schema(contract).items() if n not in RESERVED}
    typed = {n: f"CAST({said} AS {_kind(kinds[n])})" for n, said in kept.items() if n in kinds}
    return {**({REF: kept[REF]} if REF in kept else {}), **typed}


def _as_stored(each: SourceColumn, value: str, *, key: bool) -> str:
    if each.kind is Kind.BIRTH:
        return f"year({value}) * 100 + month({value})"
    return masked(value) if each.kind is Kind.TEXT and not key else value


def _kind(kind: str) -> str:
    return {"string": "VARCHAR", "int32": "INTEGER", "int64": "BIGINT"}.get(kind, kind)


# --- findings of single cells

_PHONE = r"(^|[^0-9])(1[3-9][0-9]{9})($|[^0-9])"
_NUMBER = r"(^|[^0-9])([1-8][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx])($|[^0-9])"


def masked(text: str) -> str:
    """Give the expression for a text with phone and identity numbers in it covered."""
    covered = text
    for pattern in (_PHONE, _NUMBER):
        covered = call(
            "regexp_replace", covered, literal(pattern), literal(r"\1***\3"), literal("g")
        )
    return f"CASE WHEN {_holds_number(text)} THEN {covered} ELSE {text} END"


def _holds_number(text: str) -> str:
    found = either(f"regexp_matches({text}, {literal(p)})" for p in (_PHONE, _NUMBER))
    # A case, since the engine computes both sides of an "and" for every row.
    return f"CASE WHEN strlen({text}) >= 11 THEN {found} ELSE false END"


def _whole_row(contract: SourceContract) -> tuple[Finding, ...]:
    beyond = Finding(
        _EXTRA,
        "cell_without_header",
        SourceRule.FAULTY_CELL,
        f"{column('row')} IN ({select('row', BEYOND)})",
        Severity.REFUSE,
        "这一行在表头以外还有内容，可能错了列",
    )
    found = [beyond]
    if contract.place:
        place = next(c for c in contract.columns if c.stored == contract.place)
        # Written for the engine to see at once that the submitter is for the whole city.
        outside = f"{SCOPE} <> '' AND NOT regexp_matches({column(f'v_{place.field}')}, {SCOPE})"
        rule, reason = SourceRule.FAULTY_CELL, "不在报送单位负责的范围内"
        found.append(
            Finding(place.field, "place_out_of_scope", rule, outside, Severity.REFUSE, reason)
        )
    if contract.shape is Shape.STANDING:
        return tuple(found)
    later = Finding(
        MONTH,
        "month_after_delivery",
        SourceRule.FAULTY_CELL,
        f"{column(f'v_{MONTH}')} > {DELIVERY_MONTH}",
        Severity.REFUSE,
        "所属期晚于本批次的月份",
    )
    return (*found, later)


def _cells(contract: SourceContract) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for each in contract.columns:
        text, value = column(f"x_{each.field}"), column(f"v_{each.field}")
        if each.required:
            reason = f"“{each.header}”不能为空"
            blank = f"{text} IS NULL"
            found.append(
                Finding(
                    each.field, "required", SourceRule.FAULTY_CELL, blank, Severity.REFUSE, reason
                )
            )
        found += _of_kind(contract, each, text, value)
    return tuple(found)


_FAULTS = {
    Kind.CODE: ("unknown_code", "“{}”的内容不在代码表里"),
    Kind.YES_NO: ("unknown_code", "“{}”要填是或否"),
    Kind.PLACE: ("unknown_place", "“{}”不是这一级的区划代码"),
    Kind.MONTH: ("not_a_month", "“{}”要写作 202401"),
    Kind.DATE: ("not_a_date", "“{}”要写作 2024-01-31，并且是日历上有的一天"),
    Kind.BIRTH: ("not_a_date", "“{}”要写作 1990-01-31，并且是日历上有的一天"),
    Kind.INTEGER: ("not_a_number", "“{}”要填整数"),
    Kind.DECIMAL: ("not_a_number", "“{}”要填数"),
}


def _of_kind(contract: SourceContract, each: SourceColumn, text: str, value: str) -> list[Finding]:
    key = bool(each.stored) and each.stored in contract.key
    severity = Severity.REFUSE if each.required or key else Severity.FLAG
    lacking = f"{text} IS NOT NULL AND {value} IS NULL"
    if each.kind is Kind.IDENTITY:
        rule = SourceRule.IDENTITY_CHECK
        reason = f"“{each.header}”有误：{{reason}}"
        return [Finding(each.field, str(rule), rule, lacking, Severity.FLAG, reason)]
    if each.kind is Kind.CREDIT_CODE:
        rule = SourceRule.CREDIT_CHECK
        reason = f"“{each.header}”有误：{{reason}}"
        return [Finding(each.field, str(rule), rule, lacking, severity, reason)]
    if each.kind in _FAULTS:
        code, reason = _FAULTS[each.kind]
        rule = SourceRule.FAULTY_CELL
        return [Finding(each.field, code, rule, lacking, severity, reason.format(each.header))]
    return _of_text(contract, each, text)


def _of_text(contract: SourceContract, each: SourceColumn, text: str) -> list[Finding]:
    rule = SourceRule.FAULTY_CELL
    signs = either(f"starts_with({text}, {literal(sign)})" for sign in "=@+\x1a\t")
    # No Chinese text and no name is before the letters, so that one comparison does for most.
    formula = f"CASE WHEN {text} < 'A' THEN {signs} ELSE false END"
    long = f"strlen({text}) > {_LONGEST} AND length({text}) > {_LONGEST}"
    found = [
        Finding(each.field, "formula", rule, formula, Severity.REFUSE, "单元格里是公式，不能接收"),
        Finding(each.field, "too_long", rule, long, Severity.REFUSE, f"最多 {_LONGEST} 个字"),
    ]
    if each.required:
        blank = f"CASE WHEN {may_be_blank(text)} THEN {trimmed_sql(text)} IS NULL ELSE false END"
        reason = f"“{each.header}”不能为空"
        found.append(Finding(each.field, "blank", rule, blank, Severity.REFUSE, reason))
    if each.kind is Kind.TEXT and each.stored and each.stored not in contract.key:
        rule = SourceRule.PERSONAL_IN_TEXT
        reason = "文字里有电话或身份号码，已遮盖后保存"
        found.append(
            Finding(each.field, str(rule), rule, _holds_number(text), Severity.FLAG, reason)
        )
    return found
