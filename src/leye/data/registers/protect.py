"""Disclosure control (统计披露控制): what of the map and of the flows everybody may see.

Why each rule stands is in docs/disclosure.md.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leye.data.registers.protect_bounds import hide
from leye.data.registers.protect_rules import (
    BOUNDLESS,
    LEAST,
    LEAST_FIRMS,
    LEAST_PAID,
    Cells,
    Flags,
    Numbers,
    count_cells,
    rounded,
    short,
    sum_cells,
)
from leye.data.registers.protect_sums import (
    NONE,
    Above,
    Summing,
    flow_ends,
    row_worth,
    rows_above,
    same_cells,
)
from leye.data.registers.schemas import MAP_KEY, MAP_MEASURES, MARKET_MEASURES, RESIDENCE_MEASURES

HIDDEN = -1
"""Stands for a number that is not shown. Null still says that nobody delivered it."""

VERSION = "4"
"""Names these rules; changed whenever they would protect the same rows otherwise."""

REPORTED = (
    "jobs_insured",
    "jobs_last_year",
    "hires",
    "separations",
    "layoffs",
    "tax_headcount",
)
"""Persons as employers report them."""

SUMS: Mapping[str, str] = {
    "wage_sum": "wage_n",
    "loans_amount": "loans_n",
    "payroll": "",
    "kwh": "",
}
"""Sums of money or electricity, with the count of persons they are of; "" is employers."""

COUNTS = (
    *(name for name in RESIDENCE_MEASURES if name not in SUMS),
    *REPORTED,
    *(name for name in MARKET_MEASURES if name == "applicants"),
)
"""Counts of persons. Firms, traders and vacancies are no persons and stay as they are."""


def protect(rows: pa.Table) -> pa.Table:
    """Give the public copy of one month of the map.

    ``rows`` are of ``MAP_CUBE``; a measure may be missing from them. The same columns come back,
    hidden numbers as ``HIDDEN``, null still null. Counts of persons are multiples of ``BASE``, sums
    have ``DIGITS`` significant digits. Rows come back in the order of their key, without those that
    show no number: a row's being there would say that somebody is in it.
    """
    ordered = rows.sort_by([(name, "ascending") for name in MAP_KEY])
    above = rows_above(ordered)
    employers = _employers(ordered)
    names = tuple(name for name in COUNTS if name in ordered.column_names)
    counts, known = _block(ordered, names)
    of_few = np.zeros_like(known)
    reported = np.isin(names, REPORTED)
    of_few[:, reported] = _of_few(counts[:, reported], employers) & known[:, reported]
    hidden = _hidden_counts(ordered, above, names, counts, of_few)
    out = _with(ordered, names, np.where(hidden, HIDDEN, rounded(counts)), known)
    out = _with_sums(out, above, dict(zip(names, counts.T, strict=True)), employers)
    return out.filter(pa.array(_says_something(out)))


def protect_flows(rows: pa.Table) -> pa.Table:
    """Give the public copy of one month of flows, in the order given.

    ``rows`` are of ``FLOW``. Counts are hidden as ``HIDDEN`` or rounded. How many leave an origin
    and how many come to a destination is taken to be known: it is, from the map. A flow of a county
    is not there where the city's is hidden: how many counties it comes from would say how many
    people it is at least.
    """
    counts, known = _block(rows, ("persons",))
    ends = flow_ends(rows)
    block = np.concatenate([counts, ends.values[:, None]])
    summing = Summing(block)
    summing.add_rows(ends.place, ends.place_number)
    summing.add_rows(ends.origin)
    summing.add_rows(ends.destination)
    sums, rest = summing.sums()
    fixed = summing.at >= rows.num_rows
    of_small = (ends.place != NONE) & (block[ends.place, 0] < LEAST)
    cells = count_cells(
        summing.values,
        np.zeros(len(fixed), dtype=bool),
        fixed=fixed,
        floor=np.where(of_small, 0.0, 1.0)[summing.at],
    )
    hidden = np.zeros(len(counts) + len(ends.values), dtype=bool)
    found = hide(_with_rest(cells, rest), sums)[: len(fixed)]
    hidden[summing.at[found]] = True
    shown = np.where(hidden[: len(counts), None], HIDDEN, rounded(counts))
    place = ends.place[: len(counts)]
    told = (place != NONE) & hidden[place]
    return _with(rows, ("persons",), shown, known).filter(pa.array(~told))


def _hidden_counts(
    rows: pa.Table, above: Above, names: tuple[str, ...], counts: Numbers, of_few: Flags
) -> Flags:
    """Give which counts to hide, zeros among them."""
    summing = Summing(counts)
    _add_rows(summing, above)
    _add_same(summing, rows, names)
    sums, rest = summing.sums()
    worth = row_worth(rows)[summing.at // len(names)]
    cells = count_cells(summing.values, of_few.ravel()[summing.at], worth=worth)
    found = hide(_with_rest(cells, rest), sums)[: len(summing.values)]
    hidden = (of_few | (counts < LEAST)).ravel()
    hidden[summing.at[found]] = True
    return hidden.reshape(counts.shape)


def _with_sums(
    rows: pa.Table, above: Above, counts: Mapping[str, Numbers], employers: Numbers
) -> pa.Table:
    """Give the rows with sums of money and of electricity protected."""
    names = tuple(name for name in SUMS if name in rows.column_names)
    if not names:
        return rows
    values, known = _block(rows, names)
    of_few = np.zeros_like(known)
    for n, name in enumerate(names):
        if SUMS[name]:
            of_few[:, n] = (counts[SUMS[name]] < LEAST_PAID) & (values[:, n] != 0)
        else:
            of_few[:, n] = _of_few(values[:, n : n + 1], employers)[:, 0]
    summing = Summing(values, near=0.5)
    _add_rows(summing, above)
    _add_same(summing, rows, names)
    lines, rest = summing.sums()
    worth = row_worth(rows)[summing.at // len(names)]
    cells = _with_rest(sum_cells(summing.values, of_few.ravel()[summing.at], worth), rest)
    hidden = of_few.copy().ravel()
    hidden[summing.at[hide(cells, lines)[: len(summing.values)]]] = True
    return _with(rows, names, np.where(hidden.reshape(values.shape), HIDDEN, short(values)), known)


def _says_something(rows: pa.Table) -> Flags:
    """Give the rows that show a number: that a row is there says that somebody is in it."""
    names = [name for name in MAP_MEASURES if name in rows.column_names]
    shown: Flags = np.any(_block(rows, tuple(names))[0] > 0, axis=1)
    return shown


def _add_rows(summing: Summing, above: Above) -> None:
    summing.add_rows(above.place)
    summing.add_rows(above.axis, above.axis_number)


def _add_same(summing: Summing, rows: pa.Table, names: tuple[str, ...]) -> None:
    columns = {name: n for n, name in enumerate(names)}
    for same in same_cells(rows, names):
        if {same.measure, *same.terms} <= columns.keys():
            summing.add_same(same, columns)


def _employers(rows: pa.Table) -> Numbers:
    if "firms_active" not in rows.column_names:
        return np.zeros(rows.num_rows)
    return _block(rows, ("firms_active",))[0][:, 0]


def _of_few(values: Numbers, employers: Numbers) -> Flags:
    """Whether a number is reported by so few that one of them would know another's.

    A zero of one or two employers is theirs, too; where there are none, it is nobody's.
    """
    few = (employers < LEAST_FIRMS)[:, None]
    found: Flags = few & ((values != 0) | (employers > 0)[:, None])
    return found


def _block(rows: pa.Table, names: tuple[str, ...]) -> tuple[Numbers, Flags]:
    """Give columns as numbers, 0 for null, and where they are not null."""
    numbers = [pc.cast(rows[name], pa.float64()).combine_chunks() for name in names]
    known = [pc.is_valid(each).to_numpy(zero_copy_only=False) for each in numbers]
    plain = [pc.fill_null(each, 0.0).to_numpy(zero_copy_only=False) for each in numbers]
    return np.column_stack(plain), np.column_stack(known)


def _with(rows: pa.Table, names: tuple[str, ...], values: Numbers, known: Flags) -> pa.Table:
    """Give the rows with these columns replaced, null where not known."""
    for n, name in enumerate(names):
        at = rows.schema.get_field_index(name)
        field = rows.schema.field(at)
        column = pa.array(values[:, n], mask=~known[:, n])
        rows = rows.set_column(at, field, pc.cast(column, field.type, safe=False))
    return rows


def _with_rest(cells: Cells, rest: Numbers) -> Cells:
    """Give the cells with those added for what sums lack: hidden, and no secret in themselves."""
    more = len(rest)
    return Cells(
        values=np.concatenate([cells.values, rest]),
        closed=np.concatenate([cells.closed, np.ones(more, dtype=bool)]),
        low=np.concatenate([cells.low, np.zeros(more)]),
        high=np.concatenate([cells.high, np.full(more, BOUNDLESS)]),
        least=np.concatenate([cells.least, np.full(more, BOUNDLESS)]),
        most=np.concatenate([cells.most, np.zeros(more)]),
        fixed=np.concatenate([cells.fixed, np.ones(more, dtype=bool)]),
        floor=np.concatenate([cells.floor, np.zeros(more)]),
        worth=np.concatenate([cells.worth, np.zeros(more)]),
    )
