"""Spark gives the same registers as DuckDB, row by row."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from leye.data.pool.engines import Engine, Workbench, workbench_of
from leye.data.registers.tables import REGISTER_TABLES
from tests.registers.map import drawn
from tests.registers.small import build
from tests.registers.spec.people import NOW, given

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    folder = tmp_path_factory.mktemp("spark")
    engine = Engine(name="spark", spark_master="local[1]")
    with workbench_of(engine, root=folder, folder=folder) as bench:
        yield bench


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    """What DuckDB builds of two months."""
    folder = tmp_path_factory.mktemp("duck")
    with workbench_of(Engine(threads=1), root=folder, folder=folder) as bench:
        return build(bench, folder, months=(202405, NOW), given=given())


@pytest.mark.parametrize("table", [table.name for table in REGISTER_TABLES])
def test_a_register_is_the_same_on_spark(
    table: str, spark: Workbench, ours: dict[str, pa.Table], tmp_path: Path
) -> None:
    built = build(spark, tmp_path, months=(NOW,), given=given(), built=ours, only=(table,))
    theirs = built[f"{table} {NOW}"].to_pylist()
    assert theirs == ours[f"{table} {NOW}"].to_pylist()
    assert theirs


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    """What DuckDB builds of a town that has a case of everything the map counts."""
    folder = tmp_path_factory.mktemp("town")
    with workbench_of(Engine(threads=1), root=folder, folder=folder) as bench:
        months = (drawn.BEFORE, drawn.NOW)
        return build(bench, folder, months=months, given=drawn.moved(drawn.given()))


@pytest.mark.parametrize("table", ["map_cube", "flow"])
def test_the_map_of_a_town_is_the_same_on_spark(
    table: str, spark: Workbench, town: dict[str, pa.Table], tmp_path: Path
) -> None:
    given = drawn.moved(drawn.given())
    built = build(spark, tmp_path, months=(drawn.NOW,), given=given, built=town, only=(table,))
    theirs = built[f"{table} {drawn.NOW}"].to_pylist()
    assert theirs == town[f"{table} {drawn.NOW}"].to_pylist()
    assert theirs
