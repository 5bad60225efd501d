"""Addresses by which a reporter gets in, and tries of their codes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leye.service.monitoring.points.models import MonitoringPoint


class PointLink(models.Model):
    """Leave to report for one point: an address, and a code that is told apart from it.

    Neither is kept: here are a digest of the address's secret part and a slow hash of the code.
    """

    point = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField("地址摘要", max_length=64, unique=True)
    code_hash = models.CharField("填报码摘要", max_length=128)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField("发放时间")
    expires_at = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("收回时间", null=True)
    used_at = models.DateTimeField("最近使用", null=True)
    failures = models.PositiveSmallIntegerField("连续填错次数", default=0)

    class Meta:
        verbose_name = "填报链接"
        verbose_name_plural = "填报链接"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("point",), condition=Q(revoked_at=None), name="point_link_one_open"
            ),
            models.CheckConstraint(
                name="point_link_ends", condition=Q(expires_at__gt=F("issued_at"))
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number the link goes by in pages and in the record."""
        return f"L{self.pk:06d}"


class LinkAttempt(models.Model):
    """One try of a code, from an address known only by a keyed hash."""

    link = models.ForeignKey(PointLink, on_delete=models.CASCADE, related_name="attempts")
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    ok = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=("link", "at"), name="link_attempt_link"),
            models.Index(fields=("address", "at"), name="link_attempt_address"),
        )

    def __str__(self) -> str:
        return str(self.pk)
