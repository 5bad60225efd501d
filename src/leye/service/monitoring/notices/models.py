"""Notices of layoffs and emergencies, and the documents that go with them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.service.identity.appendonly import AppendOnlyModel
from leye.service.identity.models import PLACE_PATTERN
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.notices.enums import DocumentKind, NoticeKind, Origin
from leye.service.monitoring.notices.querysets import NoticeQuerySet
from leye.service.monitoring.notices.rules import (
    MOST_NAME,
    MOST_TEXT,
    NoticeFields,
    reason_label,
)
from leye.service.monitoring.points.models import MonitoringPoint


class Notice(AppendOnlyModel):
    """One report of a layoff or emergency. Written once; a correction is another that names it."""

    kind = models.CharField("类别", max_length=10)
    origin = models.CharField("报告人", max_length=10)
    place = models.CharField("地区", max_length=12)
    point = models.ForeignKey(
        MonitoringPoint, on_delete=models.PROTECT, related_name="notices", null=True
    )
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    firm = models.CharField("单位名称", max_length=MOST_NAME)
    persons = models.PositiveIntegerField("涉及人数")
    staff = models.PositiveIntegerField("职工总数", null=True)
    day = models.DateField("日期")
    reason = models.CharField("原因", max_length=20)
    text = models.CharField("情况说明", max_length=MOST_TEXT)
    explained_on = models.DateField("说明情况日期", null=True)
    heard = models.BooleanField("听取意见", default=False)
    level = models.PositiveSmallIntegerField("等级")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="corrected_by", null=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    link = models.ForeignKey(PointLink, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField("报告时间")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "裁员和突发事件报告"
        verbose_name_plural = "裁员和突发事件报告"
        ordering = ("-id",)
        indexes = (models.Index(fields=("place", "-id"), name="notice_place"),)
        constraints = (
            models.CheckConstraint(
                name="notice_kind", condition=Q(kind__in=[each.value for each in NoticeKind])
            ),
            models.CheckConstraint(
                name="notice_origin", condition=Q(origin__in=[each.value for each in Origin])
            ),
            models.CheckConstraint(
                name="notice_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(name="notice_level", condition=Q(level__range=(1, 4))),
            models.CheckConstraint(name="notice_persons", condition=Q(persons__gt=0)),
        )

    @property
    def number(self) -> str:
        """The number the notice goes by."""
        return f"N{self.pk:06d}"

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return NoticeKind(self.kind).label

    @property
    def origin_label(self) -> str:
        """Who reported, in Chinese."""
        return Origin(self.origin).label

    @property
    def reason_label(self) -> str:
        """The reason in Chinese."""
        return reason_label(self.kind, self.reason)

    @property
    def fields(self) -> NoticeFields:
        """What was reported, as a value."""
        return NoticeFields(
            kind=NoticeKind(self.kind),
            firm=self.firm,
            persons=self.persons,
            day=self.day,
            reason=self.reason,
            text=self.text,
            staff=self.staff,
            explained_on=self.explained_on,
            heard=self.heard,
        )


class NoticeDocument(AppendOnlyModel):
    """One document of a notice, kept sealed under its digest. Written once.

    It may name people, so neither its name nor its content is in any table or log.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField("材料", max_length=10)
    suffix = models.CharField("文件类型", max_length=5)
    size = models.PositiveIntegerField("字节数")
    digest = models.CharField("摘要", max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    link = models.ForeignKey(PointLink, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField("上传时间")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "报告材料"
        verbose_name_plural = "报告材料"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("notice", "digest"), name="notice_document_once"),
            models.CheckConstraint(
                name="notice_document_kind",
                condition=Q(kind__in=[each.value for each in DocumentKind]),
            ),
        )

    @property
    def kind_label(self) -> str:
        """What it is, in Chinese."""
        return DocumentKind(self.kind).label


def notice_key(number: str) -> int:
    """Give the primary key in a notice's number, 0 for what is no number."""
    digits = number[1:]
    usable = number[:1] == "N" and 6 <= len(digits) < 12 and digits.isascii() and digits.isdigit()
    return int(digits) if usable else 0
