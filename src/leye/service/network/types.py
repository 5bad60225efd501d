"""What other rooms get: points and coordinates as values, and what an import came to."""

from dataclasses import dataclass
from datetime import date

from leye.service.network.enums import CoordSource, PointKind
from leye.service.network.sheets import SheetIssue


@dataclass(frozen=True, slots=True)
class LocatedPoint:
    """An open service point that has a coordinate, degrees WGS-84."""

    number: str
    name: str
    kind: PointKind
    place: str
    lng: float
    lat: float
    source: CoordSource
    accuracy_m: int


@dataclass(frozen=True, slots=True)
class PlaceCoordinate:
    """The coordinate used for a town or village, degrees WGS-84."""

    place: str
    lng: float
    lat: float
    source: CoordSource
    accuracy_m: int


@dataclass(frozen=True, slots=True)
class RoadSource:
    """What the isochrones in use were made with."""

    id: int
    engine: str
    engine_version: str
    extract_date: date
    attribution: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a sheet came to: rows that are new, change something, and change nothing; issues.

    ``written`` is False for a check only, and where an issue refuses the whole.
    """

    new: int
    changed: int
    same: int
    issues: tuple[SheetIssue, ...]
    written: bool

    @property
    def refused(self) -> bool:
        """Whether any issue refuses the sheet."""
        return any(issue.refuses for issue in self.issues)

    @property
    def rows(self) -> int:
        """How many rows were read that nothing is wrong with."""
        return self.new + self.changed + self.same
