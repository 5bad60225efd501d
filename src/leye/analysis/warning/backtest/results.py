"""What a backtest gives: rows of figures, each beside what it is measured against.

Everything can be written as JSON and shown as a table; a figure is never without its bar where one
was set, and variants that were tried and lost stay in the table.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``bar`` is what it should reach, ``passed`` None where no bar was set.

    ``reference`` is the same figure as published or measured by others, in words. ``wished`` is
    what one would have liked beyond the bar; a figure that falls short of it is shown as such.
    """

    name: str
    value: float | None
    unit: str
    bar: float | None = None
    at_most: bool = True
    reference: str = ""
    wished: float | None = None

    @property
    def passed(self) -> bool | None:
        """Whether the bar is reached."""
        return self._reaches(self.bar)

    @property
    def granted(self) -> bool | None:
        """Whether what was wished for beyond the bar is reached; None where nothing was."""
        return self._reaches(self.wished)

    def _reaches(self, line: float | None) -> bool | None:
        if line is None:
            return None
        if self.value is None:
            return False
        return self.value <= line + 1e-12 if self.at_most else self.value >= line - 1e-12


@dataclass(frozen=True, slots=True)
class Row:
    """One configuration's line: ``product`` marks the one in use; ``cells`` by column."""

    name: str
    product: bool
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One test: in plain words what was asked, the figures, and every variant tried."""

    code: str
    title: str
    question: str
    figures: tuple[Figure, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """All trials of an edition of the configurations."""

    edition: str
    trials: tuple[Trial, ...]

    def as_json(self) -> dict[str, Any]:
        """Give everything as plain values, with ``passed`` and ``granted`` worked out."""
        found = asdict(self)
        for trial, given in zip(found["trials"], self.trials, strict=True):
            for figure, one in zip(trial["figures"], given.figures, strict=True):
                figure["passed"] = one.passed
                figure["granted"] = one.granted
        return found
