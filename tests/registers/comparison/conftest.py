"""The engines the comparisons are tested on, and a short way to ask one rule."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leye.data.pool.engines import SPARK, Engine, Workbench, workbench_of
from leye.data.registers.comparison import RULES, comparison
from leye.data.registers.comparison.ground import Ground
from tests.registers.comparison.drawing import DrawnBuild

Found = Callable[..., list[Any]]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """DuckDB, holding nothing yet."""
    with workbench_of(Engine(threads=1), root=tmp_path, folder=tmp_path / "work") as made:
        yield made


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Workbench]:
    """Spark on this machine."""
    with workbench_of(Engine(name=SPARK), root=tmp_path, folder=tmp_path / "spark_work") as made:
        yield made


@pytest.fixture
def found(bench: Workbench, tmp_path: Path) -> Found:
    """Whom a rule finds in drawn tables: the persons, or the employers where there are none."""

    def give(rule: str, month: int, **drawings: str) -> list[Any]:
        build = DrawnBuild(bench, tmp_path, month=month, drawings=drawings)
        rows = bench.batches(RULES[rule](Ground(build, comparison(rule)))).read_all().to_pylist()
        return sorted({row["employer"] if row["person"] is None else row["person"] for row in rows})

    return give
