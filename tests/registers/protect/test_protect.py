"""The public copy of a month: what is hidden, what is rounded, what stays."""

import pyarrow as pa

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
