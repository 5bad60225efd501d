"""The first view of staff of a county: their own county, not the whole city."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from leye.data.reference import places
from leye.service.identity.models import User
from leye.service.identity.perms import viewer_scope

View = Callable[..., HttpResponse]


def own_county_first(name: str) -> Callable[[View], View]:
    """Lead staff of one county there from an address that asks for nothing.

    ``name`` is that of the place in the page's addresses. An address that asks for anything shows
    everybody the same place, so that it can be sent on.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            county = "" if request.GET else own_county(request)
            if county:
                return HttpResponseRedirect(f"{request.path}?{urlencode({name: county})}")
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def own_county(request: HttpRequest) -> str:
    """Give the county all of an asker's places lie in; blank for visitors and the city's staff."""
    user = request.user
    if not isinstance(user, User):
        return ""
    own = viewer_scope(user).places or {user.place}
    found = {code[: len(settings.LEYE_CITY)] for code in own}
    counties = {county.code for county in places().children(settings.LEYE_CITY)}
    return found.pop() if len(found) == 1 and found <= counties else ""
