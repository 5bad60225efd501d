"""The Spring Festival pulse (春运潮汐): out of the city and back, month by month."""

from collections.abc import Iterable
from dataclasses import dataclass

from leye.analysis.atlas.elsewhere import is_outside, is_within
from leye.analysis.atlas.flow_tables import Total, total
from leye.data.registers.flows import ABSENT
from leye.data.registers.queries.served import FlowCell, Served

AWAY = "migrant"


@dataclass(frozen=True, slots=True)
class PulseMonth:
    """One month: trips out of the city and back into it by mobile signals; who left for work.

    ``left`` are those whose status became working away, ``returned`` those who no longer work away
    and are still on the register. None: nobody delivered it, or no month is before.
    """

    month: int
    out: Total | None
    back: Total | None
    left: Total | None
    returned: Total | None


def pulse(copy: Served, *, place: str, protected: bool, most: int = 25) -> tuple[PulseMonth, ...]:
    """Give the latest months, at most ``most``, the earliest first, for the city or a county.

    A county's are trips between it and places outside the city, not those to other counties.
    """
    return tuple(
        _month(copy, month, place=place, protected=protected) for month in copy.months[-most:]
    )


def _month(copy: Served, month: int, *, place: str, protected: bool) -> PulseMonth:
    trips = copy.flows(month, kind="mobile", place=place, protected=protected)
    statuses = copy.flows(month, kind="status", place=place, protected=protected)
    out = [each for each in trips if is_within(each.origin) and is_outside(each.destination)]
    back = [each for each in trips if is_outside(each.origin) and is_within(each.destination)]
    left = [each for each in statuses if each.origin != AWAY and each.destination == AWAY]
    returned = [
        each for each in statuses if each.origin == AWAY and each.destination not in (AWAY, ABSENT)
    ]
    return PulseMonth(
        month,
        out=_total(out) if trips else None,
        back=_total(back) if trips else None,
        left=_total(left) if statuses else None,
        returned=_total(returned) if statuses else None,
    )


def _total(cells: Iterable[FlowCell]) -> Total:
    return total(cell.persons for cell in cells)
