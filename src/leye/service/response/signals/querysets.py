"""Kept rows by place and by who may see them."""

from leye.service.identity.appendonly import AppendOnlyQuerySet
from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission


class KeptQuerySet(AppendOnlyQuerySet):
    """Rows of runs; never changed or removed."""

    def visible_to(self, user: Asker) -> "KeptQuerySet":
        """Keep rows of the asker's places."""
        return self.filter(within(scope_of(user, Permission.READ_MONITORING)))
