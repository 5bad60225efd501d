"""A month judged from beginning to end."""

from dataclasses import replace

import numpy as np
import pytest

from leye.analysis.metrics.types import SampleState
from leye.analysis.warning import (
    Cell,
    FeedState,
    GradeSettings,
    Inputs,
    Layer,
    Level,
    Signal,
    WarningMonth,
    raw_levels,
    warning_month,
    watches,
)
from leye.analysis.warning.inputs import Reported, SampleNoise, Seat
from leye.analysis.warning.layoffs import Separations
from tests.warning.made import CITY, MONTH, MONTHS, counts, laid_off, made, rates, with_value

WATCHES = watches()
COUNTY = "360902"


def judged(inputs: Inputs, **settings: object) -> WarningMonth:
    return warning_month(inputs, WATCHES, **settings)


def of(found: WarningMonth, watch: str) -> list[Signal]:
    return [each for each in found.signals if each.watch == watch]


def level(found: WarningMonth, place: str, code: str = "all") -> Level:
    return next(each.level for each in found.grades if (each.place, each.code) == (place, code))


def panels(inputs: Inputs, **changed: object) -> Inputs:
    return replace(inputs, panels={**inputs.panels, **changed})


def test_a_quiet_month_raises_nothing() -> None:
    found = judged(made())
    assert [each for each in found.signals if each.level > Level.NONE] == []
    assert {each.level for each in found.grades} == {Level.NONE}
    assert all(feed.state.usable for feed in found.feeds)
    assert len(found.grades) == 11
    assert "城镇调查失业率：没有数据" in found.unjudged


def test_the_same_inputs_give_the_same_month() -> None:
    busy = made(ends=laid_off(1, 400))
    assert judged(busy) == judged(busy)


def test_a_rate_must_stand_above_its_line_for_its_months() -> None:
    cell = Cell(COUNTY)
    one = panels(made(), estimated_rate=with_value(rates(), cell, 6.1))
    assert of(judged(one), "estimated_rate") == []
    two = panels(made(), estimated_rate=with_value(rates(), cell, 6.1, months=2))
    found = judged(two)
    signal = of(found, "estimated_rate")[0]
    assert (signal.level, signal.line, signal.cell.place) == (Level.YELLOW, 6.0, COUNTY)
    assert signal.reasons[-1] == (
        "界线6.0%（黄色（Ⅲ级），本市提议：蓝色线上浮0.5个百分点；起始值，待签发）"
    )
    assert level(found, COUNTY) is Level.YELLOW
    assert level(found, CITY) is Level.NONE


def test_what_a_sample_does_not_make_sure_is_not_raised() -> None:
    high = panels(made(), estimated_rate=with_value(rates(), Cell(COUNTY), 5.9, months=2))
    sure = replace(high, noise={("estimated_rate", COUNTY): SampleNoise(0.1, 9000)})
    unsure = replace(high, noise={("estimated_rate", COUNTY): SampleNoise(0.5, 300)})
    assert of(judged(sure), "estimated_rate")[0].reasons[1] == (
        "样本9000，标准误0.10，区间下限仍在线上"
    )
    assert of(judged(unsure), "estimated_rate") == []


def test_a_firm_at_the_legal_line_is_told_whatever_statistics_say() -> None:
    found = judged(made(ends=laid_off(1, 60)))
    signal = of(found, "firm_layoff")[0]
    assert (signal.layer, signal.level, signal.persons) == (Layer.LEGAL, Level.YELLOW, 60)
    assert signal.cell == Cell(COUNTY, "division", "19", employer=1)
    said = "任意30日内最多减员60人（不计辞职、退休、死亡）"
    assert signal.reasons[:2] == (
        f"2026年6月10日至2026年6月14日之间，{said}，2026年6月11日到线",
        "此前参保900人，减员占7%",
    )
    assert level(found, COUNTY) is Level.YELLOW
    assert level(found, CITY, "19") is Level.YELLOW


def test_a_tenth_of_a_small_firm_is_blue() -> None:
    signal = of(judged(made(ends=laid_off(2, 12))), "firm_layoff")[0]
    assert signal.level is Level.BLUE
    assert "不足20人，但占职工总数10%以上" in signal.reasons


def test_a_large_layoff_is_red_only_when_reported_or_verified() -> None:
    busy = made(ends=laid_off(1, 400))
    found = judged(busy)
    signal = of(found, "firm_layoff")[0]
    assert signal.level is Level.RED
    assert level(found, COUNTY) is Level.YELLOW
    assert next(each for each in found.grades if each.place == COUNTY).capped
    assert level(judged(busy, verified={signal.cause}), COUNTY) is Level.RED
    reported = replace(busy, reports=(Reported(1, COUNTY, 380, "单位报告"),))
    after = judged(reported)
    assert level(after, COUNTY) is level(after, CITY) is Level.RED


def test_one_firm_in_three_sources_is_one_signal() -> None:
    found = judged(
        made(
            ends=laid_off(1, 60),
            conflicts=(Reported(1, COUNTY + "001", 60, "没有报告"),),
            reports=(Reported(1, COUNTY, 55, "单位报告拟裁55人"),),
        )
    )
    mine = [each for each in found.signals if each.cell.employer == 1]
    assert len(mine) == 1
    assert mine[0].watch == "reported_layoff"
    assert mine[0].certain
    assert mine[0].persons == 60
    assert len(mine[0].merged) == 2
    assert {"没有报告", "单位报告拟裁55人"} <= set(mine[0].reasons)


def test_a_cell_that_a_firm_explains_is_told_at_the_firm() -> None:
    cell = Cell(COUNTY, "division", "19")
    values, _ = counts()
    shocked = panels(made(), separations_cells=with_value(values, cell, 200.0))
    alone = judged(replace(shocked, ends=None))
    assert [each.cell for each in of(alone, "separations_cells")] == [cell]
    signal = of(alone, "separations_cells")[0]
    assert signal.level is Level.YELLOW
    assert signal.rarity is not None
    assert signal.rarity < 0.01
    assert signal.persons == pytest.approx(140, abs=30)
    assert signal.expected.high is not None
    together = judged(replace(shocked, ends=laid_off(1, 130)))
    assert of(together, "separations_cells") == []
    assert signal.key in of(together, "firm_layoff")[0].merged


def test_firms_of_one_trade_add_up_unless_one_is_most_of_it() -> None:
    seats = {key: Seat(COUNTY if key % 2 else "360921", "30", 2000) for key in range(1, 7)}
    every = [laid_off(key, 60) for key in seats]
    ends = Separations(
        *(np.concatenate([getattr(e, n) for e in every]) for n in ("employer", "person", "day"))
    )
    areas = of(judged(made(ends=ends, seats=seats)), "area_layoff")
    assert [each.cell for each in areas] == [Cell(CITY, "division", "30")]
    assert (areas[0].persons, areas[0].level) == (360, Level.YELLOW)
    every[0] = laid_off(1, 900)
    ends = Separations(
        *(np.concatenate([getattr(e, n) for e in every]) for n in ("employer", "person", "day"))
    )
    assert of(judged(made(ends=ends, seats=seats)), "area_layoff") == []


def test_a_silent_feed_is_a_signal_and_nothing_that_rests_on_it_is_graded() -> None:
    high = panels(made(), estimated_rate=with_value(rates(), Cell(COUNTY), 9.0, months=2))
    silent = replace(
        high,
        arrivals=tuple(
            each for each in high.arrivals if (each.source, each.month) != ("contributions", MONTH)
        ),
    )
    found = judged(silent)
    assert [feed.source for feed in found.feeds if feed.state is FeedState.SILENT] == [
        "contributions"
    ]
    assert of(found, "estimated_rate") == []
    told = of(found, "silent_feed")
    assert [each.cell.code for each in told] == ["contributions"]
    assert told[0].level is Level.NONE
    assert any("断报，不作判断" in each for each in found.unjudged)
    assert level(found, COUNTY) is Level.NONE


def test_where_every_feed_fails_there_is_no_grade_at_all() -> None:
    inputs = made()
    found = judged(
        replace(inputs, arrivals=tuple(e for e in inputs.arrivals if e.month != MONTH), panels={})
    )
    assert {each.state for each in found.grades} == {SampleState.NO_DATA}
    assert all(each.reasons[0].startswith("数据不可用，不定级") for each in found.grades)


def test_a_feed_still_within_its_term_is_late_and_no_signal() -> None:
    inputs = made()
    early = replace(
        inputs,
        on=inputs.day,
        arrivals=tuple(e for e in inputs.arrivals if e.month != MONTH),
    )
    found = judged(early)
    assert {feed.state for feed in found.feeds} == {FeedState.LATE}
    assert of(found, "silent_feed") == []


def test_a_series_that_stands_still_is_seen() -> None:
    panel = rates()
    above = panel.above.copy()
    above[1, -5:] = above[1, -5]
    found = judged(panels(made(), estimated_rate=replace(panel, above=above)))
    assert [(f.source, f.place, f.state) for f in found.feeds if f.source.startswith("series")] == [
        ("series:estimated_rate", COUNTY, FeedState.STUCK)
    ]


def test_both_sides_have_to_move() -> None:
    ramp = np.clip((np.arange(len(MONTHS)) - len(MONTHS) + 9) / 8, 0, 1)
    up, down = rates(), rates(3.0)
    rising = replace(up, values=up.values + 2.0 * ramp, above=up.above * (1 + ramp / 2))
    falling = replace(down, values=down.values - 1.5 * ramp)
    inputs = made()
    one = panels(inputs, two_sided=rising)
    assert of(judged(one), "two_sided") == []
    both = replace(one, exposures={**inputs.exposures, "two_sided": falling})
    found = judged(both)
    assert len(of(found, "two_sided")) == 11
    assert {each.level for each in of(found, "two_sided")} == {Level.YELLOW}
    assert len(of(found, "breadth")) == 1
    assert of(found, "breadth")[0].level is Level.RED
    # The city's two signals are of one layer: statistics do not go beyond yellow.
    assert level(found, CITY) is Level.YELLOW


def test_what_will_likely_cross_is_told_and_grades_nothing() -> None:
    panel = rates(5.45, noise=0.08)
    found = judged(panels(made(), outlook=panel))
    told = of(found, "outlook")
    assert told
    assert {each.level for each in told} == {Level.NONE}
    assert all("预计三个月后" in each.reasons[0] for each in told)
    assert level(found, CITY) is Level.NONE


def test_a_level_is_held_for_a_month_and_then_falls() -> None:
    busy = judged(made(ends=laid_off(1, 60)))
    before = {key: (found,) for key, found in raw_levels(busy).items()}
    after = judged(made(), before=before)
    assert level(after, COUNTY) is Level.YELLOW
    assert next(each for each in after.grades if each.place == COUNTY).held
    later = {key: (found, *before[key]) for key, found in raw_levels(after).items()}
    assert level(judged(made(), before=later), COUNTY) is Level.NONE


def test_three_colours() -> None:
    small = made(ends=laid_off(2, 12))
    assert level(judged(small), "360921") is Level.BLUE
    assert level(judged(small, settings=GradeSettings(colours=3)), "360921") is Level.NONE


def test_short_series_are_not_judged_and_say_so() -> None:
    inputs = made()
    cut = {code: panel.upto(202401) for code, panel in inputs.panels.items()}
    short = {
        code: replace(panel, months=MONTHS[-panel.values.shape[1] :]) for code, panel in cut.items()
    }
    staff = inputs.exposures["separations_cells"].upto(202401)
    found = judged(
        replace(
            inputs,
            panels=short,
            exposures={"separations_cells": replace(staff, months=MONTHS[-13:])},
        )
    )
    assert "离职异常：只有13个月的数据，至少要18个月" in found.unjudged
    assert "预计三个月内过线：序列太短，不作预测" in found.unjudged
    assert "失业上升、岗位下降：至少要15个月的失业和岗位数据" in found.unjudged
