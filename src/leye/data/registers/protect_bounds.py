"""What a reader can work out about hidden cells from sums, and which more cells to hide.

The reader is given everything but the numbers: every sum the cells stand in, how numbers are
rounded, which cells are zero.
"""

from dataclasses import dataclass

import numpy as np

from leye.data.registers.protect_rules import BOUNDLESS, SPARED, Cells, Flags, Index, Numbers

_ROUNDS = 80
_SPARING = 10
"""For so many rounds nothing worth ``SPARED`` is hidden; then the reader begins anew."""
_PATIENCE = 30
"""After so many rounds whole sums are hidden, which ends it: where nothing is shown, nothing is
told.
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of cells: ``parent[n]`` is the sum of each ``child`` whose ``line`` is n."""

    parent: Index
    child: Index
    line: Index


def hide(cells: Cells, sums: Sums) -> Flags:
    """Give the cells to hide so that no closed cell can be told more nearly than it must be.

    What the sums say of each closed cell is worked out, and more cells are hidden until it says too
    little: of a sum that says too much, the cell still shown that matters least, by order of size
    and by ``worth``, then by place in the table, so that the choice does not change with every
    small change of the numbers from month to month.
    """
    hidden = cells.closed.copy()
    need = _Need(cells, cells.least.copy(), cells.most.copy())
    rank = _preference(cells)
    reader = Reader(cells, sums, hidden)
    for turn in range(_ROUNDS):
        reader.think()
        if not (cells.closed & ((reader.low > cells.least) | (reader.high < cells.most))).any():
            break
        told = hidden & ((reader.low > need.least) | (reader.high < need.most))
        before = hidden.copy()
        if turn < _PATIENCE:
            spared = cells.fixed | ((cells.worth >= SPARED) & (turn < _SPARING))
            _hide_more(sums, hidden, spared, told, rank, need, reader)
        else:
            hidden |= reader.beside(told) & ~cells.fixed
        anew = turn == _SPARING - 1
        reader.forget(hidden, np.ones_like(hidden) if anew else told | (hidden & ~before))
    return hidden


class Reader:
    """What somebody can work out who sees what is shown: ``low`` and ``high`` of each cell."""

    def __init__(self, cells: Cells, sums: Sums, hidden: Flags) -> None:
        self.low = np.where(hidden, cells.floor, cells.low)
        self.high = np.where(hidden, BOUNDLESS, cells.high)
        self._cells = cells
        self._parent = sums.parent
        lines, many = len(sums.parent), len(cells.values)
        order = np.argsort(sums.line, kind="stable")
        self._child = sums.child[order]
        self._children = _Groups(np.bincount(sums.line, minlength=lines))
        member = np.concatenate([sums.child, sums.parent])
        line = np.concatenate([sums.line, np.arange(lines, dtype=np.int64)])
        self._line = line[np.argsort(member, kind="stable")]
        self._lines = _Groups(np.bincount(member, minlength=many))
        self._fresh = np.arange(lines, dtype=np.int64)

    def think(self) -> None:
        """Draw conclusions from sums, and from conclusions, until there are no more."""
        while len(self._fresh):
            self._fresh = self._touching(self._sweep())

    def forget(self, hidden: Flags, news: Flags) -> None:
        """Take back what was concluded about cells about which less is shown now.

        What was concluded about others may rest on them, too; to keep it credits the reader with
        more than can be known, which is on the safe side.
        """
        self.low[news] = np.where(hidden, self._cells.floor, self._cells.low)[news]
        self.high[news] = np.where(hidden, BOUNDLESS, self._cells.high)[news]
        self._fresh = self._touching(np.flatnonzero(news))

    def sums_with(self, some: Index) -> tuple[Index, Index, Index]:
        """Give the sums with some of these cells, their children, and of each child which sum."""
        near = self._touching(some)
        members, line = self._children.members(near)
        return near, self._child[members], line

    def beside(self, some: Flags) -> Flags:
        """Give the cells that share a sum with one of these."""
        near, child, _ = self.sums_with(np.flatnonzero(some))
        found = np.zeros(len(some), dtype=bool)
        found[child] = True
        found[self._parent[near]] = True
        return found

    def _touching(self, some: Index) -> Index:
        """Give the sums that have some of these cells in them."""
        touched = np.zeros(len(self._parent), dtype=bool)
        touched[self._line[self._lines.members(some)[0]]] = True
        return np.flatnonzero(touched)

    def _sweep(self) -> Index:
        """Tighten the bounds once by every sum with news; give the cells that changed."""
        low, high = self.low, self.high
        members, line = self._children.members(self._fresh)
        child, parent = self._child[members], self._parent[self._fresh]
        child_low, child_high = low[child], high[child]
        least = np.bincount(line, weights=child_low, minlength=len(parent))
        most = np.bincount(line, weights=child_high, minlength=len(parent))
        at_most = (high[parent] - least)[line] + child_low
        at_least = (low[parent] - most)[line] + child_high
        lower, higher = at_least > child_low, at_most < child_high
        raised, lowered = least > low[parent], most < high[parent]
        np.maximum.at(low, child[lower], at_least[lower])
        np.minimum.at(high, child[higher], at_most[higher])
        np.maximum.at(low, parent[raised], least[raised])
        np.minimum.at(high, parent[lowered], most[lowered])
        return np.concatenate([child[lower | higher], parent[raised | lowered]])


class _Groups:
    """Things that lie one group after another."""

    def __init__(self, sizes: Index) -> None:
        self._sizes = sizes
        self._starts = np.cumsum(sizes) - sizes

    def members(self, groups: Index) -> tuple[Index, Index]:
        """Give where the members of groups lie, and for each the position of its group."""
        sizes = self._sizes[groups]
        group = np.repeat(np.arange(len(groups), dtype=np.int64), sizes)
        before = np.cumsum(sizes) - sizes
        return np.arange(len(group)) + (self._starts[groups] - before)[group], group


@dataclass(slots=True)
class _Need:
    """Within which bounds the reader must not be able to tell each hidden cell."""

    cells: Cells
    least: Numbers
    most: Numbers

    def spread(self, sums: Sums, some: Index, told: Flags) -> None:
        """Let all cells of some sums be as uncertain as those that are told have to be."""
        values = self.cells.values
        here = np.zeros(len(sums.parent), dtype=bool)
        here[some] = True
        child = here[sums.line]
        line, cell = sums.line[child], sums.child[child]
        line, cell = np.concatenate([line, some]), np.concatenate([cell, sums.parent[some]])
        width = np.zeros(len(sums.parent))
        known = told[cell]
        wide = np.maximum(self.most - values, values - self.least)
        np.maximum.at(width, line[known], wide[cell[known]])
        least = np.maximum(values[cell] - width[line], self.cells.floor[cell])
        np.minimum.at(self.least, cell, least)
        np.maximum.at(self.most, cell, values[cell] + width[line])


def _preference(cells: Cells) -> Index:
    """Give the order in which cells are chosen to be hidden, too: small and fine ones first."""
    size = np.floor(np.log2(np.maximum(cells.values, 1.0))) + cells.worth
    return size.astype(np.int64) * len(size) + np.arange(len(size), dtype=np.int64)


def _cheapest(sums: Sums, closed: Flags, rank: Index, wanted: Flags) -> Index:
    """Give the cell to hide of each sum wanted, its parent among them; -1 where none is left."""
    open_ = wanted[sums.line] & ~closed[sums.child]
    none = np.iinfo(np.int64).max
    best = np.where(closed[sums.parent], none, rank[sums.parent])
    np.minimum.at(best, sums.line[open_], rank[sums.child[open_]])
    return np.where(best == none, -1, best % len(rank))[wanted]


def _hide_more(
    sums: Sums,
    hidden: Flags,
    spared: Flags,
    told: Flags,
    rank: Index,
    need: _Need,
    reader: Reader,
) -> None:
    """Hide one more cell of each sum that tells too much.

    Where a sum has none left, what is known of its cells comes from other sums: then those must
    tell less of them.
    """
    wanted = _telling_sums(sums, told, need, reader)
    cell = _cheapest(sums, hidden | spared, rank, wanted)
    hidden[cell[cell >= 0]] = True
    need.spread(sums, np.flatnonzero(wanted)[cell < 0], told)


def _telling_sums(sums: Sums, told: Flags, need: _Need, reader: Reader) -> Flags:
    """Give the sums that by themselves tell too much of one of the cells told."""
    low, high = reader.low, reader.high
    near, child, line = reader.sums_with(np.flatnonzero(told))
    parent = sums.parent[near]
    least = np.bincount(line, weights=low[child], minlength=len(near))
    most = np.bincount(line, weights=high[child], minlength=len(near))
    telling = told[parent] & ((least > need.least[parent]) | (most < need.most[parent]))
    at_most = (high[parent] - least)[line] + low[child]
    at_least = (low[parent] - most)[line] + high[child]
    too_near = (at_most < need.most[child]) | (at_least > need.least[child])
    telling[line[told[child] & too_near]] = True
    found = np.zeros(len(sums.parent), dtype=bool)
    found[near[telling]] = True
    return found
