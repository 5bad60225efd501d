"""A feed that is silent, stuck, short or impossible is seen, and grades nothing."""

from datetime import date

import numpy as np
import pytest

from leye.analysis.warning.quality import (
    Arrival,
    FeedRule,
    feed_standings,
    series_states,
    unusable,
)
from leye.analysis.warning.types import FeedStanding, FeedState
from leye.kernel.months import month_range

RULES = {"contributions": FeedRule("contributions", "社保缴费", 10)}
CITY, COUNTY = "360900", "360902"
PAST = [Arrival("contributions", CITY, month, 1000) for month in month_range(202401, 202405)]


def standing(arrivals: list[Arrival], on: date) -> FeedStanding:
    found = feed_standings(arrivals, RULES, month=202406, on=on, data_version=3)
    assert len(found) == 1
    return found[0]


def test_a_feed_is_late_until_its_day_and_silent_after_it() -> None:
    assert standing(PAST, date(2024, 7, 10)).state is FeedState.LATE
    silent = standing(PAST, date(2024, 7, 11))
    assert silent.state is FeedState.SILENT
    assert (silent.last, silent.silent_months) == (202405, 1)
    assert silent.reasons == (
        "2024年6月的社保缴费应在7月10日前报送，尚未收到",
        "最近一次是2024年5月，已断报1个月",
    )
    assert silent.key == "202406-contributions-360900"


@pytest.mark.parametrize(
    ("rows", "state"), [(1000, FeedState.FRESH), (401, FeedState.FRESH), (399, FeedState.SHORT)]
)
def test_a_feed_with_far_fewer_rows_is_short(rows: int, state: FeedState) -> None:
    now = Arrival("contributions", CITY, 202406, rows)
    assert standing([*PAST, now], date(2024, 8, 1)).state is state


def test_parts_of_a_month_add_up_and_a_nil_report_is_one() -> None:
    halves = [Arrival("contributions", CITY, 202406, 500)] * 2
    assert standing([*PAST, *halves], date(2024, 8, 1)).state is FeedState.FRESH
    nil = Arrival("contributions", CITY, 202406, 0, nil=True)
    assert standing([*PAST, nil], date(2024, 8, 1)).state is FeedState.NIL


def test_a_feed_that_never_came_or_stopped_long_ago_is_not_expected() -> None:
    one = [Arrival("contributions", CITY, 202301, 10)]
    asked = {"month": 202406, "on": date(2024, 8, 1), "data_version": 1}
    assert feed_standings(one, RULES, **asked) == ()
    assert feed_standings([Arrival("other", CITY, 202405, 9)], RULES, **asked) == ()


def test_series_that_cannot_be_true_are_seen() -> None:
    rng = np.random.default_rng(1)
    living = 500 + rng.normal(0, 10, 24)
    stuck, jump, unit, gone, negative = (living.copy() for _ in range(5))
    stuck[-4:] = 512
    jump[-1] = 620
    unit[-1] *= 10_000
    gone[-1] = np.nan
    negative[-1] = -3
    states = series_states(np.stack([living, stuck, jump, unit, gone, negative]))
    assert states == (
        FeedState.FRESH,
        FeedState.STUCK,
        FeedState.FRESH,
        FeedState.IMPLAUSIBLE,
        FeedState.SILENT,
        FeedState.IMPLAUSIBLE,
    )


def test_small_series_may_stand_still() -> None:
    assert series_states(np.full((1, 12), 3.0)) == (FeedState.FRESH,)
    assert series_states(np.full((1, 12), 300.0)) == (FeedState.STUCK,)


@pytest.mark.parametrize(
    ("delivered_by", "place", "fails"),
    [
        (CITY, CITY, True),
        (CITY, COUNTY, True),
        (COUNTY, COUNTY, True),
        (COUNTY, CITY, True),
        ("360981", COUNTY, False),
    ],
)
def test_a_failed_feed_keeps_its_places_from_being_graded(
    delivered_by: str, place: str, fails: bool
) -> None:
    bad = FeedStanding(
        "contributions", "社保缴费", delivered_by, 202406, FeedState.SILENT, 202405, 1, (), 1
    )
    assert bool(unusable([bad], ["contributions"], place=place, city=CITY)) is fails
    assert not unusable([bad], ["electricity"], place=place, city=CITY)
