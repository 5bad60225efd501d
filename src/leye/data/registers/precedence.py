"""The table that decides a status: which evidence gives which, and which outweighs which."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


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
