"""What an answer says when there is nothing to give: the error, as JSON, with its status."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja.errors import HttpError, Throttled, ValidationError

from leye.kernel.errors import Forbidden, InvalidInput, LeyeError, NotFound

Problem = dict[str, Any]


class BadCursor(InvalidInput):
    """A cursor that was altered, belongs to another query, or whose data version is gone."""

    code = "bad_cursor"
    title = "翻页标记无效"


class UnknownParameter(InvalidInput):
    """A query parameter the address does not know, or one given more than once."""

    code = "unknown_parameter"
    title = "查询参数有误"

    def __init__(self, detail: str, *, hint: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(detail, hint=hint)
        self.near = near


class InvalidParameter(InvalidInput):
    """The value of a query parameter cannot be used."""

    code = "invalid_parameter"
    title = "查询参数的值有误"


class UnknownAddress(NotFound):
    """No such address under ``/api/``."""

    code = "unknown_address"
    title = "没有这个接口"

    def __init__(self, detail: str, *, hint: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(detail, hint=hint)
        self.near = near


class MethodNotAllowed(LeyeError):
    """A method the address does not answer."""

    code = "method_not_allowed"
    title = "不能用这个方法"


class TooLarge(LeyeError):
    """The body of a request is larger than is taken."""

    code = "too_large"
    title = "内容太大"


class TooManyRequests(LeyeError):
    """One address asked too often."""

    code = "too_many_requests"
    title = "请求过于频繁"

    def __init__(self, wait: float | None) -> None:
        self.wait = max(1, round(wait or 60))
        super().__init__("同一地址的请求次数超过上限", hint=f"请在 {self.wait} 秒后再试")


class Unavailable(LeyeError):
    """The server failed; the reason is in its log."""

    code = "server_error"
    title = "服务器出错"


_STATUS: tuple[tuple[type[LeyeError], int], ...] = (
    (NotFound, 404),
    (InvalidInput, 400),
    (Forbidden, 403),
    (MethodNotAllowed, 405),
    (TooLarge, 413),
    (TooManyRequests, 429),
    (Unavailable, 500),
)


def status_of(error: LeyeError) -> int:
    """Give the HTTP status of an error; 503 for what may pass, such as a busy pool."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 503)


def problem(error: LeyeError) -> Problem:
    """Give the body of an error answer."""
    return {
        "code": error.code,
        "title": error.title,
        "detail": error.detail,
        "hint": error.hint,
        "near": list(getattr(error, "near", ())),
    }


def problem_response(error: LeyeError) -> JsonResponse:
    """Give the answer to an error."""
    return JsonResponse(
        problem(error), status=status_of(error), json_dumps_params={"ensure_ascii": False}
    )


def on_leye_error(_request: HttpRequest, error: LeyeError) -> JsonResponse:
    """Answer an expected failure."""
    return problem_response(error)


def on_http_error(_request: HttpRequest, error: HttpError) -> JsonResponse:
    """Answer what the API framework itself refuses."""
    if isinstance(error, Throttled):
        refused = TooManyRequests(error.wait)
        response = problem_response(refused)
        response["Retry-After"] = str(refused.wait)
        return response
    return JsonResponse(
        problem(InvalidParameter(error.message)) | {"code": "http_error"}, status=error.status_code
    )


def on_validation_error(_request: HttpRequest, error: ValidationError) -> JsonResponse:
    """Answer a parameter whose value does not fit the schema."""
    first = error.errors[0]
    name = str(first["loc"][-1])
    return problem_response(
        InvalidParameter(f"参数 {name} {_reason(first)}", hint="可用的取值见 /api/docs")
    )


def _reason(error: dict[str, Any]) -> str:
    context = error.get("ctx", {})
    words = {
        "int_parsing": "应为整数",
        "int_parsing_size": "的数字太大",
        "greater_than_equal": "不能小于 {ge}",
        "less_than_equal": "不能大于 {le}",
        "string_too_long": "超过 {max_length} 个字符",
        "string_too_short": "不能为空",
        "enum": "只能是 {expected} 之一",
        "missing": "是必填的",
    }.get(error["type"], "的写法有误")
    return words.format(**context)
