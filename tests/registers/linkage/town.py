"""A small made-up town of tokens: who lives there, and rows that lost their number on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from leye.data.pool import Pool
from leye.data.pool.source_contract import source_contracts, stored_schema
from leye.data.registers.linkage import LINKS
from tests.samples import AT

CANDIDATES = ibis.schema(
    {
        "source": "string",
        "delivery": "string",
        "row": "int64",
        "person": "int64",
        "name_token": "int64",
    }
)


def table(source: str, columns: Mapping[str, Any], *, delivery: str = "D000001") -> pa.Table:
    """Give rows of a source's table; columns that are not given are null, ``row`` counts."""
    schema = stored_schema(source_contracts()[source])
    assert set(columns) <= set(schema.names), set(columns) - set(schema.names)
    count = len(next(iter(columns.values())))
    given = {
        "month": [202401] * count,
        "delivery": [delivery] * count,
        "row": range(1, count + 1),
        "flags": [0] * count,
        **columns,
    }
    blank = [None] * count
    arrays = {n: pa.array(given.get(n, blank), type=k.to_pyarrow()) for n, k in schema.items()}
    return pa.table(arrays)


def pool_with(root: Path, tables: Mapping[str, pa.Table]) -> Pool:
    """Give a pool that holds these tables, sources by their name."""
    pool = Pool(root)
    add(pool, tables)
    return pool


def add(pool: Pool, tables: Mapping[str, pa.Table]) -> None:
    """Append rows to the tables of a pool in one release."""
    with pool.ledger.writing() as change:
        for name, rows in tables.items():
            stored = f"s_{name}" if name in source_contracts() else name
            schema = ibis.Schema.from_pyarrow(rows.schema)
            change.append(stored, rows.to_reader(), schema=schema)
        change.commit(label="test", at=AT)


def links_of(pool: Pool, name: str = "links") -> list[dict[str, Any]]:
    """Give a table of links in order; none when it was never written."""
    release = pool.ledger.releases.latest()
    if name not in release.tables:
        return []
    engine = ibis.duckdb.connect()
    pin = release.tables[name]
    files = pool.ledger.files(name, pin.version)
    rows = engine.read_parquet(list(files)).to_pyarrow().to_pylist() if files else []
    return sorted(rows, key=lambda row: (row["source"], row["delivery"], row["row"]))


@dataclass(frozen=True, slots=True)
class Town:
    """The tables of a town, and the truth: the person of each row that has none."""

    tables: dict[str, pa.Table]
    truth: dict[tuple[str, int], int]


def town(people: int, seekers: int, *, seed: int = 7) -> Town:
    """Make a town: common and rare names, shared household phones, moved people, typing slips."""
    rng = np.random.default_rng(seed)
    persons = np.arange(1, people + 1)
    surname, given = (100 * rng.random(people) ** 2, 3_000 * rng.random(people) ** 3)
    name = surname.astype(np.int64) * 10_000 + given.astype(np.int64)
    birth = rng.integers(1950, 2008, people) * 100 + rng.integers(1, 13, people)
    sex = rng.integers(1, 3, people)
    phone = rng.integers(10**9, 2 * 10**9, people)
    county = rng.integers(0, 10, people)
    population = table(
        "population",
        {
            "person": persons,
            "name_token": name,
            "phone_token": phone,
            "birth_month": birth,
            "sex": sex.astype(str),
            "residence": [f"3609{c + 10:02}001001" for c in county],
        },
    )
    who = rng.choice(people, seekers, replace=False)

    def slipped(values: Any, share: float, other: Any) -> Any:
        drawn = rng.random(len(values)) < share
        return np.where(drawn, other, values)

    resumes = {
        "resume": [f"R{n}" for n in range(seekers)],
        "name_token": slipped(name[who], 0.01, rng.integers(10**9, 2 * 10**9, seekers)),
        "phone_token": slipped(phone[who], 0.15, rng.integers(10**9, 2 * 10**9, seekers)),
        "sex": sex[who].astype(str),
        "birth_month": birth[who],
        "place": [f"3609{c + 10:02}" for c in slipped(county[who], 0.2, 3)],
    }
    truth = {("job_seekers", n + 1): int(persons[w]) for n, w in enumerate(who)}
    return Town({"population": population, "job_seekers": table("job_seekers", resumes)}, truth)


def f1(found: list[dict[str, Any]], truth: Mapping[tuple[str, int], int]) -> float:
    """Give the harmonic mean of precision and recall of links."""
    right = sum(truth.get((row["source"], row["row"])) == row["person"] for row in found)
    return 2 * right / (len(found) + len(truth))


__all__ = ["CANDIDATES", "LINKS", "Town", "add", "f1", "links_of", "pool_with", "table", "town"]
