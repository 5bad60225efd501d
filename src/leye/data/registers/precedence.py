"""The table that decides a status: which evidence gives which, and which outweighs which."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

# One whole number orders a person's evidence: the rank, then its age in days, then the line of the
# table. The least decides, and can be taken apart again.
LINE_BITS = 6
AGE_BITS = 16
AGE = 1 << LINE_BITS
RANK = AGE << AGE_BITS
OLDEST = (1 << AGE_BITS) - 1
"""The greatest age told apart."""

MONTH_DAYS = 31
"""Ages count every month as so many days: exact enough to tell what is newer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of evidence. See the head of ``precedence.yaml`` for what the columns mean."""

    kind: str
    bit: int
    status: str
    rank: int
    window: int | None
    confidence: float
    title: str
    zh: str
    en: str


@cache
def precedence() -> tuple[Line, ...]:
    """Give the table of precedence, strongest first."""
    text = (files("leye.data.registers") / "precedence.yaml").read_text(encoding="utf-8")
    lines = [Line(**each) for each in yaml.safe_load(text)]
    return tuple(sorted(lines, key=lambda line: line.rank))


@cache
def line_of(kind: str) -> Line:
    """Give the line of a kind of evidence."""
    return next(line for line in precedence() if line.kind == kind)


@cache
def order_of(line: Line) -> int:
    """Give what a line puts into the number that orders evidence."""
    return line.rank * RANK + precedence().index(line)


def window_of(line: Line) -> int:
    """Give the greatest age of the line's evidence, in days."""
    return OLDEST if line.window is None else (line.window + 1) * MONTH_DAYS - 1


def bits_of(lines: Iterable[Line]) -> int:
    """Give the bits of several kinds of evidence."""
    return sum(1 << line.bit for line in lines)
