"""Disabling an account ends its sessions for good."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A counter that ends the sessions of an account when it is raised."""

    dependencies = [("identity", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_epoch",
            field=models.PositiveIntegerField(default=0, verbose_name="会话批次"),
        ),
    ]
