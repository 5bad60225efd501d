"""The first page after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leye.data.pool.types import Delivery, Verdict
from leye.doors.console.access import acting, staff_page
from leye.doors.console.presenters import delivery_rows, place_path
from leye.doors.console.reads.sources import waiting_deliveries
from leye.doors.console.words.sources import delivery_lines
from leye.doors.web.reading import pool
from leye.service.identity.models import User
from leye.service.identity.perms import holds, scope_of, viewer_scope
from leye.service.identity.roles import Permission

_DONE = {"password": "密码已修改。"}


@staff_page()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the person can do and where, the latest deliveries, and those refused."""
    user = acting(request).by
    scope = viewer_scope(user)
    latest, refused = [], []
    held: tuple[Delivery, ...] = ()
    if scope.places:
        snapshot = pool().snapshot()
        held = waiting_deliveries(snapshot, scope=scope_of(user, Permission.CONFIRM_DELIVERY))
        latest = snapshot.deliveries(scope, limit=5)
        refused = snapshot.deliveries(scope, limit=5, verdict=Verdict.REFUSED)
    context = {
        "done": _DONE.get(request.GET.get("done", ""), ""),
        "grants": [_grant(role.label, role.description, place) for role, place in user.held],
        "tasks": _tasks(user),
        "reads": bool(scope.places),
        "latest": delivery_rows(latest),
        "refused": delivery_rows(refused),
        "held": delivery_lines(held),
    }
    return render(request, "console/home.html", context)


def _grant(label: str, description: str, place: str) -> dict[str, str]:
    return {"role": label, "description": description, "place": place_path(place)}


def _tasks(user: User) -> list[dict[str, str]]:
    every = (
        (Permission.SUBMIT_FIGURES, "console:delivery_new", "报送数据", "上传 Excel 或 CSV 数据表"),
        (Permission.READ_UNPUBLISHED, "console:deliveries", "数据批次", "查看报送记录和退回原因"),
        (
            Permission.READ_QUALITY,
            "console:sources",
            "数据来源",
            "各部门报送了什么、缺什么，确认不寻常的批次",
        ),
        (Permission.READ_QUALITY, "console:quality", "数据质量", "各来源五个方面的质量和变化"),
        (
            Permission.READ_CONFLICTS,
            "console:conflicts",
            "数据比对",
            "各部门数据对不上的疑点，核实后排除或者确认",
        ),
        (
            Permission.READ_UNPUBLISHED,
            "console:persons",
            "人员状态",
            "每个地区每月有多少人就业、失业、上学、退休",
        ),
        (
            Permission.OPEN_PERSON,
            "findings:policies",
            "政策找人",
            "谁符合哪项政策、谁应享未享、一年要多少钱",
        ),
        (
            Permission.OPEN_PERSON,
            "findings:scenarios",
            "政策仿真",
            "改动一项标准，看谁受益、谁受损、一年多少钱",
        ),
        (
            Permission.MANAGE_NETWORK,
            "network:points",
            "服务网点",
            "登记、导入服务网点和村镇坐标，用来测算15分钟就业服务圈",
        ),
        (
            Permission.READ_MONITORING,
            "warning:hall",
            "预警大厅",
            "哪里亮灯、为什么亮，谁在处置、该怎么做",
        ),
        (
            Permission.READ_MONITORING,
            "monitoring:home",
            "失业监测",
            "监测点、每月月报、谁还没报、裁员和突发事件",
        ),
        (
            Permission.REPORT_EVENT,
            "monitoring:notices",
            "裁员和突发事件",
            "报告规模裁员、停产关闭、集中返乡，就业局立即收到",
        ),
        (Permission.OPEN_SCREEN, "screens:screens", "大屏", "给大厅、会议室的屏幕开一个地址"),
        (Permission.MANAGE_ACCOUNTS, "console:accounts", "账号管理", "开通、停用账号，调整角色"),
        (Permission.READ_AUDIT, "console:audit", "操作记录", "谁在什么时候做了什么"),
    )
    return [
        {"url": url, "title": title, "text": text}
        for permission, url, title, text in every
        if holds(user, permission)
    ]
