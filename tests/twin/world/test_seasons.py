"""The year in the city: the festival, graduation, retirement ages."""

import numpy as np
import pytest

from leye.data.twin.codes import Status
from leye.data.twin.draws import generator, ordinal_of
from leye.data.twin.rules import benefit_months, minimum_wages, retirement_months
from tests.twin.world.conftest import Run


def _month(small: Run, month: int) -> int:
    return next(at for at, one in enumerate(small.months) if one.month == month)


def test_telephones_show_the_pulse_of_the_festival(small: Run) -> None:
    """In 2024 it fell on 10 February: most of those away come home then."""

    def coming(month: int) -> int:
        rows = small.months[_month(small, month)].flows
        return int(rows["persons"][(rows["from_place"] >= 10) & (rows["to_place"] < 10)].sum())

    assert coming(202402) > 2 * coming(202406)


def test_more_people_leave_for_elsewhere_after_the_festival(small: Run) -> None:
    away = [int((month.status == Status.MIGRANT).sum()) for month in small.months]
    assert away[_month(small, 202402)] < away[_month(small, 202406)]


def test_graduates_come_in_july(small: Run) -> None:
    for month in small.months:
        assert (len(month.events.graduates) > 0) == (month.month % 100 == 7)
        assert (month.events.graduates["graduated_month"] % 100 == 6).all()


def test_schools_enrol_in_september(small: Run) -> None:
    enrolled = [int((month.events.enrolments["state"] == 1).sum()) for month in small.months]
    assert enrolled[_month(small, 202409)] > 100
    assert sum(enrolled) == enrolled[_month(small, 202409)]


@pytest.mark.parametrize(
    ("born", "sex", "retires"),
    [("1964-12-15", 1, 202412), ("1965-01-10", 1, 202502), ("1976-09-10", 1, 203909)],
)
def test_men_retire_when_the_rule_says(born: str, sex: int, retires: int) -> None:
    birth = np.array([born], dtype="M8[D]").astype(np.int64).astype(np.int32)
    found = retirement_months(generator(1, "test"), birth, np.array([sex], dtype=np.uint8))
    assert found[0] == ordinal_of(retires)


def test_women_have_one_of_two_ages_of_retirement() -> None:
    """Born in January 1975: 50 years and 1 month, or from 55 on a later month."""
    birth = np.full(400, np.datetime64("1975-01-05").astype(int), dtype=np.int32)
    found = retirement_months(generator(1, "test"), birth, np.full(400, 2, dtype=np.uint8))
    ages = set((found - ordinal_of(197501)).tolist())
    assert ages == {50 * 12 + 1, 55 * 12 + 16}


def test_benefit_months_follow_the_table_of_the_province() -> None:
    insured = np.array([0, 11, 12, 24, 36, 48, 60, 72, 108, 180, 500])
    assert benefit_months(insured).tolist() == [0, 0, 3, 6, 9, 12, 14, 15, 18, 24, 24]


def test_the_minimum_wage_rose_in_april_2024() -> None:
    counties = np.array(["360902", "360981"])
    assert minimum_wages(202403, counties).tolist() == [1730, 1610]
    assert minimum_wages(202404, counties).tolist() == [1870, 1740]
