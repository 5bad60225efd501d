"""The panel: its coverage, and drawing another."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.monitoring_forms import DrawForm, blame
from leye.doors.console.monitoring_words import coming_months, cover_line, read_scope
from leye.doors.console.months import month_label, working_day
from leye.doors.console.presenters import place_name
from leye.kernel.months import month_of
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission
from leye.service.monitoring.errors import InvalidPanel, NoFrame
from leye.service.monitoring.points.coverage import CUTS, coverage, whole
from leye.service.monitoring.points.enums import SizeBand
from leye.service.monitoring.points.frame import Frame, frame_of, section_name
from leye.service.monitoring.points.operations import draw_panel, plan_panel
from leye.service.monitoring.points.queries import current_panel, exits, panel_codes, strata_of

_TITLES = {"county": "分县（市、区）", "section": "分行业", "size": "分规模"}


@staff_page(Permission.READ_MONITORING)
@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """Show the panel at work: how much it covers, its strata, who left it."""
    scope, found = read_scope(request), current_panel()
    try:
        frame = frame_of(settings.LEYE_POOL, scope=scope)
    except NoFrame:
        frame = Frame(month=0, release=0, firms=())
    codes = panel_codes(month_of(working_day()))
    strata = strata_of(found, scope=scope) if found is not None else []
    context = {
        "panel": found,
        "panel_by": found.by.display_name if found is not None and found.by else "系统",
        "from_month": month_label(found.from_month) if found is not None else "",
        "frame_month": month_label(frame.month),
        "frame": bool(frame.firms),
        "total": cover_line("", whole(frame.firms, codes)),
        "tables": [(_TITLES[name], _cover(frame, codes, name)) for name in CUTS],
        "strata": len(strata),
        "empty": sum(not each.allocated for each in strata),
        "exits": exits(request.user),
        "directs": holds(request.user, Permission.DIRECT_MONITORING),
        "note": "新样本已抽取。" if request.GET.get("done") == "drawn" else "",
    }
    return render(request, "console/monitoring_panel.html", context)


@staff_page(Permission.DIRECT_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest) -> HttpResponse:
    """Ask how; show what would be drawn; draw it."""
    months = coming_months()
    if request.method != "POST":
        initial = {"seed": working_day().strftime("%Y%m%d"), "from_month": months[1]}
        return _draw_page(request, DrawForm(initial=initial, months=months))
    form, actor = DrawForm(request.POST, months=months), acting(request)
    if not form.is_valid():
        return _draw_page(request, form, status=422)
    chosen = form.cleaned_data
    try:
        frame = frame_of(settings.LEYE_POOL)
        asked = {
            "seed": chosen["seed"],
            "target": chosen["target"],
            "least": chosen["least"],
            "certain_from": chosen["certain_from"],
            "keep": panel_codes(month_of(actor.at.date())) if chosen["keep"] else (),
        }
        if request.POST.get("do") != "draw":
            return _draw_page(request, form, preview=_preview(frame, plan_panel(frame, **asked)))
        draw_panel(
            frame=frame,
            from_month=int(chosen["from_month"]),
            by=actor.by,
            at=actor.at,
            request_id=actor.request_id,
            **asked,
        )
    except (NoFrame, InvalidPanel) as error:
        blame(form, error)
        return _draw_page(request, form, status=422)
    return HttpResponseRedirect(f"{resolve_url('monitoring:panel')}?done=drawn")


def _draw_page(
    request: HttpRequest, form: DrawForm, *, preview: Any = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "preview": preview}
    return render(request, "console/monitoring_draw.html", context, status=status)


def _preview(frame: Frame, found: Any) -> dict[str, Any]:
    codes = {each.firm.uscc for each in found.drawn}
    roles: dict[str, int] = {}
    for each in found.drawn:
        roles[each.role.label] = roles.get(each.role.label, 0) + 1
    return {
        "month": month_label(frame.month),
        "firms": len(found.drawn),
        "roles": list(roles.items()),
        "strata": len(found.strata),
        "empty": sum(not each.allocated for each in found.strata),
        "total": cover_line("", whole(frame.firms, codes)),
        "counties": _cover(frame, codes, "county"),
    }


def _cover(frame: Frame, codes: Any, cut: str) -> list[dict[str, Any]]:
    known: dict[str, Callable[[str], str]] = {
        "county": place_name,
        "section": section_name,
        "size": _size_name,
    }
    names = known[cut]
    found = coverage(frame.firms, codes, cut=CUTS[cut])
    if cut == "size":
        found = tuple(sorted(found, key=lambda each: int(each.code)))
    return [cover_line(names(each.code), each) for each in found]


def _size_name(code: str) -> str:
    return SizeBand(code).label
