"""Reads of what was kept: the newest run of a month, what a watch has been worth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count

from leye.analysis.metrics.types import SampleState
from leye.analysis.warning import Level
from leye.analysis.warning.types import ALL
from leye.service.identity.perms import Asker
from leye.service.response.cases.enums import Verdict
from leye.service.response.cases.models import Case, CaseSignal
from leye.service.response.cases.queries import decided_levels
from leye.service.response.drills.models import Drill
from leye.service.response.signals.models import KeptGrade, KeptSignal, WatchRun


@dataclass(frozen=True, slots=True)
class WatchRecord:
    """What came of the cases a watch began: how many were judged, and how.

    ``true_share`` from 0 to 1, None before anything was judged.
    """

    watch: str
    cases: int
    judged: int
    true: int
    seasonal: int
    data_error: int
    policy: int

    @property
    def true_share(self) -> float | None:
        """The share of judged cases that were true."""
        return self.true / self.judged if self.judged else None


def newest_run(month: int | None = None, *, drill: Drill | None = None) -> WatchRun | None:
    """Give the newest run of a month, of the newest month unless one is named."""
    runs = WatchRun.objects.filter(drill=drill)
    if month is not None:
        runs = runs.filter(month=month)
    return runs.order_by("-month", "-id").first()


def run_months() -> tuple[int, ...]:
    """Give the months that were judged, the newest first."""
    found = WatchRun.objects.filter(drill=None).values_list("month", flat=True)
    return tuple(sorted(set(found), reverse=True))


def levels_before(month: int, *, months: int) -> dict[tuple[str, str], tuple[Level, ...]]:
    """Give the raw levels of the months before, the newest first, as ``warning_month`` asks."""
    found: dict[tuple[str, str], tuple[Level, ...]] = {}
    earlier = [each for each in run_months() if each < month][:months]
    for each in earlier:
        run = newest_run(each)
        for row in KeptGrade.objects.filter(run=run):
            key = (row.place, row.code)
            found[key] = (*found.get(key, ()), Level(row.raw))
    return found


def signals_of(user: Asker, run: WatchRun) -> list[KeptSignal]:
    """Give the signals of a run in the asker's places, the gravest first."""
    found = KeptSignal.objects.visible_to(user).filter(run=run).select_related("run")
    return list(found.order_by("-level", "layer", "place", "id"))


@dataclass(frozen=True, slots=True)
class PlaceLevel:
    """How a place stands now: ``level`` from 0 (none) to 4 (red), None where nothing is graded.

    ``case`` is the number of the case whose decided level is the higher one, "" for none.
    """

    place: str
    level: int | None
    reasons: tuple[str, ...]
    held: bool
    case: str


def levels_now(run: WatchRun | None) -> dict[str, PlaceLevel]:
    """Give how each place stands: by the run's grades, and by what people decided since.

    The higher one counts. A decision counts where no data could be graded, too.
    """
    found = {
        row.place: PlaceLevel(
            row.place,
            row.level if row.state == SampleState.HAS_DATA.value else None,
            tuple(row.reasons),
            row.held,
            "",
        )
        for row in KeptGrade.objects.filter(run=run, code=ALL)
    }
    for place, (grade, number) in decided_levels().items():
        level = 5 - grade
        known = found.get(place, PlaceLevel(place, None, (), False, ""))
        if known.level is None or level > known.level:
            found[place] = replace(known, level=level, case=number)
    return found


def history_of(cause: str, *, drill: Drill | None = None) -> list[KeptSignal]:
    """Give what was kept of one cause, one row a month: of each month the newest run's."""
    rows = KeptSignal.objects.filter(cause=cause, drill=drill).order_by("month", "run_id")
    return list({row.month: row for row in rows}.values())


def verified_causes() -> frozenset[str]:
    """Give the causes of open cases somebody found to be true; grades may rise by them."""
    open_true = Case.objects.real().open().filter(verdict=Verdict.TRUE.value)
    causes = CaseSignal.objects.filter(case__in=open_true).values_list("signal__cause", flat=True)
    return frozenset(causes)


def watch_records(watches: Iterable[str] | None = None) -> Sequence[WatchRecord]:
    """Give what each watch has been worth, by the verdicts on the cases it began."""
    rows = (
        Case.objects.real()
        .exclude(watch="")
        .values("watch", "verdict")
        .annotate(cases=Count("id"))
        .order_by("watch")
    )
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["watch"], {})[row["verdict"]] = row["cases"]
    wanted = None if watches is None else set(watches)
    return [
        _record(watch, found)
        for watch, found in counts.items()
        if wanted is None or watch in wanted
    ]


def _record(watch: str, found: dict[str, int]) -> WatchRecord:
    judged = sum(n for verdict, n in found.items() if verdict in _JUDGED)
    return WatchRecord(
        watch=watch,
        cases=sum(found.values()),
        judged=judged,
        true=found.get(Verdict.TRUE.value, 0),
        seasonal=found.get(Verdict.SEASONAL.value, 0),
        data_error=found.get(Verdict.DATA_ERROR.value, 0),
        policy=found.get(Verdict.POLICY.value, 0),
    )


_JUDGED = frozenset(each.value for each in Verdict if each is not Verdict.UNCLEAR)
