"""What was written of panels, reports, notices and settings is never changed in the database."""

from typing import Any

from django.db import migrations

from leye.service.identity import appendonly

TABLES = (
    "monitoring_basechange",
    "monitoring_feedrun",
    "monitoring_notice",
    "monitoring_noticedocument",
    "monitoring_panel",
    "monitoring_panelentry",
    "monitoring_panelexit",
    "monitoring_panelstratum",
    "monitoring_reminder",
    "monitoring_reportstep",
    "monitoring_reportversion",
    "monitoring_settingvalue",
)


def _install(_apps: Any, schema_editor: Any) -> None:
    appendonly.install(schema_editor.connection, *TABLES)


def _lift(_apps: Any, schema_editor: Any) -> None:
    appendonly.lift(schema_editor.connection, *TABLES)


class Migration(migrations.Migration):
    """Install the triggers."""

    dependencies = [("monitoring", "0001_network")]
    operations = [migrations.RunPython(_install, _lift)]
