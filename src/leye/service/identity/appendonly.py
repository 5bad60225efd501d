"""The database's own refusal to change or remove audit events."""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE = "identity_auditevent"
_SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_{verb} BEFORE {verb.upper()} ON {_TABLE}
    BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"""
    for verb in ("update", "delete")
]
_POSTGRES = [
    f"""CREATE OR REPLACE FUNCTION {_TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit events are append-only'
        USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"DROP TRIGGER IF EXISTS {_TABLE}_no_change ON {_TABLE}",
    f"""CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE ON {_TABLE}
    FOR EACH ROW EXECUTE FUNCTION {_TABLE}_append_only()""",
]
_LIFT_SQLITE = [f"DROP TRIGGER IF EXISTS {_TABLE}_no_{verb}" for verb in ("update", "delete")]
_LIFT_POSTGRES = [
    f"DROP TRIGGER IF EXISTS {_TABLE}_no_change ON {_TABLE}",
    f"DROP FUNCTION IF EXISTS {_TABLE}_append_only()",
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the table append-only; nothing changes where it is so already."""
    _run(connection, _SQLITE if connection.vendor == "sqlite" else _POSTGRES)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away: for undoing the migration, and for emptying a test database."""
    _run(connection, _LIFT_SQLITE if connection.vendor == "sqlite" else _LIFT_POSTGRES)


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
