"""Conflicts as rows: how long they have stood, who they are about, and their evidence."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from leye.data.pool.engines import Workbench
from leye.data.registers.comparison import RULES, comparison_catalogue, facts_of
from leye.data.registers.schemas import CONFLICT
from tests.registers.comparison.drawing import DrawnBuild, conflicts, drawn

RULE = "benefit_while_insured"


@pytest.fixture
def month_of(bench: Workbench, tmp_path: Path) -> Any:
    """The conflicts of a month in which person 1 draws a benefit and is insured."""

    def give(month: int, earlier: Any = None) -> list[dict[str, Any]]:
        drawings = {
            "unemployment_benefit": f"person | month | nth | place\n1 | {month} | 3 | 360902",
            "contributions": f"""
                person | employer | kind | insurance | month    | place
                1      | 11       | 1    | 410       | {month}  | 360981
                1      | 11       | 1    | 110       | {month}  | 360981
                """,
        }
        build = DrawnBuild(bench, tmp_path, month=month, drawings=drawings, earlier=earlier)
        return conflicts(build).to_pylist()

    return give


def as_table(rows: list[dict[str, Any]]) -> Any:
    return pa.Table.from_pylist(rows, schema=CONFLICT.to_pyarrow())


def test_a_conflict_is_one_row_whatever_the_number_of_rows_behind_it(month_of: Any) -> None:
    assert [(row["person"], row["employer"]) for row in month_of(202405)] == [(1, 11)]


def test_a_conflict_lies_where_the_benefit_is_paid(month_of: Any) -> None:
    assert month_of(202405)[0]["place"] == "360902"


def test_the_first_month_is_within_grace_and_the_next_is_not(month_of: Any) -> None:
    first = month_of(202405)
    second = month_of(202406, as_table(first))
    timed = [(r["since_month"], r["months"], r["within_grace"]) for r in (*first, *second)]
    assert timed == [(202405, 1, True), (202405, 2, False)]


def test_a_conflict_keeps_its_id_from_month_to_month(month_of: Any) -> None:
    assert month_of(202406)[0]["id"] == month_of(202405)[0]["id"]


def test_a_conflict_that_had_gone_begins_again(month_of: Any) -> None:
    later = month_of(202408, as_table(month_of(202405)))
    assert [(row["since_month"], row["months"]) for row in later] == [(202408, 1)]


def test_a_conflict_counts_over_the_turn_of_the_year(month_of: Any) -> None:
    december = month_of(202312)
    assert month_of(202401, as_table(december))[0]["months"] == 2


def test_evidence_names_the_delivery_and_the_row_of_each_fact(month_of: Any) -> None:
    facts = facts_of(RULE, month_of(202405)[0]["evidence"])
    assert [(f.name, f.source, f.delivery, f.row, dict(f.values)) for f in facts] == [
        ("benefit", "unemployment_benefit", "D000001", 1, {"month": "202405", "nth": "3"}),
        ("contribution", "contributions", "D000001", 1, {"month": "202405"}),
    ]


def test_a_conflict_suggests_a_task_of_the_catalogue(month_of: Any) -> None:
    tasks = {each.task for each in comparison_catalogue().values()}
    assert month_of(202405)[0]["suggested"] in tasks


def test_an_empty_month_has_no_conflicts_and_every_column(bench: Workbench, tmp_path: Path) -> None:
    rows = conflicts(DrawnBuild(bench, tmp_path, month=202405))
    assert rows.schema == CONFLICT.to_pyarrow()
    assert rows.num_rows == 0


def test_every_rule_of_the_catalogue_has_its_function() -> None:
    assert set(RULES) == set(comparison_catalogue())


def test_a_drawing_knows_only_columns_that_exist() -> None:
    with pytest.raises(AssertionError):
        drawn("persona\n1", CONFLICT)
