"""What was written of signals, steps, texts and persons is never changed in the database."""

from typing import Any

from django.db import migrations

from leye.service.identity import appendonly

TABLES = (
    "response_casemeasure",
    "response_casesignal",
    "response_casestep",
    "response_keptfeed",
    "response_keptgrade",
    "response_keptsignal",
    "response_keptvisit",
    "response_personstep",
    "response_release",
    "response_releaseapproval",
    "response_signedline",
    "response_watchrun",
)


def _install(_apps: Any, schema_editor: Any) -> None:
    appendonly.install(schema_editor.connection, *TABLES)


def _lift(_apps: Any, schema_editor: Any) -> None:
    appendonly.lift(schema_editor.connection, *TABLES)


class Migration(migrations.Migration):
    """Install the triggers."""

    dependencies = [("response", "0001_cases")]
    operations = [migrations.RunPython(_install, _lift)]
