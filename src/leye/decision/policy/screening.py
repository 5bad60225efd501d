"""Screening a piece of the facts frame: whom to keep a row of, and whom to count.

Kept are the eligible, and those of whom one condition alone cannot be told while another is met and
none fails: ask them one thing. Everybody else is counted, by county and by the conditions that fail, or that cannot
be told.
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
from leye.decision.policy.frames import COUNTY, MOST
from leye.decision.policy.kleene import NO, UNKNOWN, YES
from leye.decision.policy.programmes import Programme
from leye.decision.policy.system import System, system

MOST_MISSING = 1
"""Who cannot be told is kept if no more conditions than these are open."""
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
    found = evaluate(rules, about.entity, about.month, given, most=most, wanted=wanted)
    for number, (programme, judged) in enumerate(found):
        if len(programme.every_condition) > _MOST_CONDITIONS or len(codes) > _PLACES:
            raise ValueError(f"{programme.name}: too many conditions, or counties, to count")
        kept = np.flatnonzero(_is_kept(programme, judged))
        yield _rows(number, kept + first, judged.at(kept), county[kept])
        yield _counts(number, judged, codes, places)


def _is_kept(programme: Programme, judged: Judged) -> NDArray[np.bool_]:
    near = judged.outcome == UNKNOWN
    missing = np.bitwise_count(judged.missing)
    # That the rule is in force says nothing of a person: something else has to be met.
    near &= (missing <= MOST_MISSING) & (missing < len(programme.conditions))
    return np.asarray((judged.outcome == YES) | near)


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
