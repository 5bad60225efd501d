"""From all deliveries of a source to the one row of each key that stands.

A row stands for the end of a month M:

- of a monthly source, the newest row of its key for M;
- of a standing source, the newest row of its key delivered for a month up to M. A record that
  first came later but speaks of a time up to M is late, not new: it stands from then on, as first
  delivered. A later change of a known record holds from the month it was delivered for.

Newest is the row delivered for the latest month, then of the highest delivery, then of the highest
row. A row without a person, where the key asks for one, stands for itself: nothing replaces it.

Comparing all rows would look at millions to find the few that were ever sent twice. Nearly all
come in one file of one delivery, in which a key occurs once, so only the keys other files name are
looked for in it, and those of rows that were linked to a person who may have a row there as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ibis
import pyarrow.parquet as pq

from leye.data.pool.catalogue import delivery_number
from leye.data.pool.prepared import MONTH
from leye.data.pool.source_types import SourceContract
from leye.data.pool.store import month_of_file

Read = Callable[[Sequence[str]], ibis.Table]
"""Gives the rows of files, with the persons they were linked to filled in."""
Once = Callable[[str], ibis.Table | None]
"""Gives of a file what ``of_doubled_keys`` gives, None where that is no row."""
PERSON = "person"
_KEY = "_key_"
_TIME = "_time"
_DELIVERIES, _ROWS = 1 << 20, 1 << 27


@dataclass(frozen=True, slots=True)
class Key:
    """The columns of a source's key, and which of them may be blank and still be a key."""

    columns: tuple[str, ...]
    blank: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The columns to compare by."""
        return [f"{_KEY}{name}" if name in self.blank else name for name in self.columns]


def key_of(contract: SourceContract) -> Key:
    """Give the key of a source. Person and month are never blank keys."""
    filled = {each.stored for each in contract.columns if each.required} | {PERSON, MONTH}
    return Key(contract.key, tuple(name for name in contract.key if name not in filled))


@dataclass(frozen=True, slots=True)
class Span:
    """From which to which delivery the rows of a file are, and how many rows there are."""

    first: int
    last: int
    rows: int

    @property
    def single(self) -> bool:
        """Whether all of them are of one delivery."""
        return self.first == self.last


@lru_cache(maxsize=20_000)
def span_of(file: str) -> Span | None:
    """Give the deliveries of a file, from its statistics; None when they do not tell."""
    meta = pq.read_metadata(file)
    names = [meta.schema.column(at).path for at in range(meta.num_columns)]
    found: list[int] = []
    for at in range(meta.num_row_groups):
        statistics = meta.row_group(at).column(names.index("delivery")).statistics
        if statistics is None or not statistics.has_min_max:
            return None
        try:
            found += [
                delivery_number(_text(statistics.min)),
                delivery_number(_text(statistics.max)),
            ]
        except ValueError:
            return None
    return Span(min(found), max(found), meta.num_rows) if found else None


def standing_rows(
    files: Sequence[str],
    *,
    read: Read,
    key: Key,
    month: int,
    effective: str,
    once: Once | None = None,
) -> ibis.Table:
    """Give the rows of a standing source that stand at the end of a month.

    ``effective`` is the column that says from when a row speaks, or the month of its delivery.
    ``once`` is as in ``newest_rows``.
    """
    rows = newest_rows(known_files(files, month), read=read, key=key, once=once)
    late = late_rows(files, rows, read=read, key=key, month=month, effective=effective)
    return rows if late is None else stacked([rows, late])


def known_files(files: Sequence[str], month: int) -> list[str]:
    """Give the files of what was delivered for a month or one before it."""
    return [file for file in files if (month_of_file(file) or 0) <= month]


def late_rows(
    files: Sequence[str], known: ibis.Table, *, read: Read, key: Key, month: int, effective: str
) -> ibis.Table | None:
    """Give the rows that came late, beside the ones known by the month; None where none can be."""
    later = [file for file in files if (month_of_file(file) or 0) > month]
    if not later or effective == MONTH:
        return None
    return _late(known, read(later), key, month, effective)


def standing_of(rows: ibis.Table, *, key: Key, month: int, effective: str) -> ibis.Table:
    """Give what ``standing_rows`` gives, of rows at hand, whatever files they came in.

    They have to hold every row of each key.
    """
    limit = ibis.literal(month, type="int32")
    known = _ranked(rows.filter(rows[MONTH] <= limit), key)
    if effective == MONTH:
        return known
    return stacked([known, _late(known, rows.filter(rows[MONTH] > limit), key, month, effective)])


def newest_of(rows: ibis.Table, key: Key) -> ibis.Table:
    """Give what ``newest_rows`` gives, of rows at hand."""
    return _ranked(rows, key)


def _late(known: ibis.Table, later: ibis.Table, key: Key, month: int, effective: str) -> ibis.Table:
    """Give those of the later rows that speak of the month or before, and of no record known."""
    limit = ibis.literal(month, type="int32")
    spoken = _absent(later.filter(effective_month(later, effective) <= limit), known, key)
    # The first word on a record counts here, and it may be of a later time than one after it.
    first = _ranked(_named_by(later, spoken, key), key, latest=False)
    return first.filter(effective_month(first, effective) <= limit)


def newest_rows(
    files: Sequence[str], *, read: Read, key: Key, once: Once | None = None
) -> ibis.Table:
    """Give the newest row of each key among these files.

    ``once`` is for rows that were linked to persons: without it, each key is taken to occur once in
    a file of one delivery.
    """
    layers = _layers(files)
    if layers is None:
        return _ranked(read(files), key)
    base, older, newer = layers
    rows = read([base])
    if once is not None and (settled := once(base)) is not None:
        rows = stacked([without(rows, settled, key), settled])
    if newer:
        replacing = _ranked(read(newer), key)
        rows = stacked([without(rows, replacing, key), replacing])
    if older:
        earlier = _ranked(read(older), key)
        rows = stacked([rows, _absent(earlier, rows, key)])
    return rows


def replaced_by(rows: ibis.Table, fresh: ibis.Table, key: Key) -> ibis.Table:
    """Give the rows whose key the fresh ones name."""
    return _bare(_keyed(rows, key).semi_join(_keys(fresh, key), key.names), rows, key)


def of_doubled_keys(rows: ibis.Table, linked: ibis.Table, key: Key) -> ibis.Table:
    """Give, of the keys that linked rows share with others among the rows, the newest row each."""
    own = _keyed(replaced_by(rows, linked, key), key)
    times = own.group_by(key.names).agg(_rows=own.count())
    several = times.filter(times["_rows"] > ibis.literal(1, type="int64")).select(*key.names)
    return _ranked(_bare(own.semi_join(several.view(), key.names), rows, key), key)


def first_seen(rows: ibis.Table, before: ibis.Table, key: Key) -> ibis.Table:
    """Give the rows whose key those before them do not name."""
    return _absent(rows, before, key)


def named_by(rows: ibis.Table, others: ibis.Table, key: Key) -> ibis.Table:
    """Give the rows whose key the others name; those others without a person come along."""
    return _named_by(rows, others, key)


def effective_month(rows: ibis.Table, column: str) -> Any:
    """Give the month from which each row speaks, or its delivery's where it does not say."""
    given = rows[column]
    if given.type().is_date():
        hundred = ibis.literal(100, type="int32")
        given = (given.year().cast("int32") * hundred + given.month().cast("int32")).cast("int32")
    return ibis.coalesce(given, rows[MONTH])


def _layers(files: Sequence[str]) -> tuple[str, list[str], list[str]] | None:
    """Give the largest file of one delivery, the files before it, and those beside or after it."""
    spans = {file: span_of(file) for file in files}
    single = {file: span for file, span in spans.items() if span is not None and span.single}
    if not single:
        return None
    base = max(single, key=lambda file: (single[file].rows, file))
    here = (month_of_file(base) or 0, single[base].first)
    older: list[str] = []
    newer: list[str] = []
    for file, span in spans.items():
        month = month_of_file(file) or 0
        if file == base:
            continue
        if span is None:
            return None
        if (month, span.first) > here:
            newer.append(file)
        elif (month, span.last) < here:
            older.append(file)
        else:
            return None
    return base, older, newer


def _ranked(rows: ibis.Table, key: Key, *, latest: bool = True) -> ibis.Table:
    known = rows.filter(rows[PERSON].notnull()) if PERSON in key.columns else rows
    keyed = _keyed(known, key)
    keyed = keyed.mutate(**{_TIME: _time_of(keyed)})
    # Which row it is, is found from the key and one number: to sort whole rows costs far more.
    times = keyed[_TIME]
    found = keyed.group_by(key.names).agg(**{_TIME: times.max() if latest else times.min()})
    kept = keyed.semi_join(found.select(_TIME).view(), _TIME).select(*rows.columns)
    without = rows.filter(rows[PERSON].isnull()) if PERSON in key.columns else None
    return kept if without is None else stacked([kept, without])


def _time_of(rows: ibis.Table) -> Any:
    """Give one number for each row that grows with its month, its delivery and its row.

    It has room for a million deliveries, and for 134 million rows in each.
    """
    month = rows[MONTH].cast("int64")
    hundred = ibis.literal(100, type="int64")
    of_year = month % hundred
    ordinal = (month - of_year) // hundred * ibis.literal(12, type="int64") + of_year
    delivery = rows.delivery.substr(1).cast("int64")
    place = ordinal.cast("int64") * ibis.literal(_DELIVERIES, type="int64") + delivery
    return place * ibis.literal(_ROWS, type="int64") + rows.row


def without(rows: ibis.Table, others: ibis.Table, key: Key) -> ibis.Table:
    """Give the rows whose key the others do not name."""
    return _bare(_keyed(rows, key).anti_join(_keys(others, key), key.names), rows, key)


def _named_by(rows: ibis.Table, others: ibis.Table, key: Key) -> ibis.Table:
    """Give the rows whose key the others name; all without a person, where the key asks for one."""
    found = replaced_by(rows, others, key)
    if PERSON not in key.columns:
        return found
    return stacked([found, others.filter(others[PERSON].isnull())])


def _absent(few: ibis.Table, many: ibis.Table, key: Key) -> ibis.Table:
    """Give those of the few whose key the many do not name, without holding all of their keys."""
    there = _keyed(many, key).semi_join(_keys(few, key), key.names)
    return _bare(_keyed(few, key).anti_join(there.view(), key.names), few, key)


def _keys(rows: ibis.Table, key: Key) -> ibis.Table:
    return _keyed(rows, key).select(*key.names).view()


def _keyed(rows: ibis.Table, key: Key) -> ibis.Table:
    """Add those columns of the key that may be blank in a form in which blanks are equal.

    A blank person stays blank and so equals none.
    """
    made = {f"{_KEY}{name}": _comparable(rows[name]) for name in key.blank}
    return rows.mutate(**made) if made else rows


def _bare(rows: ibis.Table, like: ibis.Table, key: Key) -> ibis.Table:
    return rows.select(*like.columns) if key.blank else rows


def _comparable(column: Any) -> Any:
    kind = column.type()
    blank: Any = "" if kind.is_string() else "0001-01-01" if kind.is_date() else -1
    return ibis.coalesce(column, ibis.literal(blank, type=kind))


def stacked(tables: Sequence[ibis.Table]) -> ibis.Table:
    """Give the rows of all the tables, which have the same columns."""
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
