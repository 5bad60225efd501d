"""Panels: a watch's series for many cells and months at once, out of the registers.

The serving copy is read month by month: one indexed read gives all industries, or all groups, of a
place. A cell nobody is in counts 0 where the city delivered the measure, and is missing where it
did not: missing is never 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.analysis.metrics.register_catalogue import register_catalogue
from leye.analysis.metrics.register_types import Terms
from leye.analysis.warning.types import Cell
from leye.analysis.warning.watches import Series
from leye.data.reference import places
from leye.data.registers.map_places import city_code
from leye.data.registers.queries.served import Cell as MapCell
from leye.data.registers.queries.served import Served

Floats = NDArray[np.float64]

VACANCY_RATE: tuple[Terms, Terms] = (
    (("vacancies", 1),),
    (("vacancies", 1), ("jobs_insured", 1)),
)
"""Vacancies over vacancies and filled posts, the v of the two-sided rule."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Series of one figure: ``values``, ``above`` and ``below`` have shape (cells, months).

    ``above`` is the numerator in its own unit, ``below`` the denominator (nan where the figure has
    none), ``values`` what the figure is. nan is missing. Months run without a gap.
    """

    months: tuple[int, ...]
    cells: tuple[Cell, ...]
    values: Floats
    above: Floats
    below: Floats
    data_version: int

    def upto(self, month: int) -> "Panel":
        """Give the months up to one, itself included."""
        keep = sum(each <= month for each in self.months)
        parts = (self.values[:, :keep], self.above[:, :keep], self.below[:, :keep])
        return Panel(self.months[:keep], self.cells, *parts, self.data_version)

    def only(self, rows: Sequence[int]) -> "Panel":
        """Give some of the cells, by their positions."""
        at = list(rows)
        cells = tuple(self.cells[each] for each in at)
        parts = (self.values[at], self.above[at], self.below[at])
        return Panel(self.months, cells, *parts, self.data_version)


def counties() -> tuple[str, ...]:
    """Give the city's counties in the order of their codes."""
    return tuple(sorted(child.code for child in places().children(city_code())))


def panel_of(
    served: Served, series: Series, *, months: Iterable[int], what: str = "indicator"
) -> Panel:
    """Give the panel of a watch's ``indicator``, ``exposure`` or ``against``, exact figures.

    :raises UnknownCode: there is no such indicator.
    """
    code = getattr(series, what)
    if code == "vacancy_rate":
        above, below, scale = *VACANCY_RATE, 100.0
    else:
        defined = register_catalogue().get(code)
        above, below, scale = defined.numerator, defined.denominator, float(defined.scale)
    wanted = tuple(sorted(months))
    columns: dict[Cell, dict[int, MapCell]] = {}
    missing: set[int] = set()
    for month in wanted:
        city = served.cell(month, place=city_code(), protected=False)
        if city is None or any(city.values.get(name) is None for name, _ in (*above, *below)):
            missing.add(month)
        for place in _places(series.levels):
            for cell, found in _cells(served, month, place, series):
                columns.setdefault(cell, {})[month] = found
    cells = tuple(sorted(columns, key=lambda each: each.text))
    tops = _matrix(columns, cells, wanted, above, missing)
    none = np.full(tops.shape, np.nan)
    bottoms = _matrix(columns, cells, wanted, below, missing) if below else none
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(bottoms > 0, tops / bottoms * scale, np.nan) if below else tops * scale
    return Panel(wanted, cells, values, tops, bottoms, served.release)


def aligned(panel: Panel, cells: Sequence[Cell]) -> Panel:
    """Give the panel's rows for these cells, nan where it has none."""
    at = {cell: row for row, cell in enumerate(panel.cells)}
    rows = [at.get(cell, -1) for cell in cells]
    gap = np.array(rows) < 0

    def taken(values: Floats) -> Floats:
        if not len(values):
            return np.full((len(cells), len(panel.months)), np.nan)
        found = values[rows].copy()
        found[gap] = np.nan
        return found

    parts = (taken(panel.values), taken(panel.above), taken(panel.below))
    return Panel(panel.months, tuple(cells), *parts, panel.data_version)


def _places(levels: Iterable[str]) -> tuple[str, ...]:
    wanted = frozenset(levels)
    city = (city_code(),) if "city" in wanted else ()
    return (*city, *(counties() if "county" in wanted else ()))


def _cells(
    served: Served, month: int, place: str, series: Series
) -> Iterable[tuple[Cell, MapCell]]:
    if series.cut:
        by_code = served.codes(month, place=place, axis=series.cut, protected=False)
        return [(Cell(place, series.cut, code), found) for code, found in by_code.items() if code]
    if series.groups:
        by_group = served.groups(month, place=place, protected=False)
        return [(Cell(place, group=group), found) for group, found in by_group.items()]
    one = served.cell(month, place=place, protected=False)
    return [(Cell(place), one)] if one is not None else []


def _matrix(
    columns: Mapping[Cell, Mapping[int, MapCell]],
    cells: Sequence[Cell],
    months: Sequence[int],
    terms: Terms,
    missing: set[int],
) -> Floats:
    found = np.zeros((len(cells), len(months)))
    for t, month in enumerate(months):
        if month in missing:
            found[:, t] = np.nan
            continue
        for row, cell in enumerate(cells):
            at = columns[cell].get(month)
            if at is not None:
                found[row, t] = _sum(at, terms)
    return found


def _sum(cell: MapCell, terms: Terms) -> float:
    total = 0.0
    for name, sign in terms:
        value = cell.values.get(name)
        if value is None:
            return float("nan")
        total += sign * float(value)
    return total
