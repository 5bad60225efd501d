"""The app's name and label."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """The monitoring network and what comes in through it."""

    name = "leye.service.monitoring"
    label = "monitoring"
    verbose_name = "失业监测"
