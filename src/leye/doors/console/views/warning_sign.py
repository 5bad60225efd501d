"""Signing a line: the city takes a starting value over, or sets another from a day on."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from leye.analysis.warning import LEVELS, Level, Line, Origin, Watch
from leye.doors.console.access import acting, staff_page
from leye.doors.console.monitoring_forms import blame
from leye.doors.console.warning_forms import SignForm
from leye.kernel.errors import InvalidField, UnknownCode
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.response.lines.models import SignedLine
from leye.service.response.lines.operations import NewLine, city_watches, sign_line


@staff_page(Permission.DIRECT_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def line_sign(request: HttpRequest, code: str, level: str) -> HttpResponse:
    """Show a watch's line and who signed what before; on POST sign one.

    :raises UnknownCode: there is no such watch or level.
    """
    require(request.user, Permission.DIRECT_MONITORING, settings.LEYE_CITY)
    watch, chosen = city_watches().get(code), _level(level)
    standing = _standing(watch, chosen)
    form = SignForm(request.POST or None, initial=_initial(standing))
    if request.method == "POST" and form.is_valid():
        actor, given = acting(request), form.cleaned_data
        asked = NewLine(
            watch=code,
            level=chosen,
            value=given["value"],
            origin=Origin(given["origin"]),
            basis=given["basis"],
            valid_from=given["valid_from"],
        )
        try:
            sign_line(line=asked, by=actor.by, at=actor.at, request_id=actor.request_id)
        except (InvalidField, InvalidText) as error:
            blame(form, error, getattr(error, "field", "basis"))
        else:
            return HttpResponseRedirect(f"{resolve_url('warning:lines')}?done=signed")
    context = {
        "watch": watch,
        "level": chosen,
        "grade": 5 - int(chosen),
        "standing": standing,
        "others": [line for line in watch.lines_on(timezone.localdate()) if line.level != chosen],
        "before": SignedLine.objects.filter(watch=code, level=int(chosen)).select_related("by"),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "console/warning_sign.html", context, status=status)


def _level(name: str) -> Level:
    found = LEVELS.get(name, Level.NONE)
    if found is Level.NONE:
        raise UnknownCode("预警级别", name, near=[each for each in LEVELS if each != "none"])
    return found


def _standing(watch: Watch, level: Level) -> Line | None:
    lines = watch.lines_on(timezone.localdate())
    return next((line for line in lines if line.level is level), None)


def _initial(standing: Line | None) -> dict[str, object]:
    today: dict[str, object] = {"valid_from": timezone.localdate()}
    if standing is None:
        return today
    return {
        **today,
        "value": f"{standing.value:f}",
        "origin": standing.origin.value,
        "basis": standing.basis,
    }
