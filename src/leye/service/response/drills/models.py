"""Drills."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.service.identity.models import PLACE_PATTERN
from leye.service.response.drills.querysets import DrillQuerySet

MOST_NAME = 60


class Drill(models.Model):
    """One exercise: a scenario replayed at a place from ``started_at`` until ``ended_at``."""

    scenario = models.CharField("情景", max_length=40)
    name = models.CharField("名称", max_length=MOST_NAME)
    place = models.CharField("地区", max_length=12, db_index=True)
    started_at = models.DateTimeField("开始时间")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("结束时间", null=True)
    lessons = models.CharField("复盘意见", max_length=500, blank=True)

    objects = DrillQuerySet.as_manager()

    class Meta:
        verbose_name = "演练"
        verbose_name_plural = "演练"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("place",), condition=Q(ended_at=None), name="drill_one_at_a_place"
            ),
            models.CheckConstraint(name="drill_place", condition=Q(place__regex=PLACE_PATTERN)),
            models.CheckConstraint(
                name="drill_ended_reviewed", condition=Q(ended_at=None) | ~Q(lessons="")
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number the drill goes by."""
        return f"Y{self.pk:05d}"
