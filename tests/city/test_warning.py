"""A month of a whole small city judged from its registers, twice the same."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from leye.analysis.warning import Inputs, Level, read_inputs, warning_month, watches
from leye.analysis.warning.panels import counties
from leye.data.pool import Pool
from leye.data.registers.queries.served import served
from leye.data.registers.serving import write_serving_copy
from tests.city.conftest import FIRST, MONTHS, City

LAST = FIRST + MONTHS - 1


@pytest.fixture(scope="module")
def inputs(city: City, tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    root = tmp_path_factory.mktemp("warned") / "pool"
    shutil.copytree(city.pool.root, root)
    pool = Pool(root)
    write_serving_copy(pool)
    copy = served(Path(root))
    assert copy is not None
    return read_inputs(copy, pool.snapshot(), watches(), month=LAST, on=date(2024, 7, 20))


def test_everything_a_month_is_judged_from_is_read(inputs: Inputs) -> None:
    assert set(inputs.panels) >= {"estimated_rate", "two_sided", "separations_cells"}
    assert set(inputs.exposures) == {
        "separations_cells",
        "became_unemployed_groups",
        "power_cells",
        "two_sided",
    }
    assert {cell.place for cell in inputs.panels["estimated_rate"].cells} == {
        inputs.city,
        *counties(),
    }
    assert {each.source for each in inputs.arrivals} >= {"contributions", "electricity"}
    assert inputs.rules["contributions"].due_day > 0
    assert inputs.ends is not None
    assert inputs.firms
    assert inputs.firms_before


def test_a_month_is_judged_and_says_what_it_could_not(inputs: Inputs) -> None:
    found = warning_month(inputs, watches())
    assert found == warning_month(inputs, watches())
    assert found.month == LAST
    assert len({each.key for each in found.signals}) == len(found.signals)
    assert {grade.place for grade in found.grades} == {inputs.city, *counties()}
    assert "离职异常：只有5个月的数据，至少要18个月" in found.unjudged
    assert all(each.reasons for each in found.signals)
    named = {row.name for row in inputs.firms if row.name}
    told = " ".join(reason for each in found.signals for reason in each.reasons)
    assert not [name for name in named if name in told]
    assert all(grade.level <= Level.RED for grade in found.grades)
    scores = [visit.score for visit in found.visits]
    assert scores == sorted(scores, reverse=True)
