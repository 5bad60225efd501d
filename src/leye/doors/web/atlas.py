"""What map pages read from: the serving copy, exact for those entitled, else protected."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from leye.analysis.metrics.register_figures import RegisterFigures
from leye.data.reference import places
from leye.data.registers.map_places import PARK_PREFIX
from leye.data.registers.queries.served import Served, served
from leye.kernel.errors import NotFound
from leye.kernel.place import Scope
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission


class NothingBuilt(NotFound):
    """No month of the registers has been built yet, so there is nothing to show or take away."""

    code = "nothing_built"
    title = "还没有登记库"

    def __init__(self) -> None:
        super().__init__("还没有生成过登记库", hint="请等部门数据接收并生成登记库后再来")


def served_copy() -> Served | None:
    """Give the serving copy of this installation's pool; None when nothing was built yet."""
    return served(settings.LEYE_POOL)


def is_exact(request: HttpRequest, place: str) -> bool:
    """Whether the asker may see exact numbers of a place and everything inside it.

    ``place`` is a place as the map has it: a code of the city's, ``park:`` with a name, "" or a
    code elsewhere. What lies in no place of the city takes the whole city's permission; a park,
    that of the county it is in.
    """
    scope = scope_of(request.user, Permission.OPEN_PERSON)
    if not scope.places:
        return False
    if scope.covers(settings.LEYE_CITY):
        return True
    if place.startswith(PARK_PREFIX):
        return _park_within(place, scope)
    return place in places() and scope.covers(place)


def figures_for(request: HttpRequest, place: str) -> RegisterFigures | None:
    """Give the figures of a place and what is inside it: exact where ``is_exact``, else protected.

    None when nothing was built yet.
    """
    copy = served_copy()
    return None if copy is None else _figures(copy, protected=not is_exact(request, place))


def _park_within(place: str, scope: Scope) -> bool:
    copy = served_copy()
    if copy is None or not copy.months:
        return False
    return any(
        cell.place == place
        for code in scope.places
        for cell in copy.children(copy.months[-1], parent=code, level="park", protected=True)
    )


@lru_cache(maxsize=4)
def _figures(copy: Served, *, protected: bool) -> RegisterFigures:
    return RegisterFigures(copy, protected=protected)
