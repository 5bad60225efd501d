"""The signals of a month, layer by layer, and the grades that follow from them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.types import SampleState
from leye.analysis.warning.explain import firm_explains
from leye.analysis.warning.grading import GradeSettings, grade, raw_level
from leye.analysis.warning.inputs import Inputs
from leye.analysis.warning.judge_cells import judge_cells
from leye.analysis.warning.judge_legal import (
    judge_area,
    judge_conflicts,
    judge_legal,
    judge_reports,
)
from leye.analysis.warning.judge_levels import (
    judge_breadth,
    judge_level,
    judge_outlook,
    judge_two_sided,
)
from leye.analysis.warning.judged import Judged, signal
from leye.analysis.warning.panels import counties
from leye.analysis.warning.quality import feed_standings, series_states, unusable
from leye.analysis.warning.types import (
    ALL,
    Axis,
    Cell,
    FeedStanding,
    FeedState,
    Grade,
    Layer,
    Level,
    Signal,
    Visit,
    WarningMonth,
)
from leye.analysis.warning.visits import visits
from leye.analysis.warning.watches import Method, Watch, Watches

MOST_VISITS = 50
_LEGAL = frozenset({Layer.LEGAL})


def warning_month(
    inputs: Inputs,
    watches: Watches,
    *,
    settings: GradeSettings | None = None,
    verified: Collection[str] = (),
    before: Mapping[tuple[str, str], Sequence[Level]] | None = None,
) -> WarningMonth:
    """Judge a month.

    ``verified`` are the causes of signals somebody has verified; ``before`` raw levels of earlier
    months by place and division ("all" for the place itself), the newest first (see
    ``raw_levels``). The same inputs give the same month, bit for bit.
    """
    chosen = settings or GradeSettings()
    feeds = _feeds(inputs, watches)
    judged = _all_signals(inputs, watches, feeds)
    signals = _merged(judged.signals)
    grades = tuple(
        _grade(place, code, signals, inputs, watches, feeds, chosen, verified, before or {})
        for place, code in _graded(signals, inputs)
    )
    return WarningMonth(
        month=inputs.month,
        data_version=inputs.data_version,
        settings=watches.edition,
        signals=signals,
        feeds=feeds,
        grades=grades,
        visits=_visits(inputs),
        unjudged=tuple(dict.fromkeys(judged.unjudged)),
    )


def raw_levels(
    found: WarningMonth, *, verified: Collection[str] = ()
) -> dict[tuple[str, str], Level]:
    """Give the level of each place and division before hysteresis, to hand to the next month."""
    levels = {}
    for each in found.grades:
        mine = [one for one in found.signals if one.key in set(each.signals)]
        levels[each.place, each.code] = raw_level(mine, verified)[0]
    return levels


def _all_signals(inputs: Inputs, watches: Watches, feeds: tuple[FeedStanding, ...]) -> Judged:
    found = _feed_signals(inputs, watches, feeds)
    two_sided: tuple[Signal, ...] = ()
    for watch in watches:
        if watch.method in (Method.QUALITY, Method.BREADTH):
            continue
        one = _judged(watch, inputs, watches, feeds)
        if watch.method is Method.TWO_SIDED:
            two_sided += one.signals
        found += one
    for watch in watches.by(Method.BREADTH):
        found += _fit(
            watch,
            judge_breadth(watch, inputs, watches.edition, two_sided=two_sided),
            inputs,
            feeds,
        )
    return found


def _judged(
    watch: Watch, inputs: Inputs, watches: Watches, feeds: tuple[FeedStanding, ...]
) -> Judged:
    edition = watches.edition
    if watch.method is Method.AREA:
        found = judge_area(watch, watches.by(Method.LEGAL)[0], inputs, edition)
    elif watch.method is Method.FORECAST:
        found = judge_outlook(watch, watches.get("estimated_rate"), inputs, edition)
    else:
        judges = {
            Method.LEVEL: judge_level,
            Method.LEGAL: judge_legal,
            Method.CONFLICT: judge_conflicts,
            Method.REPORT: judge_reports,
            Method.CELLS: judge_cells,
            Method.TWO_SIDED: judge_two_sided,
        }
        found = judges[watch.method](watch, inputs, edition)
    return _fit(watch, found, inputs, feeds)


def _fit(watch: Watch, found: Judged, inputs: Inputs, feeds: tuple[FeedStanding, ...]) -> Judged:
    """Leave out what rests on failed data, and say so."""
    failing: dict[str, FeedStanding] = {}
    kept = []
    for each in found.signals:
        bad = unusable(feeds, watch.sources, place=each.cell.place, city=inputs.city)
        if bad:
            failing |= {one.key: one for one in bad}
        else:
            kept.append(each)
    every = unusable(feeds, watch.sources, place=inputs.city, city=inputs.city)
    failing |= {one.key: one for one in every}
    said = tuple(
        f"{watch.name}：{one.title}（{place_label(one.place)}）{one.state.label}，不作判断"
        for one in failing.values()
    )
    return Judged(tuple(kept), (*found.unjudged, *said))


def _feeds(inputs: Inputs, watches: Watches) -> tuple[FeedStanding, ...]:
    """Judge deliveries, then series of the city that stand still or cannot be true."""
    standings = feed_standings(
        inputs.arrivals,
        inputs.rules,
        month=inputs.month,
        on=inputs.on,
        data_version=inputs.data_version,
    )
    return (*standings, *_series_standings(inputs, watches))


def _series_standings(inputs: Inputs, watches: Watches) -> tuple[FeedStanding, ...]:
    found = []
    for watch in watches:
        panel = inputs.panels.get(watch.code)
        if panel is None or not watch.series.indicator:
            continue
        cut = panel.upto(inputs.month)
        rows = [at for at, cell in enumerate(cut.cells) if cell == Cell(cell.place)]
        if not rows or cut.months[-1:] != (inputs.month,):
            continue
        states = series_states(cut.only(rows).above)
        for at, state in zip(rows, states, strict=True):
            if state in (FeedState.STUCK, FeedState.IMPLAUSIBLE):
                place = cut.cells[at].place
                values = cut.above[at]
                said = f"{place_label(place)}最近四个月的值：" + "、".join(
                    f"{each:,.0f}" for each in values[-4:]
                )
                found.append(
                    FeedStanding(
                        f"series:{watch.code}",
                        f"监测序列“{watch.name}”",
                        place,
                        inputs.month,
                        state,
                        cut.months[-2] if len(cut.months) > 1 else 0,
                        1,
                        (said,),
                        inputs.data_version,
                    )
                )
    return tuple(found)


def _feed_signals(inputs: Inputs, watches: Watches, feeds: tuple[FeedStanding, ...]) -> Judged:
    quality = watches.by(Method.QUALITY)
    if not quality:
        return Judged()
    watch = quality[0]
    return Judged(
        tuple(
            signal(
                watch,
                inputs,
                watches.edition,
                cell=Cell(each.place or inputs.city, axis="feed", code=each.source),
                value=float(each.silent_months),
                level=Level.NONE,
                reasons=[f"{each.title}：{each.state.label}", *each.reasons],
            )
            for each in feeds
            if not each.state.usable and each.state is not FeedState.LATE
        )
    )


def _merged(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """Make several signals of one cause one: at the firm where a firm explains its cell.

    What the registers, a comparison and the firm itself say of one firm is one signal too: the
    firm's report leads, then what was counted.
    """
    firms: dict[int, list[Signal]] = {}
    others = []
    for each in signals:
        if each.cell.employer:
            firms.setdefault(each.cell.employer, []).append(each)
        else:
            others.append(each)
    leading = {key: _one(members) for key, members in firms.items()}
    left = []
    for each in others:
        firm = _explaining(each, leading)
        if firm is None:
            left.append(each)
        else:
            leading[firm] = _taken(leading[firm], each)
    ordered = sorted(
        [*leading.values(), *left],
        key=lambda each: (-each.level, each.layer, each.cell.place, each.key),
    )
    return tuple(ordered)


def _one(members: Sequence[Signal]) -> Signal:
    ordered = sorted(members, key=lambda each: (not each.certain, -each.level, each.watch))
    first = ordered[0]
    for each in ordered[1:]:
        first = _taken(first, each)
    return first


def _taken(first: Signal, other: Signal) -> Signal:
    persons = [each for each in (first.persons, other.persons) if each is not None]
    legal = first.layer in _LEGAL and other.layer in _LEGAL
    return replace(
        first,
        level=max(first.level, other.level) if legal else first.level,
        persons=max(persons) if legal and persons else first.persons,
        reasons=tuple(dict.fromkeys((*first.reasons, *other.reasons))),
        merged=(*first.merged, other.key, *other.merged),
    )


def _explaining(each: Signal, firms: Mapping[int, Signal]) -> int | None:
    if each.layer is not Layer.CELLS or each.persons is None or each.cell.code == ALL:
        return None
    for key, firm in firms.items():
        same = firm.cell.place == each.cell.place and firm.cell.code == each.cell.code
        if same and firm.persons is not None and firm_explains(firm.persons, each.persons):
            return key
    return None


def _graded(signals: Sequence[Signal], inputs: Inputs) -> list[tuple[str, str]]:
    """Give the city, every county, and the divisions of the city that have a signal."""
    trades = {
        each.cell.code for each in signals if each.cell.axis == "division" and each.cell.code != ALL
    }
    places = [(place, ALL) for place in (inputs.city, *counties())]
    return [*places, *((inputs.city, code) for code in sorted(trades))]


def _grade(
    place: str,
    code: str,
    signals: Sequence[Signal],
    inputs: Inputs,
    watches: Watches,
    feeds: tuple[FeedStanding, ...],
    settings: GradeSettings,
    verified: Collection[str],
    before: Mapping[tuple[str, str], Sequence[Level]],
) -> Grade:
    state, reasons = _state(place, inputs, watches, feeds)
    return grade(
        [each for each in signals if _counts(each, place, code, inputs.city)],
        place=place,
        month=inputs.month,
        settings=settings,
        axis=ALL if code == ALL else "division",
        code=code,
        verified=verified,
        before=before.get((place, code), ()),
        state=state,
        reasons=reasons,
    )


def _counts(each: Signal, place: str, code: str, city: str) -> bool:
    """Tell whether a signal grades a place: its own; a firm's or a cell's grade county and trade.

    The city takes from a single firm, county or trade only what is orange or red by itself.
    """
    if each.axis is Axis.NONE:
        return False
    if code != ALL:
        return each.cell.axis == "division" and each.cell.code == code
    if place == city:
        own = each.cell.place == city and each.cell.code == ALL and not each.cell.employer
        return own or each.level >= Level.ORANGE
    return each.cell.place == place


def _state(
    place: str, inputs: Inputs, watches: Watches, feeds: tuple[FeedStanding, ...]
) -> tuple[SampleState, tuple[str, ...]]:
    """No data where nothing that grades could be judged: every watch rests on a failed feed."""
    graded = [each for each in watches if each.axis is not Axis.NONE and each.sources]
    failed = [
        each
        for each in graded
        if unusable(feeds, each.sources, place=place, city=inputs.city)
        or (each.code not in inputs.panels and each.method in (Method.LEVEL, Method.CELLS))
    ]
    names = "、".join(each.name for each in failed)
    if len(failed) == len(graded):
        return SampleState.NO_DATA, (f"数据不可用，不定级：{names}",)
    return SampleState.HAS_DATA, ((f"未作判断：{names}",) if failed else ())


def _visits(inputs: Inputs) -> tuple[Visit, ...]:
    earlier = {row.employer: row for row in inputs.firms_before}
    conflicts = {each.employer for each in inputs.conflicts}
    return visits(inputs.firms, earlier, month=inputs.month, conflicts=conflicts, most=MOST_VISITS)
