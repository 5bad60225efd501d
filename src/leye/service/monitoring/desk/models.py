"""What waits for somebody at the desk, from what came in until it was taken and closed."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.service.identity.errors import AppendOnly
from leye.service.identity.models import PLACE_PATTERN
from leye.service.monitoring.desk.querysets import DeskQuerySet


class DeskItem(models.Model):
    """One thing that came in: what it is about, how grave, and by when it must be taken.

    ``kind`` and ``subject`` name the thing, such as ``notice`` and its number. ``level`` runs from
    1 (Ⅰ, red) to 4 (Ⅳ, blue). ``due_at`` is worked out once, from the settings of the moment.
    """

    kind = models.CharField("类别", max_length=20)
    subject = models.CharField("对象编号", max_length=40)
    place = models.CharField("地区", max_length=12, db_index=True)
    level = models.PositiveSmallIntegerField("等级")
    opened_at = models.DateTimeField("收到时间")
    due_at = models.DateTimeField("时限")
    taken_at = models.DateTimeField("受理时间", null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    closed_at = models.DateTimeField("办结时间", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    outcome = models.CharField("办理结果", max_length=200, blank=True)

    objects = DeskQuerySet.as_manager()

    class Meta:
        verbose_name = "待办"
        verbose_name_plural = "待办"
        ordering = ("due_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject"), name="desk_item_once"),
            models.CheckConstraint(name="desk_item_level", condition=Q(level__range=(1, 4))),
            models.CheckConstraint(name="desk_item_place", condition=Q(place__regex=PLACE_PATTERN)),
            models.CheckConstraint(
                name="desk_item_closed_taken",
                condition=Q(closed_at=None) | (Q(taken_at__isnull=False) & ~Q(outcome="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: what came in stays on record.

        :raises AppendOnly: always.
        """
        raise AppendOnly(self.pk)
