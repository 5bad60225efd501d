"""The app's name and label."""

from django.apps import AppConfig


class ScenarioConfig(AppConfig):
    """What-ifs of the policies."""

    name = "leye.service.scenario"
    label = "scenario"
    verbose_name = "政策仿真"
