"""Keeping what a month's watch found; each signal that asks for somebody opens or joins a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from django.conf import settings
from django.db import IntegrityError, transaction

from leye.analysis.warning import Layer, Level, Signal, WarningMonth, raw_levels
from leye.service.response.cases.opening import open_or_join
from leye.service.response.drills.models import Drill
from leye.service.response.signals.models import (
    KeptFeed,
    KeptGrade,
    KeptSignal,
    KeptVisit,
    WatchRun,
)

_MOST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a month came to: False and 0 where the very same run was kept before."""

    new: bool
    signals: int
    opened: int
    joined: int


@transaction.atomic
def keep_month(
    found: WarningMonth,
    *,
    at: datetime,
    verified: Iterable[str] = (),
    drill: Drill | None = None,
    opens: bool = True,
) -> Kept:
    """Keep a month's signals, grades and failing feeds, and open or join cases by them.

    All in one transaction: a run is there whole or not at all, and keeping it twice, or in two
    processes at once, changes nothing. ``verified`` are the causes the grades were worked out
    with; without ``opens`` no case comes of it.
    """
    run = None if _kept_before(found, drill) else _begun(found, drill, at=at)
    if run is None:
        return Kept(False, 0, 0, 0)
    signals = KeptSignal.objects.bulk_create(_kept(run, each, drill) for each in found.signals)
    _keep_grades(run, found, verified)
    _keep_feeds(run, found)
    _keep_visits(run, found)
    # In one order of subjects everywhere, so that two runs at once never wait for each other.
    asking = sorted((each for each in signals if opens and asks(each)), key=_subject_of)
    made = [open_or_join(each, at=at) for each in asking]
    return Kept(True, len(signals), sum(new for _, new in made), sum(not new for _, new in made))


def asks(signal: KeptSignal) -> bool:
    """Whether somebody must look: what reaches a level, what is a fact, and a failing feed."""
    return signal.level > Level.NONE or signal.certain or signal.layer == Layer.QUALITY


def _kept_before(found: WarningMonth, drill: Drill | None) -> bool:
    return WatchRun.objects.filter(
        month=found.month, data_version=found.data_version, edition=found.settings, drill=drill
    ).exists()


def _begun(found: WarningMonth, drill: Drill | None, *, at: datetime) -> WatchRun | None:
    """Give a new run, None where another process began the very same one meanwhile."""
    try:
        with transaction.atomic():
            return WatchRun.objects.create(
                month=found.month,
                data_version=found.data_version,
                edition=found.settings,
                drill=drill,
                unjudged=list(found.unjudged),
                at=at,
            )
    except IntegrityError:
        return None


def _subject_of(signal: KeptSignal) -> str:
    return signal.subject


def _finite(value: float | None) -> float | None:
    """Give a number, None for what is none: a chart and a database could not take it."""
    return value if value is not None and isfinite(value) else None


def _kept(run: WatchRun, each: Signal, drill: Drill | None) -> KeptSignal:
    return KeptSignal(
        run=run,
        drill=drill,
        key=each.key,
        cause=each.cause,
        watch=each.watch,
        title=each.title[:_MOST_TITLE],
        layer=each.layer.value,
        axis=each.axis.value,
        # A firm whose seat nobody knows is the city's.
        place=each.cell.place or settings.LEYE_CITY,
        cell_axis=each.cell.axis,
        cell_code=each.cell.code,
        group=each.cell.group,
        employer=each.cell.employer,
        month=each.month,
        value=_finite(each.value),
        unit=each.unit,
        expected=_finite(each.expected.value),
        low=_finite(each.expected.low),
        high=_finite(each.expected.high),
        line=_finite(each.line),
        level=int(each.level),
        rarity=_finite(each.rarity),
        certain=each.certain,
        persons=each.persons,
        reasons=list(each.reasons),
        tell=list(each.tell),
        merged=list(each.merged),
    )


def _keep_grades(run: WatchRun, found: WarningMonth, verified: Iterable[str]) -> None:
    raw = raw_levels(found, verified=frozenset(verified))
    KeptGrade.objects.bulk_create(
        KeptGrade(
            run=run,
            place=each.place,
            code=each.code,
            level=int(each.level),
            raw=int(raw[each.place, each.code]),
            level_axis=int(each.level_axis),
            event_axis=int(each.event_axis),
            held=each.held,
            capped=each.capped,
            state=each.state.value,
            reasons=list(each.reasons),
        )
        for each in found.grades
    )


def _keep_feeds(run: WatchRun, found: WarningMonth) -> None:
    KeptFeed.objects.bulk_create(
        KeptFeed(
            run=run,
            source=each.source,
            title=each.title,
            place=each.place,
            state=each.state.value,
            last=each.last,
            silent_months=each.silent_months,
            reasons=list(each.reasons),
        )
        for each in found.feeds
        if not each.state.usable
    )


def _keep_visits(run: WatchRun, found: WarningMonth) -> None:
    KeptVisit.objects.bulk_create(
        KeptVisit(
            run=run,
            employer=each.employer,
            place=each.place or settings.LEYE_CITY,
            industry=each.industry,
            score=each.score,
            insured=each.insured,
            reasons=list(each.reasons),
        )
        for each in found.visits
    )
