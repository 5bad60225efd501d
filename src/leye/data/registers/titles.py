"""Free job titles coded by exact match: the names of the classification, and labelled titles."""

from collections import defaultdict
from functools import cache

import ibis.expr.types as ir

from leye.data.reference import labelled_titles, occupations
from leye.data.registers.lookups import lookup

_MARKS = ("L/S", "L", "S")
_DIGITS = 4


def occupation_of(rows: ir.Table) -> ir.Table:
    """Give rows with the middle class (中类, X-XX) of their ``title`` as ``occupation``.

    "" where the title is not one of the list.
    """
    listed = lookup(title_codes(), key="known_title", value="known_code")
    said = rows.mutate(said=rows.title.fill_null("").strip())
    found = said.left_join(listed, [("said", "known_title")])
    return found.mutate(occupation=found.known_code.fill_null("")).select(
        *rows.columns, "occupation"
    )


@cache
def title_codes() -> dict[str, str]:
    """Give the middle class of each title that names exactly one.

    The names of the classification come before labelled titles, some of which are wrong.
    """
    official: dict[str, set[str]] = defaultdict(set)
    for entry in occupations().entries:
        code = entry.code[:_DIGITS]
        if entry.level > 1:
            official[entry.name].add(code)
            official[_unmarked(entry.name)].add(code)
    labelled: dict[str, set[str]] = defaultdict(set)
    for title, code, name in labelled_titles():
        by_name = official.get(name, set())
        labelled[title] |= {code[:_DIGITS]} if code else by_name
    both = {**labelled, **official}
    return {title: next(iter(codes)) for title, codes in sorted(both.items()) if len(codes) == 1}


def _unmarked(name: str) -> str:
    """Give a name without the marks of green (L) and digital (S) occupations."""
    mark = next((mark for mark in _MARKS if name.endswith(mark)), "")
    return name.removesuffix(mark)
