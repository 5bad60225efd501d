"""A what-if with its result."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.decision.policy.parameters import Change
from leye.service.identity.models import PLACE_PATTERN

MOST_NAME = 60
MOST_REASON = 300
LIMIT = timedelta(minutes=10)
"""How long a scenario may take to be worked out."""
_LOST_AFTER = LIMIT + timedelta(minutes=1)


class State(StrEnum):
    """How far a scenario is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Scenario(models.Model):
    """Changed parameters on a month's registers, who asked it, and what came of it.

    ``changes`` are ``[path, value or null, month]``; ``result`` is written by ``results``.
    """

    name = models.CharField("名称", max_length=MOST_NAME)
    place = models.CharField("地区", max_length=12, db_index=True)
    month = models.PositiveIntegerField("月份")
    changes = models.JSONField("改动")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    state = models.CharField("状态", max_length=10, default=State.RUNNING.value)
    reason = models.CharField("没有算完的原因", max_length=MOST_REASON, blank=True)
    release = models.PositiveIntegerField("数据版本", null=True)
    result = models.JSONField("结果", null=True)
    ended_at = models.DateTimeField("算完时间", null=True)

    class Meta:
        verbose_name = "仿真方案"
        verbose_name_plural = "仿真方案"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=Q(state=State.RUNNING.value), name="scenario_one_runs"
            ),
            models.CheckConstraint(
                name="scenario_known_state",
                condition=Q(state__in=[each.value for each in State]),
            ),
            models.CheckConstraint(
                name="scenario_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="scenario_done_has_result",
                condition=~Q(state=State.DONE.value) | Q(result__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number a scenario goes by in the record."""
        return f"f{self.pk:05d}"

    def given(self) -> tuple[Change, ...]:
        """Give the changed parameters."""
        return tuple(Change(path, value, since) for path, value, since in self.changes)

    def lost_by(self, at: datetime) -> bool:
        """Whether it should long have been worked out: its process was ended from outside."""
        return self.state == State.RUNNING.value and at - self.at > _LOST_AFTER


def as_rows(changes: Iterable[Change]) -> list[list[str | float | int | None]]:
    """Give changes as they are kept."""
    return [[each.path, each.value, each.since] for each in changes]
