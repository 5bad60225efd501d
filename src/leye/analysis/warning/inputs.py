"""Everything a month is judged from, as values: nothing is read after this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from leye.analysis.warning.layoffs import Separations
from leye.analysis.warning.panels import Panel
from leye.analysis.warning.quality import Arrival, FeedRule
from leye.data.registers.queries.served import FirmRow
from leye.kernel.months import last_day


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a firm stands: its county, its division, and its headcount before."""

    county: str
    division: str
    staff: int | None


@dataclass(frozen=True, slots=True)
class Reported:
    """A layoff somebody reported, or a comparison found: a firm and how many persons."""

    employer: int
    place: str
    persons: int
    words: str


@dataclass(frozen=True, slots=True)
class SampleNoise:
    """The standard error of a watch's value in a place, in the watch's unit, and of how many."""

    error: float
    of: int


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What is known of a month on the day ``on``.

    ``panels`` by watch code, ``exposures`` what cells are out of and vacancies are held against;
    ``ends`` of jobs around the month; ``seats`` of firms; ``conflicts`` and ``reports`` of the
    month; ``arrivals`` of monthly feeds under ``rules``; ``noise`` by watch and place where a value
    is a sample's; ``firms`` and ``firms_before`` (three months earlier) for visits.
    """

    month: int
    on: date
    city: str
    data_version: int
    panels: Mapping[str, Panel]
    exposures: Mapping[str, Panel]
    festivals: Mapping[int, date]
    ends: Separations | None = None
    seats: Mapping[int, Seat] = field(default_factory=dict)
    conflicts: tuple[Reported, ...] = ()
    reports: tuple[Reported, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    rules: Mapping[str, FeedRule] = field(default_factory=dict)
    noise: Mapping[tuple[str, str], SampleNoise] = field(default_factory=dict)
    firms: tuple[FirmRow, ...] = ()
    firms_before: tuple[FirmRow, ...] = ()

    @property
    def day(self) -> date:
        """The last day of the month, on which lines are looked up."""
        return last_day(self.month)
