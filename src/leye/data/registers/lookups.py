"""Small tables written into an expression: what a code or a word stands for."""

from collections.abc import Mapping
from functools import cache

import ibis.expr.types as ir

from leye.data.reference import industries
from leye.data.registers.terms import text

# Neither is in any code or word.
_BETWEEN, _AFTER = "\x1f", "\x1e"


def lookup(pairs: Mapping[str, str], *, key: str, value: str) -> ir.Table:
    """Give a table of two columns of text.

    As one text and not as rows, which of thousands would take seconds to write; and joined it is
    asked once for a row, where as many cases are asked one after the other.
    """
    lines = _AFTER.join(f"{each}{_BETWEEN}{pairs[each]}" for each in pairs)
    lined = text(lines).split(_AFTER).unnest().name("line").as_table()
    parts = lined.line.split(_BETWEEN)
    return lined.select(**{key: parts[0], value: parts[1]})


def sections(*, key: str, value: str) -> ir.Table:
    """Give the section (门类) of each division (大类) of industries."""
    return lookup(_sections(), key=key, value=value)


@cache
def _sections() -> dict[str, str]:
    return {entry.code: str(entry.parent) for entry in industries().entries if entry.level == 2}
