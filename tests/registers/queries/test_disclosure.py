"""No hidden count can be worked out from what is shown."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from leye.data.registers.queries.disclosure import LEAST, TOTAL, hidden_cells, with_totals

ROWS, COLUMNS = ("a", "b", "c"), ("x", "y", "z", "w")
TABLES = st.fixed_dictionaries({cell: st.integers(0, 12) for cell in product(ROWS, COLUMNS)})


def test_large_counts_and_zeros_are_shown() -> None:
    assert (
        hidden_cells({("a", "x"): 5, ("a", "y"): 0, ("b", "x"): 90, ("b", "y"): 7}) == frozenset()
    )


def test_a_small_count_takes_another_of_its_row_and_column_with_it() -> None:
    counts = {("a", "x"): 2, ("a", "y"): 20, ("b", "x"): 30, ("b", "y"): 40}
    assert hidden_cells(counts) == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}


def test_of_one_row_the_totals_are_hidden_with_it() -> None:
    counts = {("a", "x"): 2, ("a", "y"): 20, ("a", "z"): 50}
    assert hidden_cells(counts) == {("a", "x"), ("a", "y"), (TOTAL, "x"), (TOTAL, "y")}


def test_what_the_table_above_hides_does_not_follow_from_its_parts() -> None:
    counts = {("a", "x"): 20, ("a", "y"): 30, ("b", "x"): 40, ("b", "y"): 50}
    hidden = hidden_cells(counts, forced=[(TOTAL, "x"), (TOTAL, "y")])
    assert hidden == {(TOTAL, "x"), (TOTAL, "y"), ("a", "x"), ("a", "y")}


def test_two_small_counts_whose_sum_would_tell_take_a_third() -> None:
    counts = {("a", "x"): 1, ("a", "y"): 1, ("a", "z"): 50, ("a", "w"): 60}
    assert {("a", "x"), ("a", "y"), ("a", "z")} <= hidden_cells(counts)


def test_a_small_total_is_hidden_too() -> None:
    counts = {("a", "x"): 3, ("a", "y"): 0, ("b", "x"): 30, ("b", "y"): 40}
    assert {("a", "x"), ("a", TOTAL)} <= hidden_cells(counts)


@given(TABLES)
def test_no_small_count_is_shown_and_none_follows(counts: dict[tuple[str, str], int]) -> None:
    table, hidden = with_totals(counts), hidden_cells(counts)
    assert all(cell in hidden for cell, count in table.items() if 0 < count < LEAST)
    rows, columns = (*ROWS, TOTAL), (*COLUMNS, TOTAL)
    lines = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
    for line in lines:
        covered = [cell for cell in line if cell in hidden]
        assert len(covered) != 1
        if covered and line[-1] not in hidden:
            assert sum(table[cell] for cell in covered) >= LEAST or len(covered) == len(line) - 1
