"""``--as-of``: which version of the data is meant, and screening it anew."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from leye.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from leye.data.pool import Snapshot

_TABLES = {
    "receiving": "在享名单",
    "entitlement": "逐人、逐户、逐单位判断",
    "entitlement_count": "汇总",
}


class InvalidAsOf(InvalidInput):
    """``--as-of`` is neither a release nor a day, or lies before all data."""

    code = "invalid_as_of"
    title = "版本或日期写法有误"


def release_of(as_of: str | None) -> int | None:
    """Read ``--as-of``: a release, or a day and so the release that was the latest at its end.

    None, the latest of all, where it is not given.

    :raises InvalidAsOf: it is neither, or the pool had nothing on that day.
    """
    import datetime as dt

    from django.utils import timezone

    from leye.doors.web.reading import pool

    if as_of is None or (as_of.isascii() and as_of.isdigit()):
        return None if as_of is None else int(as_of)
    try:
        day = dt.date.fromisoformat(as_of)
    except ValueError:
        raise InvalidAsOf(f"“{as_of}”", hint="写作版本号 701，或日期 2026-11-05") from None
    over = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    found = pool().release_at(timezone.make_aware(over))
    if not found:
        raise InvalidAsOf(f"{as_of} 还没有任何数据", hint="请换一个较晚的日期")
    return found


@contextmanager
def screened_anew(release: int, month: int | None) -> Iterator[tuple["Snapshot", int]]:
    """Screen a month of a version, saying what is done; give the version with the result.

    :raises LeyeError: as ``leye.decision.policy.as_of.screened_as_of``.
    """
    from leye.decision.policy.as_of import screened_as_of
    from leye.doors.web.reading import pool

    print(f"按第 {release} 版数据重新筛查，只用临时文件，现在的数据不变", flush=True)
    with screened_as_of(pool(), release, month=month, progress=_progress()) as found:
        yield found


def _progress() -> Callable[[int, str, int], None]:
    began = time.monotonic()

    def heard(month: int, table: str, rows: int) -> None:
        took = time.monotonic() - began
        print(f"  {month} {_TABLES[table]}：{rows:,} 行（{took:.1f} 秒）", flush=True)

    return heard
