"""The floors of the city's bench: what merely reading the same rows costs."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from leye.data.pool import Pool
from leye.data.twin.deliveries import read_manifest

ROUNDS = 3


def floors(pool: Pool, city: Path, *, last: int) -> dict[str, float]:
    """Give seconds: the last month's file parsed as text, its rows scanned, every month scanned."""
    arrivals = [a for a in read_manifest(city) if (a.source, a.month) == ("contributions", last)]
    file = max((city / "deliveries" / a.file for a in arrivals), key=lambda f: f.stat().st_size)
    manifest = pool.snapshot().manifest
    files = pool.ledger.files("s_contributions", manifest.tables["s_contributions"].version)
    month = [each for each in files if f"month={last}" in each]
    return {
        "parse": _timed(lambda: _parse(file)),
        "scan": _timed(lambda: _scan(month)),
        "scan_all": _timed(lambda: _scan(list(files))),
    }


def scan_of(pool: Pool, table: str, month: int) -> float:
    """Give seconds: a month of a table scanned, every column counted."""
    manifest = pool.snapshot().manifest
    files = pool.ledger.files(table, manifest.tables[table].version)
    own = [each for each in files if f"month={month}" in each]
    return _timed(lambda: _scan(own))


def _timed(work: Callable[[], None]) -> float:
    work()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _parse(file: Path) -> None:
    query = "select count(*), count(columns(*)) from read_csv(?, all_varchar = true)"
    with duckdb.connect() as connection:
        connection.execute(query, [str(file)]).fetchall()


def _scan(files: list[str]) -> None:
    query = "select count(*), count(columns(*)) from read_parquet(?)"
    with duckdb.connect() as connection:
        connection.execute(query, [files]).fetchall()
