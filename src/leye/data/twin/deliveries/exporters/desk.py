"""What an exporter works with: the month, the records of it in pages, and their columns as text."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from leye.data.twin.deliveries import texts
from leye.data.twin.deliveries.directory import Directory
from leye.data.twin.deliveries.texts import Numbers
from leye.data.twin.events import Rows
from leye.data.twin.types import World, WorldMonth

PAGE_ROWS = 400_000
"""How many records are turned into text at a time: the memory a source takes is that of a page."""
_CENTS = 100

Columns: TypeAlias = Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of one kind, their fields as columns of text."""

    directory: Directory
    records: Columns | Rows

    def of(self, field: str) -> Numbers:
        """Give a field as it is in the records."""
        return self.records[field]

    def number(self, field: str = "person") -> pa.Array:
        """Give the identity numbers."""
        return texts.picked(self.directory.numbers, self.of(field))

    def name(self, field: str = "person") -> pa.Array:
        """Give the names of the people."""
        return texts.picked(self.directory.names, self.of(field))

    def phone(self) -> pa.Array:
        """Give the telephone numbers of the people, null for those without one."""
        return texts.picked(self.directory.phones, self.of("person"))

    def firm(self, field: str = "firm") -> pa.Array:
        """Give the credit codes of firms, null where there is none."""
        return texts.picked(self.directory.credit_codes, self.of(field))

    def firm_name(self, field: str = "firm") -> pa.Array:
        """Give the names of firms, null where there is none."""
        return texts.picked(self.directory.firm_names, self.of(field))

    def village(self, field: str = "village") -> pa.Array:
        """Give the codes of villages."""
        return texts.picked(self.directory.villages, self.of(field))

    def county(self, field: str = "county") -> pa.Array:
        """Give the codes of counties."""
        return texts.picked(self.directory.counties, self.of(field))

    def destination(self, field: str = "destination") -> pa.Array:
        """Give the codes of provinces and cities outside, null where there is none."""
        return texts.picked(self.directory.destinations, self.of(field))

    def school(self) -> pa.Array:
        """Give the names of schools."""
        return texts.picked(self.directory.schools, self.of("school"))

    def major(self) -> pa.Array:
        """Give the names of majors."""
        return texts.picked(self.directory.majors, self.of("major"))

    def occupation(self) -> pa.Array:
        """Give the codes of occupations, null where there is none."""
        return texts.picked(self.directory.occupations, self.of("occupation"))

    def occupation_name(self) -> pa.Array:
        """Give the names of occupations, as the title of a job."""
        return texts.picked(self.directory.occupation_names, self.of("occupation"))

    def day(self, field: str) -> pa.Array:
        """Give days, null where open."""
        given = self.of(field).astype("M8[D]")
        null = np.isnat(given)
        return texts.days(np.where(null, 0, given.astype(np.int64)), null=null)

    def month(self, field: str) -> pa.Array:
        """Give months as 202507, null where there is none."""
        given = self.of(field)
        return texts.whole(given, null=given <= 0)

    def money(self, field: str) -> pa.Array:
        """Give amounts in yuan with two decimals, null where there is none."""
        given = np.asarray(self.of(field), dtype=np.float64)
        null = np.isnan(given)
        return texts.money(np.rint(np.where(null, 0, given) * _CENTS), null=null)

    def whole(self, field: str) -> pa.Array:
        """Give whole numbers."""
        return texts.whole(self.of(field))

    def optional(self, field: str) -> pa.Array:
        """Give whole numbers, null where negative."""
        given = self.of(field)
        return texts.whole(given, null=given < 0)

    def code(self, field: str, *, width: int = 1, null: int | None = None) -> pa.Array:
        """Give codes of at least ``width`` digits; ``null`` is the number that means none."""
        given = self.of(field).astype(np.int64)
        labels = [f"{number:0{width}d}" for number in range(int(given.max(initial=0)) + 1)]
        absent = given < 0 if null is None else given == null
        return texts.coded(labels, np.where(absent, -1, given))

    def yes(self, field: str) -> pa.Array:
        """Give 是 or 否, null where negative."""
        return texts.coded(("否", "是"), self.of(field).astype(np.int64))

    def serial(self, prefix: str, field: str = "record", *, width: int = 10) -> pa.Array:
        """Give the serial numbers of the records."""
        return texts.numbered(prefix, self.of(field), width=width)

    def beside(self, **fields: Numbers) -> "Page":
        """Give a page of other fields of the same records."""
        return Page(self.directory, fields)

    def same(self, value: str | None) -> pa.Array:
        """Give one text for all."""
        return texts.same(value, self.size)

    @property
    def size(self) -> int:
        """How many records the page holds."""
        if isinstance(self.records, np.ndarray):
            return len(self.records)
        return len(next(iter(self.records.values())))

    def rows(self, *, person: str = "person", **columns: pa.Array) -> pa.Table:
        """Give the page as rows of the source; ``person`` is the field of who is behind a row."""
        who = self.of(person) if person else np.full(self.size, -1)
        return texts.rows_of(who, **columns)


@dataclass(frozen=True, slots=True)
class Desk:
    """A department's desk at the end of a month; ``first`` when everything is delivered in full."""

    world: World
    directory: Directory
    now: WorldMonth
    first: bool

    def pages(self, kind: str, *key: str) -> Iterator[Page]:
        """Give the records of a kind that are new or changed, the last of each key.

        In the first month these are all records that stand.
        """
        yield from self.cut(self.latest(kind, *(key or ("record",))))

    def latest(self, kind: str, *key: str) -> Rows:
        """Give what ``pages`` gives, in one."""
        rows: Rows = getattr(self.now.events, kind)
        if self.first:
            rows = np.concatenate([getattr(self.world.opening, kind), rows])
        return _last_of(rows, key)

    def cut(self, records: Columns | Rows) -> Iterator[Page]:
        """Give records in pages."""
        whole = Page(self.directory, records)
        for start in range(0, whole.size, PAGE_ROWS):
            stop = start + PAGE_ROWS
            if isinstance(records, np.ndarray):
                yield Page(self.directory, records[start:stop])
            else:
                yield Page(self.directory, {k: v[start:stop] for k, v in records.items()})


Exporter: TypeAlias = Callable[[Desk], Iterator[pa.Table]]
"""Gives the rows of one source for one month, in pages, as columns of text by contract field."""


def _last_of(rows: Rows, key: tuple[str, ...]) -> Rows:
    """Keep the last record of each key, in the order given."""
    if len(rows) == 0:
        return rows
    marks = rows[list(key)] if len(key) > 1 else rows[key[0]]
    backwards = np.unique(marks[::-1], return_index=True)[1]
    if len(backwards) == len(rows):
        return rows
    return rows[np.sort(len(rows) - 1 - backwards)]


def positions(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Give the positions where a mask is true."""
    return np.flatnonzero(mask).astype(np.int64)
