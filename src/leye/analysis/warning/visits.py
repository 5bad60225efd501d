"""Which firms to look in on first (layer L6): a rank from what is known of each, with reasons.

Not a grade, not published, and no consequence for the firm: somebody calls, in this order.
Each sign is ranked among the firms of the city; the score is the weighted mean of the ranks of the
signs known, so that a firm is not ranked low because a figure of it is missing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from leye.analysis.warning.types import Visit
from leye.data.registers.queries.served import FirmRow

Floats = NDArray[np.float64]

LEAST_STAFF = 20
_CONFLICT = 0.15


def visits(
    rows: Sequence[FirmRow],
    before: Mapping[int, FirmRow],
    *,
    month: int,
    conflicts: Collection[int],
    most: int,
) -> tuple[Visit, ...]:
    """Give the ``most`` firms to visit, the most pressing first.

    ``rows`` are the firms of the month, ``before`` those of three months earlier by employer;
    ``conflicts`` are employers a comparison speaks of.
    """
    firms = [row for row in rows if (row.insured_last_year or row.insured or 0) >= LEAST_STAFF]
    if not firms:
        return ()
    signs = {name: _ranks([f(row, before) for row in firms]) for name, (f, _, _) in _SIGNS.items()}
    weights = np.array([weight for _, weight, _ in _SIGNS.values()])[:, None]
    ranks = np.stack(list(signs.values()))
    known = ~np.isnan(ranks)
    total = np.where(known, ranks, 0.0) * weights
    score = total.sum(axis=0) / np.maximum((known * weights).sum(axis=0), 1e-9)
    score += _CONFLICT * np.array([row.employer in conflicts for row in firms])
    score = np.minimum(score, 1.0)
    order = sorted(range(len(firms)), key=lambda at: (-score[at], firms[at].employer))[:most]
    return tuple(
        _visit(firms[at], before, month=month, score=float(score[at]), conflicts=conflicts)
        for at in order
    )


def _ranks(values: Sequence[float | None]) -> Floats:
    """Give the share of firms a value is worse than, nan where it is not known."""
    found = np.array([np.nan if each is None else each for each in values])
    known = ~np.isnan(found)
    ranks = np.full(len(found), np.nan)
    if known.any():
        ranks[known] = (rankdata(found[known]) - 0.5) / known.sum()
    return ranks


def _fall(now: float | None, then: float | None) -> float | None:
    return None if now is None or not then else 1 - now / then


def _power(row: FirmRow, _before: Mapping[int, FirmRow]) -> float | None:
    return _fall(_number(row.kwh), _number(row.kwh_last_year))


def _month(row: FirmRow, _before: Mapping[int, FirmRow]) -> float | None:
    return _fall(row.insured, row.insured_last_month)


def _year(row: FirmRow, _before: Mapping[int, FirmRow]) -> float | None:
    return _fall(row.insured, row.insured_last_year)


def _quarter(row: FirmRow, before: Mapping[int, FirmRow]) -> float | None:
    then = before.get(row.employer)
    return None if then is None else _fall(row.insured, then.insured)


def _wages(row: FirmRow, before: Mapping[int, FirmRow]) -> float | None:
    then = before.get(row.employer)
    if then is None:
        return None
    return _fall(_per_head(row), _per_head(then))


def _per_head(row: FirmRow) -> float | None:
    payroll = _number(row.payroll)
    return payroll / row.tax_headcount if payroll is not None and row.tax_headcount else None


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


Sign = Callable[[FirmRow, Mapping[int, FirmRow]], float | None]
_SIGNS: Mapping[str, tuple[Sign, float, str]] = {
    "power": (_power, 0.3, "用电比去年同月少{share:.0%}"),
    "quarter": (_quarter, 0.25, "参保人数比三个月前少{share:.0%}"),
    "month": (_month, 0.15, "参保人数比上月少{share:.0%}"),
    "year": (_year, 0.15, "参保人数比去年同月少{share:.0%}"),
    "wages": (_wages, 0.15, "人均工资总额比三个月前少{share:.0%}"),
}
_WORTH_SAYING = 0.05


def _visit(
    row: FirmRow,
    before: Mapping[int, FirmRow],
    *,
    month: int,
    score: float,
    conflicts: Collection[int],
) -> Visit:
    said = []
    for sign, _, words in _SIGNS.values():
        share = sign(row, before)
        if share is not None and share >= _WORTH_SAYING:
            said.append(words.format(share=share))
    if row.employer in conflicts:
        said.append("有未消除的数据比对结果")
    return Visit(
        row.employer, row.place, row.industry, month, round(score, 4), row.insured, tuple(said)
    )
