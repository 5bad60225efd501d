"""Bringing the registers up to date: link what came, then build the months it touched."""

from collections.abc import Callable, Sequence
from datetime import datetime

from leye.data.pool import Pool
from leye.data.pool.build import build_months, months_to_build
from leye.data.pool.engines import Engine
from leye.data.pool.waiting import waiting_months
from leye.data.registers.linkage import link
from leye.data.registers.serving import write_serving_copy
from leye.data.registers.serving_ahead import serving_ahead
from leye.data.registers.tables import REGISTER_TABLES


def refresh(
    pool: Pool,
    *,
    at: datetime,
    engine: Engine | str = "",
    months: Sequence[int] | None = None,
    progress: Callable[[int], None] = lambda _month: None,
) -> tuple[int, ...]:
    """Link new rows and build ``months``, or all that are stale, the earliest first.

    A month that comes out otherwise makes those stale that looked at it, so they are judged again
    after each; one that comes out as it was ends the chain. Gives the months built. ``progress``
    hears of each month done. At the end the serving copy is made of what changed; where nothing
    came, nothing is written. Cut short, the months done stand, and the same call goes on.

    :raises BuildRunning: another process is building.
    :raises EngineUnavailable: the engine is not installed, or does not start.
    :raises PoolBusy: another writer held the pool.
    :raises StoreFailure: the store failed; months built before stand.
    """
    if months is None and not waiting_months(pool, tables=REGISTER_TABLES):
        write_serving_copy(pool)
        return ()
    link(pool, at=at)
    # Judged again: persons found just now change months built before.
    waiting = months_to_build(pool, tables=REGISTER_TABLES) if months is None else months
    last = REGISTER_TABLES[-1].name
    done: list[int] = []

    with serving_ahead(pool.root) as ahead:

        def heard(month: int, table: str, _rows: int) -> None:
            ahead.began(month)
            if table == last:
                done.append(month)
                progress(month)

        build_months(
            pool,
            tables=REGISTER_TABLES,
            months=waiting,
            at=at,
            engine=engine,
            progress=heard,
            follow=months is None,
        )
    if months is None:
        waiting_months(pool, tables=REGISTER_TABLES)
    write_serving_copy(pool)
    return tuple(done)
