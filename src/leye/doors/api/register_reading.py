"""What a request reads of the registers: one serving copy, each place as its asker may see it."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from leye.analysis.metrics.register_figures import RegisterFigure, RegisterFigures
from leye.data.pool.served import FOLDER, NAMES
from leye.data.registers.map_places import ALL
from leye.data.registers.queries.served import Served
from leye.doors.web.atlas import is_exact, served_copy
from leye.kernel.place import Scope
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of a place's people or firms: a key group, and a value of an axis."""

    group: str = ALL
    axis: str = ALL
    code: str = ALL

    @property
    def names(self) -> dict[str, str]:
        """The cut as the figures take it."""
        return {"group": self.group, "axis": self.axis, "code": self.code}


@dataclass(frozen=True, slots=True)
class Given:
    """A figure as the asker gets it: out of the protected copy, or exact."""

    figure: RegisterFigure
    protected: bool

    @property
    def edition(self) -> str:
        """``protected`` or ``exact``."""
        return "protected" if self.protected else "exact"


class RegisterReading:
    """A serving copy and an asker. A place is exact where ``is_exact`` says so, else protected."""

    def __init__(self, request: HttpRequest, copy: Served) -> None:
        self.copy = copy
        self._request = request
        self._scope = exact_scope(request)

    @property
    def release(self) -> int:
        """The data version."""
        return self.copy.release

    @property
    def months(self) -> tuple[int, ...]:
        """The months there are figures of, the earliest first."""
        return self.copy.months

    def exact(self, place: str) -> bool:
        """Whether the asker gets exact numbers of a place of the map."""
        return bool(self._scope.places) and is_exact(self._request, place)

    def value(self, indicator: str, *, place: str, month: int, cut: Cut) -> Given:
        """Give the figure of one place.

        :raises UnknownCode: there is no such indicator.
        """
        protected = not self.exact(place)
        found = _figures(self.copy, protected=protected)
        return Given(found.value(indicator, place=place, month=month, **cut.names), protected)

    def layer(
        self, indicator: str, *, parent: str, level: str, month: int, cut: Cut
    ) -> tuple[Given, ...]:
        """Give a figure for each place of a level, those that are not known after the list.

        :raises UnknownCode: there is no such indicator.
        """
        asked = (indicator, parent, level, month, cut)
        if self.exact(parent):
            return _layer(self.copy, *asked, protected=False)
        shown = _layer(self.copy, *asked, protected=True)
        if not self._scope.places:
            return shown
        own = {
            given.figure.place: given
            for given in _layer(self.copy, *asked, protected=False)
            if self.exact(given.figure.place)
        }
        known = {given.figure.place for given in shown}
        # What nobody is shown of in public may still be there for staff of the place.
        unseen = (given for place, given in own.items() if place not in known)
        return (*(own.get(given.figure.place, given) for given in shown), *unseen)


def open_registers(request: HttpRequest) -> RegisterReading | None:
    """Give what the request reads of the registers; None when nothing was built yet."""
    copy = served_copy()
    return None if copy is None or not copy.months else RegisterReading(request, copy)


def exact_scope(request: HttpRequest) -> Scope:
    """Give the places whose exact figures of the registers the asker may see."""
    return scope_of(request.user, Permission.OPEN_PERSON)


def register_mark() -> tuple[int, ...]:
    """Give what changes whenever the serving copy does, the same in every process."""
    try:
        found = (settings.LEYE_POOL / FOLDER / NAMES).stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=32)
def axis_codes(copy: Served, axis: str) -> tuple[str, ...]:
    """Give the values of an axis that occur in the city in the latest month, not known last."""
    found = copy.codes(copy.months[-1], place=settings.LEYE_CITY, axis=axis, protected=True)
    return tuple(sorted(found, key=lambda code: (code == "", code)))


@lru_cache(maxsize=4)
def parks(copy: Served) -> tuple[str, ...]:
    """Give the places of the parks of the latest month, as the map has them."""
    cells = copy.children(copy.months[-1], parent=settings.LEYE_CITY, level="park", protected=True)
    return tuple(cell.place for cell in cells)


@lru_cache(maxsize=4)
def _figures(copy: Served, *, protected: bool) -> RegisterFigures:
    return RegisterFigures(copy, protected=protected)


@lru_cache(maxsize=24)
def _layer(
    copy: Served,
    indicator: str,
    parent: str,
    level: str,
    month: int,
    cut: Cut,
    *,
    protected: bool,
) -> tuple[Given, ...]:
    found = _figures(copy, protected=protected).layer(
        indicator, parent=parent, level=level, month=month, **cut.names
    )
    return tuple(Given(figure, protected) for figure in found)
