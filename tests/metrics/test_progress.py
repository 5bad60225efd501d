"""States of targets: what counts, what is due, and what a sentence says of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.analysis.metrics import catalogue, find_target, plan_targets
from leye.analysis.metrics.explain import explain
from leye.analysis.metrics.progress import (
    Progress,
    TargetState,
    assess,
    bounds,
    comparable,
    reaches,
)
from leye.analysis.metrics.targets import Goal, PlanTarget, Relation
from leye.analysis.metrics.types import (
    Confidence,
    Figure,
    FigureKind,
    Provenance,
    SampleState,
)
from leye.kernel.period import Period

TARGETS = plan_targets(Path(__file__).resolve().parents[2] / "plan")
AFTER = date(2026, 11, 23)
DURING = date(2023, 7, 15)


def figure(target: PlanTarget, period: str, value: str | None, kind: FigureKind) -> Figure:
    return Figure(
        indicator=target.indicator,
        place=target.place,
        period=Period.parse(period),
        kind=kind,
        value=None if value is None else Decimal(value),
        unit=target.unit,
        state=SampleState.NO_DATA if value is None else SampleState.HAS_DATA,
        data_version=1,
        provenance=Provenance(
            "D000001", 2, datetime(2026, 1, 1, tzinfo=UTC), "公报", "", Confidence.A, ""
        ),
    )


def judge(
    target_id: str,
    *reports: tuple[str, str | None, FigureKind],
    on: date = AFTER,
) -> tuple[Progress, str]:
    target = find_target(TARGETS, target_id)
    indicator = catalogue().get(target.indicator)
    figures = [figure(target, *each) for each in reports]
    progress = assess(target, indicator=indicator, figures=figures, on=on)
    words = explain(
        target,
        progress,
        indicator=indicator,
        figures=figures,
        stated=bounds(figures, within=target.plan_period),
        on=on,
    )
    return progress, words


YEAR, YTD, END, POINT = (
    FigureKind.ANNUAL,
    FigureKind.YTD,
    FigureKind.YEAR_END,
    FigureKind.POINT,
)


def test_nothing_reported_is_never_zero() -> None:
    for target in TARGETS:
        progress, words = judge(target.id)
        assert progress.state is TargetState.NOT_REPORTED
        assert progress.result is None
        assert progress.share_done is None
        assert "未填报" in words
        assert progress.missing_years == (2021, 2022, 2023, 2024, 2025)


def test_five_years_that_reach_the_sum_are_met() -> None:
    reports = [(str(year), "4.5", YEAR) for year in range(2021, 2026)]
    progress, words = judge("urban_new_jobs", *reports)
    assert progress.state is TargetState.MET
    assert progress.result is not None
    assert progress.result.value == Decimal("22.5")
    assert str(progress.result.period) == "2021..2025"
    assert len(progress.result.inputs) == 5
    assert progress.missing_years == ()
    assert "累计22.5万人" in words
    assert "已经达到目标" in words


def test_missing_reports_do_not_look_like_lagging() -> None:
    progress, words = judge("urban_new_jobs", ("2022", "4.5", YEAR))
    assert progress.state is TargetState.ON_TRACK
    assert progress.share_of_time == Decimal("0.2")
    assert progress.share_done == pytest.approx(Decimal("4.5") / 22)
    assert progress.missing_years == (2021, 2023, 2024, 2025)
    assert "规划期已结束" in words
    assert "2021年、2023—2025年未填报，不按零计" in words


def test_a_full_report_that_falls_short_is_behind() -> None:
    reports = [(str(year), "4.3", YEAR) for year in range(2021, 2026)]
    progress, words = judge("urban_new_jobs", *reports)
    assert progress.state is TargetState.BEHIND
    assert "已填报全部月份，没有达到目标" in words


def test_sixty_months_read_as_one_span() -> None:
    months = [(str(month), "0.4", FigureKind.MONTHLY) for month in Period.parse("2021-01..2025-12")]
    progress, words = judge("urban_new_jobs", *months)
    assert progress.state is TargetState.MET
    assert "已填报2021—2025年（60个数），累计24万人" in words
    _, words = judge("urban_new_jobs", *months[:6], *months[12:30])
    assert "已填报2021年1月—6月、2022年1月—2023年6月（24个数）" in words


def test_a_running_total_and_its_year_count_once() -> None:
    progress, _ = judge(
        "urban_new_jobs",
        ("2021", "4", YEAR),
        ("2021-01..2021-11", "3.9", YTD),
        ("2022-01..2022-06", "2.2", YTD),
        on=DURING,
    )
    assert progress.result is not None
    assert progress.result.value == Decimal("6.2")
    assert progress.share_of_time == Decimal("0.3")
    assert [str(gap) for gap in progress.gaps] == ["2022-07..2023-06"]
    assert progress.missing_years == (2022,)


def test_what_stands_at_a_date_is_not_added() -> None:
    progress, words = judge("hr_service_parks", ("2024-12-31", "4", END))
    assert progress.state is TargetState.NOT_REPORTED
    assert "年末数，不能相加，没有计入" in words


def test_a_bound_meets_nothing() -> None:
    progress, words = judge(
        "surveyed_urban_unemployment_rate", ("2025", "5.0", FigureKind.UPPER_BOUND)
    )
    assert progress.state is TargetState.NOT_REPORTED
    assert "上限表述5%，不是实测值，不作为依据" in words
    progress, _ = judge(
        "quality_employment_places", ("2025", "300", FigureKind.LOWER_BOUND), on=AFTER
    )
    assert progress.state is TargetState.NOT_REPORTED


def test_a_target_row_is_no_result() -> None:
    progress, _ = judge("urban_new_jobs", ("2021..2025", "22", FigureKind.TARGET_CUMULATIVE))
    assert progress.state is TargetState.NOT_REPORTED


def test_a_withdrawn_figure_is_no_result() -> None:
    progress, _ = judge("high_skill_talent", ("2023-12-31", None, END))
    assert progress.state is TargetState.NOT_REPORTED


def test_the_baseline_is_no_result_of_the_plan() -> None:
    progress, _ = judge("high_skill_talent", ("2020", "18", FigureKind.BASELINE))
    assert progress.state is TargetState.NOT_REPORTED


def test_levels_follow_the_straight_path() -> None:
    """18 to 24 over 1826 days: at the end of 2022, 730 days on, 20.3987 is due."""
    due = Decimal(18) + Decimal(6) * 730 / 1826
    progress, words = judge("high_skill_talent", ("2022-12-31", "20.4", END), on=DURING)
    assert progress.state is TargetState.ON_TRACK
    assert progress.expected == pytest.approx(due)
    assert progress.share_done == Decimal("0.4")
    assert "这时应为20.4万人" in words
    progress, words = judge("high_skill_talent", ("2022-12-31", "20.39", END), on=DURING)
    assert progress.state is TargetState.BEHIND
    assert "落后于进度线" in words
    progress, _ = judge("high_skill_talent", ("2022-12-31", "24", END), on=DURING)
    assert progress.state is TargetState.MET


def test_the_latest_level_counts() -> None:
    progress, _ = judge("high_skill_talent", ("2023-12-31", "24.1", END), ("2024-12-31", "21", END))
    assert progress.state is TargetState.BEHIND
    assert progress.missing_years == (2021, 2022, 2025)


def test_equal_to_a_baseline_to_be_exceeded_is_not_met() -> None:
    progress, words = judge("poverty_alleviated_workers", ("2023-12-31", "7.6", END))
    assert progress.state is TargetState.ON_TRACK
    assert progress.share_done is None
    progress, words = judge("poverty_alleviated_workers", ("2025-12-31", "7.6", END))
    assert progress.state is TargetState.BEHIND
    assert "已到目标期末，没有达到目标" in words
    progress, _ = judge("poverty_alleviated_workers", ("2025-12-31", "7.601", END))
    assert progress.state is TargetState.MET


def test_lower_is_better_for_unemployment() -> None:
    assert judge("surveyed_urban_unemployment_rate", ("2024", "4.9", YEAR))[0].state is (
        TargetState.MET
    )
    progress, words = judge("surveyed_urban_unemployment_rate", ("2024", "5.6", YEAR))
    assert progress.state is TargetState.BEHIND
    assert progress.share_done is None
    assert "没有给基数" in words


@pytest.mark.parametrize(
    ("value", "met"), [("54.5", True), ("54.49", False), ("55", True), ("61", True)]
)
def test_about_is_judged_as_printed(value: str, met: bool) -> None:
    progress, _ = judge("urban_employment_share", ("2025", value, YEAR))
    assert (progress.state is TargetState.MET) is met


@pytest.mark.parametrize(("value", "met"), [("5.54", True), ("5.55", False), ("4", True)])
def test_about_is_judged_as_printed_downward(value: str, met: bool) -> None:
    goal = find_target(TARGETS, "surveyed_urban_unemployment_rate").goal
    assert reaches(Decimal(value), goal, higher_is_better=False) is met


def test_zero_must_be_zero_and_reported() -> None:
    assert judge("zero_employment_households", ("2025-12-31", "0", END))[0].state is (
        TargetState.MET
    )
    progress, _ = judge("zero_employment_households", ("2024-12-31", "1", END))
    assert progress.state is TargetState.BEHIND
    assert progress.share_done is None


def test_exactly_means_exactly() -> None:
    for value, state in (("90", "met"), ("89.9", "behind"), ("91", "behind")):
        progress, _ = judge("unemployment_benefit_to_minimum_wage", ("2024", value, POINT))
        assert progress.state.value == state


def test_whole_things_are_due_as_whole_things() -> None:
    progress, words = judge("technician_college", ("2023-12-31", "0", END), on=date(2024, 3, 1))
    assert progress.state is TargetState.ON_TRACK
    assert progress.expected == 0
    assert "从零" in words
    assert judge("technician_college", ("2025-12-31", "0", END))[0].state is TargetState.BEHIND
    assert judge("technician_college", ("2024-12-31", "1", END))[0].state is TargetState.MET


def test_a_yearly_number_is_judged_by_its_last_reported_year() -> None:
    progress, words = judge("skilled_talent_sent", ("2021", "80", YEAR), ("2022", "100", YEAR))
    assert progress.state is TargetState.MET
    assert str(progress.window) == "2022"
    assert [str(each) for each in progress.missed_windows] == ["2021"]
    assert progress.missing_years == (2023, 2024, 2025)
    assert "此前2021年没有达到" in words


def test_a_number_every_two_years_is_judged_by_round() -> None:
    progress, words = judge("vocational_teachers_sent", ("2023", "60", YEAR))
    assert str(progress.window) == "2023..2024"
    assert progress.state is TargetState.ON_TRACK
    assert "按2023—2024年这一轮判断" in words
    progress, _ = judge("vocational_teachers_sent", ("2023", "60", YEAR), ("2024", "30", YEAR))
    assert progress.state is TargetState.BEHIND


def test_the_future_is_not_missing() -> None:
    progress, _ = judge("urban_new_jobs", ("2021", "4", YEAR), on=date(2022, 1, 5))
    assert progress.gaps == ()
    assert progress.missing_years == ()


def test_a_complete_sum_equal_to_a_number_to_be_exceeded_is_behind() -> None:
    target = find_target(TARGETS, "urban_new_jobs")
    strict = replace(target, goal=replace(target.goal, relation=Relation.MORE_THAN))
    figures = [figure(target, "2021..2025", "22", FigureKind.CUMULATIVE)]
    indicator = catalogue().get(target.indicator)
    progress = assess(strict, indicator=indicator, figures=figures, on=AFTER)
    assert progress.state is TargetState.BEHIND


numbers = st.decimals(min_value=0, max_value=100, places=2)


@given(numbers, numbers)
def test_more_of_what_is_better_is_never_worse(one: Decimal, other: Decimal) -> None:
    rank = [TargetState.BEHIND, TargetState.ON_TRACK, TargetState.MET]
    low, high = sorted((one, other))
    for target in TARGETS:
        indicator = catalogue().get(target.indicator)
        if indicator.higher_is_better is None:
            continue
        period, kind = ("2022", YEAR) if indicator.kind.value == "flow" else ("2022-12-31", END)
        worse, better = (low, high) if indicator.higher_is_better else (high, low)
        states = [
            assess(
                target,
                indicator=indicator,
                figures=[figure(target, period, str(value), kind)],
                on=DURING,
            ).state
            for value in (worse, better)
        ]
        assert rank.index(states[0]) <= rank.index(states[1]), target.id


@given(
    st.lists(
        st.tuples(st.integers(2021, 2025), numbers), max_size=5, unique_by=lambda pair: pair[0]
    ),
    st.integers(2021, 2025),
    numbers,
)
def test_once_met_a_sum_stays_met(
    years: list[tuple[int, Decimal]], new: int, value: Decimal
) -> None:
    target = find_target(TARGETS, "urban_new_jobs")
    indicator = catalogue().get(target.indicator)
    held = [figure(target, str(year), str(amount), YEAR) for year, amount in years]
    before = assess(target, indicator=indicator, figures=held, on=AFTER)
    if new not in dict(years):
        held.append(figure(target, str(new), str(value), YEAR))
    after = assess(target, indicator=indicator, figures=held, on=AFTER)
    if before.state is TargetState.MET:
        assert after.state is TargetState.MET


@given(numbers, numbers)
def test_relations_agree_with_arithmetic(value: Decimal, number: Decimal) -> None:
    period = Period.parse("2025")

    def meets(relation: Relation) -> bool:
        return reaches(value, Goal(number, period, relation, ""), higher_is_better=True)

    assert meets(Relation.AT_LEAST) == (value >= number)
    assert meets(Relation.MORE_THAN) == (value > number)
    assert meets(Relation.AT_MOST) == (value <= number)
    assert meets(Relation.EXACTLY) == (value == number)


def test_flows_of_different_length_are_not_one_line() -> None:
    target = find_target(TARGETS, "urban_new_jobs")
    series = [
        figure(target, "2019", "54.4", FigureKind.DERIVED),
        figure(target, "2020", "46.2", YEAR),
        figure(target, "2021-01..2021-03", "12", YTD),
        figure(target, "2025-01..2025-07", "31.47", YTD),
    ]
    assert [str(f.period) for f in comparable(series, flow=True)] == ["2019", "2020"]
    assert len(comparable(series, flow=False)) == 4
    assert comparable([], flow=True) == ()
