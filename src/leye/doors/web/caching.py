"""What a browser may keep of a page: while data, program, day and choices stay, or nothing."""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import condition, require_safe

from leye.data.registers.queries.served import served
from leye.doors.web.demo import demo_city
from leye.doors.web.reading import pool

View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """Let anybody read the page, and answer 304 to a reader who has this very version of it.

    The version is made of the address, the data version, that of the maps' serving copy, the
    program, the day (targets are judged on a day) and the type size. Pages of people who are signed
    in are never kept.
    """

    @wraps(view)
    @require_safe
    @condition(etag_func=_etag)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if not request.user.is_authenticated:
            patch_cache_control(response, no_cache=True)
        return response

    return guarded


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Keep a page out of caches and search, and its address from everybody.

    Not even our own server's log is told it as a referrer; the origin must be, or the browser
    sends none with a form and the form is refused.
    """
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _etag(request: HttpRequest, *_args: Any, **_kwargs: Any) -> str | None:
    if request.user.is_authenticated:
        return None
    demo = demo_city()
    copy = served(settings.LEYE_POOL)
    parts = (
        request.get_full_path(),
        str(pool().snapshot().release),
        str(copy.release if copy else 0),
        _program(),
        timezone.localdate().isoformat(),
        request.COOKIES.get("big", ""),
        str(settings.LEYE_POOL),
        demo.mark if demo else "",
    )
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f'"{digest[:32]}"'


@cache
def _program() -> str:
    """Give a mark of the installed program: its newest file, the same in every process."""
    folder = Path(__file__).resolve().parents[2]
    return str(max(file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()))
