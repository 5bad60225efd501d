"""Person keys (人员编号): a plain number for each person, given once, at first sight.

Rows carry the number, and only ``person_keys`` leads from a token to it. Numbers follow each other
without a gap, in the order of the tokens that are new in a delivery.
"""

from collections.abc import Iterator
from datetime import datetime

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool.engine import ask, make
from leye.data.pool.pseudonyms import KNOWN_SCHEMA, Pseudonymiser
from leye.data.pool.source_contract import Kind, SourceContract
from leye.data.pool.source_plan import REF, TYPED
from leye.data.pool.source_reading import TEXTS
from leye.data.pool.source_resolve import NUMBERS, trimmed_sql
from leye.data.pool.sql import column, inner, select
from leye.data.pool.transaction import Transaction

PERSON_KEYS = "person_keys"
PERSON_KEYS_SCHEMA = ibis.schema({"token": "binary", "key_version": "int32", "person": "int64"})
PERSONS = "persons"
"""The table that is made: ``ref``, ``token``, ``person``, and whether it is ``new``."""
KEYS = "keys"
"""The tokens of the key in use, with their persons, those new in this delivery too."""
_BATCH = 200_000


def number_persons(
    good: str, *, change: Transaction, pseudonymiser: Pseudonymiser, engine: Backend
) -> int:
    """Make ``persons`` for the rows that meet the condition ``good``; give how many are new.

    Nothing is kept yet.
    """
    _tokens(good, pseudonymiser, engine)
    held = change.query(PERSON_KEYS)
    if held is None:
        make(engine, "held_keys", select({"token": "''::BLOB", "person": "0"}, where="false"))
    else:
        mine = f"key_version = {pseudonymiser.key_version}"
        keys = select("token, person", inner(held, "h"), where=mine)
        engine.raw_sql(f"CREATE VIEW held_keys AS {keys}")
    joined = "tokens AS t LEFT JOIN held_keys AS k ON k.token = t.token"
    make(engine, "found", select({REF: "t.ref", "token": "t.token", "person": "k.person"}, joined))
    last = ask(engine, select("coalesce(max(person), 0) AS last", "held_keys"))[0]["last"]
    unseen = select("token", "found", distinct=True, where="person IS NULL")
    numbered = {"token": "token", "person": f"{last} + row_number() OVER (ORDER BY token)"}
    make(engine, "new_keys", select(numbered, inner(unseen, "u")))
    engine.raw_sql("DROP TABLE tokens")
    persons = {
        REF: "f.ref",
        "token": "f.token",
        "person": "coalesce(f.person, n.person)",
        "new": "n.person IS NOT NULL",
    }
    make(
        engine,
        PERSONS,
        select(persons, "found AS f LEFT JOIN new_keys AS n ON n.token = f.token"),
    )
    engine.raw_sql("DROP TABLE found")
    both = f"{select('token, person', 'held_keys')} UNION ALL {select('token, person', 'new_keys')}"
    engine.raw_sql(f"CREATE VIEW {KEYS} AS {both}")
    return int(ask(engine, select("count(*) AS n", "new_keys"))[0]["n"])


def _tokens(good: str, pseudonymiser: Pseudonymiser, engine: Backend) -> None:
    """Make ``tokens`` of the sound numbers that a good row bears, in one go."""
    query = select("*", NUMBERS)
    if ask(engine, select("1", TYPED, where=f"NOT ({good})", limit=1)):
        borne = select(REF, TYPED, where=f"{good} AND {REF} IS NOT NULL")
        query = select("*", NUMBERS, where=f"ref IN ({borne})")
    numbers = engine.con.execute(query).to_arrow_table().combine_chunks()
    made = pseudonymiser.tokens(_one(numbers.column("number")))
    tokens = pa.table({REF: _one(numbers.column(REF)), "token": made})
    engine.con.register("incoming", tokens)
    make(engine, "tokens", select({REF: REF, "token": "token"}, "incoming"))
    engine.con.unregister("incoming")


def _one(values: pa.ChunkedArray) -> pa.Array:
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


def append_new(change: Transaction, pseudonymiser: Pseudonymiser, engine: Backend) -> None:
    """Append the new persons to ``person_keys``."""
    columns = {
        "token": "token",
        "key_version": f"CAST({pseudonymiser.key_version} AS INTEGER)",
        "person": "CAST(person AS BIGINT)",
    }
    rows = engine.con.execute(select(columns, "new_keys", order_by="token"))
    change.append(PERSON_KEYS, rows.to_arrow_reader(_BATCH), schema=PERSON_KEYS_SCHEMA)


def keep_known(
    contract: SourceContract,
    good: str,
    *,
    pseudonymiser: Pseudonymiser,
    at: datetime,
    engine: Backend,
) -> None:
    """Have the vault keep who the new persons are; of an authoritative source, who all are."""
    for batch in _known(contract, good, engine):
        pseudonymiser.keep(batch, at=at, authoritative=contract.authoritative)


def _known(contract: SourceContract, good: str, engine: Backend) -> Iterator[pa.Table]:
    wanted = select(REF, PERSONS, where="true" if contract.authoritative else "new")
    rows = {REF: REF, "row": "max(row)"}
    one = select(rows, TYPED, where=f"{good} AND {REF} IN ({wanted})", group_by=REF)
    name, phone = (_text(contract, kind) for kind in (Kind.NAME, Kind.PHONE))
    place = column(contract.place, "t") if contract.place else "NULL"
    columns = {
        "token": "p.token",
        "number": "n.number",
        "name": name,
        "phone": phone,
        "place": f"CAST({place} AS VARCHAR)",
    }
    joined = (
        f"{inner(one, 'o')} JOIN {PERSONS} AS p ON p.{REF} = o.{REF}"
        f" JOIN {NUMBERS} AS n ON n.ref = o.{REF}"
        f" JOIN {TYPED} AS t ON t.row = o.row JOIN {TEXTS} AS x ON x.row = o.row"
    )
    reader = engine.con.execute(select(columns, joined)).to_arrow_reader(_BATCH)
    for batch in reader:
        yield pa.Table.from_batches([batch]).cast(KNOWN_SCHEMA)


def _text(contract: SourceContract, kind: Kind) -> str:
    found = contract.of_kind(kind)
    return trimmed_sql(column(found[0].field, "x")) if found else "CAST(NULL AS VARCHAR)"
