"""The app's name and label."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Service points and the coordinates of places."""

    name = "leye.service.network"
    label = "network"
    verbose_name = "服务网络"
