"""A month made up by hand: panels of a quiet city, to which a test adds what it wants to see."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from leye.analysis.warning import Cell, Inputs
from leye.analysis.warning.inputs import Seat
from leye.analysis.warning.layoffs import Separations
from leye.analysis.warning.panels import Panel, counties
from leye.analysis.warning.quality import Arrival
from leye.analysis.warning.reading import feed_rules, festivals
from leye.kernel.months import first_day, month_range

CITY = "360900"
MONTH = 202606
MONTHS = month_range(202301, MONTH)
TRADES = ("13", "19", "26", "30", "38", "47")
SOURCES = ("contributions", "electricity", "firm_reports", "job_ads")
EPOCH = date(1970, 1, 1)


def rates(level: float = 4.0, *, scale: int = 100_000, noise: float = 0.02) -> Panel:
    """A rate of the city and its counties, which add up."""
    rng = np.random.default_rng(1)
    places = counties()
    below = np.full((len(places), len(MONTHS)), float(scale))
    above = below * (level + noise * rng.standard_normal(below.shape)) / 100
    above = np.vstack([above.sum(axis=0), above])
    below = np.vstack([below.sum(axis=0), below])
    cells = (Cell(CITY), *(Cell(place) for place in places))
    return Panel(MONTHS, cells, 100 * above / below, above, below, 7)


def counts(mean: float = 60.0) -> tuple[Panel, Panel]:
    """Ends of jobs by county and division, and the staff they are out of."""
    rng = np.random.default_rng(2)
    cells = tuple(Cell(place, "division", code) for place in counties() for code in TRADES)
    values = rng.poisson(mean, (len(cells), len(MONTHS))).astype(float)
    staff = np.full(values.shape, 3000.0)
    none = np.full(values.shape, np.nan)
    return (
        Panel(MONTHS, cells, values, values.copy(), none, 7),
        Panel(MONTHS, cells, staff, staff, none, 7),
    )


def with_value(panel: Panel, cell: Cell, value: float, *, months: int = 1) -> Panel:
    """The same panel with another value, in the last months, of one cell."""
    values, above = panel.values.copy(), panel.above.copy()
    row = panel.cells.index(cell)
    values[row, -months:] = value
    above[row, -months:] = (
        value if np.isnan(panel.below[row, -1]) else value * panel.below[row, -1] / 100
    )
    return replace(panel, values=values, above=above)


def laid_off(employer: int, persons: int, *, day: int = 10) -> Separations:
    """Ends of one firm within a few days of the month."""
    start = first_day(MONTH).toordinal() - EPOCH.toordinal() + day - 1
    days = start + np.arange(persons) % 5
    keys = np.full(persons, employer, dtype=np.int64)
    return Separations(keys, np.arange(persons) + 10_000 * employer, days.astype(np.int64))


def made(**changes: Any) -> Inputs:
    """A quiet month in which every feed has come."""
    cells, staff = counts()
    panels: Mapping[str, Panel] = {
        "estimated_rate": rates(),
        "registered_ratio": rates(2.0),
        "two_sided": rates(),
        "breadth": rates(),
        "outlook": rates(),
        "separations_cells": cells,
    }
    arrivals = tuple(
        Arrival(source, CITY, month, 1000) for source in SOURCES for month in MONTHS[-12:]
    )
    plain = Inputs(
        month=MONTH,
        on=date(2026, 7, 20),
        city=CITY,
        data_version=7,
        panels=panels,
        exposures={"separations_cells": staff, "two_sided": rates(3.0)},
        festivals=festivals(MONTHS),
        ends=laid_off(99, 3),
        seats={1: Seat("360902", "19", 900), 2: Seat("360921", "30", 100)},
        arrivals=arrivals,
        rules=feed_rules(),
    )
    return replace(plain, **changes)
