"""The response room as Django sees it."""

from django.apps import AppConfig


class ResponseConfig(AppConfig):
    """Signals, cases, plans and drills."""

    name = "leye.service.response"
    label = "response"
    default_auto_field = "django.db.models.BigAutoField"
