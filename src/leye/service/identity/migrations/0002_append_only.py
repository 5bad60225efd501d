"""Audit events are append-only in the database itself."""

from typing import Any

from django.db import migrations

from leye.service.identity import appendonly


def _install(_apps: Any, schema_editor: Any) -> None:
    appendonly.install(schema_editor.connection, "identity_auditevent")


def _lift(_apps: Any, schema_editor: Any) -> None:
    appendonly.lift(schema_editor.connection, "identity_auditevent")


class Migration(migrations.Migration):
    """Install the triggers."""

    dependencies = [("identity", "0001_accounts")]
    operations = [migrations.RunPython(_install, _lift)]
