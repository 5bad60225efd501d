"""The vault's table in SQL: many rows at once, on SQLite and on PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

_TABLE = "identity_identityrecord"
_COLUMNS = (
    "token, key_version, data_version, sealed, name_mark, phone_mark, place, updated_at, previous"
)
_CHANGES = ", ".join(
    f"{name} = excluded.{name}"
    for name in _COLUMNS.split(", ")
    if name not in {"token", "key_version"}
)
_ON_CONFLICT = f"ON CONFLICT (token) DO UPDATE SET {_CHANGES}"
_ASKED = 900
"""Values of one question to SQLite, which limits them."""

_WIDE_KILOBYTES = 256 * 1024


class Row(NamedTuple):
    """One row of the table; its field order is that of the columns."""

    token: bytes
    key_version: int
    data_version: int
    sealed: bytes
    name_mark: int | None
    phone_mark: int | None
    place: str
    updated_at: datetime
    previous: bytes | None = None


class Standing(NamedTuple):
    """What tells whether a record has changed."""

    name_mark: int | None
    phone_mark: int | None
    place: str


@contextmanager
def wide() -> Iterator[None]:
    """Give SQLite more memory while very many rows are looked up or written.

    Tokens lie all over the index, so that each batch touches most of its pages.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{_WIDE_KILOBYTES}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {before}")


def is_empty() -> bool:
    """Whether the vault keeps nothing."""
    return not _asked(f"SELECT 1 FROM {_TABLE} LIMIT 1")  # noqa: S608 - constants only


def count() -> int:
    """Give how many records there are."""
    found: int = _asked(f"SELECT COUNT(*) FROM {_TABLE}")[0][0]  # noqa: S608 - constants only
    return found


def standing(tokens: Sequence[bytes]) -> dict[bytes, Standing]:
    """Give how the records of these tokens stand; those without a record are left out."""
    if is_empty():
        return {}
    found = _by_token("token, name_mark, phone_mark, place", tokens)
    return {bytes(token): Standing(*marks) for token, *marks in found}


def rows(tokens: Sequence[bytes]) -> Iterator[Row]:
    """Give the rows of these tokens."""
    return map(_row, _by_token(_COLUMNS, tokens))


def rows_after(token: bytes, *, key_version: int, most: int) -> list[Row]:
    """Give the next rows of a key version, in the order of their tokens."""
    asked = (
        f"SELECT {_COLUMNS} FROM {_TABLE} WHERE key_version = %s AND token > %s "  # noqa: S608
        "ORDER BY token LIMIT %s"
    )
    return [_row(found) for found in _asked(asked, (key_version, token, most))]


def successors(tokens: Sequence[bytes]) -> dict[bytes, datetime]:
    """Give when the newer records of these tokens' persons were made, by the older token."""
    found = _by_token("previous, updated_at", tokens, field="previous")
    return {bytes(previous): _time(at) for previous, at in found}


def pairs_after(token: bytes, *, key_version: int, most: int) -> list[tuple[bytes, bytes]]:
    """Give the next pairs of an older and a newer token, in the order of the newer."""
    asked = (
        f"SELECT previous, token FROM {_TABLE} "  # noqa: S608 - constants only
        "WHERE key_version = %s AND token > %s AND previous IS NOT NULL ORDER BY token LIMIT %s"
    )
    found = _asked(asked, (key_version, token, most))
    return [(bytes(previous), bytes(newer)) for previous, newer in found]


def forget_before(token: bytes, *, key_version: int, most: int) -> bytes | None:
    """Remove the older records among the next tokens; give the last of these, or None at the end.

    What remains no longer tells which token came before.
    """
    asked = f"SELECT token FROM {_TABLE} WHERE token > %s ORDER BY token LIMIT %s"  # noqa: S608
    following = _asked(asked, (token, most))
    if not following:
        return None
    last = bytes(following[-1][0])
    where = "token > %s AND token <= %s"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {_TABLE} WHERE {where} AND key_version < %s",  # noqa: S608
            (token, last, key_version),
        )
        cursor.execute(
            f"UPDATE {_TABLE} SET previous = NULL "  # noqa: S608
            f"WHERE {where} AND previous IS NOT NULL",
            (token, last),
        )
    return last


def upsert(given: Iterable[Row]) -> None:
    """Write rows in one transaction; a row of a token that is there is written over."""
    written = list(given)
    if not written:
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _copy(written)
        else:
            _insert(written)


def _insert(written: Sequence[Row]) -> None:
    places = ", ".join(["%s"] * len(Row._fields))
    adapt = connection.ops.adapt_datetimefield_value
    times = {at: adapt(at) for at in {row.updated_at for row in written}}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_TABLE} ({_COLUMNS}) VALUES ({places}) {_ON_CONFLICT}",  # noqa: S608
            [(*row[:7], times[row.updated_at], row.previous) for row in written],
        )


def _copy(written: Sequence[Row]) -> None:
    types = ("bytea", "int2", "int2", "bytea", "int8", "int8", "varchar", "timestamptz", "bytea")
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS vault_incoming (LIKE {_TABLE}) ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM vault_incoming")
        with cursor.copy(f"COPY vault_incoming ({_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in written:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO {_TABLE} ({_COLUMNS}) SELECT {_COLUMNS} FROM vault_incoming "  # noqa: S608
            f"{_ON_CONFLICT}"
        )


def _by_token(
    columns: str, tokens: Sequence[bytes], *, field: str = "token"
) -> Iterator[tuple[Any, ...]]:
    if connection.vendor == "postgresql":
        asked = f"SELECT {columns} FROM {_TABLE} WHERE {field} = ANY(%s)"  # noqa: S608
        return iter(_asked(asked, (list(tokens),)))
    return chain.from_iterable(
        _asked(
            f"SELECT {columns} FROM {_TABLE} "  # noqa: S608
            f"WHERE {field} IN ({', '.join(['%s'] * len(part))})",
            part,
        )
        for part in (tokens[at : at + _ASKED] for at in range(0, len(tokens), _ASKED))
    )


def _asked(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _row(found: Sequence[Any]) -> Row:
    token, key_version, data_version, sealed, name_mark, phone_mark, place, at, previous = found
    return Row(
        bytes(token),
        key_version,
        data_version,
        bytes(sealed),
        name_mark,
        phone_mark,
        place,
        _time(at),
        None if previous is None else bytes(previous),
    )


def _time(given: Any) -> datetime:
    # SQLite keeps times as text without a zone, in UTC.
    moment = given if isinstance(given, datetime) else parse_datetime(given)
    assert moment is not None
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)
