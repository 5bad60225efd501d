"""Rotation of keys: new pseudonyms and new encryption for the same persons.

In this order, so that a crash at any moment leaves a working state and the rotation goes on where
it stopped: new keys beside the old; new records beside the old; new tokens beside the old, and in
the same hold of the writer's lock the new key in use; old tokens away; old records away; sealed
files under the new key; old keys away, last.

Feature keys do not rotate: the tokens of names and phone numbers stand in every stored row, and
linking compares those of old rows with those of new ones.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from leye.data.pool.files import locked
from leye.data.pool.rekey import PAIRS, rekey, retire
from leye.data.pool.transaction import Ledger
from leye.data.pool.types import PoolBusy
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.vault import records, sealing, tables
from leye.service.identity.vault.errors import RotationBlocked
from leye.service.identity.vault.keys import KeyRing
from leye.service.identity.vault.primitives import TOKEN, hash_all
from leye.service.identity.vault.records import BATCH, Record
from leye.service.identity.vault.vault import Vault

Step = Callable[[str], None]
_NOT_SEALED = frozenset({"tables", "work"})


def _nothing(_step: str) -> None:
    """Go on."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the version now in use, and how many records and files it renewed."""

    key_version: int
    persons: int
    files: int


def rotate_keys(
    *, vault: Vault, ledger: Ledger, by: User | None, at: datetime, done: Step = _nothing
) -> Rotated:
    """Rotate the pseudonym key and the data key, or finish a rotation that was cut short.

    Every person keeps the person key. ``done`` is called with the name of each step just done.

    :raises RotationBlocked: another rotation is under way.
    :raises PoolBusy: a delivery held the pool all the time one waits; start again.
    :raises PersonsWithoutToken: the pool knows persons the vault does not; nothing changed there.
    :raises VaultKeysUnusable: the key file cannot be read or written.
    """
    with _alone(vault.file.path), tables.wide():
        vault.prepare()
        if len(vault.ring.pseudonym) == 1:
            vault.file.replace(vault.ring.with_new_versions())
            vault.prepare()
            _record("begun", vault.ring, by=by, at=at)
        done("keys_added")
        if vault.ring.next_version is not None:
            _change_over(vault, ledger, at=at, done=done)
        ring = vault.ring
        retire(ledger, key_version=ring.pseudonym_version, at=at)
        done("old_tokens_removed")
        persons = _forget_old_records(ring)
        done("old_records_removed")
        files = _seal_anew(ledger.root, ring)
        done("files_sealed_anew")
        vault.file.replace(ring.without_old())
        vault.prepare()
        done("old_keys_removed")
        _record("finished", vault.ring, by=by, at=at, persons=persons)
    return Rotated(ring.pseudonym_version, persons, files)


def _change_over(vault: Vault, ledger: Ledger, *, at: datetime, done: Step) -> None:
    ring = vault.ring
    new = ring.next_version
    assert new is not None
    # Most of the work before the lock is taken; under it only what came in meanwhile.
    _copy(ring, new)
    done("records_copied")

    def pairs() -> Iterator[pa.RecordBatch]:
        _copy(ring, new)
        return _pairs(new)

    def put_in_use() -> None:
        done("new_tokens_added")
        vault.file.replace(ring.using(new))

    rekey(
        ledger,
        pairs,
        old_version=ring.pseudonym_version,
        key_version=new,
        at=at,
        committed=put_in_use,
    )
    done("new_key_in_use")


def _copy(ring: KeyRing, new: int) -> None:
    """Give every record in use one under the new keys, and anew those that changed since."""
    token = b""
    while rows := tables.rows_after(token, key_version=ring.pseudonym_version, most=BATCH):
        token = rows[-1].token
        there = tables.successors([row.token for row in rows])
        behind = [row for row in rows if there.get(row.token) != row.updated_at]
        old = [records.opened(row, ring=ring) for row in behind]
        numbers = [record.known.number.encode() for record in old]
        hashed = hash_all(ring.pseudonym[new], numbers, size=TOKEN)
        renewed = [
            Record(hashed[at * TOKEN : (at + 1) * TOKEN], each.known, each.updated_at, each.token)
            for at, each in enumerate(old)
        ]
        renewed.sort(key=lambda record: record.token)
        tables.upsert(records.sealed(renewed, ring=ring, key_version=new))


def _pairs(new: int) -> Iterator[pa.RecordBatch]:
    token = b""
    while found := tables.pairs_after(token, key_version=new, most=BATCH):
        token = found[-1][1]
        old, renewed = zip(*found, strict=True)
        yield pa.record_batch([pa.array(old, pa.binary()), pa.array(renewed, pa.binary())], PAIRS)


def _forget_old_records(ring: KeyRing) -> int:
    token: bytes | None = b""
    while token is not None:
        token = tables.forget_before(token, key_version=ring.pseudonym_version, most=BATCH)
    return tables.count()


def _seal_anew(root: Path, ring: KeyRing) -> int:
    files = 0
    for path in sealed_files(root):
        if sealing.data_version(path) != ring.data_version:
            sealing.seal_anew(path, keys=ring.data, version=ring.data_version)
            files += 1
    return files


def sealed_files(root: Path) -> Iterator[Path]:
    """Give the sealed files of a pool's folder."""
    if not root.exists():
        return
    for folder in sorted(root.iterdir()):
        inside = [folder] if folder.is_file() else folder.rglob("*")
        if folder.name not in _NOT_SEALED:
            yield from (path for path in inside if path.is_file() and sealing.is_sealed(path))


@contextmanager
def _alone(keys: Path) -> Iterator[None]:
    with ExitStack() as held:
        try:
            held.enter_context(locked(keys.with_name(f"{keys.name}.lock"), wait=0))
        except PoolBusy:
            raise RotationBlocked("另一个轮换正在进行", hint="请等它完成") from None
        yield


def _record(
    step: str, ring: KeyRing, *, by: User | None, at: datetime, persons: int | None = None
) -> None:
    counted = {} if persons is None else {"persons": persons}
    record(
        action=Action.KEYS_ROTATED,
        by=by,
        at=at,
        place=settings.LEYE_CITY,
        subject=Subject("vault", f"v{max(ring.pseudonym)}"),
        detail={"step": step, "key_version": max(ring.pseudonym), **counted},
    )
