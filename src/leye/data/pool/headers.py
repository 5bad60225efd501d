"""Finding the header row of a sheet, and which column is which."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leye.data.pool.contract import Contract
from leye.data.pool.types import RowIssue, Severity
from leye.kernel.errors import near_matches

SEARCHED = 20
"""How many rows from the top may hold titles before the header row."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: its row number, how wide it is, and the position of each field."""

    row: int
    width: int
    positions: Mapping[str, int]


def find_header(
    rows: Iterable[Sequence[str]], *, contract: Contract
) -> tuple[Header | None, tuple[RowIssue, ...]]:
    """Find the header among the first rows, and say what is wrong with it.

    The header is the row that names the most of the contract's columns, and at least a third of
    them. With any issue the delivery is refused as a whole.
    """
    fields = {plain_header(s): c.field for c in contract.columns for s in c.spellings}
    known, number, cells = naming_most(rows, fields)
    if known * 3 < len(contract.columns):
        wanted = "、".join(c.header for c in contract.columns)
        reason = f"没有找到表头；表头一行应当依次是：{wanted}。请用模板填报"
        return None, (_issue(1, "", "no_header", reason),)
    issues = tuple(_faults(number, cells, contract, fields))
    return Header(number, len(cells), positions_of(cells, fields)), issues


def naming_most(
    rows: Iterable[Sequence[str]], fields: Mapping[str, str]
) -> tuple[int, int, Sequence[str]]:
    """Give how many fields the first row that names the most names, its number, and its cells."""
    best: tuple[int, int, Sequence[str]] = (0, 0, ())
    for number, cells in enumerate(rows, start=1):
        if number > SEARCHED:
            break
        known = len({fields[p] for p in map(plain_header, cells) if p in fields})
        if known > best[0]:
            best = (known, number, cells)
    return best


def positions_of(cells: Sequence[str], fields: Mapping[str, str]) -> dict[str, int]:
    """Give where each field that a header names stands in it."""
    plains = enumerate(map(plain_header, cells))
    return {fields[plain]: at for at, plain in plains if plain in fields}


def _faults(
    row: int, cells: Sequence[str], contract: Contract, fields: Mapping[str, str]
) -> Iterator[RowIssue]:
    found = Counter(fields[p] for p in map(plain_header, cells) if p in fields)
    absent = [c.header for c in contract.columns if c.field not in found]
    for cell in cells:
        if plain_header(cell) and plain_header(cell) not in fields:
            near = near_matches(cell, absent) or absent[:3]
            advice = f"；是不是“{'”或“'.join(near)}”？" if near else "；请删去这一列"
            yield _issue(
                row, cell.strip(), "unknown_column", f"标准里没有“{cell.strip()}”这一列{advice}"
            )
    for column in contract.columns:
        if column.field not in found:
            reason = f"缺少“{column.header}”这一列；没有内容也要保留这一列的表头"
            yield _issue(row, column.header, "missing_column", reason)
        elif found[column.field] > 1:
            reason = f"“{column.header}”这一列出现了 {found[column.field]} 次，只能有一列"
            yield _issue(row, column.header, "duplicate_column", reason)


def plain_header(text: str) -> str:
    """Give a header's text without the differences that do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("*\ufeff").casefold()


def _issue(row: int, column: str, code: str, reason: str) -> RowIssue:
    return RowIssue(row, column, column, code, reason, Severity.REFUSE)
