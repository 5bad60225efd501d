"""Reads of points, panels and coverage."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Exists, F, OuterRef, Prefetch, Subquery

from leye.kernel.place import EVERYWHERE, Scope, place_prefix
from leye.service.identity.perms import Asker
from leye.service.identity.querysets import within
from leye.service.monitoring.errors import UnknownMonitoringPoint
from leye.service.monitoring.points.enums import EntryRole, LeaveReason, PointKind
from leye.service.monitoring.points.models import (
    MonitoringPoint,
    Panel,
    PanelEntry,
    PanelExit,
    PanelStratum,
    point_key,
)
from leye.service.monitoring.points.querysets import PointQuerySet


@dataclass(frozen=True, slots=True)
class Member:
    """A point that reports for a month, and what it stands for.

    ``weight`` is how many firms of its stratum it stands for; None for points that were named, and
    for those of a stratum from which nobody was drawn by chance.
    """

    point: int
    number: str
    kind: PointKind
    name: str
    place: str
    uscc: str
    employer: int | None
    section: str
    size: str
    role: EntryRole
    from_month: int
    weight: Fraction | None


def points_for(
    user: Asker, *, place: str = "", kind: str = "", words: str = "", state: str = "in"
) -> PointQuerySet:
    """Give the points the asker may see; ``state``: in the panel, out of it, or all."""
    found = MonitoringPoint.objects.visible_to(user).order_by("place", "id")
    if place:
        found = found.filter(place__startswith=place_prefix(place))
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(name__contains=words) | found.filter(uscc=words.upper())
    if state == "in":
        return found.in_panel()
    inside = MonitoringPoint.objects.in_panel()
    return found.exclude(pk__in=inside.values("pk")) if state == "out" else found


def with_entries(points: PointQuerySet) -> PointQuerySet:
    """Read the entries along, the newest first, with their ends."""
    entries = PanelEntry.objects.select_related("exit", "stratum").order_by("-id")
    return points.prefetch_related(Prefetch("entries", entries, to_attr="listed"))


def point_for(user: Asker, number: str) -> MonitoringPoint:
    """Give one point the asker may see.

    :raises UnknownMonitoringPoint: none of that number, or not in one of their places.
    """
    found = MonitoringPoint.objects.visible_to(user).filter(pk=point_key(number)).first()
    if found is None:
        raise UnknownMonitoringPoint(f"“{number[:20]}”", hint="监测点不存在，或不在您的地区")
    return found


def history_of(point: MonitoringPoint) -> list[PanelEntry]:
    """Give a point's times in the panel, the first first."""
    found = PanelEntry.objects.filter(point=point).order_by("id")
    return list(
        found.select_related("by", "exit", "exit__by", "stratum", "stratum__panel", "replaces")
    )


def open_entry(point: MonitoringPoint) -> PanelEntry | None:
    """Give the entry under which the point reports now; None when it is out."""
    return PanelEntry.objects.open().filter(point=point).select_related("stratum").last()


def current_panel() -> Panel | None:
    """Give the panel drawn last."""
    return Panel.objects.order_by("-id").select_related("by").first()


def strata_of(panel: Panel, *, scope: Scope = EVERYWHERE) -> list[PanelStratum]:
    """Give the strata of a panel within a scope of counties."""
    found = PanelStratum.objects.filter(panel=panel)
    return list(found if scope == EVERYWHERE else found.filter(within(scope, "county")))


def members(
    month: int, *, scope: Scope = EVERYWHERE, kind: PointKind | None = None
) -> list[Member]:
    """Give the points that report for a month, in the order of their numbers; in one query.

    For estimates: the weight is firms of the stratum over firms drawn there.
    """
    found = PanelEntry.objects.in_month(month).select_related("point", "stratum")
    if scope != EVERYWHERE:
        found = found.inside(scope)
    if kind is not None:
        found = found.filter(point__kind=kind.value)
    latest: dict[int, PanelEntry] = {entry.point_id: entry for entry in found.order_by("id")}
    return [_member(latest[key]) for key in sorted(latest)]


def panel_codes(month: int) -> frozenset[str]:
    """Give the credit codes of the firms that report for a month."""
    codes = PanelEntry.objects.in_month(month).values_list("point__uscc", flat=True)
    return frozenset(code for code in codes if code)


def ever_in_panel() -> frozenset[str]:
    """Give the credit codes of every firm that was in the panel at some time."""
    codes = PanelEntry.objects.values_list("point__uscc", flat=True)
    return frozenset(code for code in codes if code)


def exits(user: Asker) -> list[PanelExit]:
    """Give who left the panel in the asker's places, the last first.

    Who went on in the panel that came after is not among them.
    """
    seen = MonitoringPoint.objects.visible_to(user)
    replaced = PanelEntry.objects.filter(replaces=OuterRef("entry"))
    again = PanelEntry.objects.filter(point=OuterRef("entry__point"), pk__gt=OuterRef("entry"))
    left = PanelExit.objects.exclude(Exists(again), reason=LeaveReason.ROTATED.value)
    found = left.filter(entry__point__in=seen).annotate(
        replaced_by=Subquery(replaced.values("point__name")[:1]), name=F("entry__point__name")
    )
    return list(found.select_related("by", "entry__point").order_by("-id")[:200])


def _member(entry: PanelEntry) -> Member:
    point, stratum = entry.point, entry.stratum
    chance = stratum is not None and entry.role != EntryRole.NAMED
    return Member(
        point=point.pk,
        number=point.number,
        kind=PointKind(point.kind),
        name=point.name,
        place=point.place,
        uscc=point.uscc,
        employer=point.employer,
        section=point.section,
        size=stratum.size if stratum is not None else "",
        role=EntryRole(entry.role),
        from_month=entry.from_month,
        weight=Fraction(stratum.firms, stratum.allocated)
        if chance and stratum is not None and stratum.allocated
        else None,
    )
