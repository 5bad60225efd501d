"""The situation room: one month of the city or a county on a page, and as a Word document."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from leye.analysis.atlas.situation_types import Situation
from leye.analysis.atlas.situation_words import month_name
from leye.data.reference import Place, places
from leye.doors.portal.own_county import own_county_first
from leye.doors.portal.situation import page_context
from leye.doors.portal.staff import require_on_record
from leye.doors.web.atlas import NothingBuilt, served_copy
from leye.doors.web.caching import public_page
from leye.doors.web.demo import demo_city
from leye.doors.web.downloads import file_response
from leye.doors.web.exports import record_export
from leye.doors.web.situation import situation_for
from leye.doors.web.situation_report import situation_report
from leye.kernel.errors import InvalidInput, UnknownCode
from leye.kernel.months import valid_month
from leye.service.identity.models import User
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@public_page
@own_county_first("place")
def room(request: HttpRequest) -> HttpResponse:
    """Show how employment stands: exact to those entitled, protected to everybody else."""
    place, found = _asked(request)
    if found is None:
        return render(request, "portal/situation.html", {"found": None})
    copy = served_copy()
    context = {
        **page_context(found),
        "may_report": holds(request.user, Permission.READ_UNPUBLISHED, place),
        "months": [
            (month, month_name(month), month == found.month)
            for month in reversed(copy.months if copy else ())
        ],
        "places": [(each.code, each.name, each.code == place) for each in _places()],
        "today": timezone.localdate(),
    }
    return render(request, "portal/situation.html", context)


@require_safe
@never_cache
def report(request: HttpRequest) -> HttpResponseBase:
    """Give the month's report as a Word document to staff of the place."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    place, found = _asked(request)
    require_on_record(request, request.user, Permission.READ_UNPUBLISHED, place)
    if found is None:
        raise NothingBuilt
    content = situation_report(found, at=timezone.localtime(), demo=demo_city() is not None)
    record_export(request, "situation_report", rows=len(found.headlines))
    name = f"{found.place_name}{month_name(found.month)}就业形势分析.docx"
    return file_response(name, content, content_type=DOCX)


def _asked(request: HttpRequest) -> tuple[str, Situation | None]:
    place = request.GET.get("place", settings.LEYE_CITY)
    known = [each.code for each in _places()]
    if place not in known:
        raise UnknownCode("可分析的地区", place, near=known[:3])
    given = request.GET.get("month", "")
    month = None
    if given:
        if not (given.isascii() and given.isdigit() and valid_month(int(given))):
            raise InvalidInput(f"“{given}”不是月份", hint="月份写作六位数字，如 202611")
        month = int(given)
    return place, situation_for(request, place=place, month=month, on=timezone.localdate())


def _places() -> list[Place]:
    every = places()
    return [every.get(settings.LEYE_CITY), *every.children(settings.LEYE_CITY)]
