"""A limit on how often one network address may ask, where a deployment sets one.

``LEYE_API_RATE`` in the settings is a number of requests in a time, such as ``600/m`` or
``100/10s``; empty means no limit. Each server process counts for itself.
"""

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle


class AddressThrottle(SimpleRateThrottle):
    """Count anonymous requests by address; signed-in staff are not limited."""

    def __init__(self) -> None:
        self.rate = settings.LEYE_API_RATE or None
        self.num_requests, self.duration = self.parse_rate(self.rate)

    def get_ident(self, request: HttpRequest) -> str | None:
        """Give the client's address; forwarded ones count only behind our own proxies."""
        proxies: int = settings.LEYE_PROXIES
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if not proxies or not forwarded:
            return request.META.get("REMOTE_ADDR")
        chain = [part.strip() for part in forwarded.split(",")]
        return chain[-min(proxies, len(chain))]

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Give what is counted, or None where there is no limit."""
        if self.rate is None or request.user.is_authenticated:
            return None
        return f"leye.api.{self.get_ident(request)}"
