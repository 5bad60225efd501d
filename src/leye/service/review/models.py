"""The log of decisions on conflicts."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.service.identity.appendonly import AppendOnlyModel
from leye.service.identity.models import PLACE_PATTERN
from leye.service.review.enums import Decision
from leye.service.review.querysets import ConflictDecisionQuerySet

MOST_REASON = 200


class ConflictDecision(AppendOnlyModel):
    """One decision on one conflict. Written once; the database refuses change and removal.

    The conflict itself is a row of the registers, and goes by its id. ``step`` counts the
    decisions on it, so that two people deciding at once cannot both be the next.
    """

    conflict = models.CharField("疑点编号", max_length=40)
    step = models.PositiveSmallIntegerField("次序")
    rule = models.CharField("规则", max_length=60)
    month = models.PositiveIntegerField("月份")
    place = models.CharField("地区", max_length=12)
    decision = models.CharField("处理", max_length=20)
    reason = models.CharField("理由", max_length=MOST_REASON, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    objects = ConflictDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "疑点处理"
        verbose_name_plural = "疑点处理"
        ordering = ("conflict", "step")
        indexes = (
            models.Index(fields=("place", "-id"), name="decision_place"),
            models.Index(fields=("rule", "month"), name="decision_rule"),
        )
        constraints = (
            models.UniqueConstraint(fields=("conflict", "step"), name="decision_next_once"),
            models.CheckConstraint(
                name="decision_known", condition=Q(decision__in=[each.value for each in Decision])
            ),
            models.CheckConstraint(
                name="decision_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="decision_dismissed_why",
                condition=~Q(decision=Decision.DISMISSED.value) | ~Q(reason=""),
            ),
        )

    @property
    def label(self) -> str:
        """The decision in Chinese."""
        return Decision(self.decision).label
