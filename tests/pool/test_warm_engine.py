"""The engine that a process keeps between deliveries: nothing of one is met by the next."""

from pathlib import Path

import duckdb
import pytest

from leye.data.pool.engine import ask, make, warm_workbench

TABLES = "SELECT table_name AS name FROM information_schema.tables"


def test_what_was_made_is_gone_when_it_is_asked_for_again(tmp_path: Path) -> None:
    with warm_workbench(tmp_path) as engine:
        make(engine, "kept", "SELECT 1 AS one")
        engine.raw_sql("CREATE VIEW seen AS SELECT * FROM kept")
        engine.raw_sql("CREATE TEMPORARY TABLE passing AS SELECT 1 AS one")
        engine.raw_sql("SET VARIABLE said = 5")
        assert len(ask(engine, TABLES)) == 3
    with warm_workbench(tmp_path) as engine:
        assert ask(engine, TABLES) == []
        assert ask(engine, "SELECT getvariable('said') AS said") == [{"said": None}]


def test_a_failure_leaves_an_engine_behind_that_nobody_is_given(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error), warm_workbench(tmp_path) as engine:
        make(engine, "kept", "SELECT * FROM absent")
    with warm_workbench(tmp_path) as engine:
        assert ask(engine, TABLES) == []


def test_two_at_once_have_an_engine_each(tmp_path: Path) -> None:
    with warm_workbench(tmp_path) as one, warm_workbench(tmp_path) as other:
        make(one, "kept", "SELECT 1 AS one")
        assert ask(other, TABLES) == []
    with warm_workbench(tmp_path / "elsewhere") as engine:
        assert ask(engine, TABLES) == []
    assert not list(tmp_path.iterdir())
