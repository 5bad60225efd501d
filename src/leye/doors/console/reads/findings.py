"""What screening found, put together for the pages of the policies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leye.data.pool import Snapshot
from leye.data.reference import places
from leye.decision.policy.queries import (
    ChangeCount,
    Figures,
    Obstacle,
    change_counts,
    figures_by_group,
    figures_by_place,
    obstacles,
    programme_figures,
    screened_months,
)
from leye.kernel.place import PlaceLevel, Scope

EVERYBODY = "all"
_BELOW = {
    PlaceLevel.NATION: PlaceLevel.COUNTY,
    PlaceLevel.PROVINCE: PlaceLevel.COUNTY,
    PlaceLevel.CITY: PlaceLevel.COUNTY,
    PlaceLevel.COUNTY: PlaceLevel.TOWN,
    PlaceLevel.TOWN: PlaceLevel.VILLAGE,
}


@dataclass(frozen=True, slots=True)
class Findings:
    """The figures of every programme in a place, and what changed since the month ``before``.

    ``before`` is None where no earlier month was screened; changes are of everybody only.
    """

    month: int
    before: int | None
    place: str
    group: str
    figures: tuple[Figures, ...]
    changes: Mapping[str, ChangeCount]


@dataclass(frozen=True, slots=True)
class ProgrammeFindings:
    """One programme in a place: itself, by the places inside it, by key group, what stands open.

    ``own`` is None where the month has nothing of the programme there.
    """

    own: Figures | None
    places: tuple[Figures, ...]
    groups: tuple[Figures, ...]
    obstacles: tuple[Obstacle, ...]
    before: int | None
    change: ChangeCount | None


def findings_months(snapshot: Snapshot) -> tuple[int, ...]:
    """Give the screened months, the latest first."""
    return tuple(reversed(screened_months(snapshot)))


def findings(snapshot: Snapshot, *, month: int, place: str, group: str, scope: Scope) -> Findings:
    """Give the findings of a month in a place, of everybody or of a key group."""
    before = _before(snapshot, month)
    figures = programme_figures(snapshot, month, within=place, group=group, scope=scope)
    changes: tuple[ChangeCount, ...] = ()
    if before is not None and group == EVERYBODY:
        changes = change_counts(snapshot, month, before=before, within=place, scope=scope)
    by_name = {each.programme: each for each in changes}
    return Findings(month, before, place, group, figures, by_name)


def findings_below(
    snapshot: Snapshot, *, month: int, place: str, group: str, scope: Scope
) -> tuple[Figures, ...]:
    """Give the figures of every programme in each place right inside ``place``."""
    if places().get(place).level is PlaceLevel.VILLAGE:
        return ()
    inside: Sequence[str] = [each.code for each in places().children(place)]
    return tuple(
        line
        for code in inside
        if scope.covers(code)
        for line in programme_figures(snapshot, month, within=code, group=group, scope=scope)
    )


def programme_findings(
    snapshot: Snapshot, name: str, *, month: int, place: str, group: str, scope: Scope
) -> ProgrammeFindings:
    """Give all there is to tell of a programme in a month and a place.

    :raises UnknownCode: there is no such programme.
    """
    level = _BELOW.get(places().get(place).level)
    inside: tuple[Figures, ...] = ()
    if level is not None:
        inside = figures_by_place(
            snapshot, month, name, within=place, level=level, group=group, scope=scope
        )
    groups = figures_by_group(snapshot, month, name, within=place, scope=scope)
    own = findings(snapshot, month=month, place=place, group=group, scope=scope)
    return ProgrammeFindings(
        own=next((each for each in own.figures if each.programme == name), None),
        places=inside,
        groups=tuple(each for each in groups if each.group != EVERYBODY),
        obstacles=obstacles(snapshot, month, name, within=place, scope=scope),
        before=own.before,
        change=own.changes.get(name),
    )


def _before(snapshot: Snapshot, month: int) -> int | None:
    earlier = [each for each in screened_months(snapshot) if each < month]
    return earlier[-1] if earlier else None
