"""Runs of the warning engine, with their signals, grades and feeds. Written once."""

from django.db import models
from django.db.models import Q

from leye.analysis.warning.types import FeedState, Layer, Level
from leye.service.identity.appendonly import AppendOnlyModel
from leye.service.response.drills.models import Drill
from leye.service.response.signals.querysets import KeptQuerySet

REAL = Q(drill=None)


class WatchRun(AppendOnlyModel):
    """One month judged from one release under one edition of the watches.

    ``drill`` is set where the signals were planted for an exercise. ``unjudged`` says in words
    what could not be judged.
    """

    month = models.PositiveIntegerField("月份")
    data_version = models.PositiveIntegerField("数据版本")
    edition = models.CharField("监测规则版本", max_length=40)
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="runs", null=True)
    unjudged = models.JSONField("未作判断", default=list)
    at = models.DateTimeField("时间")

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = "监测运行"
        verbose_name_plural = "监测运行"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("month", "data_version", "edition"), condition=REAL, name="watch_run_once"
            ),
        )


class KeptSignal(AppendOnlyModel):
    """A signal as it was found; the fields are those of ``analysis.warning.Signal``.

    ``level`` runs from 0 (none) to 4 (red), as in the engine. ``place`` is the cell's.
    """

    run = models.ForeignKey(WatchRun, on_delete=models.PROTECT, related_name="signals")
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="signals", null=True)
    key = models.CharField("信号编号", max_length=30)
    cause = models.CharField("起因", max_length=16, db_index=True)
    watch = models.CharField("监测项", max_length=60)
    title = models.CharField("标题", max_length=200)
    layer = models.CharField("层", max_length=2)
    axis = models.CharField("轴", max_length=20)
    place = models.CharField("地区", max_length=12)
    cell_axis = models.CharField("分类", max_length=20)
    cell_code = models.CharField("类别", max_length=60)
    group = models.CharField("群体", max_length=40)
    employer = models.BigIntegerField("用人单位编号", default=0)
    month = models.PositiveIntegerField("月份")
    value = models.FloatField("数值", null=True)
    unit = models.CharField("单位", max_length=20)
    expected = models.FloatField("预期", null=True)
    low = models.FloatField("预期下限", null=True)
    high = models.FloatField("预期上限", null=True)
    line = models.FloatField("界线", null=True)
    level = models.PositiveSmallIntegerField("等级")
    rarity = models.FloatField("罕见程度", null=True)
    certain = models.BooleanField("是事实")
    persons = models.PositiveIntegerField("涉及人数", null=True)
    reasons = models.JSONField("理由")
    tell = models.JSONField("告知")
    merged = models.JSONField("并入的信号")

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = "预警信号"
        verbose_name_plural = "预警信号"
        ordering = ("-run_id", "-level", "id")
        indexes = (models.Index(fields=("place", "month"), name="kept_signal_place"),)
        constraints = (
            models.UniqueConstraint(fields=("run", "key"), name="kept_signal_once"),
            models.CheckConstraint(name="kept_signal_level", condition=Q(level__range=(0, 4))),
        )

    @property
    def layer_label(self) -> str:
        """The layer in Chinese."""
        return Layer(self.layer).label

    @property
    def level_label(self) -> str:
        """The level in Chinese."""
        return Level(self.level).label

    @property
    def subject(self) -> str:
        """What the signal is about, whichever watch saw it: signals of one subject are one case."""
        if self.employer:
            return f"firm:{self.employer}"
        return f"{self.place}/{self.cell_axis}={self.cell_code}/{self.group}"


class KeptGrade(AppendOnlyModel):
    """The grade of a place, or of an industry of it, in a month."""

    run = models.ForeignKey(WatchRun, on_delete=models.PROTECT, related_name="grades")
    place = models.CharField("地区", max_length=12)
    code = models.CharField("行业", max_length=10)
    level = models.PositiveSmallIntegerField("等级")
    raw = models.PositiveSmallIntegerField("当月等级")
    level_axis = models.PositiveSmallIntegerField("水平轴")
    event_axis = models.PositiveSmallIntegerField("恶化轴")
    held = models.BooleanField("延续")
    capped = models.BooleanField("封顶")
    state = models.CharField("数据状态", max_length=20)
    reasons = models.JSONField("理由")

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = "预警级别"
        verbose_name_plural = "预警级别"
        ordering = ("run_id", "place", "code")
        constraints = (
            models.UniqueConstraint(fields=("run", "place", "code"), name="kept_grade_once"),
        )


class KeptFeed(AppendOnlyModel):
    """How a feed stood in a month, where it could not be used."""

    run = models.ForeignKey(WatchRun, on_delete=models.PROTECT, related_name="feeds")
    source = models.CharField("数据源", max_length=60)
    title = models.CharField("名称", max_length=100)
    place = models.CharField("地区", max_length=12, blank=True)
    state = models.CharField("状态", max_length=20)
    last = models.PositiveIntegerField("最近可用月份")
    silent_months = models.PositiveIntegerField("断报月数")
    reasons = models.JSONField("说明")

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = "数据源状态"
        verbose_name_plural = "数据源状态"
        ordering = ("run_id", "-silent_months", "source", "place")

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return FeedState(self.state).label


class KeptVisit(AppendOnlyModel):
    """A firm to look in on in a month, and why: an order of visits, never a grade, never told."""

    run = models.ForeignKey(WatchRun, on_delete=models.PROTECT, related_name="visits")
    employer = models.BigIntegerField("用人单位编号")
    place = models.CharField("地区", max_length=12)
    industry = models.CharField("行业大类", max_length=10, blank=True)
    score = models.FloatField("优先程度")
    insured = models.PositiveIntegerField("参保人数", null=True)
    reasons = models.JSONField("理由")

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = "建议走访"
        verbose_name_plural = "建议走访"
        ordering = ("run_id", "-score", "employer")
        constraints = (models.UniqueConstraint(fields=("run", "employer"), name="kept_visit_once"),)
