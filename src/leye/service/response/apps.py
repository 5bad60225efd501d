"""The app's name and label."""

from django.apps import AppConfig


class ResponseConfig(AppConfig):
    """Signals, cases, the ledger of persons, drills."""

    name = "leye.service.response"
    label = "response"
    verbose_name = "预警处置"
