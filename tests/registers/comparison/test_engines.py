"""The same comparisons on DuckDB and on Spark: the same rows, to the letter."""

from pathlib import Path
from typing import Any

import pytest

from leye.data.pool.engines import Workbench
from leye.data.registers.comparison import comparison_catalogue, facts_of
from tests.registers.comparison.drawing import DrawnBuild, conflicts
from tests.registers.comparison.drawn_city import DrawnCity

MONTHS = (202405, 202406)


def two_months(bench: Workbench, folder: Path) -> list[dict[str, Any]]:
    """Build two months one after the other; give all conflicts in order."""
    found, earlier = [], None
    for month in MONTHS:
        (folder / str(month)).mkdir(parents=True)
        tables = DrawnCity(month).tables()
        build = DrawnBuild(bench, folder / str(month), month=month, tables=tables, earlier=earlier)
        earlier = conflicts(build)
        found += earlier.to_pylist()
    return found


@pytest.fixture
def duck(bench: Workbench, tmp_path: Path) -> list[dict[str, Any]]:
    """The conflicts of two months, found on DuckDB."""
    return two_months(bench, tmp_path / "duckdb")


def test_every_rule_finds_somebody_in_the_drawn_city(duck: list[dict[str, Any]]) -> None:
    assert {row["rule"] for row in duck} == set(comparison_catalogue())


def test_a_conflict_stands_once_in_a_month(duck: list[dict[str, Any]]) -> None:
    assert len({(row["month"], row["id"]) for row in duck}) == len(duck)


def test_two_builds_of_the_same_month_are_equal(
    bench: Workbench, tmp_path: Path, duck: list[dict[str, Any]]
) -> None:
    assert two_months(bench, tmp_path / "again") == duck


def test_evidence_of_every_rule_can_be_read(duck: list[dict[str, Any]]) -> None:
    for row in duck:
        facts = facts_of(row["rule"], row["evidence"])
        assert facts
        assert all(fact.label and fact.source in comparison_catalogue()[row["rule"]].sources
                   for fact in facts)  # fmt: skip


@pytest.mark.spark
def test_spark_finds_the_same_conflicts(
    spark: Workbench, tmp_path: Path, duck: list[dict[str, Any]]
) -> None:
    assert two_months(spark, tmp_path / "spark") == duck
