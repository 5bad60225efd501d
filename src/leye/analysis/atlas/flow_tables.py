"""Flows of one kind, place and month as lines with their changes, and as totals by end.

Hidden numbers of the copy for everybody stay hidden: what is added up is what is shown, and each
sum says how many numbers it lacks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from leye.data.registers.queries.served import FlowCell, Served
from leye.kernel.months import month_add

Pair = tuple[str, str]
YEAR = 12


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of the numbers shown, and how many of its terms are hidden."""

    persons: int = 0
    hidden: int = 0

    def plus(self, persons: int | None) -> "Total":
        """Give the sum with one more term; None is a hidden one."""
        if persons is None:
            return Total(self.persons, self.hidden + 1)
        return Total(self.persons + persons, self.hidden)


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One flow. ``persons`` None: hidden. ``share`` is of all that is shown, staying left out.

    ``last_month`` and ``last_year`` are changes; None where either number is hidden, or nobody
    delivered that month.
    """

    origin: str
    destination: str
    persons: int | None
    share: Decimal | None
    last_month: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True)
class FlowEnd:
    """What leaves an end, comes to it, and stays; ``net`` is None where a number is hidden.

    ``net_last_month`` is the net of the month before, None where that is not known.
    """

    code: str
    out: Total
    into: Total
    stayed: int | None
    net: int | None
    net_last_month: int | None


@dataclass(frozen=True, slots=True)
class FlowTable:
    """The flows of a kind, a place and a month, the largest first and hidden ones last.

    ``moved`` is the total of ``lines``, ``moved_last_month`` and ``moved_last_year`` the same
    earlier; None: no such month. ``stays`` are flows that end where they begin.
    """

    month: int
    lines: tuple[FlowLine, ...]
    stays: tuple[FlowLine, ...]
    ends: tuple[FlowEnd, ...]
    moved: Total
    moved_last_month: Total | None
    moved_last_year: Total | None

    @property
    def hidden(self) -> int:
        """How many flows are hidden."""
        return sum(each.persons is None for each in (*self.lines, *self.stays))


def flow_table(copy: Served, month: int, *, kind: str, place: str, protected: bool) -> FlowTable:
    """Give the flows of a kind out of the serving copy: exact, or as everybody may see them.

    :raises UnknownMonth: the copy has no such month.
    """

    def read(when: int) -> dict[Pair, int | None] | None:
        if when not in copy.months:
            return None
        found = _by_pair(copy.flows(when, kind=kind, place=place, protected=protected))
        # Nothing at all: nobody delivered the month, or there is none before it to compare with.
        return found or None

    now = _by_pair(copy.flows(month, kind=kind, place=place, protected=protected))
    before, year = read(month_add(month, -1)), read(month_add(month, -YEAR))
    moved = _moved(now)
    lines = [_line(pair, now, before, year, moved) for pair in now]
    lines.sort(key=lambda each: (each.persons is None, -(each.persons or 0), *_pair(each)))
    return FlowTable(
        month=month,
        lines=tuple(each for each in lines if each.origin != each.destination),
        stays=tuple(each for each in lines if each.origin == each.destination),
        ends=_ends(now, before),
        moved=moved,
        moved_last_month=None if before is None else _moved(before),
        moved_last_year=None if year is None else _moved(year),
    )


def total(cells: Iterable[int | None]) -> Total:
    """Add up numbers, some of them hidden."""
    found = Total()
    for persons in cells:
        found = found.plus(persons)
    return found


def _by_pair(cells: Iterable[FlowCell]) -> dict[Pair, int | None]:
    return {(cell.origin, cell.destination): cell.persons for cell in cells}


def _pair(line: FlowLine) -> Pair:
    return line.origin, line.destination


def _moved(flows: Mapping[Pair, int | None]) -> Total:
    return total(persons for (origin, to), persons in flows.items() if origin != to)


def _line(
    pair: Pair,
    now: Mapping[Pair, int | None],
    before: Mapping[Pair, int | None] | None,
    year: Mapping[Pair, int | None] | None,
    moved: Total,
) -> FlowLine:
    persons = now[pair]
    counted = persons is not None and pair[0] != pair[1] and moved.persons
    return FlowLine(
        *pair,
        persons=persons,
        share=Decimal(persons or 0) / moved.persons if counted else None,
        last_month=_change(persons, before, pair),
        last_year=_change(persons, year, pair),
    )


def _change(
    persons: int | None, earlier: Mapping[Pair, int | None] | None, pair: Pair
) -> int | None:
    if earlier is None or persons is None:
        return None
    # A flow that is not there was nobody's: the others of that month were delivered.
    then = earlier.get(pair, 0)
    return None if then is None else persons - then


def _ends(
    now: Mapping[Pair, int | None], before: Mapping[Pair, int | None] | None
) -> tuple[FlowEnd, ...]:
    out, into, stayed = _summed(now)
    earlier = None if before is None else _summed(before)
    found = []
    for code in dict.fromkeys([*out, *into, *stayed]):
        net = _net(out[code], into[code])
        then = None if earlier is None else _net(earlier[0][code], earlier[1][code])
        found.append(FlowEnd(code, out[code], into[code], stayed.get(code), net, then))
    found.sort(key=lambda each: (-(each.out.persons + each.into.persons), each.code))
    return tuple(found)


def _summed(
    flows: Mapping[Pair, int | None],
) -> tuple[dict[str, Total], dict[str, Total], dict[str, int | None]]:
    out: dict[str, Total] = defaultdict(Total)
    into: dict[str, Total] = defaultdict(Total)
    stayed: dict[str, int | None] = {}
    for (origin, to), persons in flows.items():
        if origin == to:
            stayed[origin] = persons
            continue
        out[origin] = out[origin].plus(persons)
        into[to] = into[to].plus(persons)
    return out, into, stayed


def _net(out: Total, into: Total) -> int | None:
    return None if out.hidden or into.hidden else into.persons - out.persons
