"""Industries and occupations as tables of weights, read from the twin's files."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from leye.data.reference import industries, occupations
from leye.data.twin.draws import cumulated
from leye.data.twin.land import land
from leye.data.twin.sources import rows, weighted

F64 = NDArray[np.float64]
I16 = NDArray[np.int16]

ACTIVITIES = ("self_employed", "flexible", "platform", "farming", "migrant")


@dataclass(frozen=True, slots=True)
class Trades:
    """One row per industry: what firms of it are like, and who works there.

    ``home``: weight by county. ``professions`` and ``workers``: cumulated weights over
    ``occupations``, for people with and without higher education. ``season`` the class of
    seasonal leaving. ``words``: the middle of firm names.
    """

    division: NDArray[np.uint8]
    section: NDArray[np.str_]
    share: F64
    mean: F64
    tail: F64
    home: F64
    growth: F64
    season: NDArray[np.int8]
    pay: F64
    kwh: F64
    public: NDArray[np.bool_]
    words: tuple[tuple[str, ...], ...]
    professions: F64
    workers: F64
    occupations: NDArray[np.str_]
    occupation_names: NDArray[np.str_]
    occupation_pay: F64


@dataclass(frozen=True, slots=True)
class Activity:
    """The occupations of one way of working outside a unit, with weights and industries."""

    occupation: I16
    division: NDArray[np.uint8]
    weight: F64


@cache
def trades() -> Trades:
    """Give the industries of the city's firms."""
    table = rows("industries.csv")
    codes = _occupation_codes()
    listed = occupations()
    return Trades(
        division=np.array([int(row["division"]) for row in table], dtype=np.uint8),
        section=np.array([industries().get(row["division"]).parent or "" for row in table]),
        share=_column("share"),
        mean=_column("mean"),
        tail=_column("tail"),
        home=_home(),
        growth=_column("growth"),
        season=_column("season").astype(np.int8),
        pay=_column("pay"),
        kwh=_column("kwh"),
        public=_column("public") > 0,
        words=tuple(tuple(row["words"].split("|")) for row in table),
        professions=_weights("professions", codes),
        workers=_weights("workers", codes),
        occupations=np.array(codes),
        occupation_names=np.array([listed.get(code).name for code in codes]),
        occupation_pay=np.array([_pay(code) for code in codes]),
    )


@cache
def activity(name: str) -> Activity:
    """Give the occupations of a way of working (one of ACTIVITIES)."""
    codes = _occupation_codes()
    found = [row for row in rows("activities.csv") if row["activity"] == name]
    return Activity(
        occupation=np.array([codes.index(row["occupation"]) for row in found], dtype=np.int16),
        division=np.array([int(row["division"]) for row in found], dtype=np.uint8),
        weight=np.array([float(row["weight"]) for row in found]),
    )


@cache
def sections() -> dict[int, str]:
    """Give the section letter of every division."""
    return {int(entry.code): entry.parent or "" for entry in industries().at_level(2)}


@cache
def _occupation_codes() -> tuple[str, ...]:
    codes = {row["occupation"] for row in rows("activities.csv")}
    for row in rows("industries.csv"):
        for column in ("professions", "workers"):
            codes.update(weighted(row[column])[0])
    return tuple(sorted(codes))


def _weights(column: str, codes: tuple[str, ...]) -> F64:
    table = np.zeros((len(rows("industries.csv")), len(codes)))
    for at, row in enumerate(rows("industries.csv")):
        names, values = weighted(row[column])
        table[at, [codes.index(name) for name in names]] = values
    return cumulated(table)


def _home() -> F64:
    counties = land().table.counties
    table = np.ones((len(rows("industries.csv")), len(counties)))
    for at, row in enumerate(rows("industries.csv")):
        names, values = weighted(row["home"])
        if names:
            # An industry with homes hardly exists elsewhere.
            table[at] = 0.25
            table[at, [int(np.flatnonzero(counties == name)[0]) for name in names]] = values
    return table


def _pay(code: str) -> float:
    return {"1": 1.6, "2": 1.25, "3": 1.05, "4": 0.88, "5": 0.8, "6": 1.0}[code[0]]


def _column(name: str) -> F64:
    return np.array([float(row[name]) for row in rows("industries.csv")])
