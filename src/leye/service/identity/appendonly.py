"""Tables that only grow: the database itself refuses to change or remove their rows."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from leye.service.identity.errors import AppendOnly


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are never changed or removed."""

    def update(self, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class AppendOnlyModel(models.Model):
    """A row written once. Its migration calls ``install`` for the table."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row.

        :raises AppendOnly: it was written before.
        """
        if not self._state.adding:
            raise AppendOnly(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse.

        :raises AppendOnly: always.
        """
        raise AppendOnly(self.pk)


def every_table() -> tuple[str, ...]:
    """Give the names of all tables that only grow."""
    models_ = (model for model in apps.get_models() if issubclass(model, AppendOnlyModel))
    return tuple(sorted(model._meta.db_table for model in models_))


def install(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Make tables (else all of them) append-only; nothing changes where they are so already."""
    make = _sqlite if connection.vendor == "sqlite" else _postgres
    for table in tables or every_table():
        _run(connection, make(table))


def lift(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Take the refusal away: for undoing a migration, and for emptying a test database."""
    lift_ = _lift_sqlite if connection.vendor == "sqlite" else _lift_postgres
    for table in tables or every_table():
        _run(connection, lift_(table))


def _sqlite(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for verb in ("update", "delete")
    ]


def _postgres(table: str) -> list[str]:
    return [
        f"""CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{table} is append-only'
            USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_append_only()""",
    ]


def _lift_sqlite(table: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]


def _lift_postgres(table: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_append_only()",
    ]


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
