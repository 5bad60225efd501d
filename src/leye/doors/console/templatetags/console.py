"""The navigation of the staff pages."""

from typing import Any

from django import template
from django.urls import reverse

from leye.service.identity.models import User
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission

register = template.Library()

_LINKS = (
    ("console:home", "工作台", None),
    ("console:deliveries", "数据批次", Permission.READ_UNPUBLISHED),
    ("console:delivery_new", "报送数据", Permission.SUBMIT_FIGURES),
    ("console:sources", "数据来源", Permission.READ_QUALITY),
    ("console:quality", "数据质量", Permission.READ_QUALITY),
    ("console:conflicts", "数据比对", Permission.READ_CONFLICTS),
    ("console:persons", "人员状态", Permission.READ_UNPUBLISHED),
    ("findings:policies", "政策找人", Permission.OPEN_PERSON),
    ("findings:scenarios", "政策仿真", Permission.OPEN_PERSON),
    ("network:points", "服务网点", Permission.MANAGE_NETWORK),
    ("warning:hall", "预警大厅", Permission.READ_MONITORING),
    ("monitoring:home", "失业监测", Permission.READ_MONITORING),
    ("monitoring:notices", "裁员报告", Permission.REPORT_EVENT),
    ("screens:screens", "大屏", Permission.OPEN_SCREEN),
    ("console:accounts", "账号管理", Permission.MANAGE_ACCOUNTS),
    ("console:audit", "操作记录", Permission.READ_AUDIT),
)


@register.inclusion_tag("console/_nav.html", takes_context=True)
def staff_nav(context: dict[str, Any]) -> dict[str, Any]:
    """List the staff pages the person may open, the current one marked."""
    request = context["request"]
    user = request.user
    links: list[dict[str, Any]] = []
    if isinstance(user, User) and not user.must_change_password:
        shown = [
            (reverse(name), text)
            for name, text, permission in _LINKS
            if permission is None or holds(user, permission)
        ]
        current = _current([url for url, _ in shown], request.path)
        links = [{"url": url, "text": text, "current": url == current} for url, text in shown]
    return {"links": links, "signed_in": isinstance(user, User), "request": request}


def _current(urls: list[str], path: str) -> str:
    """Give the address the page lies under: the longest that fits; the home only for itself."""
    home = reverse("console:home")
    over = [url for url in urls if path == url or (url != home and path.startswith(url))]
    return max(over, key=len, default="")
