"""Monthly reports: the working copy, every version, every step, reminders and deliveries."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.service.identity.appendonly import AppendOnlyModel, AppendOnlyQuerySet
from leye.service.identity.models import PLACE_PATTERN
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.reports.querysets import ReportQuerySet
from leye.service.monitoring.reports.states import Act, ReportState

MOST_REASON = 200


class MonthlyReport(models.Model):
    """One point's report of one month, as it stands; ``stamp`` counts its changes.

    What was handed in is in the versions; ``draft`` is what the reporter has typed since.
    """

    point = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="reports")
    month = models.PositiveIntegerField("月份")
    place = models.CharField("地区", max_length=12, db_index=True)
    form = models.CharField("表单", max_length=30)
    state = models.CharField("状态", max_length=10, default=ReportState.DRAFT.value)
    stamp = models.PositiveIntegerField("修改次数", default=0)
    draft = models.JSONField("草稿", default=dict)
    draft_at = models.DateTimeField("草稿时间", null=True)
    versions_made = models.PositiveSmallIntegerField("版本数", default=0)
    submitted_at = models.DateTimeField("首次提交", null=True)
    changed_at = models.DateTimeField("更新时间")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "监测月报"
        verbose_name_plural = "监测月报"
        ordering = ("-month", "place", "point_id")
        indexes = (models.Index(fields=("month", "state"), name="monthly_report_month"),)
        constraints = (
            models.UniqueConstraint(fields=("point", "month"), name="monthly_report_once"),
            models.CheckConstraint(
                name="monthly_report_state",
                condition=Q(state__in=[each.value for each in ReportState]),
            ),
            models.CheckConstraint(
                name="monthly_report_place", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="monthly_report_handed_in",
                condition=Q(state__in=[ReportState.DRAFT.value]) | Q(versions_made__gt=0),
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number the report goes by."""
        return f"R{self.pk:07d}"

    @property
    def standing(self) -> ReportState:
        """Where it stands."""
        return ReportState(self.state)


class ReportVersion(AppendOnlyModel):
    """What was handed in at one time. Written once.

    ``reasons``: why a soft finding is as it should be, by its code. ``offered``: what the form
    was prefilled with and from where, so that a figure nobody touched can be told from one typed.
    """

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    edition = models.CharField("表单版本", max_length=10)
    values = models.JSONField("内容")
    reasons = models.JSONField("情况说明", default=dict)
    offered = models.JSONField("预填", default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    link = models.ForeignKey(PointLink, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField("提交时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "月报版本"
        verbose_name_plural = "月报版本"
        ordering = ("report", "number")
        constraints = (
            models.UniqueConstraint(fields=("report", "number"), name="report_version_once"),
        )


class ReportStep(AppendOnlyModel):
    """One thing done with a report. Written once; ``step`` makes two at once impossible."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="steps")
    step = models.PositiveSmallIntegerField("次序")
    act = models.CharField("处理", max_length=10)
    version = models.PositiveSmallIntegerField("版本")
    reason = models.CharField("理由", max_length=MOST_REASON, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    link = models.ForeignKey(PointLink, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "月报处理"
        verbose_name_plural = "月报处理"
        ordering = ("report", "step")
        constraints = (
            models.UniqueConstraint(fields=("report", "step"), name="report_step_once"),
            models.CheckConstraint(
                name="report_step_act", condition=Q(act__in=[each.value for each in Act])
            ),
            models.CheckConstraint(
                name="report_step_returned_why",
                condition=~Q(act__in=[Act.RETURN.value, Act.REOPEN.value]) | ~Q(reason=""),
            ),
        )

    @property
    def label(self) -> str:
        """The act in Chinese."""
        return Act(self.act).label


class BaseChange(AppendOnlyModel):
    """That the headcount a firm is compared with was set anew from a month on. Written once."""

    point = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="bases")
    from_month = models.PositiveIntegerField("起用月份")
    base = models.PositiveIntegerField("建档期就业人数")
    reason = models.CharField("理由", max_length=MOST_REASON)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "建档期人数调整"
        verbose_name_plural = "建档期人数调整"
        ordering = ("point", "id")


class Reminder(AppendOnlyModel):
    """That a reporter was reminded of a month, by whom and how. Written once."""

    point = models.ForeignKey(MonitoringPoint, on_delete=models.PROTECT, related_name="reminders")
    month = models.PositiveIntegerField("月份")
    way = models.CharField("方式", max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "催报"
        verbose_name_plural = "催报"
        ordering = ("-id",)
        indexes = (models.Index(fields=("month", "point"), name="reminder_month"),)


class FeedRun(AppendOnlyModel):
    """That a month's reports went to the pool: as which delivery, how many rows. Written once."""

    source = models.CharField("来源", max_length=40)
    month = models.PositiveIntegerField("月份")
    delivery = models.CharField("批次", max_length=20)
    verdict = models.CharField("结果", max_length=20)
    rows = models.PositiveIntegerField("行数")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "交付数据池"
        verbose_name_plural = "交付数据池"
        ordering = ("-id",)
