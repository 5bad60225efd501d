"""The rules in force that the simulation follows: ages of retirement, wages, benefit months."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.draws import Rng, chance, ordinal_of
from leye.data.twin.sources import policy

Months = NDArray[np.int32]


def birth_months(birth: NDArray[np.int32]) -> NDArray[np.int64]:
    """Give the month of birth as months since year 0."""
    return birth.astype("M8[D]").astype("M8[M]").astype(np.int64) + 1970 * 12


def retirement_months(rng: Rng, birth: NDArray[np.int32], sex: NDArray[np.uint8]) -> Months:
    """Give the month (since year 0) in which each reaches the age of retirement.

    Since 2025 it rises step by step with the month of birth; women have one of two ages, drawn.
    """
    rule = policy()["retirement"]
    born = birth_months(birth)
    later = (sex == 2) & chance(rng, rule["women_55_share"], len(birth))
    found = _retirement(born, rule["women_50"])
    found = np.where(later, _retirement(born, rule["women_55"]), found)
    return np.where(sex == 1, _retirement(born, rule["men"]), found).astype(np.int32)


def _retirement(born: NDArray[np.int64], rule: dict[str, int]) -> NDArray[np.int64]:
    since = born - ordinal_of(rule["base"])
    delay = np.clip(since // rule["step"] + 1, 0, rule["most"])
    months: NDArray[np.int64] = born + rule["age"] * 12 + np.where(since < 0, 0, delay)
    return months


def minimum_wages(month: int, counties: NDArray[np.str_]) -> NDArray[np.float32]:
    """Give the minimum wage of each county in a month."""
    rules = [rule for rule in policy()["minimum_wage"] if rule["from"] <= month]
    rule: dict[str, Any] = rules[-1] if rules else policy()["minimum_wage"][0]
    second = np.isin(counties, policy()["class2_counties"])
    wages: NDArray[np.float32] = np.where(second, rule["class2"], rule["class3"]).astype("f4")
    return wages


@cache
def _benefit_table() -> NDArray[np.int16]:
    rule = policy()["benefit_months"]
    first = rule["first_years"]
    table = [0, *first]
    while table[-1] < rule["most"]:
        table.append(table[-1] + rule["more_per_year"])
    return np.array(table, dtype=np.int16)


def benefit_months(insured_months: NDArray[Any]) -> NDArray[np.int16]:
    """Give how many months of benefit so many insured months earn (江西 table, by full years)."""
    table = _benefit_table()
    found: NDArray[np.int16] = table[np.clip(insured_months // 12, 0, len(table) - 1)]
    return found
