"""Lists, page by page, each list pinned to one data version."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Schema

from leye.analysis.metrics.types import SampleState
from leye.data.pool.types import UnknownRelease
from leye.doors.api.cursors import (
    CURSOR_LONGEST,
    LIMIT_DEFAULT,
    LIMIT_MOST,
    Cursor,
    Key,
    Ordered,
    query_digest,
    read_cursor,
)
from leye.doors.api.errors import BadCursor
from leye.doors.api.reading import Reading, open_reading, scope_for

Item = TypeVar("Item")

MOST_HELD = 60_000
"""How many items of lists a process holds; a figure takes about 1.5 kB."""


class _HeldLists:
    """The lists used last. A list of one data version never changes, so its pages share it."""

    def __init__(self) -> None:
        self._lists: OrderedDict[Hashable, Ordered[Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable, make: Callable[[], Ordered[Any]]) -> Ordered[Any]:
        """Give the list of a name, made anew when it is not held."""
        with self._lock:
            if name in self._lists:
                self._lists.move_to_end(name)
                return self._lists[name]
        made = make()
        with self._lock:
            self._lists[name] = made
            while sum(len(each.keys) for each in self._lists.values()) > MOST_HELD:
                self._lists.popitem(last=False)
        return made


_held = _HeldLists()


class PageQuery(Schema):
    """The parameters of every list."""

    cursor: str | None = Field(
        None,
        max_length=CURSOR_LONGEST,
        description="上一页给出的 next_cursor，原样带回；其他参数不变",
    )
    limit: int = Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MOST, description=f"每页条数，1—{LIMIT_MOST}")


def page(
    request: HttpRequest,
    query: PageQuery,
    *,
    select: Callable[[Reading], Sequence[Item]],
    key: Callable[[Item], Key],
    body: Callable[[Item], dict[str, Any]],
    empty: str,
) -> dict[str, Any]:
    """Give one page of what ``select`` finds, in key order.

    The data version of the first page holds for the whole list, so nothing is repeated or left out
    when a delivery is accepted in between. ``empty`` says why there may be nothing.

    :raises BadCursor: the cursor is not of this list, or its data version is gone.
    """
    digest = query_digest(request.path, query.model_dump(), scope=scope_for(request))
    cursor = read_cursor(query.cursor, query=digest) if query.cursor else None
    try:
        reading = open_reading(request, release=cursor.release if cursor else None)
    except UnknownRelease as error:
        raise BadCursor("这次翻页所用的数据版本已不再保留", hint="请从第一页重新开始") from error
    name = (reading.release, digest, timezone.localdate(), str(settings.LEYE_POOL))
    return page_of(
        query,
        name=name,
        cursor=cursor or Cursor(reading.release, digest, ()),
        make=lambda: Ordered.of(select(reading), key=key),
        body=body,
        empty=empty,
    )


def page_of(
    query: PageQuery,
    *,
    name: Hashable,
    cursor: Cursor,
    make: Callable[[], Ordered[Item]],
    body: Callable[[Item], dict[str, Any]],
    empty: str,
) -> dict[str, Any]:
    """Give the page after ``cursor``, whose ``after`` is blank at the beginning.

    ``name`` is that of the whole list, which is made only where it is not held.
    """
    listed = _held.get(name, make)
    run = listed.after(cursor.after or None, limit=query.limit)
    following = Cursor(cursor.release, cursor.query, run.last) if run.last else None
    return {
        "items": [body(item) for item in run.items],
        "next_cursor": str(following) if following else None,
        "total": len(listed.keys),
        "data_version": cursor.release,
        "state": SampleState.HAS_DATA if listed.keys else SampleState.NO_DATA,
        "note": "" if listed.keys else empty,
    }
