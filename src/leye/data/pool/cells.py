"""Checks of single cells: contract column and text column to a typed column and its findings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import ibis
from ibis.expr.types import BooleanValue, StringValue, Value

from leye.data.pool.contract import Column, ColumnType
from leye.data.pool.normal import shows
from leye.data.pool.types import Severity
from leye.kernel.period import PERIOD_PATTERN

DECIMAL = "decimal(24, 6)"
"""Eighteen whole digits and six decimals hold any published figure exactly."""

STORED: Mapping[ColumnType, str] = {
    ColumnType.TEXT: "string",
    ColumnType.CODE: "string",
    ColumnType.DECIMAL: DECIMAL,
    ColumnType.INTEGER: "int64",
    ColumnType.PERIOD: "string",
    ColumnType.DATE: "date",
}
"""The type each kind of column is stored in."""

FORMULA = "\x1a"
"""Begins the text of a cell that holds a formula; no workbook and no sheet can hold it itself."""

_GROUPED = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)"
_ERROR = r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|GETTING_DATA|SPILL!|CALC!)"
_FINE = r"[+-]?0*\d{1,18}(?:\.\d{1,6})?"
_WITH_UNIT = r"[+-]?[\d,]*\.?\d+\s*[^\d\s.,+\-eExX]+.*"
_SHORT = 12
_SERIAL = r"[234]\d{4}"


Reason = str | Callable[[ibis.Table], StringValue]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or doubt: where it shows, which rows (``flag``), and what the person should do.

    ``reason`` is words, or gives them from the table of text and typed columns. ``near`` names the
    code list whose near matches complete the reason.
    """

    field: str
    code: str
    flag: BooleanValue
    reason: Reason
    severity: Severity = Severity.REFUSE
    near: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A column read: its values, null where blank or faulty, and the findings."""

    values: Value
    findings: tuple[Finding, ...]


VALUE = "v_"
"""Prefix of a typed column; text columns bear the bare field name."""
HALF = "h_"
"""Prefix of the half-width form of a text column."""
CODE = "c_"
"""Prefix of what the code list gave for a text column: null if nothing, "" if several codes."""


def has_half(column: Column) -> bool:
    """Whether the column is read from its half-width form."""
    return column.half_width or column.type not in (ColumnType.TEXT, ColumnType.CODE)


def read_column(column: Column, table: ibis.Table) -> Typed:
    """Type one column of a table that holds its text, half-width text and code."""
    text: StringValue = table[column.field]
    formula = text.startswith(FORMULA)
    error = shows(text, _ERROR)
    blank = text == ""
    usable = ~(blank | formula | error)
    general = [
        Finding(
            column.field, "formula", formula, "单元格里是公式；请复制后“选择性粘贴—数值”再上传"
        ),
        Finding(column.field, "error_cell", error, "单元格里是 Excel 的错误值，请改成正确的内容"),
    ]
    if column.required:
        reason = f"“{column.header}”不能为空"
        general.append(Finding(column.field, "required", blank, reason))
    if column.max_length:
        reason = f"“{column.header}”最多 {column.max_length} 个字"
        long = usable & (text.length() > column.max_length)
        general.append(Finding(column.field, "too_long", long, reason))
    if column.type is ColumnType.CODE:
        return _code(column, text, table[CODE + column.field], usable, general)
    given = table[HALF + column.field] if has_half(column) else text
    typed = _READERS[column.type](column, given, usable)
    return Typed(typed.values, (*general, *typed.findings))


def _code(
    column: Column,
    text: StringValue,
    code: StringValue,
    usable: BooleanValue,
    general: list[Finding],
) -> Typed:
    values = code
    if column.default:
        values = ibis.ifelse(text == "", ibis.literal(column.default), code)
    unknown = Finding(column.field, "unknown_code", usable & code.isnull(), "", near=column.codes)
    several = Finding(
        column.field,
        "ambiguous_name",
        usable & (code == ""),
        f"这个名称对应多个代码，请在“{column.header}”改填代码",
    )
    return Typed(values.nullif(""), (*general, unknown, several))


def _text(column: Column, text: StringValue, usable: BooleanValue) -> Typed:
    if not column.pattern:
        return Typed(text, ())
    odd = ibis.ifelse(usable, ~shows(text, column.pattern), False)
    return Typed(text, (Finding(column.field, "pattern", odd, column.pattern_reason),))


def _number(
    column: Column, half: StringValue, usable: BooleanValue, *, fraction: bool
) -> tuple[StringValue, BooleanValue, Iterator[Finding]]:
    numeric = shows(half, _GROUPED + (r"(?:\.\d+)?" if fraction else ""))
    digits = half.replace(",", "")
    fits = ibis.ifelse(numeric, shows(digits, _FINE), False)

    def findings() -> Iterator[Finding]:
        # Cases, since the engine computes both sides of an "and" for every row.
        wrong = usable & ~numeric
        united = ibis.ifelse(wrong, shows(half, _WITH_UNIT), False)
        other = ibis.ifelse(wrong, ~shows(half, _WITH_UNIT), False)
        reason = "这一格只写数；“万”“%”等写到“单位”列，例如 1.2万人 写成 1.2，单位选 万人"
        yield Finding(column.field, "number_with_unit", united, reason)
        example = "数，例如 1234.5" if fraction else "整数，例如 1234"
        reason = f"“{column.header}”要填{example}"
        yield Finding(column.field, "not_a_number", other, reason)
        reason = "最多 18 位整数" + ("和 6 位小数，请四舍五入后再填" if fraction else "")
        yield Finding(column.field, "number_digits", usable & numeric & ~fits, reason)

    return digits, fits, findings()


def _decimal(column: Column, half: StringValue, usable: BooleanValue) -> Typed:
    digits, fits, findings = _number(column, half, usable, fraction=True)
    # The engine reads a wide decimal seventy times slower than one of 18 digits.
    short = usable & fits & (digits.length() <= _SHORT)
    values = ibis.cases(
        (short, digits.try_cast("decimal(18, 6)").cast(DECIMAL)),
        (usable & fits, digits.try_cast(DECIMAL)),
        else_=ibis.null(DECIMAL),
    )
    return Typed(values, tuple(findings))


def _integer(column: Column, half: StringValue, usable: BooleanValue) -> Typed:
    digits, fits, findings = _number(column, half, usable, fraction=False)
    values = ibis.ifelse(usable & fits, digits.try_cast("int64"), ibis.null("int64"))
    return Typed(values, tuple(findings))


def _date(column: Column, half: StringValue, usable: BooleanValue) -> Typed:
    written = usable & shows(half, r"[1-9]\d{3}-\d{2}-\d{2}")
    values = ibis.ifelse(written, half, ibis.null("string")).try_cast("date")
    reason = "日期写作 2025-07-31，并且是日历上有的一天"
    return Typed(values, (Finding(column.field, "not_a_date", usable & values.isnull(), reason),))


def _period(column: Column, half: StringValue, usable: BooleanValue) -> Typed:
    """Type a period column: the grammar and validity of ``leye.kernel.period.Period.parse``."""
    written = usable & shows(half, PERIOD_PATTERN)
    span = half.contains("..")
    parts = ibis.ifelse(span, half, ibis.null("string")).split("..")
    head = ibis.ifelse(span, parts[0], half)
    tail = parts[1]
    same_unit = (head.length() == tail.length()) & (head.contains("Q") == tail.contains("Q"))
    in_order = ~span | (same_unit & (head <= tail)).fill_null(False)
    real = _real(head) & (~span | _real(tail).fill_null(False))
    valid = written & real & in_order
    canonical = ibis.ifelse(span & (head == tail), head, half)
    form = "请写作 2025、2025Q2、2025-07、2025-07-31，区间写作 2021..2025 或 2025-01..2025-07"
    serial = f"这一格像是 Excel 的日期序号，请把单元格设为“文本”再填；{form}"

    def reason(table: ibis.Table) -> StringValue:
        written_so = shows(table[HALF + column.field], _SERIAL)
        return ibis.ifelse(written_so, ibis.literal(serial), ibis.literal(form))

    return Typed(
        ibis.ifelse(valid, canonical, ibis.null("string")),
        (
            Finding(column.field, "not_a_period", usable & ~written, reason),
            Finding(
                column.field, "no_such_day", written & ~real, "日历上没有这一天，或年份早于 1000 年"
            ),
            Finding(
                column.field,
                "period_ends",
                written & real & ~in_order,
                "区间的两端要用同一种单位（年、季、月、日），并且先写早的一端",
            ),
        ),
    )


def _real(unit: StringValue) -> BooleanValue:
    day = unit.length() == 10
    # A cast that fails costs more than all else here, so only what may be a day is cast.
    exists = ibis.ifelse(day, unit, ibis.null("string")).try_cast("date").notnull()
    return (unit >= "1000") & (~day | exists)


_READERS: Mapping[ColumnType, Callable[[Column, StringValue, BooleanValue], Typed]] = {
    ColumnType.TEXT: _text,
    ColumnType.DECIMAL: _decimal,
    ColumnType.INTEGER: _integer,
    ColumnType.DATE: _date,
    ColumnType.PERIOD: _period,
}
