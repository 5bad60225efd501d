"""Legal lines: how many a firm let go within any 30 days (layer L2).

Labour Contract Law article 41: twenty persons or more, or fewer but a tenth of the staff, must be
reported thirty days ahead. The lines here are rows of ``watches/event.yaml``; what is counted is
every end of a job that was not the worker's own doing, one for each person, from filings and, where
no filing came, from contributions that stopped. No statistics enter: a line crossed is a fact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

WINDOW = 30


@dataclass(frozen=True, slots=True)
class Separations:
    """Ends of jobs, one row each: ``employer`` and ``person`` keys, ``day`` since 1970.

    Ends of the worker's own will, retirement and death are left out by whoever makes this.
    """

    employer: Whole
    person: Whole
    day: Whole


@dataclass(frozen=True, slots=True)
class Crossing:
    """A firm that let many go within 30 days.

    ``first`` and ``last`` are the days of the window's first and last end, ``crossed`` the day the
    line was reached, all since 1970; ``persons`` the most within one window, ``staff`` the
    headcount before, None where not known.
    """

    employer: int
    first: int
    last: int
    crossed: int
    persons: int
    staff: int | None

    @property
    def share(self) -> float | None:
        """What part of the staff went; None where the staff is not known."""
        return self.persons / self.staff if self.staff else None


@dataclass(frozen=True, slots=True)
class LegalLine:
    """``persons`` within 30 days, or at least ``least`` who are ``share`` of the staff.

    ``matched`` is the share of ends that can be laid to a firm at all: where some rows carry a
    wrong number, so many fewer are seen, and the count is held against that much less.
    """

    persons: int = 20
    share: float = 0.1
    least: int = 10
    matched: float = 1.0


def merged(
    filed: Separations, stopped: Separations, *, within: int = 62, snap: int = 31
) -> Separations:
    """Give each end once: those filed, and those seen only in contributions that stopped.

    Two rows are the same end when person and employer agree and the days are at most ``within``
    apart; the filed day is kept. A contribution stops after the job did, so an end that nobody
    filed is laid on the firm's last filed end of the ``snap`` days before, where there is one.
    """
    keys = np.concatenate([_pairs(filed), _pairs(stopped)])
    _, pair = np.unique(keys, axis=0, return_inverse=True)
    pair = pair.reshape(-1)
    mine, theirs = pair[: len(filed.day)], pair[len(filed.day) :]
    order = np.lexsort((filed.day, mine))
    known, days = mine[order], filed.day[order]
    scale = int(max(filed.day.max(initial=0), stopped.day.max(initial=0))) + within + 2
    at = known * scale + days
    after = np.searchsorted(at, theirs * scale + stopped.day - within)
    same = after < len(at)
    place = np.minimum(after, max(len(at) - 1, 0))
    if len(at):
        same &= known[place] == theirs
        same &= days[place] <= stopped.day + within
    new = ~same
    return Separations(
        np.concatenate([filed.employer, stopped.employer[new]]),
        np.concatenate([filed.person, stopped.person[new]]),
        np.concatenate([filed.day, _snapped(filed, stopped, snap)[new]]),
    )


def _snapped(filed: Separations, stopped: Separations, snap: int) -> Whole:
    if not len(filed.day) or not len(stopped.day):
        return stopped.day
    _, firm = np.unique(np.concatenate([filed.employer, stopped.employer]), return_inverse=True)
    mine, theirs = firm[: len(filed.day)], firm[len(filed.day) :]
    order = np.lexsort((filed.day, mine))
    known, days = mine[order], filed.day[order]
    scale = int(max(filed.day.max(), stopped.day.max())) + snap + 2
    last = np.searchsorted(known * scale + days, theirs * scale + stopped.day, side="right") - 1
    at = np.maximum(last, 0)
    near = (last >= 0) & (known[at] == theirs) & (stopped.day - days[at] <= snap)
    return np.where(near, days[at], stopped.day)


def crossings(
    ends: Separations, staff: dict[int, int], *, line: LegalLine, window: int = WINDOW
) -> tuple[Crossing, ...]:
    """Give the firms that reached the line, once for each run of windows that do, by first day.

    ``staff`` is the headcount before, by employer.
    """
    order = np.lexsort((ends.day, ends.employer))
    employer, day = ends.employer[order], ends.day[order]
    scale = int(day.max(initial=0)) + window + 2
    _, firm = np.unique(employer, return_inverse=True)
    at = firm.astype(np.int64) * scale + day
    begin = np.searchsorted(at, at - window + 1)
    many = np.arange(len(at)) - begin + 1
    size = np.array([staff.get(int(each), 0) for each in employer], dtype=np.int64)
    reached = many >= np.ceil(line.persons * line.matched)
    reached |= (many >= line.least) & (size > 0) & (many >= size * line.share)
    found = []
    for run in _runs(np.flatnonzero(reached), firm, begin):
        best = int(run[np.argmax(many[run])])
        found.append(
            Crossing(
                int(employer[best]),
                int(day[begin[run[0]]]),
                int(day[run[-1]]),
                int(day[run[0]]),
                int(many[best]),
                int(size[best]) or None,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.crossed, each.employer)))


def _pairs(ends: Separations) -> Whole:
    return np.column_stack([ends.employer, ends.person])


def _runs(hits: Whole, firm: Whole, begin: Whole) -> list[Whole]:
    """Cut the hits into runs of one firm whose windows overlap."""
    if not len(hits):
        return []
    new = (firm[hits[1:]] != firm[hits[:-1]]) | (begin[hits[1:]] > hits[:-1])
    return np.split(hits, np.flatnonzero(new) + 1)
