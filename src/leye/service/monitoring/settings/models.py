"""Values the city set in place of the product's own."""

from django.conf import settings
from django.db import models

from leye.service.identity.appendonly import AppendOnlyModel, AppendOnlyQuerySet

MOST_BASIS = 200


class SettingValue(AppendOnlyModel):
    """One value of one setting from a day on, and on what basis. Written once."""

    name = models.CharField("设置", max_length=40)
    value = models.IntegerField("值")
    valid_from = models.DateField("生效日")
    basis = models.CharField("依据", max_length=MOST_BASIS)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "监测设置"
        verbose_name_plural = "监测设置"
        ordering = ("name", "valid_from", "id")
