"""The quality of deliveries (数据质量) in five dimensions, each a share with both its numbers.

A dimension that cannot be told of a delivery, such as the consistency of a source without rules for
it, has the denominator 0: that is no data, and never a share of 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction

import ibis
import pyarrow as pa

from leye.data.pool.schemas import INSTANT
from leye.data.pool.snapshot import Snapshot
from leye.data.pool.source_contract import SourceContract, source_contracts
from leye.data.pool.store import redacted
from leye.data.pool.types import Verdict
from leye.kernel.months import first_day, month_add, month_of, month_range
from leye.kernel.place import EVERYWHERE

QUALITY = "quality"


class Dimension(StrEnum):
    """What the quality of data is told by."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    TIMELINESS = "timeliness"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"

    @property
    def label(self) -> str:
        """The dimension in Chinese."""
        return _LABELS[self.value]

    @property
    def meaning(self) -> str:
        """What its share is of what."""
        return _MEANINGS[self.value]


_LABELS = {
    "completeness": "完整性",
    "validity": "有效性",
    "timeliness": "及时性",
    "uniqueness": "唯一性",
    "consistency": "一致性",
}
_MEANINGS = {
    "completeness": "必填的格中填了的",
    "validity": "填了的格中写法正确、在代码表内、校验码相符的",
    "timeliness": "在规定日期前送到的行",
    "uniqueness": "合格的行中主键不重复的",
    "consistency": "各栏之间没有矛盾的行",
}


@dataclass(frozen=True, slots=True)
class Quality:
    """One dimension of one delivery."""

    delivery: str
    source: str
    month: int
    at: datetime
    dimension: Dimension
    numerator: int
    denominator: int

    @property
    def share(self) -> Fraction | None:
        """The share, None where there is none."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


QUALITY_SCHEMA = ibis.schema(
    {
        "delivery": "string",
        "source": "string",
        "month": "int32",
        "at": INSTANT,
        "dimension": "string",
        "numerator": "int64",
        "denominator": "int64",
    }
)


@dataclass(frozen=True, slots=True)
class Due:
    """A source month that should be there: when it was due, and the delivery that brought it.

    ``delivery`` is "" and ``at`` None while it is missing.
    """

    source: str
    month: int
    due: date
    delivery: str = ""
    at: datetime | None = None

    @property
    def missing(self) -> bool:
        """Whether nothing of it was accepted."""
        return not self.delivery

    @property
    def late(self) -> bool:
        """Whether it came after the day it was due."""
        return self.at is not None and self.at.date() > self.due


def due_on(contract: SourceContract, month: int) -> date:
    """Give the day by which a month's delivery is due: in the month after it."""
    return first_day(month_add(month, 1)).replace(day=contract.due_day)


def quality_rows(found: Iterable[Quality]) -> pa.RecordBatchReader:
    """Give the rows of the table of quality."""
    rows = [
        {
            **{field.name: getattr(each, field.name) for field in fields(Quality)},
            "at": each.at.astimezone(UTC),
            "dimension": str(each.dimension),
        }
        for each in found
    ]
    return pa.Table.from_pylist(rows, schema=QUALITY_SCHEMA.to_pyarrow()).to_reader()


def quality_over_time(snapshot: Snapshot, source: str) -> tuple[Quality, ...]:
    """Give the quality of every delivery of a source, in the order they came.

    :raises StoreFailure: the pool cannot be read.
    """
    return _read(snapshot, source)


def quality_of(snapshot: Snapshot, delivery: str) -> tuple[Quality, ...]:
    """Give the quality of one delivery; nothing where it could not be read.

    :raises StoreFailure: the pool cannot be read.
    """
    return tuple(each for each in _read(snapshot, None) if each.delivery == delivery)


def latest_quality(snapshot: Snapshot) -> Mapping[str, tuple[Quality, ...]]:
    """Give the quality of each source's newest delivery of its latest month that has been told.

    :raises StoreFailure: the pool cannot be read.
    """
    newest: dict[str, Quality] = {}
    every = _read(snapshot, None)
    for each in every:
        if each.source not in newest or _order(each) >= _order(newest[each.source]):
            newest[each.source] = each
    return {
        source: tuple(each for each in every if each.delivery == last.delivery)
        for source, last in newest.items()
    }


_CAME = (Verdict.ACCEPTED, Verdict.UNCHANGED, Verdict.NIL)


def expected(
    snapshot: Snapshot, *, on: date, sources: Mapping[str, SourceContract] | None = None
) -> tuple[Due, ...]:
    """Give every source month that is due by a day, from the first that was ever delivered.

    A source of which nothing was ever accepted is expected from the first month of any source. A
    nil report counts as come.

    :raises StoreFailure: the pool cannot be read.
    """
    held = source_contracts() if sources is None else sources
    taken = [
        each
        for each in snapshot.deliveries(EVERYWHERE, limit=10**9)
        if each.contract in held and each.verdict in _CAME
    ]
    if not taken:
        return ()
    # The newest come first, so that the first delivery of a month is the one that stays. Rows that
    # came after all count, and not that there were said to be none.
    taken.sort(key=lambda each: each.verdict is not Verdict.NIL)
    first = {(each.contract, each.month): each for each in taken}
    begun = min(each.month for each in taken)
    found = []
    for name, contract in held.items():
        start = min((month for source, month in first if source == name), default=begun)
        for month in month_range(start, _latest_due(contract, on)):
            came = first.get((name, month))
            due = due_on(contract, month)
            found.append(Due(name, month, due, came.id if came else "", came.at if came else None))
    return tuple(found)


def _latest_due(contract: SourceContract, on: date) -> int:
    before = month_add(month_of(on), -1)
    return before if on.day > contract.due_day else month_add(before, -1)


def _order(each: Quality) -> tuple[int, int, str]:
    return (each.month, len(each.delivery), each.delivery)


def _read(snapshot: Snapshot, source: str | None) -> tuple[Quality, ...]:
    if QUALITY not in snapshot.manifest.tables:
        return ()
    table = snapshot.whole(QUALITY)
    if source is not None:
        table = table.filter(table.source == source)
    with redacted("读取"):
        rows = table.to_pyarrow().to_pylist()
    found = [Quality(**{**row, "dimension": Dimension(row["dimension"])}) for row in rows]
    order = list(Dimension)
    return tuple(
        sorted(found, key=lambda q: (len(q.delivery), q.delivery, order.index(q.dimension)))
    )
