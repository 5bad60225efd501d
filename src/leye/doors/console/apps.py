"""The app's name and label."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The staff pages."""

    name = "leye.doors.console"
    label = "console"
