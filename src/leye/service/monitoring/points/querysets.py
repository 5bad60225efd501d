"""Points and panel entries by place and month."""

from typing import TYPE_CHECKING, NoReturn

from django.db import models
from django.db.models import Exists, OuterRef, Q

from leye.kernel.place import Scope
from leye.service.identity.appendonly import AppendOnlyQuerySet
from leye.service.identity.errors import AppendOnly
from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission

if TYPE_CHECKING:
    from leye.service.monitoring.points.models import MonitoringPoint  # noqa: F401 - a type name


class PanelQuerySet(AppendOnlyQuerySet):
    """Panels, strata and exits; never changed or removed."""


class EntryQuerySet(AppendOnlyQuerySet):
    """Who was in the panel when; never changed or removed."""

    def open(self) -> "EntryQuerySet":
        """Keep entries that nobody has ended."""
        return self.filter(exit=None)

    def in_month(self, month: int) -> "EntryQuerySet":
        """Keep entries that report for a month."""
        ended = Q(exit=None) | Q(exit__to_month__gte=month)
        return self.filter(ended, from_month__lte=month)

    def inside(self, scope: Scope) -> "EntryQuerySet":
        """Keep entries of points within the scope."""
        return self.filter(within(scope, "point__place"))


class PointQuerySet(models.QuerySet["MonitoringPoint"]):
    """Points by place, and by who may see them; never removed."""

    def delete(self) -> NoReturn:
        """Refuse: points leave the panel."""
        raise AppendOnly

    def inside(self, scope: Scope) -> "PointQuerySet":
        """Keep points within the scope."""
        return self.filter(within(scope))

    def visible_to(self, user: Asker) -> "PointQuerySet":
        """Keep points the asker may see."""
        return self.inside(scope_of(user, Permission.READ_MONITORING))

    def managed_by(self, user: Asker) -> "PointQuerySet":
        """Keep points the asker looks after."""
        return self.inside(scope_of(user, Permission.MANAGE_MONITORING))

    def reporting(self, month: int) -> "PointQuerySet":
        """Keep points that report for a month."""
        return self.filter(Exists(self._entries().in_month(month).filter(point=OuterRef("pk"))))

    def in_panel(self) -> "PointQuerySet":
        """Keep points whose entry nobody has ended."""
        return self.filter(Exists(self._entries().open().filter(point=OuterRef("pk"))))

    @staticmethod
    def _entries() -> EntryQuerySet:
        from django.apps import apps

        return EntryQuerySet(apps.get_model("monitoring", "PanelEntry"))
