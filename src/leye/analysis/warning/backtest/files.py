"""The backtest's data and configurations, read from the files beside this one."""

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.analysis.metrics.reading import load_yaml

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_HERE = Path(__file__).parent
_DATA = _HERE / "data"
REFERENCE = "LEYE_REFERENCE_DATA"
"""Names a folder with the file of unemployment and vacancy rates that is not kept here."""


@dataclass(frozen=True, slots=True)
class Recession:
    """From the month after the peak to the trough, as 202001."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class National:
    """Monthly series of a country by name, in ``months`` without a gap, nan where missing."""

    months: Whole
    series: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Industries:
    """Employment of industries, shape (industries, months), in thousands."""

    months: Whole
    codes: tuple[str, ...]
    titles: tuple[str, ...]
    employment: Floats


@cache
def configurations() -> Mapping[str, Any]:
    """Give what was fixed to be tested.

    :raises InvalidDefinition: the file cannot be read.
    """
    return load_yaml(_HERE / "configurations.yaml")


@cache
def recessions() -> tuple[Recession, ...]:
    """Give the recessions, the first first."""
    return tuple(Recession(*each) for each in load_yaml(_HERE / "recessions.yaml")["recessions"])


@cache
def national() -> National:
    """Give the monthly series of the United States."""
    names, rows = _table(_DATA / "us_monthly_1939_2022.csv")
    values = np.array([[_number(cell) for cell in row[1:]] for row in rows])
    months = np.array([_month(row[0]) for row in rows], dtype=np.int64)
    return National(months, {name: values[:, at] for at, name in enumerate(names[1:])})


@cache
def industries() -> Industries:
    """Give the industries that were counted in every month."""
    names, rows = _table(_DATA / "us_industry_employment_1990_2019.csv")
    _, listed = _table(_DATA / "us_industry_titles.csv")
    titles = {row[0]: row[1] for row in listed}
    values = np.array([[_number(cell) for cell in row[1:]] for row in rows]).T
    whole = ~np.isnan(values).any(axis=1)
    codes = tuple(code for code, kept in zip(names[1:], whole, strict=True) if kept)
    return Industries(
        np.array([_month(row[0]) for row in rows], dtype=np.int64),
        codes,
        tuple(titles[code] for code in codes),
        values[whole],
    )


def vacancy_rate(months: Whole) -> Floats | None:
    """Give the vacancy rate in percent for these months, nan where not known; None without a file.

    Read from ``michaillat_uv.csv`` in the folder that ``LEYE_REFERENCE_DATA`` names.
    """
    found = unemployment_and_vacancies()
    if found is None:
        return None
    at = {int(month): rate for month, rate in zip(found[0], found[2], strict=True)}
    return np.array([at.get(int(month), np.nan) for month in months])


def unemployment_and_vacancies() -> tuple[Whole, Floats, Floats] | None:
    """Give months, unemployment and vacancy rates in percent since 1929; None without a file."""
    folder = os.environ.get(REFERENCE, "")
    path = Path(folder) / "michaillat_uv.csv"
    if not folder or not path.is_file():
        return None
    _, rows = _table(path)
    table = np.array([[float(cell) for cell in row] for row in rows])
    ordinal = np.round(table[:, 0] * 12).astype(np.int64)
    return ordinal // 12 * 100 + ordinal % 12 + 1, 100 * table[:, 1], 100 * table[:, 2]


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return head, rows


def _number(cell: str) -> float:
    return float(cell) if cell else float("nan")


def _month(text: str) -> int:
    return int(text[:4]) * 100 + int(text[5:7])
