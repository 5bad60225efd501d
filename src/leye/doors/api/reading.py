"""What a request reads from: one data version, as its asker may see it."""

from dataclasses import dataclass

from django.http import HttpRequest

from leye.analysis.metrics import Evaluator, catalogue
from leye.data.pool import Snapshot
from leye.doors.web.reading import evaluator_for, pool
from leye.kernel.place import Scope
from leye.service.identity.perms import viewer_scope


@dataclass(frozen=True, slots=True)
class Reading:
    """One data version and the asker's scope."""

    snapshot: Snapshot
    evaluator: Evaluator
    scope: Scope

    @property
    def release(self) -> int:
        """The data version."""
        return self.snapshot.release


def scope_for(request: HttpRequest) -> Scope:
    """Give the places whose unpublished figures the asker may see; empty for the public."""
    return viewer_scope(request.user)


def open_reading(request: HttpRequest, *, release: int | None = None) -> Reading:
    """Give what the request reads from: the latest data version, or an earlier one.

    :raises UnknownRelease: there is no such data version, or no longer.
    """
    scope = scope_for(request)
    if release is None:
        # The pages' own evaluator, which holds what they have read already.
        evaluator = evaluator_for(request)
        return Reading(pool().snapshot(evaluator.data_version), evaluator, scope)
    snapshot = pool().snapshot(release)
    return Reading(snapshot, Evaluator(snapshot, catalogue=catalogue(), scope=scope), scope)


def latest_release() -> int:
    """Give the number of the latest data version."""
    return pool().snapshot().release
