"""Finding the header row of a source's sheet: any order of columns, any known spelling."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from leye.data.pool.headers import Header, naming_most, plain_header, positions_of
from leye.data.pool.source_contract import SourceContract
from leye.data.pool.types import RowIssue, Severity
from leye.kernel.errors import near_matches

_LONGEST = 20


def find_source_header(
    rows: Iterable[Sequence[str]], *, contract: SourceContract
) -> tuple[Header | None, tuple[RowIssue, ...]]:
    """Find the header among the first rows, and say what is wrong with it.

    It is the row that names the most of the source's columns, and at least a third of them. A
    column that may be blank may be missing, and a column the standard lacks is passed over; where
    there is both, one may be the other renamed, and the delivery is refused.
    """
    fields = _fields(contract)
    known, number, cells = naming_most(rows, fields)
    if known * 3 < len(contract.columns):
        wanted = "、".join(c.header for c in contract.columns)
        reason = f"没有找到表头；表头应当有：{wanted}。文字编码不对也会这样"
        return None, (_issue(1, "", "no_header", reason),)
    positions = positions_of(cells, fields)
    return Header(number, len(cells), positions), tuple(_faults(number, cells, contract, fields))


def _fields(contract: SourceContract) -> Mapping[str, str]:
    by_name = {plain_header(c.field): c.field for c in contract.columns}
    by_header = {plain_header(s): c.field for c in contract.columns for s in c.spellings}
    return {**by_name, **by_header}


def _faults(
    row: int, cells: Sequence[str], contract: SourceContract, fields: Mapping[str, str]
) -> Iterator[RowIssue]:
    found = Counter(fields[p] for p in map(plain_header, cells) if p in fields)
    absent = [c for c in contract.columns if c.field not in found]
    strange = [c.strip() for c in cells if plain_header(c) and plain_header(c) not in fields]
    if absent:
        headers = [c.header for c in absent]
        for cell in strange:
            near = near_matches(cell, headers) or tuple(headers[:3])
            reason = f"标准里没有“{_shown(cell)}”这一列；是不是“{'”或“'.join(near)}”改了名？"
            yield _issue(row, _shown(cell), "unknown_column", reason)
    for column in contract.columns:
        if column.field not in found and (column.required or strange):
            near = near_matches(column.header, strange)
            advice = f"；表中的“{'”“'.join(map(_shown, near))}”与它相近" if near else ""
            reason = f"缺少“{column.header}”这一列{advice}"
            yield _issue(row, column.header, "missing_column", reason)
        elif found[column.field] > 1:
            reason = f"“{column.header}”这一列出现了 {found[column.field]} 次，只能有一列"
            yield _issue(row, column.header, "duplicate_column", reason)


def _shown(cell: str) -> str:
    """Give a header's text, unless it looks like data of a sheet without a header."""
    figures = sum(character.isdigit() for character in cell)
    return "（不显示）" if figures > 6 else cell[:_LONGEST]


def _issue(row: int, column: str, code: str, reason: str) -> RowIssue:
    return RowIssue(row, column, column, code, reason, Severity.REFUSE)
