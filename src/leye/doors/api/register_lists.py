"""Lists out of the serving copy: page by page within one data version, or whole as CSV."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from leye.doors.api.cursors import Cursor, Key, Ordered, query_digest, read_cursor
from leye.doors.api.errors import BadCursor, InvalidParameter
from leye.doors.api.paging import PageQuery, page_of
from leye.doors.api.register_reading import RegisterReading, exact_scope
from leye.doors.api.register_rows import table_line
from leye.doors.web.downloads import csv_response
from leye.doors.web.exports import record_exact, record_export

Item = TypeVar("Item")
Form = Literal["json", "csv"]
Select = Callable[[RegisterReading], Sequence[Item]]
Body = Callable[[Item, int], dict[str, Any]]

CSV_FORM = "json 或 csv；不写时看 Accept，默认 json。csv 不分页"
CSV_TYPE = "text/csv"
MOST_ROWS = 60_000
"""The most rows of a list; more has to be asked for in parts."""

_NOT_BUILT = "登记库还没有建成，没有数。"


def wants_csv(request: HttpRequest, form: Form | None) -> bool:
    """Whether the answer is to be CSV: so says ``format``, or else the Accept header."""
    if form is not None:
        return form == "csv"
    return request.get_preferred_type(["application/json", CSV_TYPE]) == CSV_TYPE


def paged(
    request: HttpRequest,
    name: str,
    query: PageQuery,
    reading: RegisterReading | None,
    *,
    select: Select[Item],
    key: Callable[[Item], Key],
    body: Body[Item],
    empty: str,
) -> dict[str, Any]:
    """Give one page of what ``select`` finds, in key order; nothing where nothing was built yet.

    Of staff who get exact figures it is recorded, under ``name``.

    :raises BadCursor: the cursor is not of this list, or the data changed since its first page.
    """
    release = reading.release if reading else 0
    digest = query_digest(request.path, query.model_dump(), scope=exact_scope(request))
    cursor = read_cursor(query.cursor, query=digest) if query.cursor else None
    if cursor is not None and cursor.release != release:
        raise BadCursor("翻页期间数据更新了", hint="请从第一页重新开始")
    found = page_of(
        query,
        name=("registers", reading and reading.copy, digest, str(settings.LEYE_POOL)),
        cursor=cursor or Cursor(release, digest, ()),
        make=lambda: Ordered.of(_bounded(reading, select), key=key),
        body=lambda item: body(item, release),
        empty=empty if reading else _NOT_BUILT,
    )
    record_exact(request, name, found["items"])
    return found


def csv_list(
    request: HttpRequest,
    name: str,
    reading: RegisterReading | None,
    select: Select[Item],
    *,
    key: Callable[[Item], Key],
    body: Body[Item],
    shape: type[Schema],
) -> HttpResponse:
    """Give the whole list as CSV, its columns the fields of ``shape``; of staff it is recorded."""
    release = reading.release if reading else 0
    listed = Ordered.of(_bounded(reading, select), key=key)
    bodies = [body(item, release) for item in listed.items]
    record_export(request, name, rows=len(bodies))
    header = tuple(shape.model_fields)
    return csv_response(name, header, (table_line(each, header) for each in bodies))


def _bounded(reading: RegisterReading | None, select: Select[Item]) -> Sequence[Item]:
    found = select(reading) if reading else ()
    if len(found) > MOST_ROWS:
        raise InvalidParameter(
            f"共有 {len(found)} 行，超过 {MOST_ROWS} 行", hint="请少要几个月，或分几个地区来要"
        )
    return found
