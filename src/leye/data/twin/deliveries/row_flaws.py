"""Flaws of whole rows: lost, doubled, late, or first wrong and later put right."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from leye.data.twin.deliveries.draws import Ints
from leye.data.twin.deliveries.rates import FlawKind
from leye.data.twin.deliveries.shape import SourceShape
from leye.data.twin.deliveries.texts import replaced
from leye.data.twin.deliveries.value_flaws import Dice

Later: TypeAlias = list[tuple[int, pa.Table]]
"""Rows held back: how many months, and the rows."""


def doubled_rows(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Give the rows that are put in a second time."""
    at = dice.positions(FlawKind.DUPLICATED, source=shape.source, count=table.num_rows)
    return table.take(pa.array(at))


def set_aside(
    table: pa.Table, shape: SourceShape, dice: Dice, *, kinds: Sequence[FlawKind]
) -> tuple[pa.Table, Later]:
    """Take out the rows that are never delivered, and those that come one to three months later."""
    gone = np.zeros(table.num_rows, dtype=bool)
    later: Later = []
    for kind in kinds:
        at = dice.positions(kind, source=shape.source, count=table.num_rows)
        at = at[~gone[at]]
        gone[at] = True
        if kind is FlawKind.MISSING:
            dice.leave_unsaid(kind, table, at)
        else:
            later += _spread(table.take(pa.array(at)), dice, kind)
    return (table.filter(pa.array(~gone)) if gone.any() else table), later


def slip_lines(table: pa.Table, shape: SourceShape, dice: Dice) -> tuple[pa.Table, Later]:
    """Put a neighbouring line's value into some rows; the right row comes in a later month.

    A row whose neighbour holds the same value is as right as before and needs no correction.
    """
    if not shape.slips or table.num_rows < 2:
        return table, []
    at = dice.positions(FlawKind.CORRECTED, source=shape.source, count=table.num_rows)
    which = dice.rng.integers(len(shape.slips), size=len(at))
    spoilt = table
    wrong = np.zeros(table.num_rows, dtype=bool)
    for number, column in enumerate(shape.slips):
        hit = at[which == number]
        old = table.column(column).combine_chunks()
        values = old.take(pa.array((hit + 1) % table.num_rows))
        spoilt = replaced(spoilt, column, hit, values)
        pairs = zip(old.take(pa.array(hit)).to_pylist(), values.to_pylist(), strict=True)
        wrong[hit] = [right != slipped for right, slipped in pairs]
    right = table.take(pa.array(np.flatnonzero(wrong)))
    return spoilt, _spread(right, dice, FlawKind.CORRECTED)


def _spread(rows: pa.Table, dice: Dice, kind: FlawKind) -> Later:
    if rows.num_rows == 0:
        return []
    shares = dice.rates[kind].months
    months: Ints = dice.rng.choice(len(shares), size=rows.num_rows, p=np.array(shares)) + 1
    return [
        (int(months_later), rows.filter(pa.array(months == months_later)))
        for months_later in np.unique(months)
    ]
