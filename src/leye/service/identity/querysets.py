"""Scope, enforced where rows are read: by place prefix, in the query itself."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from leye.kernel.place import Scope
from leye.service.identity.appendonly import AppendOnlyQuerySet
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission

if TYPE_CHECKING:
    from leye.service.identity.models import Grant, User  # noqa: F401 - type names

Asker = AbstractBaseUser | AnonymousUser


def within(scope: Scope, field: str = "place") -> Q:
    """Give the condition that ``field`` holds a place inside the scope; none for an empty one."""
    condition = Q(pk__in=[])
    for prefix in scope.prefixes:
        condition |= Q(**{f"{field}__startswith": prefix})
    return condition


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants by place."""

    def inside(self, scope: Scope) -> "GrantQuerySet":
        """Keep grants within the scope."""
        return self.filter(within(scope))

    def outside(self, scope: Scope) -> "GrantQuerySet":
        """Keep grants that reach beyond the scope."""
        return self.exclude(within(scope))


class UserQuerySet(models.QuerySet["User"]):
    """Accounts by who may manage them."""

    def manageable_by(self, user: Asker) -> "UserQuerySet":
        """Keep accounts of the asker's places that hold no grant beyond them."""
        scope = scope_of(user, Permission.MANAGE_ACCOUNTS)
        grants = GrantQuerySet(apps.get_model("identity", "Grant"))
        beyond = grants.outside(scope).filter(user=OuterRef("pk"))
        return self.filter(within(scope)).exclude(Exists(beyond))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # a base made at run time
    """Accounts; they are made by ``operations.create_account`` only."""

    def by_key(self, key: str) -> "User":
        """Give the account of an opaque key.

        :raises User.DoesNotExist: there is none.
        """
        return self.get(pk=key_number(key))


def key_number(key: str) -> int:
    """Give the number in an account key, 0 for what is no key."""
    digits = key[1:]
    return int(digits) if key[:1] == "u" and len(key) < 20 and digits.isdecimal() else 0


class AuditEventQuerySet(AppendOnlyQuerySet):
    """Audit events by who may read them; never changed or removed."""

    def visible_to(self, user: Asker) -> "AuditEventQuerySet":
        """Keep events of places the asker may audit."""
        return self.filter(within(scope_of(user, Permission.READ_AUDIT)))
