"""Alarms against events: what counts as a hit, a delay, a false alarm.

An alarm is the first month of a run; three quiet months end a run. For national
turning points a hit is the first alarm from twelve months before a recession to its trough, its
delay the months from the recession's first month; an alarm outside, and not within twelve months
after one, is false.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.analysis.warning.backtest.files import Recession, Whole
from leye.kernel.months import month_add, months_between

Flags = NDArray[np.bool_]

QUIET = 3
AROUND = 12


@dataclass(frozen=True, slots=True)
class TurningScore:
    """How a rule did: recessions, the first alarm of each (0: none), delays, false alarms."""

    recessions: tuple[Recession, ...]
    alarms: tuple[int, ...]
    false: tuple[int, ...]

    @property
    def delays(self) -> tuple[int, ...]:
        """Months from each detected recession's first month to its alarm; negative: ahead."""
        pairs = zip(self.recessions, self.alarms, strict=True)
        return tuple(months_between(each.first, alarm) for each, alarm in pairs if alarm)

    @property
    def hits(self) -> int:
        """How many recessions were called."""
        return len(self.delays)

    @property
    def mean_delay(self) -> float:
        """The mean delay in months, nan without a hit."""
        return float(np.mean(self.delays)) if self.delays else float("nan")


def onsets(on: Flags, *, quiet: int = QUIET) -> Whole:
    """Give the positions at which runs of alarms begin."""
    at: Whole = np.flatnonzero(on)
    if not len(at):
        return at
    new = np.concatenate([[True], np.diff(at) > quiet])
    found: Whole = at[new]
    return found


def turning_score(
    on: Flags, months: Whole, every: Sequence[Recession], *, first: int, last: int
) -> TurningScore:
    """Judge alarms, one for each of ``months``, by the recessions that begin in a span."""
    alarms = [int(months[at]) for at in onsets(on)]
    alarms = [each for each in alarms if first <= each <= last]
    mine = tuple(each for each in every if first <= each.first <= last)
    hits = tuple(
        next((a for a in alarms if month_add(r.first, -AROUND) <= a <= r.last), 0) for r in mine
    )
    false = tuple(a for a in alarms if not any(_near(a, each) for each in every))
    return TurningScore(mine, hits, false)


def quiet_months(months: Whole, every: Sequence[Recession]) -> Flags:
    """Give the months that lie outside every recession and a year around it."""
    return np.array([not any(_near(int(month), each) for each in every) for month in months])


def _near(month: int, each: Recession) -> bool:
    return month_add(each.first, -AROUND) <= month <= month_add(each.last, AROUND)


@dataclass(frozen=True, slots=True)
class PanelScore:
    """How alarms on many series did.

    ``recall``: events with an alarm in the window before them or in their month; ``ahead``: with
    one at least three months before; ``precision``: alarms followed by an event in the window;
    ``false_rate``: alarms not followed by one, a series and year.
    """

    events: int
    alarms: int
    recall: float
    ahead: float
    precision: float
    false_rate: float


def panel_score(
    on: Flags, events: Sequence[tuple[int, int]], *, window: int, first: int
) -> PanelScore:
    """Judge alarms of shape (s, t) by events (series, month position) from ``first`` on."""
    alarms = [[int(a) for a in onsets(row) if a >= first] for row in on]
    happened: list[list[int]] = [[] for _ in on]
    for row, at in events:
        happened[row].append(at)
    before = [[at - a for a in alarms[row] if at - window <= a <= at] for row, at in events]
    right = sum(
        any(0 <= at - a <= window for at in happened[row])
        for row, mine in enumerate(alarms)
        for a in mine
    )
    count = sum(len(mine) for mine in alarms)
    years = len(on) * (on.shape[1] - first) / 12
    many = max(len(events), 1)
    return PanelScore(
        len(events),
        count,
        sum(bool(each) for each in before) / many,
        sum(bool(each) and max(each) >= 3 for each in before) / many,
        right / max(count, 1),
        (count - right) / years,
    )


def average_precision(true: Flags, score: NDArray[np.float64]) -> float:
    """Give the mean precision at each true one, from the highest score down."""
    order = np.argsort(-score, kind="stable")
    ranked = true[order]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1))[ranked].mean())


def auroc(true: Flags, score: NDArray[np.float64]) -> float:
    """Give the chance that a true one scores above a false one."""
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    ranks = np.arange(1, len(score) + 1, dtype=float)
    first = np.searchsorted(ranked, ranked, side="left")
    last = np.searchsorted(ranked, ranked, side="right")
    middle = np.empty(len(score))
    middle[order] = (ranks[first] + ranks[last - 1]) / 2
    many, others = int(true.sum()), int((~true).sum())
    return float((middle[true].sum() - many * (many + 1) / 2) / (many * others))
