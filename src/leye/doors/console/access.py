"""Who gets past the door of a staff page, and what of them is recorded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache

from leye.doors.web.requests import client_address, request_number
from leye.kernel.errors import Forbidden
from leye.service.identity.actions import Action
from leye.service.identity.audit import NOTHING, Fact, Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require, scope_of
from leye.service.identity.roles import Permission

__all__ = [
    "Acting",
    "acting",
    "client_address",
    "request_number",
    "staff_page",
]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, when, and in which request."""

    by: User
    at: datetime
    request_id: str

    def record(
        self,
        action: Action,
        *,
        place: str,
        subject: Subject = NOTHING,
        detail: Mapping[str, Fact] | None = None,
    ) -> None:
        """Write an audit event of this actor."""
        record(
            action=action,
            by=self.by,
            at=self.at,
            place=place,
            subject=subject,
            detail=detail,
            request_id=self.request_id,
        )

    def place_for(self, permission: Permission) -> str:
        """Give the place to record an action under that no single place is the subject of."""
        places = scope_of(self.by, permission).places
        return min(places, key=lambda code: (len(code.rstrip("0")), code), default=self.by.place)


def acting(request: HttpRequest) -> Acting:
    """Give who acts in this request; only behind ``staff_page``."""
    user = request.user
    if not isinstance(user, User):
        raise Forbidden("请先登录")
    return Acting(user, timezone.now(), request_number(request))


def staff_page(permission: Permission | None = None) -> Callable[[View[P]], View[P]]:
    """Let signed-in staff in, and with ``permission`` only those who hold it somewhere.

    Others are sent to sign in; whoever must change their password is sent to do that first.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                return redirect_to_login(request.get_full_path())
            if user.must_change_password:
                return HttpResponseRedirect(resolve_url("console:password"))
            if permission is not None:
                _require(request, user, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _require(request: HttpRequest, user: User, permission: Permission) -> None:
    try:
        require(user, permission)
    except Forbidden:
        acting(request).record(
            Action.ACCESS_REFUSED, place=user.place, detail={"action": permission.value}
        )
        raise
