"""Expected failures as pages: what happened, what to do next, and the right status."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from leye.data.pool.types import PoolBusy
from leye.kernel.errors import Forbidden, InvalidInput, LeyeError, NotFound

_STATUS: tuple[tuple[type[LeyeError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (InvalidInput, 400),
    (PoolBusy, 503),
)


def status_of(error: LeyeError) -> int:
    """Give the HTTP status that says what kind of failure this is."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 422)


def error_page(request: HttpRequest, error: LeyeError) -> HttpResponse:
    """Give the page of an expected failure."""
    return render(request, "web/error.html", {"error": error}, status=status_of(error))


class LeyeErrorMiddleware:
    """Renders a ``LeyeError`` that a page let through. Others go on to the log and page 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Give the page of an expected failure; None leaves the exception to Django."""
        if not isinstance(exception, LeyeError):
            return None
        return error_page(request, exception)
