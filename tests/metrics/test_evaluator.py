"""Figures from a real pool: the published values, what is missing, and who may see what."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean

import pytest

from leye.analysis.metrics.evaluator import Evaluator
from leye.analysis.metrics.types import Confidence, FigureKind, SampleState
from leye.kernel.errors import UnknownCode
from leye.kernel.period import Period
from leye.kernel.place import PUBLIC, Scope

CITY, YUANZHOU, JIANGXI, NATION = "360900", "360902", "360000", "000000"
SURVEYED = "surveyed_urban_unemployment_rate"
OLD, NEW = "youth_unemployment_rate_incl_students", "youth_unemployment_rate_excl_students"


def row(
    value: str, *, period: str = "2024", kind: str = "年度数", unit: str = "人", **more: str
) -> str:
    parts = {"indicator": "城镇新增就业", "place": YUANZHOU, "note": "", "public": "公开", **more}
    return (
        f"{parts['indicator']},{parts['place']},{period},{value},{unit},{kind},区局报表,,A,"
        f"{parts['note']},{parts['public']}"
    )


@pytest.mark.parametrize(("year", "printed"), [(2022, "5.6"), (2023, "5.2"), (2024, "5.1")])
def test_monthly_rates_average_to_the_published_year(
    seeded: Evaluator, year: int, printed: str
) -> None:
    series = seeded.series(SURVEYED, NATION)
    months = [f.value for f in series if f.period and f.period.start.year == year and f.value]
    assert len(months) == 12
    assert mean(months).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) == Decimal(printed)


def test_the_national_series_is_complete_and_in_order(seeded: Evaluator) -> None:
    periods = [str(figure.period) for figure in seeded.series(SURVEYED, NATION)]
    assert periods[0] == "2018-01"
    assert periods[-1] == "2026-08"
    assert periods == [str(p) for p in Period.parse("2018-01..2026-08")]


def test_the_two_youth_series_are_never_joined(seeded: Evaluator) -> None:
    old, new = seeded.series(OLD, NATION), seeded.series(NEW, NATION)
    assert (str(old[-1].period), old[-1].value) == ("2023-06", Decimal("21.3"))
    assert (str(new[0].period), new[0].value) == ("2023-12", Decimal("14.9"))
    unpublished = {str(p) for p in Period.parse("2023-07..2023-11")}
    assert not unpublished & {str(figure.period) for figure in (*old, *new)}
    assert {figure.indicator for figure in old} == {OLD}
    assert {figure.indicator for figure in new} == {NEW}


def test_a_county_figure_is_converted_and_keeps_what_was_printed(seeded: Evaluator) -> None:
    figure = seeded.latest("urban_new_jobs", YUANZHOU, on=Period.parse("2021"))
    assert figure.value == Decimal("0.6638")
    assert figure.unit == "万人"
    assert (figure.printed_value, figure.printed_unit) == (Decimal(6638), "人")
    assert figure.kind is FigureKind.ANNUAL
    assert figure.provenance is not None
    assert "袁州区" in figure.provenance.source_title
    assert figure.provenance.confidence is Confidence.B
    assert figure.data_version == seeded.data_version


def test_a_target_is_never_the_latest(seeded: Evaluator) -> None:
    """江西 2025: the year's goal of 41万 ends later than the 31.47万 to July, and is no result."""
    latest = seeded.latest("urban_new_jobs", JIANGXI)
    assert (str(latest.period), latest.value) == ("2025-01..2025-07", Decimal("31.47"))
    assert seeded.latest("urban_new_jobs", JIANGXI, on=Period.parse("2020")).value == (
        Decimal("46.2")
    )
    kinds = {figure.kind for figure in seeded.figures("urban_new_jobs", JIANGXI)}
    assert FigureKind.TARGET_LEVEL in kinds


def test_a_bound_is_shown_but_measures_nothing(seeded: Evaluator) -> None:
    code = "registered_urban_unemployment_rate"
    latest = seeded.latest(code, YUANZHOU)
    assert latest.state is SampleState.NO_DATA
    assert latest.value is None
    assert seeded.series(code, YUANZHOU) == ()
    current = seeded.current([code], places=[YUANZHOU])
    assert {figure.kind for figure in current} == {FigureKind.UPPER_BOUND}
    assert [figure.value for figure in current] == [Decimal("3.2"), Decimal("3.2")]


def test_the_city_has_no_result_of_the_plan(seeded: Evaluator) -> None:
    figure = seeded.latest("urban_new_jobs", CITY, on=Period.parse("2021..2025"))
    assert figure.state is SampleState.NO_DATA
    assert figure.value is None


def test_density_divides_by_the_latest_earlier_area(seeded: Evaluator) -> None:
    figure = seeded.latest("population_density", YUANZHOU, on=Period.parse("2020-11-01"))
    assert figure.value == pytest.approx(Decimal(1121707) / 2532)
    assert figure.kind is FigureKind.DERIVED
    people, area = figure.inputs
    assert (people.printed_value, str(area.period)) == (Decimal(1121707), "2006-12-31")


def test_a_share_needs_both_figures_of_the_same_year(seeded: Evaluator) -> None:
    (share,) = seeded.series("nonpublic_gdp_share", CITY)
    assert str(share.period) == "2024"
    assert share.value == pytest.approx(Decimal(245727) / Decimal("3711.05"))


def test_jobs_per_resident_are_for_whole_years_only(seeded: Evaluator) -> None:
    periods = [str(f.period) for f in seeded.series("urban_new_jobs_per_10k_residents", YUANZHOU)]
    assert periods == ["2020", "2021", "2022"]
    assert [str(f.period) for f in seeded.series("urban_new_jobs_per_10k_residents", JIANGXI)] == [
        "2020"
    ]


def test_a_layer_has_every_county_and_no_zero(seeded: Evaluator) -> None:
    layer = seeded.layer("resident_population", parent=CITY, period=Period.parse("2020-11-01"))
    missing = {figure.place for figure in layer if figure.state is SampleState.NO_DATA}
    assert len(layer) == 10
    assert missing == {"360981", "360922", "360923", "360924"}
    assert all(figure.value is None for figure in layer if figure.place in missing)
    assert all(figure.value for figure in layer if figure.place not in missing)


def test_layer_periods_are_counted_latest_first(seeded: Evaluator) -> None:
    periods = dict(seeded.layer_periods("gdp", parent=CITY))
    assert periods[Period.parse("2024-01..2024-06")] == 10
    assert periods[Period.parse("2024")] == 1
    ends = [period.end for period in periods]
    assert ends == sorted(ends, reverse=True)


def test_layer_indicators_are_those_with_a_measurement(seeded: Evaluator) -> None:
    codes = {each.code for each in seeded.layer_indicators(parent=CITY)}
    assert {"gdp", "resident_population", "population_density", "urban_new_jobs"} <= codes
    assert "registered_urban_unemployment_rate" not in codes
    assert SURVEYED not in codes
    assert seeded.layer_indicators(parent="360902001") == ()


def test_a_changed_definition_cuts_the_line(seeded: Evaluator) -> None:
    before, after = seeded.segments("resident_population", CITY)
    assert [str(f.period) for f in before] == ["2015-12-31", "2019-12-31"]
    assert str(after[0].period) == "2020-11-01"
    assert len(before) + len(after) == len(seeded.series("resident_population", CITY))
    assert len(seeded.segments(SURVEYED, NATION)) == 1
    assert seeded.segments("gdp", NATION) == ()


def test_current_narrows_in_the_query_and_keeps_order(seeded: Evaluator) -> None:
    everything = seeded.current()
    delivered = [figure for figure in everything if not figure.inputs]
    assert len(delivered) == 651
    inside = seeded.current(["gdp"], within=CITY)
    assert inside == [f for f in everything if f.indicator == "gdp"]
    assert {f.place for f in seeded.current(["resident_population"], places=[CITY])} == {CITY}
    assert seeded.current(["gdp"], places=[]) == []


def test_preloading_gives_the_same_answers(seeded: Evaluator) -> None:
    fresh = Evaluator(seeded._snapshot, catalogue=seeded.catalogue, scope=PUBLIC)
    codes = ["urban_new_jobs", "population_density", "gdp"]
    fresh.preload(codes, places=[CITY, YUANZHOU])
    for code in codes:
        for place in (CITY, YUANZHOU, JIANGXI):
            assert fresh.figures(code, place) == seeded.figures(code, place)


def test_unknown_indicator_is_an_error_not_an_empty_answer(seeded: Evaluator) -> None:
    for ask in (
        lambda: seeded.latest("jobs", CITY),
        lambda: seeded.series("jobs", CITY),
        lambda: seeded.current(["jobs"]),
        lambda: seeded.layer("jobs", parent=CITY, period=Period.parse("2020")),
        lambda: seeded.history("jobs", CITY, Period.parse("2020"), FigureKind.ANNUAL),
    ):
        with pytest.raises(UnknownCode):
            ask()


def test_a_correction_is_new_and_the_old_stays_readable(held: Callable[..., Evaluator]) -> None:
    before = held(row("5000"))
    after = held(row("5100"))
    period = Period.parse("2024")
    assert before.latest("urban_new_jobs", YUANZHOU).printed_value == 5000
    assert after.latest("urban_new_jobs", YUANZHOU).printed_value == 5100
    versions = after.history("urban_new_jobs", YUANZHOU, period, FigureKind.ANNUAL)
    assert [figure.printed_value for figure in versions] == [5100, 5000]
    assert after.data_version > before.data_version


def test_a_withdrawn_figure_has_no_value_but_says_why(held: Callable[..., Evaluator]) -> None:
    held(row("5000"))
    after = held(row("", note="口径有误，撤回"))
    figure = after.latest("urban_new_jobs", YUANZHOU)
    assert figure.state is SampleState.NO_DATA
    assert figure.value is None
    assert figure.provenance is not None
    assert figure.provenance.note == "口径有误，撤回"
    assert after.series("urban_new_jobs", YUANZHOU) == ()
    layer = after.layer("urban_new_jobs", parent=CITY, period=Period.parse("2024"))
    assert {f.state for f in layer} == {SampleState.NO_DATA}


def test_unpublished_rows_are_for_their_own_place(held: Callable[..., Evaluator]) -> None:
    held(row("5000", public="内部"))
    own = held(scope=Scope.of([YUANZHOU]))
    other = held(scope=Scope.of(["360981"]))
    assert own.latest("urban_new_jobs", YUANZHOU).value == Decimal("0.5")
    assert own.latest("urban_new_jobs", YUANZHOU).public is False
    for evaluator in (other, held()):
        assert evaluator.latest("urban_new_jobs", YUANZHOU).state is SampleState.NO_DATA
        assert evaluator.current() == []
        assert evaluator.layer_indicators(parent=CITY) == ()
        period = Period.parse("2024")
        assert evaluator.history("urban_new_jobs", YUANZHOU, period, FigureKind.ANNUAL) == ()


def test_a_computed_figure_is_public_only_if_all_it_uses_is(held: Callable[..., Evaluator]) -> None:
    held(
        row("2532", indicator="土地面积", unit="平方公里", period="2006-12-31", kind="时点数"),
        row(
            "110",
            indicator="常住人口",
            unit="万人",
            period="2024-12-31",
            kind="年末数",
            public="内部",
        ),
    )
    assert held(scope=Scope.of([CITY])).latest("population_density", YUANZHOU).public is False
    assert held().latest("population_density", YUANZHOU).state is SampleState.NO_DATA


def test_a_zero_denominator_is_a_state(held: Callable[..., Evaluator]) -> None:
    evaluator = held(
        row("0", indicator="土地面积", unit="平方公里", period="2006-12-31", kind="时点数"),
        row("110", indicator="常住人口", unit="万人", period="2024-12-31", kind="年末数"),
    )
    figure = evaluator.latest("population_density", YUANZHOU)
    assert figure.state is SampleState.ZERO_DENOMINATOR
    assert figure.value is None
    assert len(figure.inputs) == 2
    assert evaluator.series("population_density", YUANZHOU) == ()


def test_the_year_is_taken_before_its_running_total(held: Callable[..., Evaluator]) -> None:
    evaluator = held(
        row("5000", period="2024-01..2024-12", kind="年内累计数"),
        row("5100", kind="年度数"),
        row("4900", kind="推算数"),
    )
    (figure,) = evaluator.series("urban_new_jobs", YUANZHOU)
    assert figure.printed_value == 5100


def test_a_small_store_of_answers_changes_nothing(seeded: Evaluator) -> None:
    small = Evaluator(seeded._snapshot, catalogue=seeded.catalogue, scope=PUBLIC, held=1)
    for _ in range(2):
        for place in (CITY, YUANZHOU, JIANGXI):
            assert small.series("urban_new_jobs", place) == seeded.series("urban_new_jobs", place)
