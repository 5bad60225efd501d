"""Reads of reports: lists, rounds by county, who is late since when, values for estimates."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Max, OuterRef, Subquery
from django.utils.timezone import localtime

from leye.kernel.months import month_add, month_range
from leye.kernel.place import EVERYWHERE, Scope, place_prefix
from leye.service.identity.perms import Asker
from leye.service.monitoring.errors import UnknownReport
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.queries import Member, members
from leye.service.monitoring.reports.checks import Value
from leye.service.monitoring.reports.due import due_days, late_since
from leye.service.monitoring.reports.models import (
    FeedRun,
    MonthlyReport,
    Reminder,
    ReportStep,
    ReportVersion,
)
from leye.service.monitoring.reports.querysets import ReportQuerySet
from leye.service.monitoring.reports.states import Act, ReportState


@dataclass(frozen=True, slots=True)
class Filed:
    """What a point handed in for a month, in its last version, and where that stands."""

    member: Member
    month: int
    number: str
    state: ReportState
    version: int
    values: Mapping[str, Value]
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """A month's round in a county: how many report, and where their reports stand."""

    county: str
    asked: int
    missing: int
    returned: int
    at_county: int
    at_city: int
    closed: int
    late: int

    @property
    def handed_in(self) -> int:
        """How many are in: with the county, with the city or closed."""
        return self.at_county + self.at_city + self.closed


@dataclass(frozen=True, slots=True)
class Late:
    """A point whose reports are missing: of which months, and late since which day."""

    member: Member
    months: tuple[int, ...]
    since: date
    days: int
    state: ReportState | None
    reminders: int
    reminded_at: datetime | None


def reports_for(
    user: Asker, *, month: int = 0, place: str = "", state: str = "", kind: str = ""
) -> ReportQuerySet:
    """Give the reports the asker may see, the latest month first, with their points."""
    found = MonthlyReport.objects.visible_to(user).select_related("point")
    if month:
        found = found.filter(month=month)
    if place:
        found = found.filter(place__startswith=place_prefix(place))
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(point__kind=kind)
    return found.order_by("-month", "place", "point_id")


def report_for(user: Asker, number: str) -> MonthlyReport:
    """Give one report the asker may see.

    :raises UnknownReport: none of that number, or not in one of their places.
    """
    digits = number[1:]
    usable = number[:1] == "R" and 7 <= len(digits) < 13 and digits.isascii() and digits.isdigit()
    found = reports_for(user).filter(pk=int(digits)).first() if usable else None
    if found is None:
        raise UnknownReport(f"“{number[:20]}”", hint="月报不存在，或不在您的地区")
    return found


def versions_of(report: MonthlyReport) -> list[ReportVersion]:
    """Give every version, the first first."""
    found = ReportVersion.objects.filter(report=report).order_by("number")
    return list(found.select_related("by", "link"))


def steps_of(report: MonthlyReport) -> list[ReportStep]:
    """Give what was done with a report, in order."""
    found = ReportStep.objects.filter(report=report).order_by("step")
    return list(found.select_related("by", "link"))


def rounds(month: int, *, scope: Scope, on: date, settings: Mapping[str, int]) -> tuple[Round, ...]:
    """Give how far a month is in each county of a scope, in the order of their codes."""
    due = due_days(
        month,
        report=settings["report_due_day"],
        county=settings["county_due_day"],
        city=settings["city_due_day"],
    )
    states = _states(month, scope)
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for member in members(month, scope=scope):
        sums = counted[member.place[:6]]
        state = states.get(member.point)
        sums["asked"] += 1
        sums[state.value if state else "missing"] += 1
        if (state is None or state.with_reporter) and on > due.report:
            sums["late"] += 1
    return tuple(_round(county, counted[county]) for county in sorted(counted))


def late_points(
    month: int, *, scope: Scope, on: date, settings: Mapping[str, int], back: int = 3
) -> tuple[Late, ...]:
    """Give who has not handed in for a month or one of those before it, the longest late first."""
    due_day, other = settings["report_due_day"], settings["city_due_day"]
    missing: dict[int, list[tuple[int, date, ReportState | None]]] = defaultdict(list)
    named: dict[int, Member] = {}
    for each in month_range(month_add(month, 1 - back), month):
        due = due_days(each, report=due_day, county=other, city=other).report
        states, returned = _states(each, scope), _returned(each, scope)
        for member in members(each, scope=scope):
            state = states.get(member.point)
            if state is not None and not state.with_reporter:
                continue
            since = late_since(due, on=on, returned=returned.get(member.point))
            if since is not None:
                missing[member.point].append((each, since, state))
                named[member.point] = member
    reminded = _reminded(month)
    found = [
        Late(
            member=named[key],
            months=tuple(each for each, _, _ in lines),
            since=min(since for _, since, _ in lines),
            days=(on - min(since for _, since, _ in lines)).days + 1,
            state=lines[-1][2],
            reminders=reminded.get(key, (0, None))[0],
            reminded_at=reminded.get(key, (0, None))[1],
        )
        for key, lines in missing.items()
    ]
    return tuple(sorted(found, key=lambda late: (late.since, late.member.place, late.member.point)))


def filed(
    month: int,
    *,
    scope: Scope = EVERYWHERE,
    kind: PointKind | None = None,
    states: frozenset[ReportState] = frozenset({ReportState.CLOSED}),
) -> tuple[Filed, ...]:
    """Give what was handed in for a month, in its last version; by default what is closed.

    Points that report without any such report are not in it: ask ``members`` for them.
    """
    by_point = {member.point: member for member in members(month, scope=scope, kind=kind)}
    wanted = ReportVersion.objects.filter(
        report__month=month,
        report__state__in=[state.value for state in states],
        number=F("report__versions_made"),
    )
    found = [
        Filed(
            member=by_point[version.report.point_id],
            month=month,
            number=version.report.number,
            state=version.report.standing,
            version=version.number,
            values=version.values,
            at=version.at,
        )
        for version in wanted.select_related("report")
        if version.report.point_id in by_point
    ]
    return tuple(sorted(found, key=lambda each: (each.member.place, each.member.point)))


def feed_runs(month: int) -> list[FeedRun]:
    """Give the deliveries of a month to the pool, the last first."""
    return list(FeedRun.objects.filter(month=month).select_related("by"))


def _states(month: int, scope: Scope) -> dict[int, ReportState]:
    rows = MonthlyReport.objects.filter(month=month)
    if scope != EVERYWHERE:
        rows = rows.inside(scope)
    return {point: ReportState(state) for point, state in rows.values_list("point_id", "state")}


def _returned(month: int, scope: Scope) -> dict[int, date]:
    """Give the day of the last return of each report that stands returned."""
    last = ReportStep.objects.filter(
        report=OuterRef("pk"), act__in=[Act.RETURN.value, Act.REOPEN.value]
    ).order_by("-step")
    rows = MonthlyReport.objects.filter(month=month, state=ReportState.RETURNED.value)
    if scope != EVERYWHERE:
        rows = rows.inside(scope)
    found = rows.annotate(returned=Subquery(last.values("at")[:1]))
    return {
        point: localtime(at).date()
        for point, at in found.values_list("point_id", "returned")
        if at is not None
    }


def _reminded(month: int) -> dict[int, tuple[int, datetime]]:
    rows = Reminder.objects.filter(month=month).values("point_id").order_by("point_id")
    found = rows.annotate(times=Count("id"), last=Max("at"))
    return {row["point_id"]: (row["times"], row["last"]) for row in found}


def _round(county: str, sums: Mapping[str, int]) -> Round:
    return Round(
        county=county,
        asked=sums["asked"],
        missing=sums["missing"] + sums[ReportState.DRAFT.value],
        returned=sums[ReportState.RETURNED.value],
        at_county=sums[ReportState.COUNTY.value],
        at_city=sums[ReportState.CITY.value],
        closed=sums[ReportState.CLOSED.value],
        late=sums["late"],
    )
