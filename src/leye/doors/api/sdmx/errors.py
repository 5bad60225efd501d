"""Failures in the words of SDMX: a numbered error message."""

from django.http import HttpResponse

from leye.doors.api.errors import TooManyRequests, status_of
from leye.doors.api.sdmx.xml import element, xml_bytes
from leye.kernel.errors import InvalidInput, LeyeError, NotFound

STRUCTURE_TYPE = "application/vnd.sdmx.structure+xml;version=2.1"


class NoResults(NotFound):
    """Nothing matches the query."""

    code = "sdmx_no_results"
    title = "没有符合条件的数据"


class TooLarge(LeyeError):
    """The answer would be too large."""

    code = "sdmx_too_large"
    title = "要的数据太多"


class NotSupported(LeyeError):
    """A part of the standard that is not offered."""

    code = "sdmx_not_supported"
    title = "没有提供这种功能"


class WrongQuery(InvalidInput):
    """The query is not written as the standard says."""

    code = "sdmx_wrong_query"
    title = "查询的写法有误"


class NotAcceptable(LeyeError):
    """The form asked for is not offered."""

    code = "sdmx_not_acceptable"
    title = "没有提供这种格式"


# Numbers from 1000 on are each service's own.
_NUMBERS: tuple[tuple[type[LeyeError], str, int | None], ...] = (
    (NotFound, "100", None),
    (TooLarge, "130", 413),
    (InvalidInput, "140", None),
    (NotSupported, "501", 501),
    (NotAcceptable, "1000", 406),
    (TooManyRequests, "1001", None),
)


def failed(error: LeyeError) -> HttpResponse:
    """Write a failure as an SDMX-ML error message, in Chinese, with its hint."""
    number, status = next(
        (
            (number, status or status_of(error))
            for kind, number, status in _NUMBERS
            if isinstance(error, kind)
        ),
        ("500", status_of(error)),
    )
    near = "、".join(getattr(error, "near", ()))
    texts = (f"{error.title}：{error.detail}", error.hint, f"相近：{near}" if near else "")
    message = element(
        "mes:ErrorMessage",
        {"code": number},
        *(element("com:Text", {"xml:lang": "zh"}, text) for text in texts if text),
    )
    content = xml_bytes(element("mes:Error", {}, message))
    return HttpResponse(content, status=status, content_type=STRUCTURE_TYPE)
