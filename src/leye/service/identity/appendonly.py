"""The database's own refusal to change or remove audit events."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

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


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table append-only; nothing changes where it is so already."""
    on_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in _SQLITE if on_sqlite else _POSTGRES:
        schema_editor.execute(statement)


def lift(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the refusal away: for undoing the migration, and for emptying a test database."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {_TABLE}_no_{verb}")
    else:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {_TABLE}_no_change ON {_TABLE}")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {_TABLE}_append_only()")
