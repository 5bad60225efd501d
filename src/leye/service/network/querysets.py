"""Service points and coordinates by place."""

from typing import TYPE_CHECKING, NoReturn

from django.db import models

from leye.kernel.place import Scope
from leye.service.identity.errors import AppendOnly
from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission

if TYPE_CHECKING:
    from leye.service.network.models import PlacePoint, ServicePoint  # noqa: F401 - type names


class ServicePointQuerySet(models.QuerySet["ServicePoint"]):
    """Service points by place, and by who keeps them; never removed."""

    def delete(self) -> NoReturn:
        """Refuse: points are closed."""
        raise AppendOnly

    def inside(self, scope: Scope) -> "ServicePointQuerySet":
        """Keep points of places within the scope."""
        return self.filter(within(scope))

    def managed_by(self, user: Asker) -> "ServicePointQuerySet":
        """Keep points the asker looks after."""
        return self.inside(scope_of(user, Permission.MANAGE_NETWORK))

    def open(self) -> "ServicePointQuerySet":
        """Keep points that are not closed."""
        return self.filter(active=True)


class PlacePointQuerySet(models.QuerySet["PlacePoint"]):
    """Coordinates by place, and by who keeps them."""

    def inside(self, scope: Scope) -> "PlacePointQuerySet":
        """Keep coordinates of places within the scope."""
        return self.filter(within(scope))

    def managed_by(self, user: Asker) -> "PlacePointQuerySet":
        """Keep coordinates of places the asker looks after."""
        return self.inside(scope_of(user, Permission.MANAGE_NETWORK))
