"""The app's name and label."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Decisions on conflicts."""

    name = "leye.service.review"
    label = "review"
    verbose_name = "比对疑点核查"
