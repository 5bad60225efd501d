"""A contract's checks over a whole row, as conditions on its values (``v_``) and texts (``x_``)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from leye.data.pool.source_contract import (
    MONTH,
    Kind,
    Shape,
    SourceCheck,
    SourceContract,
    SourceRule,
    When,
)
from leye.data.pool.sql import column, literal
from leye.data.pool.types import Severity

DELIVERY_MONTH = "getvariable('delivery_month')"
LAST_DAY = "getvariable('last_day')"
SCOPE = "getvariable('scope')"
"""Set before the checks are run: the delivery's month, the day after which nothing can have been,
and the pattern of the places its rows may be of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or doubt: where it shows, which rows (``condition``), what the person should do.

    ``field`` is "" where it shows at the whole row. ``{reason}`` in the reason stands for what the
    look-up says of the text.
    """

    field: str
    code: str
    rule: SourceRule
    condition: str
    severity: Severity
    reason: str


def check_findings(contract: SourceContract) -> tuple[Finding, ...]:
    """Give the findings of a contract's checks.

    A check says nothing about a row whose cells it rests on are blank or faulty already.
    """
    return tuple(_finding(contract, check) for check in contract.checks)


def _finding(contract: SourceContract, check: SourceCheck) -> Finding:
    condition, reason = _RULES[check.rule](contract, check)
    field = check.columns[-1] if check.columns else contract.of_kind(Kind.IDENTITY)[0].field
    code = f"{check.rule}_{field}" if check.columns else str(check.rule)
    return Finding(field, code, check.rule, condition, check.severity, reason)


def _value(field: str) -> str:
    return column(f"v_{field}")


def _headers(contract: SourceContract, check: SourceCheck) -> list[str]:
    return [contract.column(field).header for field in check.columns]


def _birth_matches(contract: SourceContract, check: SourceCheck) -> tuple[str, str]:
    (header,) = _headers(contract, check)
    day = _as_number(_value(check.columns[0]))
    return f"{day} <> born", f"“{header}”与公民身份号码中的不同"


def _sex_matches(contract: SourceContract, check: SourceCheck) -> tuple[str, str]:
    (header,) = _headers(contract, check)
    return f"{_value(check.columns[0])} <> sexed", f"“{header}”与公民身份号码中的不同"


def _born_before(contract: SourceContract, check: SourceCheck) -> tuple[str, str]:
    (header,) = _headers(contract, check)
    return f"{_as_number(_value(check.columns[0]))} < born", f"“{header}”早于出生日期"


def _as_number(day: str) -> str:
    return f"(year({day}) * 10000 + month({day}) * 100 + day({day}))"


def _age_between(contract: SourceContract, check: SourceCheck) -> tuple[str, str]:
    month = _value(MONTH) if contract.shape is Shape.MONTHLY else DELIVERY_MONTH
    lived = f"(({month} // 100 - born // 10000) * 12 + {month} % 100 - (born // 100) % 100)"
    least, most = check.least or 0, check.most or 0
    reason = f"年龄不在 {least} 到 {most} 岁之间"
    return f"{lived} < {least * 12} OR {lived} >= {(most + 1) * 12}", reason


def _order(contract: SourceContract, check: SourceCheck) -> tuple[str, str]:
    first, second = _headers(contract, check)
    before, after = check.columns
    return f"{_value(before)} > {_value(after)}", f"“{second}”小于或早于“{first}”"


def _not_after(contract: SourceContract, check: SourceCheck) -> tuple[str, str]:
    (header,) = _headers(contract, check)
    return f"{_value(check.columns[0])} > {LAST_DAY}", f"“{header}”还没有到"


def _between(contract: SourceContract, check: SourceCheck) -> tuple[str, str]:
    value = _value(check.columns[0])
    (header,) = _headers(contract, check)
    outside = f"{value} < {check.least} OR {value} > {check.most}"
    return outside, f"“{header}”不在 {check.least} 到 {check.most} 之间"


def _needs(contract: SourceContract, check: SourceCheck) -> tuple[str, str]:
    (header,) = _headers(contract, check)
    blank = f"{column(f'x_{check.columns[0]}')} IS NULL"
    if check.when is None:
        return blank, f"“{header}”没有填"
    other = contract.column(check.when.column).header
    return f"{blank} AND {_when(check.when)}", f"按“{other}”的内容，“{header}”应当填写"


def _when(when: When) -> str:
    value = _value(when.column)
    if when.less_than:
        return f"{value} < {_value(when.less_than)}"
    return f"{value} IN ({', '.join(map(literal, when.among))})"


_RULES: Mapping[SourceRule, Callable[[SourceContract, SourceCheck], tuple[str, str]]] = {
    SourceRule.BIRTH_MATCHES: _birth_matches,
    SourceRule.SEX_MATCHES: _sex_matches,
    SourceRule.BORN_BEFORE: _born_before,
    SourceRule.AGE_BETWEEN: _age_between,
    SourceRule.ORDER: _order,
    SourceRule.NOT_AFTER: _not_after,
    SourceRule.BETWEEN: _between,
    SourceRule.NEEDS: _needs,
}
