"""The pages under 人力资源地图, as links."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission

register = template.Library()

_PAGES = (
    ("portal:atlas", "地图", None),
    ("portal:atlas_compare", "比较", None),
    ("registers:flows", "人员流动", None),
    ("registers:groups", "重点群体", None),
    ("registers:parks", "园区", None),
    ("registers:firms", "重点企业", Permission.READ_UNPUBLISHED),
    ("circle:circle", "就业服务圈", None),
)


@register.simple_tag(takes_context=True)
def atlas_pages(context: dict[str, Any]) -> list[dict[str, Any]]:
    """List the pages the asker may open, the one the page lies under marked."""
    request = context["request"]
    found = []
    for name, words, permission in _PAGES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if permission is None or holds(request.user, permission):
            found.append((url, words))
    over = [url for url, _ in found if request.path.startswith(url)]
    # The map lies above all of them: the longest that fits is meant.
    here = max(over, key=len, default="")
    return [{"url": url, "words": words, "current": url == here} for url, words in found]
