"""Policies find people: screening the city, and keeping the newest months screened."""

from collections.abc import Callable, Sequence
from datetime import datetime

from leye.data.pool import Pool
from leye.data.pool.build import build_months, months_to_build
from leye.data.pool.engines import Engine
from leye.decision.policy.tables import policy_tables
from leye.kernel.errors import InvalidInput

KEPT = 2
"""How many months, the newest, are screened unasked: so that what changed can be told."""


class MonthNotBuilt(InvalidInput):
    """The registers of the month have not been built."""

    code = "month_not_built"
    title = "这个月的登记库还没有生成"


def screen(
    pool: Pool,
    *,
    at: datetime,
    months: Sequence[int] | None = None,
    engine: Engine | str = "",
    progress: Callable[[int], None] = lambda _month: None,
) -> tuple[int, ...]:
    """Screen ``months``, or those of the newest two that wait for it; give the months screened.

    A month waits when it was never screened, when what it was screened from has changed, or when
    the law has. ``progress`` hears of each month done.

    :raises MonthNotBuilt: a month asked for has no registers.
    :raises BuildRunning: another process is building.
    :raises EngineUnavailable: the engine is not installed, or does not start.
    :raises StoreFailure: the store failed; months screened before stand.
    """
    tables = policy_tables()
    wanted = tuple(months) if months is not None else months_to_screen(pool)
    built = set(pool.snapshot().months_of("person_month"))
    if missing := [month for month in wanted if month not in built]:
        raise MonthNotBuilt(f"{missing[0]}", hint="请先运行 leye registers build")
    last = tables[-1].name

    def heard(month: int, table: str, _rows: int) -> None:
        if table == last:
            progress(month)

    if wanted:
        build_months(pool, tables=tables, months=wanted, at=at, engine=engine, progress=heard)
    return wanted


def months_to_screen(pool: Pool) -> tuple[int, ...]:
    """Give those of the newest months whose screening is missing or outdated.

    :raises StoreFailure: the pool cannot be read.
    """
    newest = pool.snapshot().months_of("person_month")[-KEPT:]
    if not newest:
        return ()
    waiting = months_to_build(pool, tables=policy_tables())
    return tuple(month for month in newest if month in waiting)
