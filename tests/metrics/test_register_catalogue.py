"""The indicators of the registers: each one defined once, and wholly."""

from pathlib import Path

import pytest

from leye.analysis.metrics import catalogue
from leye.analysis.metrics.reading import InvalidDefinition
from leye.analysis.metrics.register_catalogue import (
    AXES,
    load_register_catalogue,
    register_catalogue,
)
from leye.analysis.metrics.register_types import Basis
from leye.data.registers.schemas import MAP_MEASURES
from leye.kernel.errors import UnknownCode

HEAD = "theme: 就业\nbasis: residence\naxes: [sex]\ngroups: true\nlevels: [city]\nindicators:\n"
ONE = """  - {code: employed, name: 就业人员, name_en: Employed, unit: 人, kind: stock, decimals: 0,
     definition: 有工作的人。, numerator: [employed], higher_is_better: true, additive: true}
"""


def test_there_are_enough_and_each_is_defined() -> None:
    every = list(register_catalogue())
    assert len(every) >= 40
    for each in every:
        assert each.definition.endswith("。"), each.code
        assert each.name_en[0].isupper(), each.code
        assert set(each.axes) <= set(AXES)
        assert each.measures <= MAP_MEASURES.keys()


def test_every_measure_of_the_map_is_part_of_an_indicator() -> None:
    used = frozenset().union(*(each.measures for each in register_catalogue()))
    assert used == MAP_MEASURES.keys()


def test_no_code_means_two_things() -> None:
    published = {each.code for each in catalogue()}
    assert published.isdisjoint(each.code for each in register_catalogue())


def test_an_indicator_is_found_by_its_code_or_near_ones_are_named() -> None:
    assert register_catalogue().get("employed").basis is Basis.RESIDENCE
    with pytest.raises(UnknownCode) as caught:
        register_catalogue().get("emploied")
    assert "employed" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (ONE.replace("[employed]", "[jobless]"), "不是地图的计数"),
        (ONE.replace("[employed]", "[kwh]"), "不是按居住地统计的"),
        (ONE.replace("[employed]", "[]"), "不能为空"),
        (ONE.replace("kind: stock", "kind: rate"), "比率才有"),
        (ONE.replace("additive: true", "additive: false"), "都能相加"),
        (ONE.replace("code: employed", "code: Employed"), "小写英文"),
        (ONE + ONE, "重复"),
        (ONE.replace("unit: 人", "unit: 人, colour: red"), "不认识的项"),
    ],
)
def test_a_faulty_definition_stops_the_start(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "employment.yaml").write_text(HEAD + written, encoding="utf-8")
    with pytest.raises(InvalidDefinition) as caught:
        load_register_catalogue(tmp_path)
    assert said in (caught.value.detail or "")
