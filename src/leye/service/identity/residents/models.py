"""What is kept of a resident's account: no name, no identity number, no phone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leye.service.identity.patterns import PLACE_PATTERN


class ResidentAccount(models.Model):
    """Leave for one person to read their own record. Apart from staff accounts in every way.

    ``password`` is empty until the person has chosen one; ``place`` is where they lived when staff
    last saw to the account. ``closed_by`` is None where they closed it themselves.
    """

    person = models.BigIntegerField("人员编号", db_index=True)
    place = models.CharField("居住地", max_length=12)
    password = models.CharField("密码", max_length=128, blank=True, default="")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("开通时间")
    activated_at = models.DateTimeField("启用时间", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField("注销时间", null=True)
    session_epoch = models.PositiveIntegerField("会话批次", default=0)

    class Meta:
        verbose_name = "居民账号"
        verbose_name_plural = "居民账号"
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(closed_at=None), name="resident_one_open"
            ),
            models.CheckConstraint(
                name="resident_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="resident_closed_keeps_no_password",
                condition=Q(closed_at=None) | Q(password=""),
            ),
        )

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The account's opaque key, the only name of it."""
        return resident_key(self.pk)

    @property
    def is_active(self) -> bool:
        """Whether somebody can sign in."""
        return self.closed_at is None and bool(self.password)


def resident_key(number: int) -> str:
    """Give the key of the account with a number."""
    return f"r{number:06d}"


class ActivationCode(models.Model):
    """A code (开通码) that lets a person choose a password once; kept as a slow hash."""

    account = models.ForeignKey(ResidentAccount, on_delete=models.PROTECT, related_name="codes")
    code_hash = models.CharField("开通码摘要", max_length=128)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField("发放时间")
    expires_at = models.DateTimeField("到期时间")
    used_at = models.DateTimeField("使用时间", null=True)
    voided_at = models.DateTimeField("作废时间", null=True)

    class Meta:
        verbose_name = "开通码"
        verbose_name_plural = "开通码"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("account",),
                condition=Q(used_at=None, voided_at=None),
                name="activation_code_one_open",
            ),
            models.CheckConstraint(
                name="activation_code_ends", condition=Q(expires_at__gt=F("issued_at"))
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
