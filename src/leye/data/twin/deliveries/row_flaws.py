"""Flaws of whole rows: lost, doubled, late, or first wrong and later put right."""

from typing import TypeAlias

import numpy as np
import pyarrow as pa

from leye.data.twin.deliveries.draws import Ints
from leye.data.twin.deliveries.rates import FlawKind
from leye.data.twin.deliveries.shape import SourceShape
from leye.data.twin.deliveries.texts import replaced, without
from leye.data.twin.deliveries.value_flaws import Dice

Later: TypeAlias = list[tuple[int, pa.Table]]
"""Rows held back: how many months, and the rows."""


def lose_rows(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Drop rows that are never delivered."""
    count = table.num_rows
    return without(table, dice.positions(FlawKind.MISSING, source=shape.source, count=count))


def double_rows(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Put some rows in twice."""
    at = dice.positions(FlawKind.DUPLICATED, source=shape.source, count=table.num_rows)
    return pa.concat_tables([table, table.take(pa.array(at))]) if len(at) else table


def hold_rows(
    table: pa.Table, shape: SourceShape, dice: Dice, *, kind: FlawKind
) -> tuple[pa.Table, Later]:
    """Take out rows that come with a delivery one to three months later."""
    at = dice.positions(kind, source=shape.source, count=table.num_rows)
    later = _spread(table.take(pa.array(at)), dice, kind) if len(at) else []
    return without(table, at), later


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
    shares = dice.rates[kind].months
    months: Ints = dice.rng.choice(len(shares), size=rows.num_rows, p=np.array(shares)) + 1
    return [
        (int(months_later), rows.filter(pa.array(months == months_later)))
        for months_later in np.unique(months)
    ]
