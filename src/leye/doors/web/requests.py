"""What a request says of itself: its number, and the address it came from."""

from django.conf import settings
from django.http import HttpRequest


def request_number(request: HttpRequest) -> str:
    """Give the number of the request, as audit events carry it."""
    return str(request.META.get("LEYE_REQUEST_ID", ""))


def client_address(request: HttpRequest) -> str:
    """Give the address the request came from, past the proxies that are our own.

    Only the last ``LEYE_PROXIES`` entries of X-Forwarded-For were written by somebody we trust.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    known = settings.LEYE_PROXIES
    if known and len(hops) >= known and hops[-known]:
        return hops[-known]
    return str(request.META.get("REMOTE_ADDR", ""))
