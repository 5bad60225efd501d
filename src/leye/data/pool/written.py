"""Expressions written out once in a process, and used again where only months differ.

Writing an expression in the engine's language costs several times what running it costs on a small
city, and the expressions of one month are those of the next but for some numbers and days. So the
text is kept with gaps where these stand, under the form of the expression: everything of it but
these values, and but for the connection its tables are read by. Of two expressions of one form, the
texts differ in nothing but the gaps.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
from ibis import Table
from ibis.backends import BaseBackend
from ibis.common.collections import FrozenDict
from ibis.common.graph import Node
from ibis.expr import operations as ops

_MOST = 2_000
"""Texts kept in a process; a build of all registers writes a few hundred."""
_MOST_GAPS = 1_000
_YEARS = range(1900, 2100)
_INT32, _INT64, _YEAR = 2_000_000_000, 2_100_000_000, 8_000
_MARK = re.compile(r"(?<!\d)(2[01]00000\d{3}|8\d{3}, 1, 1)(?!\d)")


@dataclass(frozen=True, slots=True)
class Form:
    """An expression without its months and days, and these, in the order they are met."""

    key: tuple[Any, ...]
    gaps: tuple[ops.Literal, ...]


class Texts:
    """Texts in parts, with the numbers of the gaps between, by the form of their expressions.

    Threads may share them: two that meet a form at once write the same text.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._parts: dict[tuple[Any, ...], tuple[str | int, ...]] = {}

    def of(self, form: "Form", write: Callable[[], tuple[str | int, ...]]) -> tuple[str | int, ...]:
        """Give the parts for a form; where they are not known, ``write`` writes them."""
        parts = self._parts.get(form.key)
        if parts is None:
            parts = write()
            if len(self._parts) >= self._most:
                self._parts.clear()
            self._parts[form.key] = parts
        return parts


class Queries:
    """The texts of the expressions of one engine; ``write`` gives the text of one.

    ``texts`` may be shared among the connections of one kind of engine.
    """

    def __init__(self, write: Callable[[Table], str], texts: Texts | None = None) -> None:
        self._write = write
        self._texts = Texts() if texts is None else texts

    def text(self, rows: Table) -> tuple[tuple[Any, ...], str]:
        """Give the form of an expression, and its text."""
        form = form_of(rows)
        parts = self._texts.of(form, lambda: self._parts(rows, form))
        said = [_said(each.value) for each in form.gaps]
        return form.key, "".join(said[p] if isinstance(p, int) else p for p in parts)

    def _parts(self, rows: Table, form: Form) -> tuple[str | int, ...]:
        """Write an expression with a mark in each gap, and cut the text at the marks."""
        marks = {each: _mark(at, each) for at, each in enumerate(form.gaps)}
        at_mark = {_said(mark.value): at for at, mark in enumerate(marks.values())}
        text = self._write(rows.op().replace(marks).to_expr())
        return tuple(at_mark.get(part, part) for part in _MARK.split(text))


def form_of(rows: Table) -> Form:
    """Give the form of an expression: equal for two that differ in months and days alone."""
    seen = _Seen()
    waiting: list[tuple[Node, bool]] = [(rows.op(), False)]
    while waiting:
        node, ready = waiting.pop()
        if id(node) in seen.places:
            continue
        if ready:
            seen.add(node)
        else:
            waiting.append((node, True))
            waiting += [(each, False) for each in _below(node.__args__)]
    if seen.marked:
        return Form((*seen.parts, *seen.gaps), ())
    return Form(tuple(seen.parts), tuple(seen.gaps))


class _Seen:
    """What was met of an expression, each node after those it is made of."""

    def __init__(self) -> None:
        self.places: dict[int, tuple[str, int]] = {}
        self.parts: list[Any] = []
        self.gaps: dict[ops.Literal, int] = {}
        self.marked = False
        self._references: dict[object, int] = {}

    def add(self, node: Node) -> None:
        self.places[id(node)] = ("@", len(self.parts))
        if isinstance(node, ops.Literal):
            self.parts.append(self._literal(node))
        elif isinstance(node, ops.SelfReference):
            # Counted on in each process; only which are the same matters.
            number = self._references.setdefault(node.identifier, len(self._references))
            self.parts.append((type(node), self._form(node.parent), number))
        else:
            self.parts.append((type(node), *map(self._form, node.__args__)))

    def _literal(self, node: ops.Literal) -> tuple[Any, ...]:
        if _is_gap(node) and len(self.gaps) < _MOST_GAPS:
            return ("gap", node.dtype, self.gaps.setdefault(node, len(self.gaps)))
        # Then no text can be told from a mark, and the expression is written with its values.
        self.marked = self.marked or bool(_MARK.search(str(node.value)))
        return (ops.Literal, node.value, node.dtype)

    def _form(self, value: Any) -> Any:
        if isinstance(value, Node):
            return self.places[id(value)]
        if isinstance(value, BaseBackend):
            return type(value)
        if isinstance(value, tuple):
            return tuple(map(self._form, value))
        if isinstance(value, FrozenDict):
            return tuple((name, self._form(each)) for name, each in value.items())
        return value


def _below(value: Any) -> list[Node]:
    if isinstance(value, Node):
        return [value]
    if isinstance(value, FrozenDict):
        value = tuple(value.values())
    return [each for some in value for each in _below(some)] if isinstance(value, tuple) else []


def _is_gap(node: ops.Literal) -> bool:
    """Whether a literal is a month, the number of one, or a day."""
    value, kind = node.value, node.dtype
    if kind.is_date():
        return isinstance(value, date) and value.year in _YEARS
    if kind.is_int32():
        return isinstance(value, int) and value // 100 in _YEARS
    return kind.is_int64() and isinstance(value, int) and value // 12 in _YEARS


def _mark(at: int, gap: ops.Literal) -> ops.Literal:
    value: int | date = (_INT32 if gap.dtype.is_int32() else _INT64) + at
    if gap.dtype.is_date():
        value = date(_YEAR + at, 1, 1)
    return ibis.literal(value, type=gap.dtype).op()


def _said(value: int | date) -> str:
    """Give a value as the engine's language writes it, but for what stands around it."""
    return f"{value.year}, {value.month}, {value.day}" if isinstance(value, date) else str(value)
