"""Persons of a case's ledger, as keys of the pool: who they are is asked of the vault."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from leye.service.identity.appendonly import AppendOnlyModel, AppendOnlyQuerySet
from leye.service.identity.errors import AppendOnly
from leye.service.response.ledger.enums import Help, Origin, Outcome

MOST_NOTE = 200


class AffectedQuerySet(models.QuerySet["AffectedPerson"]):
    """Persons of ledgers; never taken off."""

    def delete(self) -> NoReturn:
        """Refuse: who was listed is followed to the end."""
        raise AppendOnly


class AffectedPerson(models.Model):
    """Somebody who lost a job, or may; ``helped`` and ``outcome`` stand as the steps left them.

    ``person`` is the pool's key, ``left_on`` the last day of the job where it is known.
    """

    case = models.ForeignKey("response.Case", on_delete=models.PROTECT, related_name="affected")
    person = models.BigIntegerField("人员编号")
    employer = models.BigIntegerField("用人单位编号", default=0)
    residence = models.CharField("居住地", max_length=12, blank=True)
    left_on = models.DateField("离职日期", null=True)
    origin = models.CharField("来源", max_length=10)
    helped = models.JSONField("已办", default=list)
    outcome = models.CharField("去向", max_length=15, blank=True)
    outcome_on = models.DateField("去向日期", null=True)
    added_at = models.DateTimeField("登记时间")

    objects = AffectedQuerySet.as_manager()

    class Meta:
        verbose_name = "受影响人员"
        verbose_name_plural = "受影响人员"
        ordering = ("case_id", "id")
        constraints = (
            models.UniqueConstraint(fields=("case", "person"), name="affected_person_once"),
            models.CheckConstraint(
                name="affected_person_origin",
                condition=Q(origin__in=[each.value for each in Origin]),
            ),
            models.CheckConstraint(
                name="affected_person_outcome",
                condition=Q(outcome__in=["", *(each.value for each in Outcome)]),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: who was listed is followed to the end.

        :raises AppendOnly: always.
        """
        raise AppendOnly(self.pk)

    @property
    def outcome_label(self) -> str:
        """How it ended, in Chinese; empty while the person is followed."""
        return Outcome(self.outcome).label if self.outcome else ""

    @property
    def helped_labels(self) -> list[str]:
        """What was done so far, in Chinese."""
        return [Help(each).label for each in self.helped]


class PersonStep(AppendOnlyModel):
    """One thing done for a person, or the outcome; ``origin`` says who knows."""

    affected = models.ForeignKey(AffectedPerson, on_delete=models.PROTECT, related_name="log")
    what = models.CharField("事项", max_length=15)
    origin = models.CharField("来源", max_length=10)
    on = models.DateField("日期")
    text = models.CharField("说明", max_length=MOST_NOTE, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "人员跟进"
        verbose_name_plural = "人员跟进"
        ordering = ("affected_id", "id")
        constraints = (
            models.CheckConstraint(
                name="person_step_what",
                condition=Q(what__in=[each.value for each in (*Help, *Outcome)]),
            ),
        )

    @property
    def what_label(self) -> str:
        """What was done, in Chinese."""
        known = {each.value: each.label for each in Help}
        return known.get(self.what) or Outcome(self.what).label
