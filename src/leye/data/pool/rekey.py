"""New tokens for the same persons: what the pool has to do when pseudonym keys rotate.

Person keys stand in every stored row and never change. Only the table that leads from a token to a
person key is written anew, first with the old tokens and the new ones side by side, so that either
key still finds everybody, and later with the new ones alone.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool.engine import add, workbench
from leye.data.pool.files import work_folder
from leye.data.pool.store import kept_safe
from leye.data.pool.transaction import Ledger, Transaction
from leye.kernel.errors import LeyeError

TABLE = "person_keys"
LABEL = "rekey"
PAIRS = pa.schema([("old", pa.binary()), ("new", pa.binary())])
_NEW = "rekey_pairs"
_INCOMING = "rekey_incoming"


class PersonsWithoutToken(LeyeError):
    """Persons of the pool would be left without a token under the new key."""

    code = "persons_without_token"
    title = "有人员没有新的假名"


def rekey(
    ledger: Ledger,
    pairs: Callable[[], Iterable[pa.RecordBatch]],
    *,
    old_version: int,
    key_version: int,
    at: datetime,
    committed: Callable[[], None],
) -> int:
    """Add the new token of every person beside the old one; give how many persons that were.

    ``pairs`` is called under the writer's lock, when no delivery can bring new persons, and gives
    batches of ``PAIRS``. ``committed`` is called once the new release stands, still under the lock:
    the moment to put the new key in use. Doing all this again changes nothing.

    :raises PoolBusy: another writer held the lock.
    :raises PersonsWithoutToken: a person's old token has no pair; nothing was changed.
    :raises StoreFailure: the store failed; nothing was changed.
    """
    with ledger.writing() as change:
        persons = 0
        if TABLE in change.release.tables:
            persons = _add(ledger, change, pairs, old_version, key_version, at)
        committed()
    return persons


def retire(ledger: Ledger, *, key_version: int, at: datetime) -> None:
    """Leave only the tokens of one key version; nothing is written when there are no others.

    :raises PoolBusy: another writer held the lock.
    :raises PersonsWithoutToken: a person has no token of that version; nothing was changed.
    :raises StoreFailure: the store failed; nothing was changed.
    """
    with (
        ledger.writing() as change,
        work_folder(ledger.work) as folder,
        workbench(folder) as engine,
        kept_safe("更换假名"),
    ):
        keys = change.rows(TABLE, engine=engine)
        if keys is None or not _count(keys.filter(keys.key_version != key_version)):
            return
        kept = keys.filter(keys.key_version == key_version)
        _check(_count(keys.anti_join(kept, "person").select("person").distinct()))
        _write(change, kept, at=at)


def _add(
    ledger: Ledger,
    change: Transaction,
    pairs: Callable[[], Iterable[pa.RecordBatch]],
    old_version: int,
    key_version: int,
    at: datetime,
) -> int:
    with (
        work_folder(ledger.work) as folder,
        workbench(folder) as engine,
        kept_safe("更换假名"),
    ):
        keys = change.rows(TABLE, engine=engine)
        assert keys is not None
        new = _paired(engine, pairs())
        old = keys.filter(keys.key_version == old_version)
        _check(_count(old.anti_join(new, [("token", "old")])))
        found = old.inner_join(new, [("token", "old")])
        renewed = found.select(
            token=found.new.cast(keys.token.type()),
            key_version=ibis.literal(key_version).cast(keys.key_version.type()),
            person=found.person,
        )
        _write(change, keys.union(renewed, distinct=True), at=at)
        return _count(renewed)


def _paired(engine: Backend, batches: Iterable[pa.RecordBatch]) -> ibis.Table:
    engine.create_table(_NEW, schema=ibis.Schema.from_pyarrow(PAIRS))
    # Batch by batch in this thread: what gives them may hold to it, as a database connection does.
    for batch in batches:
        engine.con.register(_INCOMING, pa.Table.from_batches([batch], PAIRS))
        add(engine, _NEW, f"SELECT * FROM {_INCOMING}")  # noqa: S608 - a constant name
        engine.con.unregister(_INCOMING)
    return engine.table(_NEW)


def _write(change: Transaction, keys: ibis.Table, *, at: datetime) -> None:
    pin = change.release.tables[TABLE]
    rows = keys.select(*pin.schema.names).order_by("key_version", "token")
    change.replace(
        TABLE, rows.to_pyarrow_batches(), schema=pin.schema, key=pin.key, place=pin.place
    )
    change.commit(label=LABEL, at=at)


def _check(missing: int) -> None:
    if missing:
        raise PersonsWithoutToken(
            f"{missing} 人在身份库里没有记录", hint="没有作任何改动；请先从备份恢复身份库"
        )


def _count(rows: ibis.Table) -> int:
    return int(rows.count().to_pyarrow().as_py())
