"""Decisions are append-only in the database itself."""

from typing import Any

from django.db import migrations

from leye.service.identity import appendonly


def _install(_apps: Any, schema_editor: Any) -> None:
    appendonly.install(schema_editor.connection, "review_conflictdecision")


def _lift(_apps: Any, schema_editor: Any) -> None:
    appendonly.lift(schema_editor.connection, "review_conflictdecision")


class Migration(migrations.Migration):
    """Install the triggers."""

    dependencies = [("review", "0001_decisions")]
    operations = [migrations.RunPython(_install, _lift)]
