"""One build, two engines, the same rows and bytes; and what is said where one is absent."""

import builtins
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leye.data.pool import Pool, StoreFailure
from leye.data.pool.build import RegisterTable, build_months
from leye.data.pool.engines import (
    Engine,
    EngineUnavailable,
    UnknownEngine,
    engine_named,
    workbench_of,
)
from leye.kernel.errors import InvalidInput
from tests.pool.standing import AT, PERSON, SOURCES, TABLES, contents, digests, fill

MONTHS = (202401, 202402, 202403)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("engines") / "pool"
    fill(Pool(root))
    return root


@pytest.fixture
def pool(filled: Path, tmp_path: Path) -> Iterator[Pool]:
    shutil.copytree(filled, tmp_path / "pool")
    return Pool(tmp_path / "pool")


def build(pool: Pool, engine: Engine) -> None:
    build_months(pool, tables=TABLES, months=MONTHS, at=AT, engine=engine, sources=SOURCES)


@pytest.mark.spark
def test_spark_builds_the_same_bytes_as_duckdb(pool: Pool, filled: Path, tmp_path: Path) -> None:
    """Also where a cluster names the pool's folder otherwise than this machine does."""
    shutil.copytree(filled, tmp_path / "other")
    other = Pool(tmp_path / "other")
    (tmp_path / "seen").symlink_to(other.root)
    build(pool, engine_named("duckdb", environ={}))
    build(other, Engine(name="spark", spark_root=f"file://{tmp_path / 'seen'}"))
    assert contents(other) == contents(pool)
    assert digests(other) == digests(pool)
    assert {row["engine"] for row in _builds(other)} == {"spark"}
    assert not list((other.root / "work").iterdir())


@pytest.mark.spark
def test_a_failure_in_spark_tells_nothing_of_the_rows(pool: Pool) -> None:
    def fail(build: Any) -> Any:
        rows = build.source("people")
        return rows.mutate(jobs=rows.place.concat("secret").cast("int64"))

    table = RegisterTable("person", PERSON, fail, monthly=True, key=("person",), place="place")
    with pytest.raises(StoreFailure) as caught:
        build_months(pool, tables=[table], months=[202401], at=AT, engine="spark", sources=SOURCES)
    assert "secret" not in str(caught.value)
    assert contents(pool) == {}


def test_without_the_extra_one_is_told_how_to_install_it(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def absent(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith(("leye.data.pool.spark", "pyspark")):
            raise ModuleNotFoundError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(EngineUnavailable) as caught:
        build(pool, Engine(name="spark"))
    assert "bootstrap.py install spark" in caught.value.hint


@pytest.mark.spark
def test_without_java_one_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    engine = Engine(name="spark")
    with (
        pytest.raises(EngineUnavailable) as caught,
        workbench_of(engine, root=tmp_path, folder=tmp_path / "work"),
    ):
        pass
    assert "openjdk-17" in caught.value.hint


def test_little_memory_is_enough(pool: Pool) -> None:
    build(pool, Engine(memory=64 * 1024**2, threads=1))
    assert len(contents(pool)["total"]) == 6


def test_an_engine_is_named_by_the_environment() -> None:
    assert engine_named(environ={}).name == "duckdb"
    given = {
        "LEYE_ENGINE": "spark",
        "LEYE_ENGINE_MEMORY": "512",
        "LEYE_ENGINE_THREADS": "3",
        "LEYE_SPARK_MASTER": "spark://host:7077",
        "LEYE_SPARK_ROOT": "s3a://leye/pool/",
        "LEYE_SPARK_OPTIONS": "spark.executor.memory=4g; spark.executor.cores=2",
    }
    engine = engine_named(environ=given)
    assert engine.name == "spark"
    assert (engine.memory_limit, engine.threads) == (512 * 1024**2, 3)
    assert (engine.spark_master, engine.spark_root) == ("spark://host:7077", "s3a://leye/pool")
    assert engine.spark_options == {"spark.executor.memory": "4g", "spark.executor.cores": "2"}
    assert engine_named("duckdb", environ=given).name == "duckdb"


@pytest.mark.parametrize(
    "given",
    [
        {"LEYE_ENGINE_MEMORY": "2GB"},
        {"LEYE_ENGINE_THREADS": "-1"},
        {"LEYE_SPARK_OPTIONS": "spark.executor.memory"},
    ],
)
def test_a_setting_that_says_nothing_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        engine_named(environ=given)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UnknownEngine):
        engine_named("hive")


def _builds(pool: Pool) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pool.snapshot().whole("builds").to_pyarrow().to_pylist()
    return rows
