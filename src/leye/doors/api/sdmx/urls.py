"""The addresses under ``/sdmx/``, for the API's own list of addresses."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from leye.doors.api.sdmx import views
from leye.doors.api.sdmx.errors import failed
from leye.doors.api.standard import standard_view

_DATA_30 = "3.0/data/<str:context>/<str:agency>/<str:number>/<str:version>"


def _at(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    return path(f"sdmx/{route}", standard_view(view, failed=failed), name=name)


sdmx_urls = [
    _at("2.1/data/<str:flow>", views.data_21, "sdmx-data"),
    _at("2.1/data/<str:flow>/<str:key>", views.data_21, "sdmx-data-key"),
    _at("2.1/data/<str:flow>/<str:key>/<str:provider>", views.data_21, "sdmx-data-provider"),
    _at("2.1/<str:kind>", views.structures_21, "sdmx-structures"),
    _at("2.1/<str:kind>/<str:agency>", views.structures_21, "sdmx-structures-agency"),
    _at("2.1/<str:kind>/<str:agency>/<str:number>", views.structures_21, "sdmx-structure"),
    _at(
        "2.1/<str:kind>/<str:agency>/<str:number>/<str:version>",
        views.structures_21,
        "sdmx-structure-version",
    ),
    _at(_DATA_30, views.data_30, "sdmx-data-30"),
    _at(f"{_DATA_30}/<str:key>", views.data_30, "sdmx-data-30-key"),
    _at("<path:rest>", views.unknown, "sdmx-unknown"),
]
