"""Data quality first: what is missing, late, stuck or cannot be true (layer L0).

A feed that falls silent is a signal itself, and nothing that rests on it is graded. Deliveries are
judged by their records alone, series by their values; neither looks at what the values mean.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from leye.analysis.warning.types import FeedStanding, FeedState
from leye.kernel.months import last_day, month_add, months_between

Floats = NDArray[np.float64]

STUCK = 4
"""Equal values in a row, this month included, that no living series shows."""
_STUCK_FROM = 20.0
_JUMP, _FACTOR = 10.0, 3.0
_SHORT = 0.4
_RHYTHM = 6


@dataclass(frozen=True, slots=True)
class Arrival:
    """One accepted delivery (or nil report) of a monthly feed: its month and its rows."""

    source: str
    place: str
    month: int
    rows: int
    nil: bool = False


@dataclass(frozen=True, slots=True)
class FeedRule:
    """A monthly feed: its name, its title, and the day of the next month it is due."""

    source: str
    title: str
    due_day: int


def feed_standings(
    arrivals: Iterable[Arrival],
    rules: Mapping[str, FeedRule],
    *,
    month: int,
    on: date,
    data_version: int,
) -> tuple[FeedStanding, ...]:
    """Judge every feed and place that has delivered before, for ``month`` as seen on a day.

    A feed that came in at least half of the last six months is expected; one that never came is
    not on the list. In order of source and place.
    """
    rows: dict[tuple[str, str], dict[int, Arrival]] = {}
    for each in arrivals:
        if each.source in rules and each.month <= month:
            months = rows.setdefault((each.source, each.place), {})
            # Later parts of a month add to it.
            before = months.get(each.month)
            many = each.rows + (before.rows if before else 0)
            months[each.month] = Arrival(each.source, each.place, each.month, many, each.nil)
    found = []
    for (source, place), months in sorted(rows.items()):
        expected = sum(month_add(month, -back) in months for back in range(1, _RHYTHM + 1))
        if month in months or 2 * expected >= min(_RHYTHM, months_between(min(months), month)):
            rule = rules[source]
            state, reason = _feed_state(months, rule, month=month, on=on)
            last = max(at for at in months if at != month or state.usable)
            found.append(
                FeedStanding(
                    source,
                    rule.title,
                    place,
                    month,
                    state,
                    last,
                    months_between(last, month),
                    reason,
                    data_version,
                )
            )
    return tuple(found)


def _feed_state(
    months: Mapping[int, Arrival], rule: FeedRule, *, month: int, on: date
) -> tuple[FeedState, tuple[str, ...]]:
    now = months.get(month)
    if now is None:
        due = last_day(month) + timedelta(days=rule.due_day)
        said = f"{_words(month)}的{rule.title}应在{due.month}月{due.day}日前报送，尚未收到"
        if on <= due:
            return FeedState.LATE, (said,)
        last = max(months)
        silent = months_between(last, month)
        return FeedState.SILENT, (said, f"最近一次是{_words(last)}，已断报{silent}个月")
    if now.nil:
        return FeedState.NIL, ("零报告：该月没有发生",)
    before = sorted(each.rows for at, each in months.items() if at < month and not each.nil)
    if len(before) >= 3:
        usual = before[len(before) // 2]
        if now.rows < usual * _SHORT:
            said = f"{_words(month)}只有{now.rows}行，平常约{usual}行"
            return FeedState.SHORT, (said,)
    return FeedState.FRESH, ()


def series_states(values: Floats, *, lowest: float | None = 0.0) -> tuple[FeedState, ...]:
    """Judge the last month of each series, shape (s, t), nan where nothing was delivered.

    Stuck: as many equal values as ``STUCK``, of series large enough to move. Implausible: below
    ``lowest``, not finite, or off by ten times the usual monthly change and by a factor of three.
    """
    return tuple(_series_state(row, lowest) for row in values)


def _series_state(row: Floats, lowest: float | None) -> FeedState:
    now = row[-1]
    if np.isnan(now):
        return FeedState.SILENT
    if np.isinf(now) or (lowest is not None and now < lowest):
        return FeedState.IMPLAUSIBLE
    tail = row[-STUCK:]
    if len(tail) == STUCK and abs(now) >= _STUCK_FROM and bool((tail == now).all()):
        return FeedState.STUCK
    past = row[:-1][~np.isnan(row[:-1])]
    if len(past) < 6:
        return FeedState.FRESH
    usual = float(np.median(np.abs(np.diff(past))))
    middle = float(np.median(past[-6:]))
    far = abs(now - past[-1]) > _JUMP * max(usual, 1e-9) and abs(now - middle) > _STUCK_FROM
    factor = max(abs(now), 1e-9) / max(abs(middle), 1e-9)
    return FeedState.IMPLAUSIBLE if far and not 1 / _FACTOR < factor < _FACTOR else FeedState.FRESH


def unusable(
    standings: Sequence[FeedStanding], sources: Iterable[str], *, place: str, city: str
) -> tuple[FeedStanding, ...]:
    """Give the standings that keep figures of ``place`` resting on ``sources`` from being graded.

    What the city delivers counts for all places, what a county delivers for itself and the city.
    A feed that is late within its term does not grade either: the month is not known yet.
    """
    wanted = frozenset(sources)
    return tuple(
        each
        for each in standings
        if each.source in wanted
        and not each.state.usable
        and (place == city or each.place in ("", city, place))
    )


def _words(month: int) -> str:
    return f"{month // 100}年{month % 100}月"
