"""A case as it stands, and the rows that say how it came to stand so."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.service.identity.appendonly import AppendOnlyModel, AppendOnlyQuerySet
from leye.service.identity.errors import AppendOnly
from leye.service.identity.models import PLACE_PATTERN
from leye.service.monitoring.desk.clocks import Level
from leye.service.monitoring.notices.models import Notice
from leye.service.response.cases.enums import (
    OPEN,
    Audience,
    Found,
    Stage,
    State,
    StepKind,
    Verdict,
)
from leye.service.response.cases.querysets import CaseQuerySet
from leye.service.response.drills.models import Drill
from leye.service.response.signals.models import KeptSignal

MOST_TEXT = 500
_OPEN = Q(state__in=[each.value for each in OPEN])


class Case(models.Model):
    """What is known and done about one subject: a firm, an industry of a place, a place, a feed.

    ``subject`` is what signals are merged by: while a case is open there is one for a subject, and
    the database sees to it. ``level`` (1 red to 4 blue, None: none) is what the signals support
    and sets the clocks; ``grade`` is what people decided. ``due_at`` is when ``stage`` is to be
    over. ``steps`` counts the case's steps: whoever acts says which they had seen.
    """

    subject = models.CharField("对象", max_length=140)
    title = models.CharField("标题", max_length=200)
    place = models.CharField("地区", max_length=12, db_index=True)
    industry = models.CharField("行业大类", max_length=10, blank=True)
    employer = models.BigIntegerField("用人单位编号", default=0)
    month = models.PositiveIntegerField("起始月份")
    found = models.CharField("发现途径", max_length=10)
    missed = models.CharField("漏报原因", max_length=MOST_TEXT, blank=True)
    watch = models.CharField("起始监测项", max_length=60, blank=True)
    feed = models.BooleanField("数据源问题", default=False)
    persons = models.PositiveIntegerField("涉及人数", null=True)
    level = models.PositiveSmallIntegerField("信号等级", null=True)
    grade = models.PositiveSmallIntegerField("定级", null=True)
    state = models.CharField("状态", max_length=10, default=State.VERIFY.value)
    verdict = models.CharField("判定", max_length=12, blank=True)
    stage = models.CharField("时钟", max_length=10)
    due_at = models.DateTimeField("时限", null=True)
    escalated = models.PositiveSmallIntegerField("上报次数", default=0)
    plan = models.CharField("预案", max_length=60, blank=True)
    plan_at = models.DateTimeField("预案启动时间", null=True)
    steps = models.PositiveIntegerField("步数", default=0)
    opened_at = models.DateTimeField("立项时间")
    taken_at = models.DateTimeField("受理时间", null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    closed_at = models.DateTimeField("解除时间", null=True)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="followed_by", null=True
    )
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="case", null=True)
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="cases", null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "预警事项"
        verbose_name_plural = "预警事项"
        ordering = ("-id",)
        indexes = (models.Index(fields=("state", "due_at"), name="case_due"),)
        constraints = (
            models.UniqueConstraint(
                fields=("subject",), condition=_OPEN & Q(drill=None), name="case_open_once"
            ),
            models.UniqueConstraint(
                fields=("drill", "subject"),
                condition=_OPEN & Q(drill__isnull=False),
                name="case_open_once_in_drill",
            ),
            models.CheckConstraint(
                name="case_state", condition=Q(state__in=[each.value for each in State])
            ),
            models.CheckConstraint(
                name="case_stage", condition=Q(stage__in=[each.value for each in Stage])
            ),
            models.CheckConstraint(
                name="case_found", condition=Q(found__in=[each.value for each in Found])
            ),
            models.CheckConstraint(
                name="case_verdict",
                condition=Q(verdict__in=["", *(each.value for each in Verdict)]),
            ),
            models.CheckConstraint(name="case_place", condition=Q(place__regex=PLACE_PATTERN)),
            models.CheckConstraint(
                name="case_closed_judged",
                condition=Q(closed_at=None) | ~Q(verdict__in=["", Verdict.UNCLEAR.value]),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: a case is closed, and stays on record.

        :raises AppendOnly: always.
        """
        raise AppendOnly(self.pk)

    @property
    def number(self) -> str:
        """The number the case goes by."""
        return f"C{self.pk:06d}"

    @property
    def standing(self) -> State:
        """Where it stands."""
        return State(self.state)

    @property
    def state_label(self) -> str:
        """Where it stands, in Chinese."""
        return self.standing.label

    @property
    def stage_label(self) -> str:
        """What the clock waits for, in Chinese."""
        return Stage(self.stage).label

    @property
    def verdict_label(self) -> str:
        """The verdict in Chinese, empty before there is one."""
        return Verdict(self.verdict).label if self.verdict else ""

    @property
    def found_label(self) -> str:
        """How it came up, in Chinese."""
        return Found(self.found).label

    @property
    def standing_level(self) -> int | None:
        """The grade, before it is graded what the signals support."""
        return self.grade or self.level

    @property
    def level_label(self) -> str:
        """The level in words, with whether people decided it."""
        if self.standing_level is None:
            return "数据问题" if self.feed else "未达预警"
        said = Level(self.standing_level).label
        return said if self.grade else f"{said}，待定级"


class CaseSignal(AppendOnlyModel):
    """A signal that began a case or was merged into it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signals")
    signal = models.OneToOneField(KeptSignal, on_delete=models.PROTECT, related_name="in_case")
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "事项的信号"
        verbose_name_plural = "事项的信号"
        ordering = ("id",)


class CaseStep(AppendOnlyModel):
    """One step of a case. Each holds the digest of all before it, so that none can be taken out.

    ``data`` holds codes and counts; ``text`` what somebody wrote, without anybody's number.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="log")
    number = models.PositiveIntegerField("步")
    kind = models.CharField("步骤", max_length=12)
    data = models.JSONField("内容", default=dict)
    text = models.CharField("说明", max_length=MOST_TEXT, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField("时间")
    digest = models.CharField("摘要", max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "事项步骤"
        verbose_name_plural = "事项步骤"
        ordering = ("case_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="case_step_once"),
            models.CheckConstraint(
                name="case_step_kind", condition=Q(kind__in=[each.value for each in StepKind])
            ),
        )

    @property
    def kind_label(self) -> str:
        """What was done, in Chinese."""
        return StepKind(self.kind).label


class CaseMeasure(AppendOnlyModel):
    """A measure of the policy reserve chosen for a case, for how many persons, at what cost.

    ``cost`` is in yuan, None where the reserve does not know the unit cost.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="measures")
    measure = models.CharField("措施", max_length=60)
    persons = models.PositiveIntegerField("人数")
    cost = models.DecimalField("预计费用", max_digits=14, decimal_places=2, null=True)
    text = models.CharField("说明", max_length=MOST_TEXT, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "选用的措施"
        verbose_name_plural = "选用的措施"
        ordering = ("id",)


class Release(AppendOnlyModel):
    """A text about a case for an audience, as somebody drafted it. Approved by another."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="releases")
    audience = models.CharField("范围", max_length=12)
    text = models.TextField("正文")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("拟稿时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "发布稿"
        verbose_name_plural = "发布稿"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="release_audience",
                condition=Q(audience__in=[each.value for each in Audience]),
            ),
        )

    @property
    def audience_label(self) -> str:
        """Whom it is for, in Chinese."""
        return Audience(self.audience).label


class ReleaseApproval(AppendOnlyModel):
    """Who approved a text, and when: from then on it is out."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="approval")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("批准时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "发布批准"
        verbose_name_plural = "发布批准"
        ordering = ("id",)
