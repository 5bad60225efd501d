"""What waits at the desk, by place and by where it stands."""

from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from django.db import models

from leye.service.identity.errors import AppendOnly
from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission

if TYPE_CHECKING:
    from leye.service.monitoring.desk.models import DeskItem  # noqa: F401 - a type name


class DeskQuerySet(models.QuerySet["DeskItem"]):
    """Items of the desk; never removed."""

    def delete(self) -> NoReturn:
        """Refuse: what came in stays on record."""
        raise AppendOnly

    def visible_to(self, user: Asker) -> "DeskQuerySet":
        """Keep items the asker may see."""
        return self.filter(within(scope_of(user, Permission.READ_MONITORING)))

    def waiting(self) -> "DeskQuerySet":
        """Keep items that nobody has taken."""
        return self.filter(taken_at=None)

    def open(self) -> "DeskQuerySet":
        """Keep items that are not closed."""
        return self.filter(closed_at=None)

    def overdue(self, at: datetime) -> "DeskQuerySet":
        """Keep items that nobody took in time."""
        return self.waiting().filter(due_at__lt=at)
