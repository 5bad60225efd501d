"""Records in and out of the database, sealed on the way in; names and numbers never reach SQL."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from leye.service.identity.vault import tables
from leye.service.identity.vault.errors import SealBroken
from leye.service.identity.vault.keys import KeyRing
from leye.service.identity.vault.primitives import hash_all, nonces, open_value, value_sealer
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
    changed = _changed(given, standing, ring=ring, authoritative=authoritative)
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
    version = ring.data_version
    seal = value_sealer(ring.data[version])
    name_marks = _marks(ring, _NAME, [(each.token, each.known.name) for each in records])
    phone_marks = _marks(ring, _PHONE, [(each.token, each.known.phone) for each in records])
    every = zip(records, name_marks, phone_marks, nonces(len(records)), strict=True)
    for (token, known, at, previous), name_mark, phone_mark, nonce in every:
        content = _BETWEEN.join(known[:3]).encode()
        yield Row(
            token,
            key_version,
            version,
            seal(content, token, nonce),
            name_mark,
            phone_mark,
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


def _changed(
    given: dict[bytes, Known],
    standing: dict[bytes, Standing],
    *,
    ring: KeyRing,
    authoritative: bool,
) -> list[bytes]:
    """Give whose name, phone or place would be another, without opening any record."""

    def name_of(token: bytes) -> str:
        # A name that is known already gives way to an authority's only.
        counts = authoritative or standing[token].name_mark is None
        return given[token].name if counts else ""

    def moved(token: bytes) -> bool:
        place, before = given[token].place, standing[token].place
        return bool(place) and place != before and (authoritative or not before)

    names = _marks(ring, _NAME, [(token, name_of(token)) for token in standing])
    phones = _marks(ring, _PHONE, [(token, given[token].phone) for token in standing])
    return [
        token
        for (token, stands), name, phone in zip(standing.items(), names, phones, strict=True)
        if name not in (None, stands.name_mark)
        or phone not in (None, stands.phone_mark)
        or moved(token)
    ]


def _marks(ring: KeyRing, kind: bytes, values: Sequence[tuple[bytes, str]]) -> list[int | None]:
    """Give a keyed hash of each value, bound to the token of whose it is; none of a blank."""
    bound = [token + kind + value.encode() for token, value in values if value]
    hashed = iter(struct.unpack(f">{len(bound)}q", hash_all(ring.mark, bound, size=8)))
    return [next(hashed) if value else None for _, value in values]
