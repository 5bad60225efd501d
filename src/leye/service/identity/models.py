"""Accounts, their grants, and the append-only record of what was done."""

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

from leye.service.identity.actions import Action
from leye.service.identity.appendonly import AppendOnlyModel, AppendOnlyQuerySet
from leye.service.identity.patterns import PLACE_PATTERN, USERNAME_PATTERN
from leye.service.identity.querysets import AuditEventQuerySet, GrantQuerySet, UserManager
from leye.service.identity.residents.models import ActivationCode, ResidentAccount
from leye.service.identity.roles import GRANTABLE, Role
from leye.service.identity.vault.models import IdentityRecord, VaultKey

__all__ = [
    "PLACE_PATTERN",
    "USERNAME_PATTERN",
    "ActivationCode",
    "AuditEvent",
    "Grant",
    "IdentityRecord",
    "LoginAttempt",
    "PersonOpening",
    "ResidentAccount",
    "ScreenPass",
    "User",
    "VaultKey",
]


class User(AbstractBaseUser):
    """One member of staff. What they may do comes from their grants alone.

    ``place`` is where they work: it says who administers the account, and gives no right.
    """

    username = models.CharField("账号", max_length=32, unique=True)
    display_name = models.CharField("姓名", max_length=40)
    place = models.CharField("所属地区", max_length=12, db_index=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须先修改密码", default=False)
    created_at = models.DateTimeField("开通时间")
    session_epoch = models.PositiveIntegerField("会话批次", default=0)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "place"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        constraints = (
            models.CheckConstraint(
                name="user_username_form", condition=Q(username__regex=USERNAME_PATTERN)
            ),
            models.CheckConstraint(name="user_place_form", condition=Q(place__regex=PLACE_PATTERN)),
        )

    def __str__(self) -> str:
        return self.key

    def get_session_auth_hash(self) -> str:
        """Give what a session must carry; raising ``session_epoch`` ends every older one."""
        return f"{self.session_epoch}.{super().get_session_auth_hash()}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Give the same under each former secret key."""
        for former in super().get_session_auth_fallback_hash():
            yield f"{self.session_epoch}.{former}"

    @property
    def key(self) -> str:
        """The account's opaque key, the only name of it that leaves this room."""
        return f"u{self.pk:06d}"

    @cached_property
    def held(self) -> tuple[tuple[Role, str], ...]:
        """The account's grants as (role, place), read once per request."""
        return tuple((Role(g.role), g.place) for g in self.grants.all())

    def forget_held(self) -> None:
        """Read the grants anew next time."""
        self.__dict__.pop("held", None)
        getattr(self, "_prefetched_objects_cache", {}).pop("grants", None)


class Grant(models.Model):
    """One role of an account within one place."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField("角色", max_length=32)
    place = models.CharField("地区", max_length=12, db_index=True)
    at = models.DateTimeField("授予时间")

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        verbose_name_plural = "授权"
        ordering = ("place", "role")
        constraints = (
            models.UniqueConstraint(fields=("user", "role", "place"), name="grant_once"),
            models.CheckConstraint(
                name="grant_role_known", condition=Q(role__in=[r.value for r in GRANTABLE])
            ),
            models.CheckConstraint(
                name="grant_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
        )

    def __str__(self) -> str:
        return f"{self.role}@{self.place}"


class AuditEvent(AppendOnlyModel):
    """One thing somebody did. Written once; the database itself refuses change and removal.

    Who did it is a member of staff (``actor``) or a ``resident``; neither is the machine itself,
    or somebody who did not get in.
    """

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    resident = models.ForeignKey(
        ResidentAccount, on_delete=models.PROTECT, null=True, related_name="+"
    )
    action = models.CharField("操作", max_length=40)
    subject_type = models.CharField("对象", max_length=20, blank=True)
    subject_id = models.CharField("对象编号", max_length=40, blank=True)
    place = models.CharField("地区", max_length=12)
    detail = models.JSONField("说明", default=dict)
    request_id = models.CharField("请求编号", max_length=32, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        verbose_name_plural = "操作记录"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("place", "-id"), name="audit_place"),
            models.Index(fields=("action", "-id"), name="audit_action"),
            models.Index(fields=("subject_type", "subject_id", "-id"), name="audit_subject"),
        )
        constraints = (
            models.CheckConstraint(
                name="audit_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="audit_one_actor", condition=Q(actor=None) | Q(resident=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"

    @property
    def label(self) -> str:
        """The action in Chinese."""
        return Action(self.action).label


class PersonOpening(AppendOnlyModel):
    """That somebody looked at the name and number behind a person, and what for. Written once."""

    person = models.BigIntegerField("人员编号", db_index=True)
    purpose = models.CharField("事由", max_length=40)
    reason = models.CharField("说明", max_length=200)
    full_number = models.BooleanField("完整证件号")
    place = models.CharField("地区", max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "查看记录"
        verbose_name_plural = "查看记录"
        indexes = (
            models.Index(fields=("by", "-at"), name="opening_by"),
            models.Index(fields=("place", "-id"), name="opening_place"),
        )
        constraints = (
            models.CheckConstraint(
                name="opening_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
        )


class ScreenPass(models.Model):
    """Leave for one screen to show a place's exact figures to whoever stands before it.

    The address itself is known to the screen alone; here is a digest of its secret part.
    """

    digest = models.CharField("地址摘要", max_length=64, unique=True)
    label = models.CharField("名称", max_length=40)
    place = models.CharField("地区", max_length=12, db_index=True)
    shows_firms = models.BooleanField("显示企业名称", default=False)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("开设时间")
    expires_at = models.DateTimeField("到期时间")
    shut_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "大屏地址"
        verbose_name_plural = "大屏地址"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="screen_place_form", condition=Q(place__regex=PLACE_PATTERN)
            ),
            models.CheckConstraint(
                name="screen_ends", condition=Q(expires_at__gt=models.F("issued_at"))
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number a screen goes by in pages and in the record."""
        return f"s{self.pk:05d}"


class LoginAttempt(models.Model):
    """One try to sign in, known only by keyed hashes of who and from where."""

    pair = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    name = models.CharField(max_length=64, default="")
    at = models.DateTimeField(db_index=True)
    ok = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=("pair", "at"), name="attempt_pair"),
            models.Index(fields=("address", "at"), name="attempt_address"),
            models.Index(fields=("name", "at"), name="attempt_name"),
        )

    def __str__(self) -> str:
        return str(self.pk)
