"""What every step of the simulation is handed: the city as it is, and where records are kept."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.reference import calendar
from leye.data.twin.codes import ComparisonRule, Status
from leye.data.twin.draws import Index, Rng, first_day, generator, month_of_day, ordinal_of
from leye.data.twin.events import LAYOUTS, Events, Rows, no_rows
from leye.data.twin.land import Land
from leye.data.twin.state import FirmState, PersonState
from leye.data.twin.types import Firms, Population, Scenario
from leye.kernel.months import month_add

_NO_POSITION = frozenset({"person", "firm", "institution", "last_firm", "occupation"})
UNIT = (Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED)
IDLE = "idle this month"
"""In memory: the people who are to find nothing this month, as planted."""
PLANTED = "planted"
"""In memory: for each rule, the people or firms of planted cases."""
HALF = 14
"""Leaving falls in the first days of a month, starting in the days after: never out of order."""


def new_rows(name: str, count: int, **columns: Any) -> Rows:
    """Give ``count`` records of a kind; days not given are NaT, positions not given -1."""
    rows = np.zeros(count, dtype=LAYOUTS[name])
    for column, kind in LAYOUTS[name]:
        if column in columns:
            rows[column] = columns[column]
        elif kind == "M8[D]":
            rows[column] = np.datetime64("NaT")
        elif column in _NO_POSITION:
            rows[column] = -1
    return rows


class Records:
    """The records of the month so far, and the numbers given to them."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Rows]] = defaultdict(list)
        self._last: dict[str, int] = defaultdict(int)

    def numbers(self, name: str, count: int) -> Index:
        """Give the next ``count`` record numbers of a kind; they start at 1."""
        first = self._last[name] + 1
        self._last[name] += count
        return np.arange(first, first + count)

    def add(self, name: str, count: int, **columns: Any) -> None:
        """Keep ``count`` records of a kind."""
        if count:
            self._rows[name].append(new_rows(name, count, **columns))

    def keep(self, name: str, rows: Rows) -> None:
        """Keep records that are made already."""
        if len(rows):
            self._rows[name].append(rows)

    def so_far(self, name: str) -> Rows:
        """Give this month's records of a kind."""
        kept = self._rows.get(name)
        return np.concatenate(kept) if kept else no_rows(LAYOUTS[name])

    def replace(self, name: str, rows: Rows) -> None:
        """Keep ``rows`` instead of this month's records of a kind."""
        self._rows[name] = [rows]

    def taken(self) -> Events:
        """Give the month's records and start the next month."""
        events = Events(**{one.name: self.so_far(one.name) for one in fields(Events)})
        self._rows.clear()
        return events


@dataclass(slots=True)
class City:
    """The city in the middle of a month; ``ordinal`` is the month since year 0."""

    population: Population
    firms: Firms
    trade: NDArray[np.int16]
    land: Land
    seed: int
    scenarios: tuple[Scenario, ...]
    people: PersonState
    units: FirmState
    records: Records
    month: int
    memory: dict[str, Any] = field(default_factory=dict)
    """What single steps carry from month to month (classes that run, frauds that go on)."""

    @property
    def ordinal(self) -> int:
        """The month since year 0."""
        return ordinal_of(self.month)

    def rng(self, topic: str) -> Rng:
        """Give the generator of a topic this month."""
        return generator(self.seed, topic, self.month)

    def of_status(self, *statuses: Status) -> Index:
        """Give the positions of everybody with one of these statuses."""
        return np.flatnonzero(self.has_status(*statuses))

    def has_status(self, *statuses: Status) -> NDArray[np.bool_]:
        """Tell for everybody whether the status is one of these."""
        table = np.zeros(len(Status), dtype=np.bool_)
        table[list(statuses)] = True
        found: NDArray[np.bool_] = table[self.people.status]
        return found

    def ages(self, index: NDArray[Any]) -> NDArray[np.float32]:
        """Give ages in years at the end of the month."""
        end = int(first_day(month_add(self.month, 1)).astype(np.int64))
        ages: NDArray[np.float32] = ((end - self.population.birth[index]) / 365.2425).astype("f4")
        return ages

    def county_of(self, index: NDArray[Any]) -> NDArray[np.int8]:
        """Give the county in which each lives."""
        counties: NDArray[np.int8] = self.land.table.village_county[self.people.residence[index]]
        return counties

    def early(self, rng: Rng, count: int) -> NDArray[np.datetime64]:
        """Give days in the first half of the month."""
        days: NDArray[np.datetime64] = first_day(self.month) + rng.integers(0, HALF, count).astype(
            "m8[D]"
        )
        return days

    def late(self, rng: Rng, count: int) -> NDArray[np.datetime64]:
        """Give days in the second half of the month."""
        days: NDArray[np.datetime64] = first_day(self.month) + rng.integers(HALF, 28, count).astype(
            "m8[D]"
        )
        return days

    def recount(self) -> NDArray[np.int32]:
        """Count the staff of every firm anew: unit employees and holders of welfare posts."""
        staff = self.of_status(*UNIT, Status.PUBLIC_WELFARE_POST)
        employer = self.people.employer[staff]
        counted = np.bincount(employer[employer >= 0], minlength=self.firms.size)
        self.units.headcount = counted.astype(np.int32)
        return self.units.headcount

    def festival(self) -> int:
        """Give how many months past the Spring Festival it is: 0 its month, -1 the one before."""
        year = self.month // 100
        festivals = [
            int(month_of_day(np.array([calendar().spring_festival(one)], dtype="M8[D]"))[0])
            for one in (year, year + 1)
        ]
        since = [self.ordinal - festival for festival in festivals]
        return since[1] if since[1] >= -1 else since[0]


def mark_planted(city: City, rule: ComparisonRule, index: NDArray[Any]) -> None:
    """Remember the people, or firms, of planted cases of a rule."""
    known = city.memory.setdefault(PLANTED, {})
    known[rule] = np.union1d(known.get(rule, np.zeros(0, dtype=np.int64)), index)


def days_number(days: NDArray[np.datetime64]) -> NDArray[np.int32]:
    """Give days as days since 1970."""
    numbers: NDArray[np.int32] = days.astype(np.int64).astype(np.int32)
    return numbers


def joined(parts: Iterable[NDArray[Any]]) -> Index:
    """Put positions together into one array."""
    kept = [np.asarray(part, dtype=np.int64) for part in parts]
    return np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)
