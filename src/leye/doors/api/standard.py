"""What the standard interfaces (OGC, SDMX) share: the guard of the API and its limit."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from leye.doors.api.errors import TooManyRequests
from leye.doors.api.http import Mark, View, read_only
from leye.doors.api.throttles import AddressThrottle
from leye.kernel.errors import LeyeError


def standard_view(
    view: View,
    *,
    failed: Callable[[LeyeError], HttpResponse],
    mark: Mark = lambda _request: "",
) -> View:
    """Guard a view as the API's own are, with failures written in the words of its standard."""

    def failing(error: LeyeError) -> HttpResponse:
        response = failed(error)
        if isinstance(error, TooManyRequests):
            response["Retry-After"] = str(error.wait)
        return response

    @wraps(view)
    def limited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        throttle = AddressThrottle()
        if not throttle.allow_request(request):
            raise TooManyRequests(throttle.wait())
        return view(request, *args, **kwargs)

    return read_only(limited, failed=failing, mark=mark)


def boundaries_mark() -> int:
    """Give what changes with the file of boundaries of this installation; 0 without one."""
    try:
        return Path(settings.LEYE_BOUNDARIES).stat().st_mtime_ns if settings.LEYE_BOUNDARIES else 0
    except OSError:
        return 0
