"""Records in and out of the database, sealed on the way in; names and numbers never reach SQL."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from leye.service.identity.vault import tables
from leye.service.identity.vault.errors import SealBroken
from leye.service.identity.vault.keys import KeyRing
from leye.service.identity.vault.primitives import hasher, nonces, open_value, value_sealer
from leye.service.identity.vault.tables import Row, Standing

BATCH = 50_000
"""Records of one transaction: short, so that nobody else waits long for the database."""
_BETWEEN = "\x1f"
_NAME, _PHONE = b"\x01", b"\x02"


class Known(NamedTuple):
    """What is known of one person. Never printed."""

    number: str
    name: str = ""
    phone: str = ""
    place: str = ""

    def __repr__(self) -> str:
        return "Known"

    def over(self, earlier: "Known", *, authoritative: bool) -> "Known":
        """Give what stands when this comes after ``earlier``.

        The newest phone number stands. A name and a place once known give way only to an
        authority's, the population register's: other departments write names in variants.
        """
        first, second = (self, earlier) if authoritative else (earlier, self)
        return Known(
            number=earlier.number,
            name=first.name or second.name,
            phone=self.phone or earlier.phone,
            place=first.place or second.place,
        )


class Record(NamedTuple):
    """A record, opened. Never printed."""

    token: bytes
    known: Known
    updated_at: datetime
    previous: bytes | None = None

    def __repr__(self) -> str:
        return "Record"


def keep(
    known: Iterable[tuple[bytes, Known]],
    *,
    ring: KeyRing,
    at: datetime,
    authoritative: bool,
) -> int:
    """Write what is new or has changed, in one transaction; give how many records that were."""
    given: dict[bytes, Known] = {}
    for token, one in known:
        earlier = given.get(token)
        given[token] = one.over(earlier, authoritative=authoritative) if earlier else one
    standing = tables.standing(sorted(given))
    marks = _Marks(ring)
    changed = [
        token
        for token, stands in standing.items()
        if marks.differ(token, given[token], stands, authoritative=authoritative)
    ]
    written = {token: one for token, one in given.items() if token not in standing}
    for row in tables.rows(changed):
        earlier = opened(row, ring=ring).known
        written[row.token] = given[row.token].over(earlier, authoritative=authoritative)
    # In the order of the key, so that a large index is walked and not jumped about in.
    records = [Record(token, written[token], at) for token in sorted(written)]
    tables.upsert(sealed(records, ring=ring, key_version=ring.pseudonym_version))
    return len(records)


def read(tokens: Sequence[bytes], *, ring: KeyRing) -> list[Record]:
    """Give the records of these tokens, opened; those without a record are left out.

    :raises SealBroken: one was changed, or its key is gone.
    """
    return [opened(row, ring=ring) for row in tables.rows(tokens)]


def sealed(records: Sequence[Record], *, ring: KeyRing, key_version: int) -> Iterator[Row]:
    """Give the rows of records, sealed under the data key in use."""
    marks, version = _Marks(ring), ring.data_version
    seal = value_sealer(ring.data[version])
    for (token, known, at, previous), nonce in zip(records, nonces(len(records)), strict=True):
        content = _BETWEEN.join(known[:3]).encode()
        yield Row(
            token,
            key_version,
            version,
            seal(content, token, nonce),
            marks.of(token + _NAME, known.name),
            marks.of(token + _PHONE, known.phone),
            known.place,
            at,
            previous,
        )


def opened(row: Row, *, ring: KeyRing) -> Record:
    """Open one record.

    :raises SealBroken: it was changed, or its key is gone.
    """
    key = ring.data.get(row.data_version)
    if key is None:
        raise SealBroken(f"没有第 {row.data_version} 版数据密钥", hint="请从备份恢复密钥文件")
    content = open_value(key, row.sealed, bound_to=row.token).decode()
    number, name, phone = content.split(_BETWEEN)
    return Record(row.token, Known(number, name, phone, row.place), row.updated_at, row.previous)


class _Marks:
    """Keyed hashes that tell a changed name or phone number without opening the record."""

    def __init__(self, ring: KeyRing) -> None:
        self._hash = hasher(ring.mark)

    def of(self, bound_to: bytes, value: str) -> int | None:
        if not value:
            return None
        return int.from_bytes(self._hash(bound_to + value.encode())[:8], "big", signed=True)

    def differ(self, token: bytes, known: Known, stands: Standing, *, authoritative: bool) -> bool:
        if known.phone and self.of(token + _PHONE, known.phone) != stands.phone_mark:
            return True
        if known.place and known.place != stands.place and (authoritative or not stands.place):
            return True
        if not known.name or (stands.name_mark is not None and not authoritative):
            return False
        return self.of(token + _NAME, known.name) != stands.name_mark
