"""The API's addresses, its description, the standard interfaces, and the health check."""

from django.urls import path
from django.views.generic import RedirectView

from leye.doors.api.docs import docs
from leye.doors.api.health import healthz
from leye.doors.api.http import guarded, read_only
from leye.doors.api.interface import api, unknown_address
from leye.doors.api.ogc.urls import ogc_urls
from leye.doors.api.openfisca import openfisca
from leye.doors.api.sdmx.urls import sdmx_urls

app_name = "api"

operations = [each for each in guarded(api.urls[0]) if each.name != "api-root"]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/docs", docs, name="docs"),
    # The name is what the description's own addresses are built on.
    path("api/", RedirectView.as_view(pattern_name="api:docs"), name="api-root"),
    *(path(f"api/{each.pattern}", each.callback, name=each.name) for each in operations),
    path("api/<path:rest>", read_only(unknown_address), name="unknown"),
    path("openfisca/", openfisca, name="openfisca"),
    path("openfisca/<path:rest>", openfisca, name="openfisca-rest"),
    *ogc_urls,
    *sdmx_urls,
]
