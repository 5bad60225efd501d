"""Turning clean rows of a source into what arrives: the flaws, and the rows held back for later.

Works on the rows and on chance alone: what the pool or the registers make of them is unknown.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leye.data.twin.deliveries.draws import Ints
from leye.data.twin.deliveries.rates import FlawKind, FlawRate
from leye.data.twin.deliveries.row_flaws import doubled_rows, set_aside, slip_lines
from leye.data.twin.deliveries.shape import SourceShape
from leye.data.twin.deliveries.texts import KEY, WRONG
from leye.data.twin.deliveries.value_flaws import VALUE_FLAWS, Dice
from leye.data.twin.draws import generator

_BETWEEN_KEYS = "|"
_NONE = [np.zeros(0, dtype=np.int64)]
_ASIDE = (FlawKind.MISSING, FlawKind.LATE, FlawKind.LEDGER_LAG)


@dataclass(frozen=True, slots=True)
class FlawCount:
    """How often a flaw happened in one delivery, and among how many rows it could have.

    ``unsaid`` are the persons of whom it kept something back for good, as positions.
    """

    kind: FlawKind
    happened: int
    possible: int
    unsaid: Ints


@dataclass(slots=True)
class Spoiler:
    """One source's way of going wrong, month after month."""

    shape: SourceShape
    rates: Mapping[FlawKind, FlawRate]
    seed: int
    _held: dict[int, list[pa.Table]] = field(default_factory=lambda: defaultdict(list))
    _months: int = 0

    def deliver(
        self, batches: Iterable[pa.Table], *, counts: list[FlawCount]
    ) -> Iterator[pa.Table]:
        """Give the rows that arrive for the next month, flaws and late rows among them.

        ``batches`` are the clean rows; what happened is added to ``counts`` at the end.
        """
        now, self._months = self._months, self._months + 1
        happened: dict[FlawKind, int] = {}
        possible: dict[FlawKind, int] = {}
        unsaid: dict[FlawKind, list[Ints]] = {}
        for number, batch in enumerate(batches):
            rng = generator(self.seed, f"flaws of {self.shape.source}", now, number)
            dice = Dice(self.seed, rng, self.rates, happened, possible, unsaid)
            yield from self._spoilt(batch, dice, now)
        counts += [
            FlawCount(kind, happened[kind], possible[kind], np.concatenate(unsaid.get(kind, _NONE)))
            for kind in happened
        ]
        yield from self._held.pop(now, [])

    def _spoilt(self, batch: pa.Table, dice: Dice, now: int) -> Iterator[pa.Table]:
        rows = self._marked(batch)
        self._forget_replaced(rows)
        for flaw in VALUE_FLAWS:
            rows = flaw(rows, self.shape, dice)
        rows, corrections = slip_lines(rows, self.shape, dice)
        # The first list of a ledger is complete; its changes come as villages go round.
        kinds = _ASIDE if now else _ASIDE[:-1]
        rows, late = set_aside(rows, self.shape, dice, kinds=kinds)
        for months, held in (*corrections, *late):
            self._held[now + months].append(held)
        yield rows
        yield doubled_rows(rows, self.shape, dice)

    def _marked(self, batch: pa.Table) -> pa.Table:
        """Add the hidden columns: the key where records come again, and that no number is wrong."""
        if self.shape.standing:
            parts = [batch.column(name) for name in self.shape.key]
            key = pc.binary_join_element_wise(
                *parts, _BETWEEN_KEYS, null_handling="replace", null_replacement=""
            )
        else:
            key = pa.nulls(batch.num_rows, pa.string())
        none = pa.array(np.zeros(batch.num_rows, dtype=bool))
        return batch.append_column(KEY, key).append_column(WRONG, none).combine_chunks()

    def _forget_replaced(self, rows: pa.Table) -> None:
        """Drop what is held back of records that come again: a department sends its latest."""
        if not self.shape.standing or not self._held:
            return
        fresh = rows.column(KEY).combine_chunks()
        for month, tables in self._held.items():
            self._held[month] = [
                table.filter(pc.invert(pc.is_in(table.column(KEY), value_set=fresh)))
                for table in tables
            ]


def days_late(*, source: str, month: int, seed: int, rates: Mapping[FlawKind, FlawRate]) -> int:
    """Give how many days late a whole delivery comes, 0 when it is in time."""
    rate = rates[FlawKind.WHOLE_DELIVERY_LATE]
    rng = generator(seed, f"days late of {source}", month)
    if rng.random() >= rate.of(source):
        return 0
    return int(rng.integers(rate.days[0], rate.days[1], endpoint=True))
