"""The public copy of a month: what is hidden, what is rounded, what stays."""

import pyarrow as pa
import pytest

from leye.data.registers.protect import COUNTS, HIDDEN, protect
from leye.data.registers.schemas import MAP_KEY, MAP_MEASURES
from tests.registers.protect.city import map_rows, random_city

_KEYS = tuple(MAP_KEY)


def test_small_counts_are_hidden_and_others_are_multiples_of_five() -> None:
    rows = map_rows(random_city(1, persons=600))
    exact = _by_key(rows)
    seen = 0
    for key, public in _by_key(protect(rows)).items():
        for measure in COUNTS:
            true, shown = exact[key][measure], public[measure]
            if true is None:
                assert shown is None
            elif shown != HIDDEN:
                assert true >= 5
                assert shown % 5 == 0
                assert abs(shown - true) <= 2
                seen += 1
    assert seen > 100


@pytest.mark.parametrize("seed", [9, 11])
def test_the_large_numbers_of_the_whole_city_stay(seed: int) -> None:
    rows = map_rows(random_city(seed, persons=2000))
    public = _by_key(protect(rows))
    key = ("all", "all", "all", "city", "360900")
    large = [name for name in COUNTS if (_by_key(rows)[key][name] or 0) >= 40]
    assert len(large) > 10
    assert all(public[key][name] > 0 for name in large)


def test_money_is_shown_of_ten_persons_or_more_in_three_digits() -> None:
    rows = map_rows(random_city(4, persons=900))
    exact = _by_key(rows)
    shown = 0
    for key, public in _by_key(protect(rows)).items():
        true, number = exact[key]["wage_sum"], public["wage_sum"]
        if true is None or number == HIDDEN:
            continue
        assert true == 0 or exact[key]["wage_n"] >= 10
        assert abs(number - true) * 200 <= true
        assert not str(int(number))[3:].strip("0")
        shown += 1
    assert shown > 20


def test_what_one_or_two_firms_report_is_hidden() -> None:
    rows = map_rows(random_city(5, persons=900))
    public = _by_key(protect(rows))
    few = 0
    for key, exact in _by_key(rows).items():
        if exact["firms_active"] in (1, 2) and key in public:
            seen = {public[key][name] for name in ("jobs_insured", "hires", "payroll", "kwh")}
            assert seen == {HIDDEN}
            assert public[key]["firms_active"] == exact["firms_active"]
            few += 1
    assert few > 5


def test_the_order_of_rows_changes_nothing() -> None:
    rows = map_rows(random_city(2, persons=500))
    backwards = rows.take(pa.array(range(rows.num_rows - 1, -1, -1)))
    assert protect(rows).equals(protect(backwards))


def test_a_row_that_shows_nothing_is_not_there() -> None:
    rows = map_rows(random_city(3, persons=300))
    public = protect(rows)
    assert 0 < public.num_rows < rows.num_rows
    shown = [any((row[name] or 0) > 0 for name in MAP_MEASURES) for row in public.to_pylist()]
    assert all(shown)


def _by_key(rows: pa.Table) -> dict[tuple[str, ...], dict[str, object]]:
    return {tuple(row[name] for name in _KEYS): row for row in rows.to_pylist()}
