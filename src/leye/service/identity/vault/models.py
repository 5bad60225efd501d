"""What the vault keeps: sealed records by token, and which keys they need."""

from django.db import models
from django.db.models import Q


class IdentityRecord(models.Model):
    """The name, number and phone of one person, sealed, under the person's token.

    During a rotation a person has two records; the newer one names the older as ``previous``.
    The marks are keyed hashes bound to the token: equal names of two persons have unequal marks.
    """

    token = models.BinaryField(max_length=16, primary_key=True)
    key_version = models.PositiveSmallIntegerField()
    data_version = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    name_mark = models.BigIntegerField(null=True)
    phone_mark = models.BigIntegerField(null=True)
    place = models.CharField("地区", max_length=12, blank=True)
    updated_at = models.DateTimeField()
    previous = models.BinaryField(max_length=16, null=True)

    class Meta:
        verbose_name = "身份记录"
        verbose_name_plural = "身份记录"
        constraints = (
            models.UniqueConstraint(
                name="record_follows_once",
                fields=("previous",),
                condition=Q(previous__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return "身份记录"


class VaultKey(models.Model):
    """One version of a key the data is under: known by a check value, which gives nothing away."""

    kind = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    check_value = models.CharField(max_length=16)

    class Meta:
        verbose_name = "密钥版本"
        verbose_name_plural = "密钥版本"
        constraints = (models.UniqueConstraint(name="vault_key_once", fields=("kind", "version")),)

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
