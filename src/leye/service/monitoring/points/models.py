"""Monitoring points, panels, and who was in which panel from when to when."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.service.identity.appendonly import AppendOnlyModel
from leye.service.identity.errors import AppendOnly
from leye.service.identity.models import PLACE_PATTERN
from leye.service.monitoring.points.enums import EntryRole, LeaveReason, PointKind, SizeBand
from leye.service.monitoring.points.querysets import (
    EntryQuerySet,
    PanelQuerySet,
    PointQuerySet,
)

MOST_NAME, MOST_PHONE, MOST_NOTE = 80, 40, 200


class MonitoringPoint(models.Model):
    """A firm, market, park or village that reports every month. Never removed."""

    kind = models.CharField("类型", max_length=10)
    name = models.CharField("名称", max_length=MOST_NAME)
    place = models.CharField("地区", max_length=12, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    employer = models.BigIntegerField("用人单位编号", null=True)
    industry = models.CharField("行业大类", max_length=2, blank=True)
    section = models.CharField("行业门类", max_length=1, blank=True)
    phone = models.CharField("办公电话", max_length=MOST_PHONE, blank=True)
    added_at = models.DateTimeField("登记时间")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = "监测点"
        verbose_name_plural = "监测点"
        ordering = ("place", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("uscc",), condition=~Q(uscc=""), name="monitoring_point_firm_once"
            ),
            models.UniqueConstraint(
                fields=("kind", "place", "name"),
                condition=Q(uscc=""),
                name="monitoring_point_named_once",
            ),
            models.CheckConstraint(
                name="monitoring_point_kind",
                condition=Q(kind__in=[each.value for each in PointKind]),
            ),
            models.CheckConstraint(
                name="monitoring_point_place", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="monitoring_point_firm_coded",
                condition=~Q(kind=PointKind.FIRM.value) | ~Q(uscc=""),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: a point leaves the panel, and stays on record.

        :raises AppendOnly: always.
        """
        raise AppendOnly(self.pk)

    @property
    def number(self) -> str:
        """The number the point goes by in pages and in the record."""
        return f"M{self.pk:06d}"

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return PointKind(self.kind).label


class Panel(AppendOnlyModel):
    """One draw of firms: what it was drawn from, and how. Written once."""

    seed = models.BigIntegerField("随机种子")
    frame_month = models.PositiveIntegerField("抽样框月份")
    release = models.PositiveIntegerField("数据版本")
    target = models.PositiveIntegerField("样本数")
    least = models.PositiveSmallIntegerField("每层至少")
    certain_from = models.PositiveIntegerField("必选人数")
    frame_firms = models.PositiveIntegerField("抽样框企业数")
    frame_insured = models.PositiveIntegerField("抽样框参保人数")
    from_month = models.PositiveIntegerField("起用月份")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField("抽取时间")

    objects = PanelQuerySet.as_manager()

    class Meta:
        verbose_name = "监测样本"
        verbose_name_plural = "监测样本"
        ordering = ("-id",)

    @property
    def number(self) -> str:
        """The number the panel goes by."""
        return f"P{self.pk:04d}"


class PanelStratum(AppendOnlyModel):
    """A cell of a panel's frame, and how many firms were drawn in it. Written once."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="strata")
    county = models.CharField("县", max_length=6)
    section = models.CharField("行业门类", max_length=1, blank=True)
    size = models.CharField("规模", max_length=4)
    firms = models.PositiveIntegerField("企业数")
    insured = models.PositiveIntegerField("参保人数")
    allocated = models.PositiveIntegerField("抽取数")

    objects = PanelQuerySet.as_manager()

    class Meta:
        verbose_name = "抽样层"
        verbose_name_plural = "抽样层"
        ordering = ("county", "section", "size")
        constraints = (
            models.UniqueConstraint(
                fields=("panel", "county", "section", "size"), name="panel_stratum_once"
            ),
            models.CheckConstraint(
                name="panel_stratum_holds", condition=Q(allocated__lte=models.F("firms"))
            ),
        )

    @property
    def size_label(self) -> str:
        """The size in Chinese."""
        return SizeBand(self.size).label


class PanelEntry(AppendOnlyModel):
    """That a point reports from a month on, and how it came in. Written once.

    ``stratum`` is None for points that were not drawn.
    """

    point = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="entries")
    stratum = models.ForeignKey(
        PanelStratum, on_delete=models.PROTECT, related_name="entries", null=True
    )
    role = models.CharField("进入方式", max_length=12)
    from_month = models.PositiveIntegerField("起报月份")
    insured = models.PositiveIntegerField("进入时参保人数", null=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="replaced_by", null=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField("时间")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "进入样本"
        verbose_name_plural = "进入样本"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="panel_entry_role", condition=Q(role__in=[each.value for each in EntryRole])
            ),
        )

    @property
    def role_label(self) -> str:
        """The way in, in Chinese."""
        return EntryRole(self.role).label


class PanelExit(AppendOnlyModel):
    """That a point reports no more, its last month, and why. Written once."""

    entry = models.OneToOneField(PanelEntry, on_delete=models.PROTECT, related_name="exit")
    reason = models.CharField("退出原因", max_length=12)
    note = models.CharField("说明", max_length=MOST_NOTE, blank=True)
    to_month = models.PositiveIntegerField("末报月份")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField("时间")

    objects = PanelQuerySet.as_manager()

    class Meta:
        verbose_name = "退出样本"
        verbose_name_plural = "退出样本"
        constraints = (
            models.CheckConstraint(
                name="panel_exit_reason",
                condition=Q(reason__in=[each.value for each in LeaveReason]),
            ),
        )

    @property
    def reason_label(self) -> str:
        """The reason in Chinese."""
        return LeaveReason(self.reason).label


def point_key(number: str) -> int:
    """Give the primary key in a point's number, 0 for what is no number."""
    digits = number[1:]
    usable = number[:1] == "M" and 6 <= len(digits) < 12 and digits.isascii() and digits.isdigit()
    return int(digits) if usable else 0
