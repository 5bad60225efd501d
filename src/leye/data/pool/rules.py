"""Checks over a whole row: a contract's rules as expressions over its typed and text columns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

import ibis
from ibis.expr.types import BooleanValue, NumericValue, StringValue

from leye.data.pool.cells import VALUE, Finding, Reason
from leye.data.pool.contract import PERIOD_FORMS, Check, Contract, Rule
from leye.kernel.place import Scope

PAIR = "pair_"
"""Prefix of the column that holds what the list of a pair rule gave."""


@dataclass(frozen=True, slots=True)
class _Row:
    table: ibis.Table
    contract: Contract
    scope: Scope
    may_publish: bool
    on: date

    def value(self, field: str) -> ibis.expr.types.Value:
        return self.table[VALUE + field]

    def text(self, field: str) -> StringValue:
        return self.table[field]


def row_findings(
    table: ibis.Table, *, contract: Contract, scope: Scope, may_publish: bool, on: date
) -> tuple[Finding, ...]:
    """Give the findings of every rule that needs nothing but the row; ``compare`` is not here.

    A rule says nothing about a row whose cells it rests on are blank or faulty already.
    """
    row = _Row(table, contract, scope, may_publish, on)
    found: list[Finding] = []
    for check in contract.checks:
        if check.rule in _RULES:
            found.extend(_RULES[check.rule](row, check))
    return tuple(found)


def _when(row: _Row, check: Check) -> BooleanValue:
    if not check.when_column:
        return ibis.literal(True)
    return row.value(check.when_column).isin(list(check.when_in)).fill_null(False)


def _finding(check: Check, flag: BooleanValue, reason: Reason = "") -> Finding:
    return Finding(check.column, check.code, flag, reason or check.reason, check.severity)


def _pair(row: _Row, check: Check) -> Iterator[Finding]:
    first, second = check.columns
    given = row.value(first).notnull() & (row.text(second) != "")
    flag = given & row.table[PAIR + second].isnull()
    yield Finding(check.column, check.code, flag, "", check.severity, near=check.codes)


def _period_form(row: _Row, check: Check) -> Iterator[Finding]:
    period = row.value(check.column)
    by = row.value(check.by)
    shape = period.length() + ibis.ifelse(period.contains(".."), _SPAN, 0)
    kinds_of: dict[tuple[str, ...], list[str]] = {}
    for kind, forms in check.forms:
        kinds_of.setdefault(forms, []).append(kind)
    unfit = [(by.isin(kinds), ~_fits(period, shape, forms)) for forms, kinds in kinds_of.items()]
    flag = ibis.cases(*unfit, else_=False).fill_null(False)
    header = row.contract.column(check.by).header

    def reason(table: ibis.Table) -> StringValue:
        endings = [
            (table[VALUE + check.by] == kind, "、".join(PERIOD_FORMS[form] for form in forms))
            for kind, forms in check.forms
        ]
        beginning = ibis.literal(f"{header}“").concat(table[check.by], "”的时期要写作：")
        return beginning.concat(ibis.cases(*endings, else_="另一种写法"))

    yield _finding(check, flag, reason)


_SPAN = 100
_SHAPES: Mapping[str, int] = {
    "year": 4,
    "quarter": 6,
    "month": 7,
    "day": 10,
    "years": _SPAN + 10,
    "quarters": _SPAN + 14,
    "months": _SPAN + 16,
    "days": _SPAN + 22,
}
"""The length of the canonical text of each form, plus ``_SPAN`` for spans."""
_NARROWER: Mapping[str, tuple[str, str]] = {
    "year_end": ("day", r"-12-31$"),
    "january": ("month", r"-01$"),
    "first_quarter": ("quarter", r"Q1$"),
    "months_from_january": ("months", r"^\d{4}-01"),
    "quarters_from_first": ("quarters", r"^\d{4}Q1"),
}
"""Forms that are a form of one shape and match a pattern; spans lie within one year too."""


def _fits(period: StringValue, shape: NumericValue, forms: tuple[str, ...]) -> BooleanValue:
    fits = shape.isin([_SHAPES[form] for form in forms if form in _SHAPES])
    for form in forms:
        if form in _NARROWER:
            wide, pattern = _NARROWER[form]
            narrow = (shape == _SHAPES[wide]) & period.re_search(pattern)
            if _SHAPES[wide] > _SPAN:
                narrow &= period.left(4) == period.split("..")[1].left(4)
            fits |= narrow
    return fits


def _blank_needs(row: _Row, check: Check) -> Iterator[Finding]:
    yield _finding(check, (row.text(check.column) == "") & (row.text(check.needs) == ""))


def _number(row: _Row, check: Check) -> tuple[NumericValue, BooleanValue]:
    value: NumericValue = row.value(check.column)
    return value, _when(row, check) & value.notnull()


def _where(asked: BooleanValue, holds: BooleanValue) -> BooleanValue:
    # A case, since the engine computes both sides of an "and" for every row.
    return ibis.ifelse(asked, holds, False)


def _at_least(row: _Row, check: Check) -> Iterator[Finding]:
    value, asked = _number(row, check)
    yield _finding(check, _where(asked, value < check.least))


def _between(row: _Row, check: Check) -> Iterator[Finding]:
    value, asked = _number(row, check)
    outside = (value < check.least) | (value > check.most)
    yield _finding(check, _where(asked, outside))


def _whole(row: _Row, check: Check) -> Iterator[Finding]:
    value, asked = _number(row, check)
    odd = value != value.cast("decimal(18, 0)").cast(value.type())
    if check.least is not None:
        odd |= value < check.least
    yield _finding(check, _where(asked, odd))


def _not_after_delivery(row: _Row, check: Check) -> Iterator[Finding]:
    period: StringValue = row.value(check.column)
    last = ibis.ifelse(period.contains(".."), period.split("..")[1], period)
    today = row.on.isoformat()
    quarter = f"{today[:4]}Q{(row.on.month + 2) // 3}"
    # Texts of one form are in the order of time.
    begun = ibis.cases(
        (last.length() == len(today), last <= today),
        (last.length() == len(quarter), last <= quarter),
        (last.length() == len(today[:7]), last <= today[:7]),
        else_=last <= today[:4],
    )
    yield _finding(check, _where(_when(row, check) & period.notnull(), ~begun))


def _place_in_scope(row: _Row, check: Check) -> Iterator[Finding]:
    place = row.value(check.column)
    inside = reduce(or_, map(place.startswith, row.scope.prefixes), ibis.literal(False))
    yield _finding(check, (place.notnull() & ~inside).fill_null(False))


def _publication_allowed(row: _Row, check: Check) -> Iterator[Finding]:
    if row.may_publish:
        return
    yield _finding(check, (row.value(check.column) == "public").fill_null(False))


_RULES: Mapping[Rule, Callable[[_Row, Check], Iterator[Finding]]] = {
    Rule.PAIR: _pair,
    Rule.PERIOD_FORM: _period_form,
    Rule.BLANK_NEEDS: _blank_needs,
    Rule.AT_LEAST: _at_least,
    Rule.BETWEEN: _between,
    Rule.WHOLE: _whole,
    Rule.NOT_AFTER_DELIVERY: _not_after_delivery,
    Rule.PLACE_IN_SCOPE: _place_in_scope,
    Rule.PUBLICATION_ALLOWED: _publication_allowed,
}
