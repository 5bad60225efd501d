"""Notices by place, and by who may see them."""

from leye.kernel.place import Scope
from leye.service.identity.appendonly import AppendOnlyQuerySet
from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission


class NoticeQuerySet(AppendOnlyQuerySet):
    """Notices and their documents; never changed or removed."""

    def inside(self, scope: Scope) -> "NoticeQuerySet":
        """Keep notices of places within the scope."""
        return self.filter(within(scope))

    def visible_to(self, user: Asker) -> "NoticeQuerySet":
        """Keep notices the asker may see: of places whose monitoring they read, and their own."""
        read = within(scope_of(user, Permission.READ_MONITORING))
        return self.filter(read | within(scope_of(user, Permission.REPORT_EVENT)))
