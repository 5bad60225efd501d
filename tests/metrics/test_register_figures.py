"""Figures of the registers, out of a serving copy written for each test."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from leye.analysis.metrics import SampleState
from leye.analysis.metrics.labels import (
    axis_label,
    code_label,
    group_label,
    level_label,
    place_label,
)
from leye.analysis.metrics.register_catalogue import AXES, LEVELS
from leye.analysis.metrics.register_figures import RegisterFigures, register_catalogue
from leye.data.registers.queries.served import served
from leye.data.registers.serving import Protection
from leye.kernel.errors import UnknownCode
from tests.registers.serving.small import map_rows, write_small

CITY, COUNTY, OTHER = "360900", "360902", "360921"
NOW, BEFORE = 202406, 202405


def row(level: str, place: str, **measures: Any) -> dict[str, Any]:
    return {"level": level, "place": place, **measures}


def hiding(rows: Any) -> Any:
    """Hide every employed of fewer than five, as the protected copy writes it."""
    columns = rows.to_pylist()
    for each in columns:
        if each["employed"] is not None and each["employed"] < 5:
            each["employed"] = -1
    return map_rows(NOW, [{k: v for k, v in each.items() if k != "month"} for each in columns])


CELLS: Mapping[int, list[dict[str, Any]]] = {
    BEFORE: [row("city", CITY, population16=1000, employed=500, unemployed=20)],
    NOW: [
        row(
            "city",
            CITY,
            population16=1000,
            employed=600,
            unemployed=30,
            vacancies=12,
            applicants=0,
            loans_amount=Decimal("125000.00"),
            jobs_insured=40,
            jobs_last_year=50,
        ),
        row("county", COUNTY, population16=700, employed=400, unemployed=30),
        row("county", "", population16=300, employed=3, unemployed=0),
        row("county", COUNTY, population16=9, employed=4, group_code="veteran"),
        row("city", CITY, population16=11, employed=6, axis="sex", code="1"),
        row("city", CITY, population16=4, employed=2, axis="sex", code=""),
    ],
}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, RegisterFigures]:
    root = tmp_path_factory.mktemp("served")
    some = Protection("few", cells=hiding, flows=lambda rows: rows)
    write_small(root, release=1, cells=CELLS, protection=some)
    copy = served(root)
    assert copy is not None
    return {protected: RegisterFigures(copy, protected=protected) for protected in (False, True)}


def test_a_count_is_the_sum_of_its_terms_and_a_rate_their_share(figures: Any) -> None:
    exact = figures[False]
    assert exact.value("labour_force", place=CITY, month=NOW).value == 630
    rate = exact.value("employment_rate", place=CITY, month=NOW)
    assert (rate.value, rate.numerator, rate.denominator) == (60, 600, 1000)
    assert exact.value("loans_amount", place=CITY, month=NOW).value == Decimal("12.5")
    assert exact.value("jobs_year_change", place=CITY, month=NOW).value == -10


def test_what_is_missing_is_told_from_zero_and_from_a_zero_to_divide_by(figures: Any) -> None:
    exact = figures[False]
    assert exact.value("unemployed", place="", month=NOW).value == 0
    none = exact.value("electricity", place=CITY, month=NOW)
    assert (none.value, none.state) == (None, SampleState.NO_DATA)
    ratio = exact.value("vacancy_applicant_ratio", place=CITY, month=NOW)
    assert (ratio.value, ratio.state) == (None, SampleState.ZERO_DENOMINATOR)
    # Nobody lives there: a number all the same, but only of what the city has numbers of.
    assert exact.value("employed", place=OTHER, month=NOW).value == 0
    assert exact.value("employment_rate", place=OTHER, month=NOW).state is (
        SampleState.ZERO_DENOMINATOR
    )
    assert exact.value("electricity", place=OTHER, month=NOW).state is SampleState.NO_DATA
    assert exact.value("employed", place=CITY, month=202301).state is SampleState.NO_DATA


def test_what_is_hidden_says_so_and_shows_nothing(figures: Any) -> None:
    hidden = figures[True].value("labour_force", place="", month=NOW)
    assert hidden.hidden
    assert (hidden.value, hidden.numerator) == (None, None)
    assert figures[True].value("employed", place=CITY, month=NOW).value == 600
    # A cell that is not in the copy for everybody may as well be hidden.
    assert figures[True].value("employed", place=OTHER, month=NOW).hidden
    assert not figures[True].value("electricity", place=OTHER, month=NOW).hidden


def test_a_layer_has_every_place_and_what_is_not_known(figures: Any) -> None:
    layer = figures[False].layer("employed", parent=CITY, level="county", month=NOW)
    by_place = {each.place: each.value for each in layer}
    assert len(by_place) == 11
    assert by_place[COUNTY] == 400
    assert by_place[""] == 3
    assert layer[-1].place == ""


@pytest.mark.parametrize(
    ("indicator", "level", "cut"),
    [
        ("employed", "village", {"group": "veteran"}),
        ("employed", "town", {"axis": "division", "code": "38"}),
        ("employed", "county", {"axis": "division", "code": "38", "group": "veteran"}),
        ("jobs_insured", "county", {"group": "veteran"}),
        ("jobs_insured", "village", {}),
        ("vacancies", "town", {}),
        ("vacancies", "county", {"axis": "sex", "code": "1"}),
    ],
)
def test_what_is_not_told_apart_so_far_has_no_data(
    figures: Any, indicator: str, level: str, cut: dict[str, str]
) -> None:
    layer = figures[False].layer(indicator, parent=COUNTY, level=level, month=NOW, **cut)
    assert layer
    assert {each.state for each in layer} == {SampleState.NO_DATA}


def test_a_park_is_told_apart_by_nothing_finer_than_industries(figures: Any) -> None:
    cut = {"axis": "division", "code": "38"}
    found = figures[False].value("jobs_insured", place="park:东园", month=NOW, **cut)
    assert found.state is SampleState.NO_DATA


def test_figures_by_the_values_of_an_axis(figures: Any) -> None:
    found = figures[False].by_code("employed", place=CITY, month=NOW, axis="sex")
    assert {code: each.value for code, each in found.items()} == {"": 2, "1": 6}
    assert figures[False].by_code("jobs_insured", place=CITY, month=NOW, axis="sex") == {}


def test_a_series_and_its_change(figures: Any) -> None:
    series = figures[False].series("employed", place=CITY)
    assert [each.value for each in series] == [500, 600]
    change = figures[False].change(series[-1], months_back=1)
    assert (change.difference, change.relative) == (100, Decimal("0.2"))
    assert figures[False].change(series[0], months_back=1) is None


def test_what_the_definition_of_a_group_settles_has_no_value(figures: Any) -> None:
    for protected in (True, False):
        asked = {"month": NOW, "group": "rural_migrant_worker"}
        one = figures[protected].value("employment_rate", place=CITY, **asked)
        assert (one.value, one.state) == (None, SampleState.BY_DEFINITION)
        assert (one.settled, one.hidden) == ("按定义均在业", False)
        layer = figures[protected].layer("unemployed", parent=CITY, level="county", **asked)
        assert {each.settled for each in layer} == {"按定义均在业"}
        assert figures[protected].change(one, months_back=1, group=asked["group"]) is None
        employed = figures[protected].value("employed", place=CITY, **asked)
        assert employed.state is not SampleState.BY_DEFINITION


def test_an_unknown_indicator_is_named(figures: Any) -> None:
    with pytest.raises(UnknownCode):
        figures[False].value("jobs", place=CITY, month=NOW)


def test_every_indicator_agrees_with_plain_sums(figures: Any) -> None:
    cell = figures[False].served.cell(NOW, place=CITY, protected=False)
    for each in register_catalogue():
        parts = [
            [sign * Decimal(cell.values[name]) for name, sign in terms]
            if all(cell.values[name] is not None for name, _ in terms)
            else None
            for terms in (each.numerator, each.denominator)
        ]
        found = figures[False].value(each.code, place=CITY, month=NOW)
        if None in parts:
            assert found.state is SampleState.NO_DATA
        elif not each.denominator:
            assert found.value == sum(parts[0] or []) * each.scale
        elif sum(parts[1] or []):
            assert found.value == sum(parts[0] or []) / sum(parts[1] or []) * each.scale
        else:
            assert found.state is SampleState.ZERO_DENOMINATOR


def test_words() -> None:
    assert [axis_label(axis) for axis in AXES]
    assert [level_label(level) for level in LEVELS]
    assert code_label("industry", "C") == "制造业"
    assert code_label("division", "13") == "农副食品加工业"
    assert code_label("occupation", "2") == "专业技术人员"
    assert code_label("occupation4", "1-02") == "国家机关负责人"
    assert code_label("sex", "1") == "男"
    assert code_label("age", "60+") == "60岁及以上"
    assert code_label("age", "16-24") == "16-24岁"
    assert code_label("education", "") == "不详"
    assert code_label("skill", "") == "无证书"
    assert code_label("all", "all") == "合计"
    assert group_label("all") == "全部人员"
    assert group_label("veteran") == "退役军人"
    assert place_label("360902") == "袁州区"
    assert place_label("park:东园") == "东园"
    assert place_label("") == "不详"
    assert place_label("440300") == "市外（440300）"
