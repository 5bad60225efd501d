"""Cases by place, by where they stand, and real ones apart from exercises."""

from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from django.db import models

from leye.service.identity.errors import AppendOnly
from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission
from leye.service.response.cases.enums import OPEN

if TYPE_CHECKING:
    from leye.service.response.cases.models import Case  # noqa: F401 - a type name


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases; never removed."""

    def delete(self) -> NoReturn:
        """Refuse: a case stays on record."""
        raise AppendOnly

    def visible_to(self, user: Asker) -> "CaseQuerySet":
        """Keep cases of the asker's places."""
        return self.filter(within(scope_of(user, Permission.READ_MONITORING)))

    def real(self) -> "CaseQuerySet":
        """Leave exercises out."""
        return self.filter(drill=None)

    def open(self) -> "CaseQuerySet":
        """Keep cases with something left to do before they are closed."""
        return self.filter(state__in=[each.value for each in OPEN])

    def overdue(self, at: datetime) -> "CaseQuerySet":
        """Keep cases whose clock ran out."""
        return self.filter(due_at__lt=at)
