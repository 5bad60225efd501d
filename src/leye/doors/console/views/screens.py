"""Screens: the addresses that show exact figures on a wall, opened and shut by staff."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.presenters import place_name
from leye.doors.console.screen_forms import ScreenForm
from leye.kernel.errors import Forbidden
from leye.service.identity.errors import InvalidScreen, InvalidText
from leye.service.identity.models import ScreenPass
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission
from leye.service.identity.screens import open_screen, screen_for, screens_for, shut_screen

_MOST = 200
_NOTES = {"shut": "大屏已停用，正在显示的画面一分钟内消失。"}


@staff_page(Permission.OPEN_SCREEN)
@require_safe
def screens(request: HttpRequest) -> HttpResponse:
    """List the screens of the asker's places."""
    context = {
        "lines": [_line(each) for each in screens_for(request.user)[:_MOST]],
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/screens.html", context)


@staff_page(Permission.OPEN_SCREEN)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("opened", "address")
def screen_new(request: HttpRequest) -> HttpResponse:
    """Open a screen, and show its address this once."""
    scope = scope_of(request.user, Permission.OPEN_SCREEN)
    if request.method != "POST":
        return render(request, "console/screen_new.html", {"form": ScreenForm(scope=scope)})
    form, actor = ScreenForm(request.POST, scope=scope), acting(request)
    if form.is_valid():
        given = form.cleaned_data
        try:
            opened = open_screen(
                label=given["label"],
                place=given["place"],
                days=given["days"],
                shows_firms=given["shows_firms"],
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except InvalidText as error:
            form.add_error("label", f"{error.title}：{error.detail}")
        except (InvalidScreen, Forbidden) as error:
            form.add_error("place", f"{error.title}：{error.detail}")
        else:
            address = request.build_absolute_uri(reverse("wall:screen", args=[opened.token]))
            context = {"line": _line(opened.screen), "address": address}
            return render(request, "console/screen_opened.html", context)
    return render(request, "console/screen_new.html", {"form": form}, status=422)


@staff_page(Permission.OPEN_SCREEN)
@require_http_methods(["GET", "HEAD", "POST"])
def screen_shut(request: HttpRequest, number: str) -> HttpResponse:
    """Ask first; on POST shut the screen."""
    screen, actor = screen_for(request.user, number), acting(request)
    if request.method != "POST":
        return render(request, "console/screen_shut.html", {"line": _line(screen)})
    shut_screen(number=number, by=actor.by, at=actor.at, request_id=actor.request_id)
    return HttpResponseRedirect(f"{resolve_url('screens:screens')}?done=shut")


def _line(screen: ScreenPass) -> dict[str, object]:
    if screen.shut_at is not None:
        state = "已停用"
    else:
        state = "使用中" if screen.expires_at > timezone.now() else "已到期"
    return {
        "number": screen.number,
        "label": screen.label,
        "place": place_name(screen.place),
        "firms": screen.shows_firms,
        "by": screen.issued_by.display_name,
        "at": screen.issued_at,
        "until": screen.expires_at,
        "state": state,
        "open": state == "使用中",
    }
