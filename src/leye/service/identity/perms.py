"""What an account may do, and where."""

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from leye.data.pool.types import Submitter
from leye.kernel.errors import Forbidden
from leye.kernel.place import PUBLIC, Scope
from leye.service.identity.roles import Permission

if TYPE_CHECKING:
    from leye.service.identity.models import User

Asker = AbstractBaseUser | AnonymousUser


def scope_of(user: Asker, permission: Permission) -> Scope:
    """Give the places within which the asker holds the permission; empty for none.

    An account that is disabled, or whose password somebody else still knows, holds nothing.
    """
    account = _account(user)
    if account is None or not account.is_active or account.must_change_password:
        return PUBLIC
    return Scope.of(place for role, place in account.held if permission in role.permissions)


def viewer_scope(user: Asker) -> Scope:
    """Give the places whose unpublished figures the asker may see."""
    return scope_of(user, Permission.READ_UNPUBLISHED)


def holds(user: Asker, permission: Permission, place: str | None = None) -> bool:
    """Whether the asker holds the permission, in ``place`` or, when None, anywhere."""
    scope = scope_of(user, permission)
    return bool(scope.places) if place is None else scope.covers(place)


def require(user: Asker, permission: Permission, place: str | None = None) -> None:
    """Do nothing for those who hold the permission, in ``place`` or anywhere.

    :raises Forbidden: the asker does not.
    """
    if not holds(user, permission, place):
        where = f"（{place}）" if place else ""
        raise Forbidden(
            f"您没有“{permission.label}”的权限{where}", hint="如确需办理，请联系本地区账号管理员"
        )


def submitting_places(user: Asker) -> tuple[str, ...]:
    """Give the places the asker hands figures in for, widest first."""
    places = scope_of(user, Permission.SUBMIT_FIGURES).places
    return tuple(sorted(places, key=lambda code: (len(code.rstrip("0")), code)))


def submitter_for(user: Asker, place: str | None = None) -> Submitter:
    """Give the asker as the pool knows them, answering for ``place`` (else their widest).

    The scope is that one place, so that a delivery never holds rows its readers may not see.

    :raises Forbidden: the asker does not hand figures in there.
    """
    places = submitting_places(user)
    account = _account(user)
    if account is None or not places or (place is not None and place not in places):
        raise Forbidden(
            "您不能为这个地区报送数据" if place else "您没有“报送数据”的权限",
            hint="如确需报送，请联系本地区账号管理员",
        )
    chosen = place or places[0]
    return Submitter(
        account=account.key,
        place=chosen,
        scope=Scope.of([chosen]),
        may_publish=holds(user, Permission.PUBLISH_FIGURES, chosen),
    )


def _account(user: Asker) -> "User | None":
    # The models' querysets are built on this module.
    from leye.service.identity.models import User

    return user if isinstance(user, User) else None
