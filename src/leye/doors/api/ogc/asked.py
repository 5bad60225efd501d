"""The query parameters of features: limit, offset, bbox, datetime, and those of the map."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone

from leye.doors.api.errors import InvalidParameter
from leye.doors.api.parameters import check_parameters
from leye.kernel.months import month_of

LIMIT_USUAL, LIMIT_MOST = 100, 1000
PAGING = ("limit", "offset", "bbox", "datetime")
OF_MAP = ("indicator", "parent", "group", "axis", "code")
OF_POINTS = ("kind", "parent")
_OPEN = ("", "..")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}(-[0-9]{2}"
    r"([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2}))?)?"
)
_FIRST, _LAST = 100001, 999912
_TIME_HINT = "写作 2024-03-31、2024-03-31T00:00:00Z，或一段：2024-01-01/2024-03-31、2024-01-01/.."
_BOX_HINT = "写作 西,南,东,北（度，WGS-84），如 114.0,27.0,116.0,29.0"

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the features of a collection; ``span`` are the first and last month."""

    limit: int
    offset: int
    boxes: tuple[Box, ...] | None
    span: tuple[int, int] | None


def read_asked(request: HttpRequest, known: Iterable[str]) -> Asked:
    """Read the parameters of a list of features, of which ``known`` are those of the collection.

    :raises UnknownParameter: one is not known, or given twice.
    :raises InvalidParameter: one cannot be used.
    """
    check_parameters(request, (*PAGING, *known))
    given = request.GET
    return Asked(
        limit=min(_whole(given.get("limit", str(LIMIT_USUAL)), "limit", least=1), LIMIT_MOST),
        offset=_whole(given.get("offset", "0"), "offset", least=0),
        boxes=_boxes(given["bbox"]) if "bbox" in given else None,
        span=read_span(given["datetime"]) if "datetime" in given else None,
    )


def read_span(text: str) -> tuple[int, int]:
    """Read a time or an interval (RFC 3339, open ends as ``..``) as its first and last month.

    :raises InvalidParameter: it is neither.
    """
    parts = text.split("/")
    if len(parts) == 1:
        month = _month(parts[0])
        return month, month
    if len(parts) != 2 or all(part in _OPEN for part in parts):
        raise InvalidParameter(f"datetime“{text[:60]}”的写法有误", hint=_TIME_HINT)
    first = _FIRST if parts[0] in _OPEN else _month(parts[0])
    last = _LAST if parts[1] in _OPEN else _month(parts[1])
    if first > last:
        raise InvalidParameter("datetime 的开始晚于结束", hint=_TIME_HINT)
    return first, last


def _month(text: str) -> int:
    if not _DATE.fullmatch(text):
        raise InvalidParameter(f"datetime“{text[:60]}”的写法有误", hint=_TIME_HINT)
    try:
        if len(text) <= 10:
            return month_of(date.fromisoformat(text if len(text) == 10 else f"{text}-01"))
        return month_of(timezone.localtime(datetime.fromisoformat(text.upper())).date())
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(f"datetime“{text}”不是日期", hint=_TIME_HINT) from error


def _boxes(text: str) -> tuple[Box, ...]:
    """Read a bbox; one across the antimeridian (west above east) is two."""
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError as error:
        raise InvalidParameter(f"bbox“{text[:60]}”的写法有误", hint=_BOX_HINT) from error
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4:
        raise InvalidParameter("bbox 应有 4 个或 6 个数", hint=_BOX_HINT)
    west, south, east, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidParameter(f"bbox“{text[:60]}”超出范围", hint=_BOX_HINT)
    if west > east:
        return (west, south, 180.0, north), (-180.0, south, east, north)
    return ((west, south, east, north),)


def _whole(text: str, name: str, *, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
        raise InvalidParameter(f"参数 {name} 应为不小于 {least} 的整数", hint="如 limit=100")
    return int(text)
