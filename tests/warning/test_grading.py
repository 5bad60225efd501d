"""Two axes, four or three colours, and what statistics may not do by themselves."""

from dataclasses import replace

import pytest

from leye.analysis.metrics.types import SampleState
from leye.analysis.warning.grading import GradeSettings, grade, raw_level
from leye.analysis.warning.types import NO_RANGE, Axis, Cell, Layer, Level, Signal

PLACE = "360902"


def a_signal(level: Level, layer: Layer = Layer.CELLS, **changes: object) -> Signal:
    made = Signal(
        watch="one",
        title="一",
        layer=layer,
        axis=Axis.DETERIORATION,
        cell=Cell(PLACE),
        month=202406,
        value=1.0,
        unit="人",
        expected=NO_RANGE,
        line=None,
        level=level,
        rarity=None,
        certain=False,
        persons=None,
        reasons=("一句话",),
        tell=("county_desk",),
        merged=(),
        data_version=1,
        settings="x",
    )
    return replace(made, **changes)


def level_of(*signals: Signal, **settings: object) -> Level:
    asked = {"place": PLACE, "month": 202406, "settings": GradeSettings()}
    return grade(signals, **{**asked, **settings}).level


@pytest.mark.parametrize("level", list(Level))
def test_statistics_alone_stop_at_yellow(level: Level) -> None:
    assert level_of(a_signal(level)) == min(level, Level.YELLOW)


def test_two_signals_of_one_layer_are_one_source() -> None:
    assert level_of(a_signal(Level.RED), a_signal(Level.RED, watch="other")) is Level.YELLOW


def test_two_layers_that_reach_it_independently_raise_it() -> None:
    pair = (a_signal(Level.RED), a_signal(Level.ORANGE, Layer.TWO_SIDED))
    assert level_of(*pair) is Level.ORANGE
    weak = (a_signal(Level.RED), a_signal(Level.YELLOW, Layer.TWO_SIDED))
    assert level_of(*weak) is Level.YELLOW


def test_a_report_or_a_verified_cause_raises_it() -> None:
    red = a_signal(Level.RED, Layer.LEGAL)
    assert level_of(replace(red, certain=True)) is Level.RED
    assert level_of(red, verified={red.cause}) is Level.RED
    assert level_of(red, verified={"something else"}) is Level.YELLOW


def test_visit_priorities_and_failing_feeds_support_no_level() -> None:
    pair = (a_signal(Level.RED), a_signal(Level.RED, Layer.RISK))
    assert raw_level(pair, ()) == (Level.YELLOW, True)
    assert level_of(a_signal(Level.RED, axis=Axis.NONE)) is Level.NONE


def test_the_higher_axis_wins_and_both_are_told() -> None:
    found = grade(
        [a_signal(Level.BLUE, axis=Axis.LEVEL), a_signal(Level.YELLOW)],
        place=PLACE,
        month=202406,
        settings=GradeSettings(),
    )
    assert (found.level, found.level_axis, found.event_axis) == (
        Level.YELLOW,
        Level.BLUE,
        Level.YELLOW,
    )
    assert len(found.signals) == 2


def test_three_colours_have_no_blue() -> None:
    three = GradeSettings(colours=3)
    assert level_of(a_signal(Level.BLUE), settings=three) is Level.NONE
    assert level_of(a_signal(Level.YELLOW), settings=three) is Level.YELLOW


@pytest.mark.parametrize(
    ("before", "level", "held"),
    [
        ((Level.YELLOW,), Level.YELLOW, True),
        ((Level.NONE, Level.YELLOW), Level.NONE, False),
        ((), Level.NONE, False),
    ],
)
def test_a_level_is_kept_for_one_quiet_month(
    before: tuple[Level, ...], level: Level, held: bool
) -> None:
    found = grade([], place=PLACE, month=202406, settings=GradeSettings(), before=before)
    assert (found.level, found.held) == (level, held)
    assert bool(found.reasons) is held


def test_without_data_nothing_is_graded() -> None:
    found = grade(
        [a_signal(Level.RED, certain=True)],
        place=PLACE,
        month=202406,
        settings=GradeSettings(),
        before=(Level.RED,),
        state=SampleState.NO_DATA,
        reasons=["社保缴费断报"],
    )
    assert found.level is Level.NONE
    assert found.state is SampleState.NO_DATA
    assert found.reasons == ("社保缴费断报",)


def test_what_is_capped_says_so() -> None:
    found = grade([a_signal(Level.RED)], place=PLACE, month=202406, settings=GradeSettings())
    assert found.capped
    assert "按黄色（Ⅲ级）处理" in found.reasons[0]


def test_keys_stay_and_causes_go_on() -> None:
    one, later = a_signal(Level.BLUE), a_signal(Level.RED, month=202407)
    assert one.key == a_signal(Level.RED).key == f"202406-{one.cause}"
    assert one.cause == later.cause
    assert one.key != later.key
    assert a_signal(Level.BLUE, cell=Cell(PLACE, employer=3)).cause != one.cause
