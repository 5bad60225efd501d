"""Panels out of a serving copy: missing is not zero; and what lines would have done."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from leye.analysis.warning.history import line_records
from leye.analysis.warning.panels import Panel, aligned, counties, panel_of
from leye.analysis.warning.types import Cell, Level
from leye.analysis.warning.watches import watches
from leye.data.registers.queries.served import Served, served
from leye.kernel.months import month_range
from tests.registers.serving.small import write_small

CITY, COUNTY = "360900", "360902"
MONTHS = month_range(202401, 202604)


def cells(month: int) -> list[dict[str, object]]:
    at = MONTHS.index(month)
    gone = {} if month == 202403 else {"separations": 50, "jobs_insured": 1000}
    rate = 70 if at >= 20 else 40
    rows: list[dict[str, object]] = [
        {
            "level": "city",
            "place": CITY,
            "employed": 1000 - rate,
            "unemployed": rate,
            "vacancies": 30,
            **gone,
        },
        {"level": "county", "place": COUNTY, "employed": 600, "unemployed": 20, **gone},
    ]
    if gone:
        trade = {"level": "county", "place": COUNTY, "axis": "division"}
        rows.append({**trade, "code": "19", **gone})
        if month != 202404:
            rows.append({**trade, "code": "30", "separations": 5, "jobs_insured": 90})
    return rows


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Served:
    root: Path = tmp_path_factory.mktemp("served")
    firms = [
        {
            "employer": 1,
            "place": COUNTY,
            **dict.fromkeys(("uscc", "name", "park", "industry", "kind"), "x"),
            "insured": 90,
            "separations": 25,
            "payroll": Decimal("1.00"),
        }
    ]
    write_small(root, release=4, cells={month: cells(month) for month in MONTHS}, firms=firms)
    found = served(root)
    assert found is not None
    return found


def panel(copy: Served, watch: str, what: str = "indicator") -> Panel:
    return panel_of(copy, watches().get(watch).series, months=MONTHS, what=what)


def test_a_rate_has_its_numerator_and_denominator(copy: Served) -> None:
    found = panel(copy, "estimated_rate")
    city = found.cells.index(Cell(CITY))
    assert found.values[city, 0] == pytest.approx(4.0)
    assert (found.above[city, 0], found.below[city, 0]) == (40, 1000)
    assert found.data_version == 4
    assert found.months == MONTHS


def test_counts_by_division_are_missing_where_the_city_has_none_and_0_where_nobody_is(
    copy: Served,
) -> None:
    found = panel(copy, "separations_cells")
    assert set(found.cells) == {Cell(COUNTY, "division", "19"), Cell(COUNTY, "division", "30")}
    row = found.values[found.cells.index(Cell(COUNTY, "division", "30"))]
    assert row[1] == 5
    assert np.isnan(row[2])
    assert row[3] == 0
    staff = panel(copy, "separations_cells", "exposure")
    assert aligned(staff, found.cells).values[0, 0] == 1000


def test_the_vacancy_rate_is_of_vacancies_and_filled_posts(copy: Served) -> None:
    found = panel(copy, "two_sided", "against")
    city = found.values[found.cells.index(Cell(CITY))]
    assert city[0] == pytest.approx(100 * 30 / 1030)
    assert np.isnan(city[2])


def test_a_panel_is_cut_by_month_and_rows_are_laid_in_another_order(copy: Served) -> None:
    found = panel(copy, "estimated_rate").upto(202406)
    assert found.months[-1] == 202406
    assert found.values.shape[1] == 6
    moved = aligned(found, [Cell("360921"), Cell(CITY)])
    assert np.isnan(moved.values[0]).all()
    assert moved.values[1, 0] == pytest.approx(4.0)
    assert len(counties()) == 10


def test_every_line_says_how_often_it_would_have_been_crossed(copy: Served) -> None:
    records = line_records(copy, watches())
    by_line = {(each.watch.code, each.line.level): each for each in records}
    assert len(records) == sum(len(watch.lines) for watch in watches())
    red = by_line["estimated_rate", Level.RED]
    assert red.raised == 1
    assert red.words == "4.7个地区年中过线1次，每年0.21次"
    firm = by_line["firm_layoff", Level.BLUE]
    assert firm.raised == len(MONTHS)
    assert firm.yearly == pytest.approx(12)
    assert by_line["fund_months", Level.RED].words == "登记库里没有可以回看的序列"
