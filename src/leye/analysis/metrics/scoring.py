"""The plan's scorecard: each target with its result, its pace, references and the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leye.analysis.metrics.evaluator import Evaluator
from leye.analysis.metrics.explain import explain
from leye.analysis.metrics.formula import is_measurement
from leye.analysis.metrics.progress import (
    Progress,
    TargetState,
    assess,
    bounds,
    comparable,
)
from leye.analysis.metrics.targets import PlanTarget
from leye.analysis.metrics.types import Figure, Indicator, IndicatorKind, SampleState
from leye.data.reference import places
from leye.kernel.period import Period
from leye.kernel.place import parent_code


@dataclass(frozen=True, slots=True)
class Trend:
    """Points for a small line: measurements of one place and one definition, to be compared.

    ``is_reference``: the line is of another place than the target's, as ``label`` says.
    """

    place: str
    label: str
    is_reference: bool
    points: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class TargetScore:
    """Where a target stands on a day.

    ``actual`` is the latest result of the target's place (a sum for cumulative targets, its parts
    in ``inputs``), in the state NO_DATA where nothing is reported. ``share_done`` is the share of
    the way from baseline to goal (of the goal where there is no baseline), ``share_of_time`` the
    share of the time the reports speak for, ``calendar_share`` the share of the plan's days gone on
    the day; all from 0 to 1, ``share_done`` possibly outside. ``expected`` is the value due at the
    end of the reported period on a straight path. ``parts`` are the figures used. ``bounds`` are
    statements such as 控制在3.2%以内, which measure nothing and decide nothing. ``references`` are
    the latest measurements of the nation, the province and the counties. ``gaps`` and
    ``missing_years`` are what is not reported. ``explanation`` says in Chinese how the state came
    about.
    """

    target: PlanTarget
    indicator: Indicator
    on: date
    data_version: int
    state: TargetState
    actual: Figure
    share_done: Decimal | None
    share_of_time: Decimal | None
    calendar_share: Decimal
    expected: Decimal | None
    parts: tuple[Figure, ...]
    bounds: tuple[Figure, ...]
    trend: Trend
    references: tuple[Figure, ...]
    gaps: tuple[Period, ...]
    missing_years: tuple[int, ...]
    explanation: str


def score(target: PlanTarget, evaluator: Evaluator, *, on: date) -> TargetScore:
    """Judge one target by the figures the evaluator may see.

    :raises UnknownCode: the target's indicator or place is unknown.
    """
    indicator = evaluator.catalogue.get(target.indicator)
    around = _around(target.place)
    evaluator.preload([indicator.code], places=(target.place, *around))
    figures = evaluator.figures(indicator.code, target.place)
    progress = assess(target, indicator=indicator, figures=figures, on=on)
    stated = bounds(figures, within=target.plan_period)
    elapsed = target.plan_period.elapsed(on)
    return TargetScore(
        target=target,
        indicator=indicator,
        on=on,
        data_version=evaluator.data_version,
        state=progress.state,
        actual=progress.result or _nothing(target, indicator, evaluator.data_version),
        share_done=progress.share_done,
        share_of_time=progress.share_of_time,
        calendar_share=Decimal(elapsed.numerator) / Decimal(elapsed.denominator),
        expected=progress.expected,
        parts=_parts(progress),
        bounds=stated,
        trend=_trend(indicator, target.place, around, evaluator),
        references=_references(indicator.code, around, evaluator),
        gaps=progress.gaps,
        missing_years=progress.missing_years,
        explanation=explain(
            target, progress, indicator=indicator, figures=figures, stated=stated, on=on
        ),
    )


def score_all(
    targets: Iterable[PlanTarget], evaluator: Evaluator, *, on: date
) -> tuple[TargetScore, ...]:
    """Judge many targets with one reading of the pool for each place they are of.

    :raises UnknownCode: an indicator or place of a target is unknown.
    """
    every = tuple(targets)
    for place in dict.fromkeys(target.place for target in every):
        codes = [target.indicator for target in every if target.place == place]
        evaluator.preload(codes, places=(place, *_around(place)))
    return tuple(score(target, evaluator, on=on) for target in every)


def _around(place: str) -> tuple[str, ...]:
    """Give the places above, nearest first, then those directly inside."""
    above = []
    parent = parent_code(place)
    while parent is not None:
        above.append(parent)
        parent = parent_code(parent)
    return (*above, *(child.code for child in places().children(place)))


def _parts(progress: Progress) -> tuple[Figure, ...]:
    if progress.result is None:
        return ()
    return progress.result.inputs or (progress.result,)


def _nothing(target: PlanTarget, indicator: Indicator, data_version: int) -> Figure:
    return Figure(
        indicator=indicator.code,
        place=target.place,
        period=target.goal.period,
        kind=None,
        value=None,
        unit=indicator.unit,
        state=SampleState.NO_DATA,
        data_version=data_version,
    )


def _trend(
    indicator: Indicator, place: str, around: tuple[str, ...], evaluator: Evaluator
) -> Trend:
    flow = indicator.kind is IndicatorKind.FLOW

    def line(where: str) -> Trend:
        latest = evaluator.segments(indicator.code, where)[-1:]
        points = comparable(latest[0] if latest else (), flow=flow)
        name = places().get(where).name
        other = where != place
        return Trend(where, f"参照：{name}" if other else name, other, points)

    own = line(place)
    if len(own.points) >= 2:
        return own
    above = [where for where in around if _is_above(where, place)]
    for where in above:
        candidate = line(where)
        if len(candidate.points) >= 2:
            return candidate
    inside = [line(where) for where in around if where not in above]
    longest = max(inside, key=lambda each: (len(each.points), each.place), default=own)
    return longest if len(longest.points) >= 2 else own


def _is_above(outer: str, inner: str) -> bool:
    """Whether ``outer`` is one of the places ``inner`` lies in, other than itself."""
    parent = parent_code(inner)
    while parent is not None:
        if parent == outer:
            return True
        parent = parent_code(parent)
    return False


def _references(code: str, around: tuple[str, ...], evaluator: Evaluator) -> tuple[Figure, ...]:
    latest = (evaluator.latest(code, where) for where in around)
    return tuple(figure for figure in latest if is_measurement(figure))
