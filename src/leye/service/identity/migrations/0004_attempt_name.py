"""Tries to sign in are counted by account name too, whatever the address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A keyed hash of the account name with each try."""

    dependencies = [("identity", "0003_session_epoch")]

    operations = [
        migrations.AddField(
            model_name="loginattempt",
            name="name",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="loginattempt",
            index=models.Index(fields=["name", "at"], name="attempt_name"),
        ),
    ]
