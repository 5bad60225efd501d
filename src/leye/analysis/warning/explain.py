"""One cause, one signal: at the smallest place that explains what was seen.

Cells are counties by industries. What a whole industry, or a whole county, did is told once, there;
what one cell did is told at the cell, however much it moves its industry and its county; what one
firm did is told at the firm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.analysis.warning.types import ALL, Cell

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST = 0.6
"""A part that accounts for so much of a whole's excess explains it."""

_FEWEST, _HALF = 3, 0.5


@dataclass(frozen=True, slots=True)
class Explained:
    """A place to name: ``members`` are positions of the cells taken up into it."""

    cell: Cell
    members: tuple[int, ...]
    excess: float
    why: str


def smallest_explaining(
    cells: Sequence[Cell],
    named: Flags,
    excess: Floats,
    wholes: Mapping[Cell, bool],
    *,
    city: str,
) -> tuple[Explained, ...]:
    """Give what to name, from the cells named and the wholes (industries, counties) that are.

    ``excess`` is how many persons too many each cell has; ``wholes`` says of each industry of the
    city and each county whether it is named itself. Largest excess first.
    """
    many = np.nan_to_num(np.maximum(excess, 0.0))
    taken = np.zeros(len(cells), dtype=bool)
    found = []
    for whole in sorted(wholes, key=lambda each: (each.place != city, each.text)):
        inside = _members(cells, whole, city=city)
        if not inside:
            continue
        mine = [at for at in inside if named[at] and not taken[at]]
        total = float(many[inside].sum())
        largest = max(inside, key=lambda at: (many[at], -at))
        if mine and total and many[largest] >= MOST * total and named[largest]:
            continue
        broad = len(mine) >= _FEWEST and len(mine) >= _HALF * len(inside)
        if not (wholes[whole] or broad):
            continue
        if not total or (not mine and many[largest] >= MOST * total):
            continue
        taken[inside] = taken[inside] | named[inside]
        moved = int((many[inside] > 0).sum())
        why = f"{len(inside)}个单元中{moved}个偏多，{len(mine)}个单独也异常，不是一个单元造成的"
        found.append(Explained(whole, tuple(mine), total, why))
    left = np.flatnonzero(named & ~taken).tolist()
    found += [Explained(cells[at], (at,), float(many[at]), "") for at in left]
    return tuple(sorted(found, key=lambda each: (-each.excess, each.cell.text)))


def _members(cells: Sequence[Cell], whole: Cell, *, city: str) -> list[int]:
    if whole.place == city:
        return [at for at, cell in enumerate(cells) if cell.code == whole.code]
    return [at for at, cell in enumerate(cells) if cell.place == whole.place]


def firm_explains(persons: int, excess: float) -> bool:
    """Tell whether one firm's layoff accounts for what its cell has too many."""
    return excess > 0 and persons >= MOST * excess


def whole_cells(cells: Sequence[Cell], *, city: str) -> tuple[Cell, ...]:
    """Give the industries of the city and the counties that the cells make up, by their text."""
    trades = {Cell(city, cell.axis, cell.code) for cell in cells if cell.code != ALL}
    counties = {Cell(cell.place) for cell in cells}
    return tuple(sorted(trades | counties, key=lambda each: each.text))


def summed(values: Floats, cells: Sequence[Cell], wholes: Sequence[Cell], *, city: str) -> Floats:
    """Give the sums of the cells of each whole, shape (wholes, months)."""
    rows = [values[_members(cells, whole, city=city)].sum(axis=0) for whole in wholes]
    return np.stack(rows) if rows else np.empty((0, values.shape[1]))
