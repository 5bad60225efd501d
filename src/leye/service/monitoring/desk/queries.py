"""Reads of the desk."""

from collections.abc import Iterable

from leye.service.identity.perms import Asker
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.desk.querysets import DeskQuerySet


def desk_for(user: Asker) -> DeskQuerySet:
    """Give the items of the asker's places that are not closed, the most urgent first."""
    found = DeskItem.objects.visible_to(user).open().order_by("due_at", "id")
    return found.select_related("taken_by")


def items_of(kind: str, subjects: Iterable[str]) -> dict[str, DeskItem]:
    """Give the items about some things by their numbers."""
    found = DeskItem.objects.filter(kind=kind, subject__in=list(subjects))
    return {item.subject: item for item in found.select_related("taken_by", "closed_by")}
