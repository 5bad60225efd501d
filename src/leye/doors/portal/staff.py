"""Pages among the public ones that are for staff alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from leye.kernel.errors import Forbidden
from leye.service.identity.actions import Action
from leye.service.identity.audit import record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission

View = Callable[..., HttpResponseBase]


def for_staff(permission: Permission) -> Callable[[View], View]:
    """Let in whoever holds the permission somewhere; the view cuts to where.

    Others are sent to sign in, or refused, which is recorded.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @require_safe
        @never_cache
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                return redirect_to_login(request.get_full_path())
            if user.must_change_password:
                return HttpResponseRedirect(resolve_url("console:password"))
            require_on_record(request, user, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def require_on_record(
    request: HttpRequest, user: User, permission: Permission, place: str | None = None
) -> None:
    """Do nothing for those who hold the permission, in ``place`` or anywhere.

    :raises Forbidden: the asker does not; that it was asked for is recorded.
    """
    try:
        require(user, permission, place)
    except Forbidden:
        record(
            action=Action.ACCESS_REFUSED,
            by=user,
            at=timezone.now(),
            place=user.place,
            detail={"action": permission.value} | ({"place": place} if place else {}),
            request_id=str(request.META.get("LEYE_REQUEST_ID", "")),
        )
        raise
