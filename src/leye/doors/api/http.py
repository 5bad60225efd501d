"""What holds for every address of the API: reading only, JSON errors, validators for caches."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from leye.analysis.metrics import catalogue
from leye.analysis.metrics.register_figures import register_catalogue
from leye.data.reference import places
from leye.doors.api.errors import (
    MethodNotAllowed,
    TooLarge,
    TooManyRequests,
    Unavailable,
    problem_response,
)
from leye.doors.api.interface import description
from leye.doors.api.reading import latest_release, scope_for
from leye.doors.api.register_reading import exact_scope, register_mark
from leye.doors.web.reading import targets
from leye.kernel.errors import LeyeError

View = Callable[..., HttpResponseBase]
Failed = Callable[[LeyeError], HttpResponse]
Mark = Callable[[HttpRequest], object]

ALLOWED = "GET, HEAD, OPTIONS"
PUBLIC_SECONDS = 60
"""How long a cache may give an anonymous answer without asking again."""
BODY_LIMIT = 256 * 1024
"""The largest body taken, in bytes."""
ASKING = frozenset({"policy_check"})
"""Operations that are asked by POST."""

_log = logging.getLogger("django.request")


def read_only(
    view: View, *, failed: Failed = problem_response, mark: Mark = lambda _request: ""
) -> View:
    """Answer GET and HEAD with the view, OPTIONS with what is allowed, anything else with 405.

    ``failed`` writes failures down, as JSON unless told otherwise. An answer carries an ETag made
    of the data versions, the asker's scopes, the definitions, the address and the form asked for; a
    request that brings it back gets 304 without evaluation. ``mark`` gives what else it depends on.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            etag = _etag(request, mark) if request.method in {"GET", "HEAD"} else ""
            return _answer(view, etag, failed, request, *args, **kwargs)
        except LeyeError as error:
            return _headed(request, failed(error))
        except Exception:  # noqa: BLE001 - logged with its trace, and told in JSON like the rest
            _log.exception("%s failed", request.path)
            return _headed(request, failed(Unavailable("服务器内部出错", hint="请稍后再试")))

    # Nothing is ever changed here, so a forged request gains nothing; 405 says more than 403.
    answer.csrf_exempt = True  # type: ignore[attr-defined]  # a mark Django's middleware looks for
    return answer


def answering(view: View, *, methods: Sequence[str] = ("POST",)) -> View:
    """Answer what is asked in a body, which is read, answered and forgotten.

    Nothing is changed by it, so a forged request gains nothing. The body is limited, no answer is
    kept by a cache, failures are JSON, and the limit on requests holds as everywhere.
    """
    allowed = ", ".join((*methods, "OPTIONS"))

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _headed(request, HttpResponse(status=204, headers={"Allow": allowed}))
        try:
            if request.method not in methods:
                said = f"不能用 {request.method} 方法"
                raise MethodNotAllowed(said, hint=f"可用的方法：{allowed}")
            asked_body(request)
            return _headed(request, view(request, *args, **kwargs))
        except LeyeError as error:
            response = problem_response(error)
            if isinstance(error, MethodNotAllowed):
                response["Allow"] = allowed
            if isinstance(error, TooManyRequests):
                response["Retry-After"] = str(error.wait)
            return _headed(request, response)
        except Exception:  # noqa: BLE001 - logged with its trace, and told in JSON like the rest
            _log.exception("%s failed", request.path)
            failed = problem_response(Unavailable("服务器内部出错", hint="请稍后再试"))
            return _headed(request, failed)

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # a mark Django's middleware looks for
    return answer


def asked_body(request: HttpRequest) -> bytes:
    """Give the body of a request.

    :raises TooLarge: it is larger than ``BODY_LIMIT``.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > BODY_LIMIT:
        raise TooLarge(f"内容超过 {BODY_LIMIT // 1024} KB", hint="请分几次发送")
    return request.body


def guarded(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern]:
    """Give the patterns with each view wrapped by ``read_only``, or ``answering`` where it asks."""
    return [
        path(str(each.pattern), _guard(each), name=each.name)
        for each in patterns
        if isinstance(each, URLPattern)
    ]


def _guard(each: URLPattern) -> View:
    return answering(each.callback) if each.name in ASKING else read_only(each.callback)


def _answer(
    view: View, etag: str, failed: Failed, request: HttpRequest, *args: object, **kwargs: object
) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return _headed(request, HttpResponse(status=204, headers={"Allow": ALLOWED}))
    if request.method not in {"GET", "HEAD"}:
        refused = failed(
            MethodNotAllowed(f"不能用 {request.method} 方法", hint=f"可用的方法：{ALLOWED}")
        )
        refused["Allow"] = ALLOWED
        return _headed(request, refused)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _headed(request, HttpResponseNotModified(), etag=etag)
    method, request.method = request.method, "GET"
    try:
        response = view(request, *args, **kwargs)
    finally:
        request.method = method
    return _headed(request, response, etag=etag if response.status_code == 200 else "")


def _etag(request: HttpRequest, mark: Mark) -> str:
    parts = (
        mark(request),
        latest_release(),
        register_mark(),
        sorted(scope_for(request).places),
        sorted(exact_scope(request).places),
        _definitions(),
        # A score depends on how much of its period is gone.
        timezone.localdate().isoformat(),
        request.build_absolute_uri(),
        request.headers.get("Accept", ""),
    )
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


@cache
def _definitions() -> str:
    """Give a digest of what answers depend on besides the pool: it changes with the product."""
    shapes = json.dumps(description(), sort_keys=True)
    defined = (list(catalogue()), list(register_catalogue()), targets(), places().edition)
    text = repr((shapes, defined))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _headed(
    request: HttpRequest, response: HttpResponseBase, *, etag: str = ""
) -> HttpResponseBase:
    patch_vary_headers(response, ("Cookie", "Accept"))
    if etag:
        response["ETag"] = etag
    if request.user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
    elif etag:
        response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    else:
        response["Cache-Control"] = "no-store"
    return response
