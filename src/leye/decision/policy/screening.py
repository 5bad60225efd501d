"""Screening a piece of the facts frame: whom to keep a row of, and whom to count.

Kept are the eligible, and those of whom a single datum is missing while some condition is met and
none fails: ask them one thing. Everybody else is counted, by county and by the conditions that
fail, or that cannot be told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.pool.mapped import NO_ROW, Columns, Results
from leye.decision.policy.evaluate import (
    Judged,
    chunks,
    evaluate,
    with_presumed,
)
from leye.decision.policy.facts import fact
from leye.decision.policy.frames import COUNTY, MOST
from leye.decision.policy.kleene import NO, UNKNOWN, YES
from leye.decision.policy.programmes import Programme
from leye.decision.policy.system import System, system

MOST_MISSING = 1
"""Of whom it cannot be told, those are kept of whom no more data than these are missing."""
COLUMNS = ("programme", "outcome", "amount", "months", "failing", "missing", "county", "n")
"""What a piece gives, after the carried columns; ``n`` is 0 for a row kept, else a count."""

_MOST_CONDITIONS = 45
_PLACES = 1 << 10


@dataclass(frozen=True, slots=True)
class Screening:
    """The work on a piece of an entity's frame, in whatever process."""

    entity: str
    month: int
    counted: tuple[str, ...]

    def __call__(self, columns: Columns) -> Results:
        """Give the rows kept and the counts of the others."""
        rules = system()
        wanted = programmes_of(rules, self.entity)
        parts = [
            part
            for first, chunk in chunks(columns)
            for part in _screened(self, rules, wanted, first, chunk)
        ]
        names = tuple(each.name for each in wanted)
        joined = [np.concatenate(each) for each in zip(*parts, strict=True)]
        rows, *values = joined
        return Results(rows, dict(zip(COLUMNS, values, strict=True)), {"programme": names})


def programmes_of(rules: System, entity: str) -> tuple[Programme, ...]:
    """Give the programmes of an entity in the order of their names."""
    found = (each for each in rules.programmes.values() if each.entity == entity)
    return tuple(sorted(found, key=lambda each: each.name))


def split(columns: Columns, counted: tuple[str, ...]) -> tuple[Columns, Columns]:
    """Give the facts among the columns, and the most that counted ones can be."""
    most = {name: columns[f"{MOST}{name}"] for name in counted}
    ends = {COUNTY, *(f"{MOST}{name}" for name in counted)}
    return {name: array for name, array in columns.items() if name not in ends}, most


def rounded(amount: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give yuan to the fen, half up, as a sum on paper is."""
    return np.asarray(np.floor(np.round(amount * 100, 6) + 0.5) / 100)


_Part = tuple[NDArray[Any], ...]


def _screened(
    about: Screening, rules: System, wanted: tuple[Programme, ...], first: int, chunk: Columns
) -> Iterator[_Part]:
    county = chunk[COUNTY]
    given, most = split(chunk, about.counted)
    given = with_presumed(about.entity, given)
    codes, places = np.unique(county, return_inverse=True)
    missing = _MissingFacts(given, most, len(county))
    found = evaluate(rules, about.entity, about.month, given, most=most, wanted=wanted)
    for number, (programme, judged) in enumerate(found):
        if len(programme.every_condition) > _MOST_CONDITIONS or len(codes) > _PLACES:
            raise ValueError(f"{programme.name}: too many conditions, or counties, to count")
        near = _near(rules, programme, judged, missing)
        kept = np.flatnonzero((judged.outcome == YES) | near)
        yield _rows(number, kept + first, judged.at(kept), county[kept])
        yield _counts(number, judged, codes, places)


def _near(
    rules: System, programme: Programme, judged: Judged, missing: "_MissingFacts"
) -> NDArray[np.bool_]:
    """Tell who lacks one datum: of each set of open conditions, the facts these rest on."""
    near = np.zeros(len(judged.outcome), dtype=np.bool_)
    rows = np.flatnonzero(judged.outcome == UNKNOWN)
    every = programme.every_condition
    for mask in np.unique(judged.missing[rows]):
        open_ = [each for bit, each in enumerate(every) if mask >> bit & 1]
        if len(open_) >= len(programme.conditions):
            # That a rule is in force says nothing of anybody: something else has to be met.
            continue
        facts = {f for c in open_ for f in rules.condition_reads(programme.name, c.name).facts}
        here = rows[judged.missing[rows] == mask]
        lacking = np.zeros(len(here), dtype=np.int16)
        for name in facts:
            lacking += missing.of(name)[here]
        near[here] = (lacking > 0) & (lacking <= MOST_MISSING)
    return near


class _MissingFacts:
    """Of each fact, of whom it is missing, or counted only in part."""

    def __init__(self, given: Columns, most: Columns, count: int) -> None:
        self._given, self._most, self._count = given, most, count
        self._found: dict[str, NDArray[np.bool_]] = {}

    def of(self, name: str) -> NDArray[np.bool_]:
        if name not in self._found:
            self._found[name] = self._missing(name)
        return self._found[name]

    def _missing(self, name: str) -> NDArray[np.bool_]:
        array = self._given.get(name)
        if array is None:
            return np.ones(self._count, dtype=np.bool_)
        if name in self._most:
            return np.asarray(self._most[name] > array)
        return np.asarray((array == fact(name).unknown) | (array != array))


def _rows(number: int, rows: NDArray[Any], kept: Judged, county: NDArray[Any]) -> _Part:
    count = len(rows)
    return (
        rows.astype(np.int64),
        np.full(count, number, dtype=np.int32),
        kept.outcome.astype(np.int8),
        rounded(kept.amount),
        kept.months,
        kept.failing,
        kept.missing,
        county.astype(np.int32),
        np.zeros(count, dtype=np.int64),
    )


def _counts(number: int, judged: Judged, codes: NDArray[Any], places: NDArray[Any]) -> _Part:
    """Count all who are not eligible; the eligible are counted by their rows."""
    left = judged.outcome != YES
    mask = np.where(judged.outcome == NO, judged.failing, judged.missing)[left]
    outcome = judged.outcome[left].astype(np.int64)
    key = (mask << np.int64(11)) | (places[left].astype(np.int64) << np.int64(1)) | outcome
    found, counts = np.unique(key, return_counts=True)
    count = len(found)
    outcomes = (found & 1).astype(np.int8)
    masks = found >> np.int64(11)
    none = np.int64(0)
    return (
        np.full(count, NO_ROW, dtype=np.int64),
        np.full(count, number, dtype=np.int32),
        outcomes,
        np.full(count, np.nan),
        np.zeros(count, dtype=np.int32),
        np.where(outcomes == NO, masks, none),
        np.where(outcomes == UNKNOWN, masks, none),
        codes[(found >> np.int64(1)) & np.int64(_PLACES - 1)].astype(np.int32),
        counts.astype(np.int64),
    )
