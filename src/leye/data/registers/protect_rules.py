"""What of a cell may be shown, cell by cell: which are hidden, how others are rounded.

Whole numbers are held as float64, which is exact far beyond any city.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.int64]

LEAST = 5
"""The smallest count of persons that is shown."""
BASE = 5
"""Counts of persons are shown as multiples of this."""
LEAST_PAID = 10
"""Sums of money are shown from this many persons on."""
LEAST_FIRMS = 3
"""What employers report is shown from this many of them on: of two, each knows the other's."""
DIGITS = 3
"""Sums of money are shown with this many significant digits."""
ROOM = 0.2
"""How far at least, in shares of its value, a hidden sum must stay uncertain on both sides."""
SPARED = 13.0
"""Cells of this worth are hidden only when all else has been tried."""
BOUNDLESS = float(2**50)
"""An upper bound that says nothing."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Numbers to protect, one for each cell that is not zero.

    ``closed`` cells stay hidden, and must remain as uncertain as ``least`` to ``most``; of the
    others ``low`` to ``high`` is what a reader can tell from the number shown. A hidden cell is
    known to be ``floor`` at least. ``fixed`` ones are shown elsewhere and cannot be hidden here.
    ``worth``: how much rather others are hidden, in doublings of size.
    """

    values: Numbers
    closed: Flags
    low: Numbers
    high: Numbers
    least: Numbers
    most: Numbers
    fixed: Flags
    floor: Numbers
    worth: Numbers


def rounded(counts: Numbers) -> Numbers:
    """Give counts as shown: the nearest multiple of ``BASE``; whole numbers never tie."""
    return np.floor(counts / BASE + 0.5) * BASE


def readable(counts: Numbers) -> tuple[Numbers, Numbers]:
    """Give the least and the most each count can be for who sees it as shown."""
    shown = rounded(counts)
    least = np.maximum(shown - BASE // 2, np.where(shown > 0, LEAST, 0))
    return least, np.where(shown > 0, shown + BASE // 2, 0.0)


def short(sums: Numbers) -> Numbers:
    """Give sums of money with ``DIGITS`` significant digits."""
    step = _step(sums)
    return np.floor(sums / step + 0.5) * step


def short_readable(sums: Numbers) -> tuple[Numbers, Numbers]:
    """Give the least and the most each sum can be for who sees it as shown."""
    half = _step(sums) / 2
    shown = short(sums)
    return shown - half, shown + half


def count_cells(
    counts: Numbers,
    of_few: Flags,
    *,
    fixed: Flags | None = None,
    floor: Numbers | None = None,
    worth: Numbers | None = None,
) -> Cells:
    """Give cells of persons: fewer than five are hidden, and what too few employers report."""
    small = counts < LEAST
    low, high = readable(counts)
    room_low, room_high = _room(counts)
    return Cells(
        values=counts,
        closed=small | of_few,
        low=low,
        high=high,
        least=np.where(small, 1.0, np.where(of_few, room_low, BOUNDLESS)),
        most=np.where(small, LEAST - 1.0, np.where(of_few, room_high, 0.0)),
        fixed=np.zeros(len(counts), dtype=bool) if fixed is None else fixed,
        floor=np.zeros(len(counts)) if floor is None else floor,
        worth=np.zeros(len(counts)) if worth is None else worth,
    )


def sum_cells(sums: Numbers, of_few: Flags, worth: Numbers) -> Cells:
    """Give cells of money (or electricity) whose ``of_few`` are hidden."""
    low, high = short_readable(sums)
    room_low, room_high = _room(sums)
    return Cells(
        values=sums,
        closed=of_few,
        low=low,
        high=high,
        least=np.where(of_few, room_low, BOUNDLESS),
        most=np.where(of_few, room_high, 0.0),
        fixed=np.zeros(len(sums), dtype=bool),
        floor=np.zeros(len(sums)),
        worth=worth,
    )


def _room(values: Numbers) -> tuple[Numbers, Numbers]:
    return np.floor(values * (1 - ROOM)), np.ceil(values * (1 + ROOM))


def _step(sums: Numbers) -> Numbers:
    size = np.abs(sums)
    digits = np.floor(np.log10(np.where(size > 0, size, 1.0)))
    step: Numbers = np.power(10.0, digits - (DIGITS - 1))
    return step
