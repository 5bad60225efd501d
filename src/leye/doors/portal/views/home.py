"""The first page, what the data are, and the choice of large type."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from leye.analysis.metrics import Confidence, TargetState, catalogue
from leye.data.reference import places, source_notes
from leye.doors.portal.presenters import state_counts
from leye.doors.web.caching import public_page
from leye.doors.web.reading import evaluator_for, scores_for
from leye.kernel.place import NATION, PlaceLevel

_HEADLINES = (
    ("surveyed_urban_unemployment_rate", NATION),
    ("resident_population", settings.LEYE_CITY),
    ("gdp", settings.LEYE_CITY),
)
_A_YEAR = 365 * 24 * 60 * 60


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Say what is here, the latest headline figures, and what nobody has reported yet."""
    evaluator = evaluator_for(request)
    scores = scores_for(request, on=timezone.localdate())
    context = {
        "headlines": [
            (catalogue().get(code), evaluator.latest(code, place)) for code, place in _HEADLINES
        ],
        "states": state_counts(scores),
        "targets": len(scores),
        "unreported": sum(each.state is TargetState.NOT_REPORTED for each in scores),
        "indicators": len(catalogue()),
        "villages": len(places().at_level(PlaceLevel.VILLAGE)),
    }
    return render(request, "portal/home.html", context)


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Say where the data come from, how far they can be trusted, and under which licence."""
    context = {
        "sources": [note for _, note in sorted(source_notes().items())],
        "grades": list(Confidence),
        "data_version": evaluator_for(request).data_version,
        "crumbs": [("首页", "/"), ("数据来源和说明", "")],
    }
    return render(request, "portal/about.html", context)


@require_safe
def display(request: HttpRequest) -> HttpResponseRedirect:
    """Remember large or standard type, and go back to the page the person came from."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    response.set_cookie(
        "big",
        "1" if request.GET.get("big") == "1" else "0",
        max_age=_A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.LEYE_HTTPS,
    )
    return response
