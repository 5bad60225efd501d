"""Drills by place."""

from typing import TYPE_CHECKING

from django.db import models

from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission

if TYPE_CHECKING:
    from leye.service.response.drills.models import Drill  # noqa: F401 - a type name


class DrillQuerySet(models.QuerySet["Drill"]):
    """Drills."""

    def visible_to(self, user: Asker) -> "DrillQuerySet":
        """Keep drills of the asker's places."""
        return self.filter(within(scope_of(user, Permission.READ_MONITORING)))
