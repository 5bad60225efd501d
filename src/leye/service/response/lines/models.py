"""Signed lines. Written once; a new value is a new row with a later day."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.analysis.warning.types import Level
from leye.analysis.warning.watches import Origin
from leye.service.identity.appendonly import AppendOnlyModel, AppendOnlyQuerySet

MOST_BASIS = 200


class SignedLine(AppendOnlyModel):
    """From which value on a watch reaches a level, from a day on, on what basis, signed by whom."""

    watch = models.CharField("监测项", max_length=60)
    level = models.PositiveSmallIntegerField("等级")
    value = models.DecimalField("界线", max_digits=14, decimal_places=4)
    origin = models.CharField("来历", max_length=12)
    basis = models.CharField("依据", max_length=MOST_BASIS)
    valid_from = models.DateField("起用日")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("签发时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "签发的预警线"
        verbose_name_plural = "签发的预警线"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="signed_line_level",
                condition=Q(level__range=(Level.BLUE.value, Level.RED.value)),
            ),
            models.CheckConstraint(
                name="signed_line_origin",
                condition=Q(origin__in=[each.value for each in Origin]),
            ),
        )
