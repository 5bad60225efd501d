"""Flaws inside the cells of rows. They look at the row and at chance, at nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from leye.data.twin.deliveries.draws import Ints, chosen, hashes, shares
from leye.data.twin.deliveries.name_variants import employer_variant, name_variant
from leye.data.twin.deliveries.rates import FlawKind, FlawRate
from leye.data.twin.deliveries.shape import SourceShape
from leye.data.twin.deliveries.texts import KEY, PERSON, WRONG, replaced

_FORMULAS = ("=", "+", "-", "@", "=1+", '=HYPERLINK("http://t.cn/a","', "=cmd|' /C calc'!A0 ")
_NUMBER_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Dice:
    """Chance for one batch of rows, and how often each flaw happened so far in the source."""

    seed: int
    rng: np.random.Generator
    rates: Mapping[FlawKind, FlawRate]
    happened: dict[FlawKind, int] = field(default_factory=dict)
    possible: dict[FlawKind, int] = field(default_factory=dict)
    unsaid: dict[FlawKind, list[Ints]] = field(default_factory=dict)

    def positions(self, kind: FlawKind, *, source: str, count: int) -> Ints:
        """Draw the rows among ``count`` that get a flaw, and remember how many."""
        drawn = chosen(count, rate=self.rates[kind].of(source), rng=self.rng)
        self.note(kind, happened=len(drawn), possible=count)
        return drawn

    def note(self, kind: FlawKind, *, happened: int, possible: int) -> None:
        """Remember how often a flaw happened, and among how many rows it could."""
        self.happened[kind] = self.happened.get(kind, 0) + happened
        self.possible[kind] = self.possible.get(kind, 0) + possible

    def leave_unsaid(self, kind: FlawKind, rows: pa.Table, at: Ints) -> None:
        """Remember of whom a flaw keeps something back for good."""
        person = rows.column(PERSON).to_numpy()[at].astype(np.int64)
        self.unsaid.setdefault(kind, []).append(person[person >= 0])


Flaw: TypeAlias = Callable[[pa.Table, SourceShape, Dice], pa.Table]


def wrong_number(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Mistype identity numbers: the same person's the same way in every delivery of a source."""
    if not shape.identity:
        return table
    at, mixed = _persistent(table, shape, dice, FlawKind.WRONG_NUMBER, shape.identity)
    if len(at) == 0:
        return table
    numbers = table.column(shape.identity).take(pa.array(at)).to_pylist()
    wrong = _mistyped(numbers, mixed)
    flagged = np.zeros(table.num_rows, dtype=bool)
    flagged[at] = True
    spoilt = replaced(table, shape.identity, at, pa.array(wrong))
    return spoilt.set_column(spoilt.column_names.index(WRONG), WRONG, pa.array(flagged))


def name_variants(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Spell names otherwise: the same person's the same way in every delivery of a source."""
    if not shape.person_name:
        return table
    at, mixed = _persistent(table, shape, dice, FlawKind.NAME_VARIANT, shape.person_name)
    names = table.column(shape.person_name).take(pa.array(at)).to_pylist()
    variants = [name_variant(one, chance=int(c)) for one, c in zip(names, mixed, strict=True)]
    return replaced(table, shape.person_name, at, pa.array(variants, type=pa.string()))


def old_codes(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Write the code of the former edition in one column, where a list has one."""
    columns = list(shape.former_codes)
    if not columns:
        return table
    drawn = chosen(
        table.num_rows, rate=dice.rates[FlawKind.OLD_CODE].of(shape.source), rng=dice.rng
    )
    first = dice.rng.integers(len(columns), size=len(drawn))
    cells = [table.column(each).take(pa.array(drawn)).to_pylist() for each in columns]
    found: dict[int, dict[int, str]] = {}
    for row, start in enumerate(first):
        for turn in range(len(columns)):
            at = (int(start) + turn) % len(columns)
            former = shape.former_codes[columns[at]].get(cells[at][row])
            if former is not None:
                found.setdefault(at, {})[int(drawn[row])] = former
                break
    dice.note(FlawKind.OLD_CODE, happened=sum(map(len, found.values())), possible=table.num_rows)
    for at, changes in found.items():
        rows = np.array(list(changes), dtype=np.int64)
        table = replaced(table, columns[at], rows, pa.array(list(changes.values())))
    return table


def blank_cells(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Leave an optional cell empty."""
    if not shape.optional:
        return table
    at = dice.positions(FlawKind.BLANK_CELL, source=shape.source, count=table.num_rows)
    which = dice.rng.integers(len(shape.optional), size=len(at))
    for number, column in enumerate(shape.optional):
        hit = at[which == number]
        table = replaced(table, column, hit, pa.nulls(len(hit), pa.string()))
    return table


def unknown_places(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Swap two digits at the front of a place's code: no list holds it then."""
    if not shape.place:
        return table
    at = dice.positions(FlawKind.UNKNOWN_PLACE, source=shape.source, count=table.num_rows)
    places = table.column(shape.place).take(pa.array(at)).to_pylist()
    swapped = [None if one is None else f"{one[0]}{one[2]}{one[1]}{one[3:]}" for one in places]
    return replaced(table, shape.place, at, pa.array(swapped, type=pa.string()))


def formula_cells(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Begin a cell of free text with what a spreadsheet takes for a formula."""
    if not shape.words:
        return table
    at = dice.positions(FlawKind.FORMULA_CELL, source=shape.source, count=table.num_rows)
    column = shape.words[int(dice.rng.integers(len(shape.words)))]
    kinds = dice.rng.integers(len(_FORMULAS), size=len(at))
    old = table.column(column).take(pa.array(at)).to_pylist()
    new = [_FORMULAS[kind] + (one or "") for kind, one in zip(kinds, old, strict=True)]
    return replaced(table, column, at, pa.array(new, type=pa.string()))


def employer_names(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Write an employer's name as advertisers do: the same advertisement always the same way."""
    column = "employer_name"
    if column not in table.column_names:
        return table
    rate = dice.rates[FlawKind.EMPLOYER_NAME_VARIANT].of(shape.source)
    serials = _serials(table)
    name = f"{shape.source} {FlawKind.EMPLOYER_NAME_VARIANT}"
    at = np.flatnonzero(shares(serials, seed=dice.seed, name=name) < rate)
    dice.note(FlawKind.EMPLOYER_NAME_VARIANT, happened=len(at), possible=table.num_rows)
    mixed = hashes(serials[at], seed=dice.seed, name=name + " how")
    old = table.column(column).take(pa.array(at)).to_pylist()
    new = [employer_variant(one, chance=int(c)) for one, c in zip(old, mixed, strict=True)]
    return replaced(table, column, at, pa.array(new, type=pa.string()))


def ends_never_reported(table: pa.Table, shape: SourceShape, dice: Dice) -> pa.Table:
    """Leave a spell open that has ended: for good, whenever the record comes again."""
    if not shape.ends:
        return table
    ended = np.flatnonzero(table.column(shape.ends[0]).is_valid().to_numpy())
    rate = dice.rates[FlawKind.END_NEVER_REPORTED].of(shape.source)
    serials = _serials(table)[ended]
    name = f"{shape.source} {FlawKind.END_NEVER_REPORTED}"
    at = ended[shares(serials, seed=dice.seed, name=name) < rate]
    dice.note(FlawKind.END_NEVER_REPORTED, happened=len(at), possible=len(ended))
    dice.leave_unsaid(FlawKind.END_NEVER_REPORTED, table, at)
    for column in shape.ends:
        table = replaced(table, column, at, pa.nulls(len(at), pa.string()))
    return table


def _persistent(
    table: pa.Table, shape: SourceShape, dice: Dice, kind: FlawKind, column: str
) -> tuple[Ints, npt.NDArray[np.uint64]]:
    """Give the rows whose person has a flaw in this source, and chance that stays the same."""
    person = table.column(PERSON).to_numpy().astype(np.int64)
    filled = (person >= 0) & table.column(column).is_valid().to_numpy()
    rate = dice.rates[kind].of(shape.source)
    name = f"{shape.source} {kind}"
    hit = filled & (shares(person, seed=dice.seed, name=name) < rate)
    at = np.flatnonzero(hit)
    dice.note(kind, happened=len(at), possible=int(filled.sum()))
    return at, hashes(person[at], seed=dice.seed, name=name + " how")


def _serials(table: pa.Table) -> Ints:
    """Give a number for each record that stays the same whenever the record comes again."""
    keys = table.column(KEY).combine_chunks().dictionary_encode()
    digits = pc.replace_substring_regex(keys.dictionary, r"\D", "")
    numbers = pc.utf8_slice_codeunits(digits, -15).cast(pa.int64())
    return np.asarray(numbers.take(keys.indices).to_numpy(zero_copy_only=False), dtype=np.int64)


def _mistyped(numbers: list[str], mixed: npt.NDArray[np.uint64]) -> pa.Array:
    """Change one digit or swap two neighbours in each number; the check digit then never fits."""
    signs = np.array(numbers, dtype=f"S{_NUMBER_LENGTH}").view(np.uint8)
    signs = signs.reshape(-1, _NUMBER_LENGTH).copy()
    rows = np.arange(len(signs))
    swap = mixed % np.uint64(3) == 0
    place = (mixed // np.uint64(3) % np.uint64(_NUMBER_LENGTH - 2)).astype(np.int64)
    left, right = signs[rows, place], signs[rows, place + 1]
    swap &= left != right
    other = (left - ord("0") + 1 + (mixed // np.uint64(64) % np.uint64(9)).astype(np.uint8)) % 10
    signs[rows, place] = np.where(swap, right, other + ord("0"))
    signs[rows, place + 1] = np.where(swap, left, right)
    return pa.array([row.tobytes().decode() for row in signs], type=pa.string())


VALUE_FLAWS: tuple[Flaw, ...] = (
    ends_never_reported,
    employer_names,
    name_variants,
    wrong_number,
    old_codes,
    blank_cells,
    unknown_places,
    formula_cells,
)
"""Every flaw inside a row, in the order they are applied."""
