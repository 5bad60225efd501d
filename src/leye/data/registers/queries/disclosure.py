"""Which cells of a table of counts stay hidden, so that nobody can be made out (统计披露控制).

A count from 1 to 4 could be somebody known. Hiding it alone is not enough where totals are
shown: it would follow by subtraction. So more cells are hidden until no hidden one follows.
"""

from collections.abc import Iterable, Mapping

LEAST = 5
"""The smallest count of people that is shown to those who may not see the people themselves."""
TOTAL = "*"
"""The row or column of totals."""

Cell = tuple[str, str]


def hidden_cells(
    counts: Mapping[Cell, int], *, least: int = LEAST, forced: Iterable[Cell] = ()
) -> frozenset[Cell]:
    """Give the cells to hide of a table of counts by row and column, totals among them.

    ``counts`` are the inner cells; absent ones are zero. A total is the cell whose row or column is
    ``TOTAL``. ``forced`` cells are hidden in any case: those that a table above this one hides.
    """
    table = with_totals(counts)
    hidden = {cell for cell, count in table.items() if 0 < count < least}
    hidden |= set(forced).intersection(table)
    lines = _lines(table)
    changed = True
    while changed:
        changed = False
        for line in lines:
            more = _one_more(line, table, hidden, least)
            if more is not None:
                hidden.add(more)
                changed = True
    return frozenset(hidden)


def with_totals(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """Give every cell of the table, with the totals of its rows and columns."""
    rows = sorted({row for row, _ in counts})
    columns = sorted({column for _, column in counts})
    table = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        table[row, TOTAL] = sum(table[row, column] for column in columns)
    for column in [*columns, TOTAL]:
        table[TOTAL, column] = sum(table[row, column] for row in rows)
    return table


def _lines(table: Mapping[Cell, int]) -> list[list[Cell]]:
    """Give the cells of each row and column: the last of each is the sum of the others."""
    rows = sorted({row for row, _ in table}, key=lambda row: (row == TOTAL, row))
    columns = sorted({column for _, column in table}, key=lambda name: (name == TOTAL, name))
    across = [[(row, column) for column in columns] for row in rows]
    down = [[(row, column) for row in rows] for column in columns]
    return [*across, *down]


def _one_more(
    line: list[Cell], table: Mapping[Cell, int], hidden: Iterable[Cell], least: int
) -> Cell | None:
    """Give the next cell of a line to hide, or None when nothing follows from what is shown."""
    *parts, total = line
    covered = set(hidden).intersection(line)
    if not covered:
        return None
    follows = len(covered) == 1
    told = total not in covered and sum(table[part] for part in covered) < least
    if not (follows or told):
        return None
    left = [part for part in parts if part not in covered]
    if not left:
        return total if total not in covered else None
    return min(left, key=lambda part: (table[part] == 0, table[part], part))
