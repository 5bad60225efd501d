"""What every response carries, whatever page made it."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


def request_id(get_response: GetResponse) -> Callable[[HttpRequest], HttpResponseBase]:
    """Number each request, so that an audit event, a log line and an error page can be matched."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        number = secrets.token_hex(8)
        request.META["LEYE_REQUEST_ID"] = number
        response = get_response(request)
        response.headers["X-Request-ID"] = number
        return response

    return middleware


def response_headers(get_response: GetResponse) -> Callable[[HttpRequest], HttpResponseBase]:
    """Switch off device features, and keep pages of signed-in people out of caches."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware
