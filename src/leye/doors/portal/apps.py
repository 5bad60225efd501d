"""The public pages as a Django application."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The public pages."""

    name = "leye.doors.portal"
    label = "portal"
