"""Nobody works out a hidden number of the public copy; of plainly suppressed numbers, many do."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from leye.data.registers.codes import STATUS
from leye.data.registers.protect import HIDDEN, protect
from leye.data.registers.schemas import MAP_KEY
from tests.registers.protect.attack import (
    COUNTED,
    Riddle,
    Var,
    readable_sum,
    riddle,
    same_numbers,
)
from tests.registers.protect.city import map_rows, random_city, two_months

_SEEDS = (0, 3)
_FEW = ("population16", *STATUS)


@pytest.mark.parametrize("seed", _SEEDS)
def test_no_sum_over_places_axes_statuses_and_groups_tells_a_hidden_number(seed: int) -> None:
    rows = _city(seed)
    found = riddle(rows, protect(rows))
    assert len(found.secrets) > 500
    assert found.guessed() == {}


@pytest.mark.parametrize("seed", _SEEDS)
def test_the_same_reader_works_out_what_is_only_suppressed(seed: int) -> None:
    rows = _city(seed)
    found = riddle(rows, plainly_suppressed(rows))
    assert len(found.guessed()) > len(found.secrets) / 10


@pytest.mark.parametrize("seed", _SEEDS)
def test_all_sums_at_once_rule_out_nothing(seed: int) -> None:
    rows = _small(seed)
    found = riddle(rows, protect(rows), measures=_FEW)
    assert found.ruled_out(_some(found, seed)) == []


def test_all_sums_at_once_rule_out_what_is_only_suppressed() -> None:
    riddles = (
        riddle(rows, plainly_suppressed(rows), measures=_FEW) for rows in map(_small, range(20))
    )
    found = next(each for each in riddles if each.guessed())
    known = next(iter(found.guessed()))
    assert found.ruled_out([known], rounds=500)


@pytest.mark.parametrize("measure", ["wage_sum", "payroll"])
def test_no_hidden_sum_of_money_is_told_to_a_fifth(measure: str) -> None:
    rows = _city(3)
    public = protect(rows)
    found = riddle(rows, public, measures=(measure,), reads=readable_sum)
    low, high = found.solve()
    known = {_cell(row): row for row in rows.to_pylist()}
    few = [var for var in found.true if var[0] != "rest" and _of_few(known[var[:5]], measure)]
    assert len(few) > 5
    for var in few:
        assert low[var] <= 0.8 * found.true[var] + 1
        assert high[var] >= 1.2 * found.true[var] - 1


def test_two_months_tell_little_even_to_who_knows_what_did_not_change() -> None:
    before, after = two_months(3, persons=100, changed=5)
    kept, lost = (_guessed_over_months(before, after, how) for how in (protect, plainly_suppressed))
    assert kept * 20 < lost


def test_a_month_in_which_nothing_changed_tells_nothing_more() -> None:
    rows = _city(3)
    first, second = (riddle(rows, protect(rows), month=month) for month in (1, 2))
    pairs = [(var, (*var[:-1], 2)) for var in first.true if var[0] != "rest"]
    assert same_numbers(first, second, pairs).guessed() == {}


def _guessed_over_months(
    before: pa.Table, after: pa.Table, publish: Callable[[pa.Table], pa.Table]
) -> int:
    first = riddle(before, publish(before), month=1)
    second = riddle(after, publish(after), month=2)
    pairs = [
        (var, (*var[:-1], 2))
        for var, number in first.true.items()
        if var[0] != "rest" and second.true.get((*var[:-1], 2)) == number
    ]
    return len(same_numbers(first, second, pairs).guessed())


def _cell(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in MAP_KEY)


def _of_few(row: dict[str, int], measure: str) -> bool:
    return row["wage_n"] < 10 if measure == "wage_sum" else row["firms_active"] < 3


def plainly_suppressed(rows: pa.Table) -> pa.Table:
    """Give counts from 1 to 4 hidden, others rounded, and no more."""
    for name in COUNTED:
        at = rows.schema.get_field_index(name)
        shown = [None if each is None else _shown(each) for each in rows[name].to_pylist()]
        rows = rows.set_column(at, rows.schema.field(at), pa.array(shown, pa.int64()))
    return rows


def _shown(number: int) -> int:
    return HIDDEN if 0 < number < 5 else (number + 2) // 5 * 5


@cache
def _city(seed: int) -> pa.Table:
    return map_rows(random_city(seed, persons=140, counties=2, towns=2, villages=2))


@cache
def _small(seed: int) -> pa.Table:
    """Give a city small enough for a linear program: four statuses, one axis (sex), one group."""
    city = random_city(seed, persons=90, counties=2, towns=2, villages=2)
    few = np.array(["employed_insured", "flexible", "student", "unknown"])
    drawn = np.random.default_rng(seed).choice(few, 90, p=[0.5, 0.3, 0.15, 0.05])
    city.persons["status"] = drawn
    city.groups = {"all": city.groups["all"]}
    rows = map_rows(city)
    return rows.filter(pc.is_in(rows["axis"], pa.array(["all", "sex"])))


def _some(found: Riddle, seed: int) -> list[Var]:
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(found.secrets), 12, replace=False)
    return [found.secrets[at] for at in chosen]
