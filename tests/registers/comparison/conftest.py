"""The engine the comparisons are tested on, and a short way to ask one rule."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.backends import BaseBackend

from leye.data.registers.comparison import RULES, comparison
from leye.data.registers.comparison.ground import Ground
from tests.registers.comparison.drawing import SUBJECT, DrawnBuild

Found = Callable[..., list[Any]]


@pytest.fixture
def engine() -> Iterator[BaseBackend]:
    """An engine that holds nothing yet."""
    made = ibis.duckdb.connect()
    yield made
    made.disconnect()


@pytest.fixture
def found(engine: BaseBackend, tmp_path: Path) -> Found:
    """Whom a rule finds in drawn tables: the persons, or the employers where there are none."""

    def give(rule: str, month: int, **drawings: str) -> list[Any]:
        build = DrawnBuild(engine, tmp_path, month=month, drawings=drawings)
        rows = RULES[rule](Ground(build, comparison(rule))).to_pyarrow().to_pylist()
        whom = {next(row[name] for name in SUBJECT if row[name] is not None) for row in rows}
        return sorted(whom)

    return give
