"""Screening at a past date: the registers as they were then, the law of the month, today's program.

The policies' tables are built as they always are, over an earlier release and beside the pool; see
``leye.data.pool.build_aside``. What is kept of the past in the pool itself is another thing: what
the program and the law of then made of it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from leye.data.pool import Pool, Snapshot
from leye.data.pool.build_aside import built_aside, require_shape
from leye.data.pool.engines import Engine
from leye.data.registers.tables import REGISTER_TABLES
from leye.decision.policy.screen import MonthNotBuilt
from leye.decision.policy.tables import policy_tables

READ: Mapping[str, int] = MappingProxyType(
    {
        "person": 0,
        "employer": 0,
        "insurance_month": 24,
        "job_spell": 0,
        "person_month": 0,
        "person_total": 0,
        "household": 0,
        "employer_month": 36,
    }
)
"""The registers that the policies read of a month, and of how many months before it at most."""


def month_as_of(snapshot: Snapshot, month: int | None) -> int:
    """Give the month, or the newest with registers, once it is known that rules can read it.

    :raises MonthNotBuilt: the release has no registers, or none of this month.
    :raises OldShape: its registers were made in a shape that the program no longer reads.
    """
    months = snapshot.months_of("person_month")
    asked = month or (months[-1] if months else 0)
    if asked not in months:
        there = f"那一版有 {months[0]} 到 {months[-1]}" if months else "那一版还没有登记库"
        of_which = f"，{asked}" if asked else ""
        raise MonthNotBuilt(f"第 {snapshot.release} 版数据{of_which}", hint=there)
    for table in REGISTER_TABLES:
        if table.name in READ:
            require_shape(snapshot, table, asked, back=READ[table.name])
    return asked


@contextmanager
def screened_as_of(
    pool: Pool,
    release: int,
    *,
    month: int | None = None,
    engine: Engine | str = "",
    progress: Callable[[int, str, int], None] = lambda _month, _table, _rows: None,
) -> Iterator[tuple[Snapshot, int]]:
    """Screen a month of an earlier release anew; give the release with the result, and the month.

    Without ``month``, the newest that the release has registers of. The law is that of the month.
    ``progress`` hears of each table done: the month, the table, its rows. What is given is read
    like any release, inside the ``with`` alone; the pool keeps nothing of it.

    :raises UnknownRelease: there is none of that number.
    :raises MonthNotBuilt: the release has no registers of the month.
    :raises OldShape: its registers were made in a shape that the program no longer reads.
    :raises EngineUnavailable: the engine is not installed, or does not start.
    :raises StoreFailure: the engine or the disk failed.
    """
    asked = month_as_of(pool.snapshot(release), month)
    with built_aside(
        pool,
        tables=policy_tables(),
        month=asked,
        release=release,
        engine=engine,
        progress=progress,
    ) as then:
        yield then, asked
