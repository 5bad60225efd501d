"""Decisions by who may read them, and which of them stand."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from leye.kernel.place import Scope
from leye.service.identity.appendonly import AppendOnlyQuerySet
from leye.service.identity.perms import Asker, scope_of
from leye.service.identity.querysets import within
from leye.service.identity.roles import Permission

if TYPE_CHECKING:
    from leye.service.review.models import ConflictDecision  # noqa: F401 - a type name


class ConflictDecisionQuerySet(AppendOnlyQuerySet):
    """Decisions on conflicts; never changed or removed."""

    def inside(self, scope: Scope) -> "ConflictDecisionQuerySet":
        """Keep decisions on conflicts of places within the scope."""
        return self.filter(within(scope))

    def visible_to(self, user: Asker) -> "ConflictDecisionQuerySet":
        """Keep decisions on conflicts the asker may read."""
        return self.inside(scope_of(user, Permission.READ_CONFLICTS))

    def of(self, conflicts: Iterable[str]) -> "ConflictDecisionQuerySet":
        """Keep decisions on these conflicts."""
        return self.filter(conflict__in=list(conflicts))

    def standing(self) -> "ConflictDecisionQuerySet":
        """Keep the last decision on each conflict."""
        every: ConflictDecisionQuerySet = ConflictDecisionQuerySet(self.model)
        later = every.filter(conflict=OuterRef("conflict"), step__gt=OuterRef("step"))
        return self.exclude(Exists(later))
