"""Lists, page by page, each list pinned to one data version."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Field, Schema

from leye.analysis.metrics.types import SampleState
from leye.data.pool.types import UnknownRelease
from leye.doors.api.cursors import (
    CURSOR_LONGEST,
    LIMIT_DEFAULT,
    LIMIT_MOST,
    Cursor,
    Key,
    query_digest,
    read_cursor,
    slice_after,
)
from leye.doors.api.errors import BadCursor
from leye.doors.api.reading import Reading, open_reading, scope_for

Item = TypeVar("Item")


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
    items = select(reading)
    run = slice_after(items, key=key, after=cursor.after if cursor else None, limit=query.limit)
    return {
        "items": [body(item) for item in run.items],
        "next_cursor": str(Cursor(reading.release, digest, run.last)) if run.last else None,
        "total": len(items),
        "data_version": reading.release,
        "state": SampleState.HAS_DATA if items else SampleState.NO_DATA,
        "note": "" if items else empty,
    }
