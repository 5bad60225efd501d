"""OpenFisca's own web API under ``/openfisca/``: a WSGI application inside Django.

Bodies are read, answered and forgotten: nothing of them is stored or logged.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse

from leye.decision.policy.openfisca_api import web_application
from leye.doors.api.errors import TooManyRequests
from leye.doors.api.http import answering, asked_body
from leye.doors.api.throttles import AddressThrottle

MOUNTED_AT = "/openfisca"
_METHODS = ("GET", "HEAD", "POST")
_PASSED_ON = frozenset({"content-type", "location", "country-package", "country-package-version"})


def _openfisca(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Hand the request to OpenFisca and give back what it answers."""
    throttle = AddressThrottle()
    if not throttle.allow_request(request):
        raise TooManyRequests(throttle.wait())
    status = [HTTPStatus.OK.value]
    headers: list[tuple[str, str]] = []

    def start(line: str, given: list[tuple[str, str]], *_: Any) -> Any:
        status[0] = int(line.split(" ", 1)[0])
        headers.extend(given)

    application: Any = web_application()
    found: Iterable[bytes] = application(_environ(request, rest), start)
    response = HttpResponse(b"".join(found), status=status[0])
    for name, value in headers:
        if name.lower() in _PASSED_ON:
            response[name] = value
    return response


openfisca = answering(_openfisca, methods=_METHODS)


def _environ(request: HttpRequest, rest: str) -> Mapping[str, Any]:
    """Give only what OpenFisca needs: no cookie, no forwarded address, a host that is allowed."""
    body = asked_body(request)
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": MOUNTED_AT,
        # A trailing slash would be redirected to an address outside.
        "PATH_INFO": "/" + rest.rstrip("/"),
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": request.get_host(),
        "SERVER_NAME": request.get_host().rpartition(":")[0] or request.get_host(),
        "SERVER_PORT": request.get_port(),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
