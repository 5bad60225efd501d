"""Several signals of one cause become one, at the smallest place that explains it."""

import numpy as np

from leye.analysis.warning.explain import (
    Explained,
    firm_explains,
    smallest_explaining,
    summed,
    whole_cells,
)
from leye.analysis.warning.types import Cell

CITY = "360900"
COUNTIES = ("360902", "360921", "360922", "360923")
TRADES = ("13", "19", "30")
CELLS = tuple(Cell(county, "division", trade) for county in COUNTIES for trade in TRADES)


def told(
    excess: dict[tuple[str, str], float], *, named: set[tuple[str, str]], whole: set[Cell]
) -> tuple[Explained, ...]:
    values = np.array([excess.get((cell.place, cell.code), 0.0) for cell in CELLS])
    flags = np.array([(cell.place, cell.code) in named for cell in CELLS])
    wholes = {cell: cell in whole for cell in whole_cells(CELLS, city=CITY)}
    return smallest_explaining(CELLS, flags, values, wholes, city=CITY)


def test_the_wholes_are_industries_of_the_city_and_counties() -> None:
    wholes = whole_cells(CELLS, city=CITY)
    assert len(wholes) == 7
    assert Cell(CITY, "division", "13") in wholes
    assert Cell("360921") in wholes
    values = np.ones((12, 2)) * np.arange(12)[:, None]
    sums = summed(values, CELLS, wholes, city=CITY)
    assert sums[wholes.index(Cell("360902"))].tolist() == [3.0, 3.0]
    assert sums[wholes.index(Cell(CITY, "division", "13"))].tolist() == [18.0, 18.0]


def test_one_cell_that_moves_its_industry_and_county_is_told_at_the_cell() -> None:
    one = ("360902", "13")
    found = told(
        {one: 100, ("360921", "13"): 5},
        named={one},
        whole={Cell(CITY, "division", "13"), Cell("360902")},
    )
    assert [each.cell for each in found] == [Cell("360902", "division", "13")]


def test_an_industry_that_falls_everywhere_is_told_once() -> None:
    every = {(county, "30"): 40.0 for county in COUNTIES}
    found = told(every, named=set(every), whole={Cell(CITY, "division", "30")})
    assert [each.cell for each in found] == [Cell(CITY, "division", "30")]
    assert len(found[0].members) == 4
    assert found[0].excess == 160
    assert found[0].why == "4个单元中4个偏多，4个单独也异常，不是一个单元造成的"


def test_most_cells_of_a_county_are_the_county() -> None:
    every = {("360902", trade): 30.0 for trade in TRADES}
    found = told(every, named=set(every), whole=set())
    assert [each.cell for each in found] == [Cell("360902")]


def test_an_industry_may_be_named_though_no_cell_of_it_is() -> None:
    every = {(county, "30"): 12.0 for county in COUNTIES}
    found = told(every, named=set(), whole={Cell(CITY, "division", "30")})
    assert [each.cell for each in found] == [Cell(CITY, "division", "30")]
    assert found[0].members == ()


def test_cells_without_a_common_cause_stay_apart_the_largest_first() -> None:
    pair = {("360902", "13"): 20.0, ("360922", "30"): 60.0}
    found = told(pair, named=set(pair), whole=set())
    assert [each.cell.code for each in found] == ["30", "13"]


def test_an_industry_and_an_unrelated_cell_are_two() -> None:
    every = {(county, "30"): 40.0 for county in COUNTIES} | {("360921", "13"): 70.0}
    found = told(every, named=set(every), whole={Cell(CITY, "division", "30")})
    assert {each.cell for each in found} == {
        Cell(CITY, "division", "30"),
        Cell("360921", "division", "13"),
    }


def test_nothing_named_tells_nothing() -> None:
    assert told({}, named=set(), whole=set()) == ()


def test_a_firm_explains_its_cell_when_it_is_most_of_it() -> None:
    assert firm_explains(60, 100)
    assert not firm_explains(59, 100)
    assert not firm_explains(60, 0)
