"""The scorecard of the published figures, and of figures handed in."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from leye.analysis.metrics import find_target, plan_targets
from leye.analysis.metrics.evaluator import Evaluator
from leye.analysis.metrics.progress import TargetState
from leye.analysis.metrics.scoring import score, score_all
from leye.analysis.metrics.types import Figure, SampleState
from leye.kernel.place import PUBLIC

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "metrics" / "scorecard_2026-11-23.json"
TARGETS = plan_targets(ROOT / "plan")
ON = date(2026, 11, 23)


def short(figure: Figure) -> list[str]:
    return [figure.place, str(figure.period), str(figure.value), figure.unit]


def test_the_scorecard_of_the_published_figures(seeded: Evaluator) -> None:
    card = {
        each.target.id: {
            "state": each.state.value,
            "trend": [each.trend.place, len(each.trend.points), each.trend.is_reference],
            "references": [short(figure) for figure in each.references],
            "explanation": each.explanation,
        }
        for each in score_all(TARGETS, seeded, on=ON)
    }
    assert card == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_no_published_figure_of_the_city_makes_a_state(seeded: Evaluator) -> None:
    for each in score_all(TARGETS, seeded, on=ON):
        assert each.state is TargetState.NOT_REPORTED
        assert each.actual.state is SampleState.NO_DATA
        assert each.actual.value is None
        assert each.parts == ()
        assert each.missing_years == (2021, 2022, 2023, 2024, 2025)
        assert each.calendar_share == 1
        assert each.data_version == seeded.data_version


def test_references_carry_their_source(seeded: Evaluator) -> None:
    each = score(find_target(TARGETS, "urban_new_jobs"), seeded, on=ON)
    assert [figure.place for figure in each.references] == ["360000", "000000", "360902"]
    assert all(figure.provenance for figure in each.references)
    assert each.trend.is_reference
    assert each.trend.label == "参照：江西省"
    assert [str(point.period) for point in each.trend.points] == ["2016", "2019", "2020"]


def test_a_handed_in_year_moves_the_card(held: Callable[..., Evaluator]) -> None:
    target = find_target(TARGETS, "urban_new_jobs")
    line = "城镇新增就业,360900,{},{},万人,年度数,市局报表,,A,,公开"
    one = score(target, held(line.format(2024, "4.6")), on=ON)
    assert one.state is TargetState.ON_TRACK
    assert one.actual.provenance is not None
    two = score(target, held(line.format(2025, "3.9")), on=ON)
    assert two.state is TargetState.BEHIND
    assert two.actual.value == Decimal("8.5")
    assert [figure.printed_value for figure in two.parts] == [Decimal("4.6"), Decimal("3.9")]
    assert two.share_of_time == Decimal("0.4")
    assert two.missing_years == (2021, 2022, 2023)
    assert not two.trend.is_reference
    assert two.trend.label == "宜春市"
    assert two.data_version > one.data_version


def test_a_running_total_published_beside_its_year_is_not_added(
    held: Callable[..., Evaluator],
) -> None:
    evaluator = held(
        "城镇新增就业,360900,2024,4.6,万人,年度数,市局报表,,A,,公开",
        "城镇新增就业,360900,2024-01..2024-09,3.5,万人,年内累计数,市局报表,,A,,公开",
        "城镇新增就业,360900,2021..2025,22,万人,目标（累计）,规划,,A,,公开",
    )
    each = score(find_target(TARGETS, "urban_new_jobs"), evaluator, on=ON)
    assert each.actual.value == Decimal("4.6")


def test_a_bound_is_told_and_decides_nothing(held: Callable[..., Evaluator]) -> None:
    evaluator = held("城镇调查失业率,360900,2024,5.0,%,上限表述,报告,,A,控制在5%以内,公开")
    each = score(find_target(TARGETS, "surveyed_urban_unemployment_rate"), evaluator, on=ON)
    assert each.state is TargetState.NOT_REPORTED
    assert [figure.value for figure in each.bounds] == [Decimal(5)]
    assert "不是实测值" in each.explanation


def test_the_whole_card_is_one_reading_of_the_pool(seeded: Evaluator) -> None:
    counted = _Counting(seeded._snapshot)
    evaluator = Evaluator(counted, catalogue=seeded.catalogue, scope=PUBLIC)
    score_all(TARGETS, evaluator, on=ON)
    assert counted.readings == 1


class _Counting:
    """A snapshot that counts how often it is read."""

    def __init__(self, snapshot: Any) -> None:
        self._snapshot = snapshot
        self.readings = 0

    def current(self, *args: Any, **named: Any) -> Any:
        self.readings += 1
        return self._snapshot.current(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._snapshot, name)
