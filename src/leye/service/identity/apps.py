"""The app's name and label."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Accounts and grants."""

    name = "leye.service.identity"
    label = "identity"
    verbose_name = "账号与权限"
