"""Whom rows with a wrong identity number may be about: those whose number is one slip away."""

from collections.abc import Iterator

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool.engine import make
from leye.data.pool.person_keys import KEYS
from leye.data.pool.pseudonyms import Pseudonymiser
from leye.data.pool.source_contract import Kind, SourceContract
from leye.data.pool.source_present import kept_rows
from leye.data.pool.source_reading import TEXTS
from leye.data.pool.source_resolve import trimmed_sql
from leye.data.pool.sql import column, inner, literal, select
from leye.data.pool.transaction import Transaction

ID_CANDIDATES = "id_candidates"
ID_CANDIDATES_SCHEMA = ibis.schema(
    {
        "source": "string",
        "delivery": "string",
        "row": "int64",
        "person": "int64",
        "name_token": "int64",
    }
)
"""``name_token`` is of the name in the row, also where the source keeps none in its own table."""
_BATCH = 100_000
_MOST = 200_000
"""Wrong numbers looked at in one delivery; more are no slips but another column."""


def append_candidates(
    contract: SourceContract,
    delivery: str,
    *,
    change: Transaction,
    pseudonymiser: Pseudonymiser,
    engine: Backend,
) -> None:
    """Append the known persons near each wrong number of a kept row to ``id_candidates``."""
    (identity,) = contract.of_kind(Kind.IDENTITY)
    given = column(identity.field, "x")
    names = contract.of_kind(Kind.NAME)
    name = trimmed_sql(column(names[0].field, "x")) if names else "CAST(NULL AS VARCHAR)"
    wrong = select(
        {"row": "g.row", "given": given, "name": name},
        f"{inner(select('row, person', kept_rows()), 'g')} JOIN {TEXTS} AS x ON x.row = g.row",
        where=f"g.person IS NULL AND {given} IS NOT NULL",
        order_by="row",
        limit=_MOST,
    )
    make(engine, "wrong_numbers", wrong)
    found = engine.con.execute(select("*", "wrong_numbers")).to_arrow_table().combine_chunks()
    if not found.num_rows:
        return
    tokens = pseudonymiser.feature_tokens("name", _one(found.column("name")))
    slips = pa.Table.from_batches(_neighbours(found, tokens, pseudonymiser), schema=_SLIPS)
    engine.con.register("slips", slips)
    columns = {
        "source": literal(contract.name),
        "delivery": literal(delivery),
        "row": "s.row",
        "person": "k.person",
        "name_token": "s.name_token",
    }
    near = f"slips AS s JOIN {KEYS} AS k ON k.token = s.token"
    rows = engine.con.execute(select(columns, near, distinct=True, order_by="s.row, k.person"))
    change.append(ID_CANDIDATES, rows.to_arrow_reader(_BATCH), schema=ID_CANDIDATES_SCHEMA)
    engine.con.unregister("slips")


_SLIPS = pa.schema([("row", pa.int64()), ("token", pa.binary()), ("name_token", pa.int64())])


def _neighbours(
    found: pa.Table, tokens: pa.Array, pseudonymiser: Pseudonymiser
) -> Iterator[pa.RecordBatch]:
    held: dict[str, tuple[bytes, ...]] = {}
    rows, near, names = [], [], []
    given = zip(found.column("row").to_pylist(), found.column("given").to_pylist(), strict=True)
    for (row, number), name in zip(given, tokens.to_pylist(), strict=True):
        if number not in held:
            held[number] = pseudonymiser.neighbours(number)
        for token in held[number]:
            rows.append(row)
            near.append(token)
            names.append(name)
    yield pa.RecordBatch.from_arrays(
        [pa.array(rows, pa.int64()), pa.array(near, pa.binary()), pa.array(names, pa.int64())],
        schema=_SLIPS,
    )


def _one(values: pa.ChunkedArray) -> pa.Array:
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
