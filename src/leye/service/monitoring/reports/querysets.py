"""Reports by place and month."""

from typing import TYPE_CHECKING

from django.db import models

from leye.kernel.place import Scope
from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission

if TYPE_CHECKING:
    from leye.service.monitoring.reports.models import MonthlyReport  # noqa: F401 - a type name


class ReportQuerySet(models.QuerySet["MonthlyReport"]):
    """Monthly reports by place, and by who may see them."""

    def inside(self, scope: Scope) -> "ReportQuerySet":
        """Keep reports of points within the scope."""
        return self.filter(within(scope))

    def visible_to(self, user: Asker) -> "ReportQuerySet":
        """Keep reports the asker may see."""
        return self.inside(scope_of(user, Permission.READ_MONITORING))

    def managed_by(self, user: Asker) -> "ReportQuerySet":
        """Keep reports the asker reviews."""
        return self.inside(scope_of(user, Permission.MANAGE_MONITORING))
