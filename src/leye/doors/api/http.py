"""What holds for every address of the API: reading only, JSON errors, validators for caches."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from functools import cache, wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from leye.analysis.metrics import catalogue
from leye.data.reference import places
from leye.doors.api.errors import MethodNotAllowed, Unavailable, problem_response
from leye.doors.api.interface import description
from leye.doors.api.reading import latest_release, scope_for
from leye.doors.web.reading import targets
from leye.kernel.errors import LeyeError

View = Callable[..., HttpResponseBase]

ALLOWED = "GET, HEAD, OPTIONS"
PUBLIC_SECONDS = 60
"""How long a cache may give an anonymous answer without asking again."""

_log = logging.getLogger("django.request")


def read_only(view: View) -> View:
    """Answer GET and HEAD with the view, OPTIONS with what is allowed, anything else with 405.

    Failures are JSON. An answer carries an ETag made of the data version, the asker's scope, the
    definitions and the address; a request that brings it back gets 304 without evaluation.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return _answer(view, request, *args, **kwargs)
        except LeyeError as error:
            return _headed(request, problem_response(error))
        except Exception:  # noqa: BLE001 - logged with its trace, and told in JSON like the rest
            _log.exception("%s failed", request.path)
            return _headed(
                request, problem_response(Unavailable("服务器内部出错", hint="请稍后再试"))
            )

    # Nothing is ever changed here, so a forged request gains nothing; 405 says more than 403.
    answer.csrf_exempt = True  # type: ignore[attr-defined]  # a mark Django's middleware looks for
    return answer


def guarded(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern]:
    """Give the patterns with each view wrapped by ``read_only``."""
    return [
        path(str(each.pattern), read_only(each.callback), name=each.name)
        for each in patterns
        if isinstance(each, URLPattern)
    ]


def _answer(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return _headed(request, HttpResponse(status=204, headers={"Allow": ALLOWED}))
    if request.method not in {"GET", "HEAD"}:
        refused = problem_response(
            MethodNotAllowed(f"不能用 {request.method} 方法", hint=f"可用的方法：{ALLOWED}")
        )
        refused["Allow"] = ALLOWED
        return _headed(request, refused)
    etag = _etag(request)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _headed(request, HttpResponseNotModified(), etag=etag)
    method, request.method = request.method, "GET"
    try:
        response = view(request, *args, **kwargs)
    finally:
        request.method = method
    return _headed(request, response, etag=etag if response.status_code == 200 else "")


def _etag(request: HttpRequest) -> str:
    parts = (
        latest_release(),
        sorted(scope_for(request).places),
        _definitions(),
        # A score depends on how much of its period is gone.
        timezone.localdate().isoformat(),
        request.get_full_path(),
    )
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


@cache
def _definitions() -> str:
    """Give a digest of what answers depend on besides the pool: it changes with the product."""
    shapes = json.dumps(description(), sort_keys=True)
    text = repr((shapes, list(catalogue()), targets(), places().edition))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _headed(
    request: HttpRequest, response: HttpResponseBase, *, etag: str = ""
) -> HttpResponseBase:
    patch_vary_headers(response, ("Cookie",))
    if etag:
        response["ETag"] = etag
    if request.user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
    elif etag:
        response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    else:
        response["Cache-Control"] = "no-store"
    return response
