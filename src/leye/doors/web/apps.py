"""The page kit as a Django application, for its templates, tags and static files."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The page kit."""

    name = "leye.doors.web"
    label = "web"
