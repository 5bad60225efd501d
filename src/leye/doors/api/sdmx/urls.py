"""The addresses under ``/sdmx/``, for the API's own list of addresses."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from leye.doors.api.sdmx import structure_views, views
from leye.doors.api.sdmx.errors import failed
from leye.doors.api.standard import standard_view

View = Callable[..., HttpResponse]

_DATA_30 = "3.0/data/<str:context>/<str:agency>/<str:number>/<str:version>"
_PARTS = ("<str:kind>", "<str:agency>", "<str:number>", "<str:version>")


def _at(route: str, view: View, name: str) -> URLPattern:
    return path(f"sdmx/{route}", standard_view(view, failed=failed), name=name)


def _structures(root: str, view: View, name: str) -> list[URLPattern]:
    """Give the addresses of structures: by kind, and as far on as is asked."""
    counts = range(1, len(_PARTS) + 1)
    return [_at(f"{root}{'/'.join(_PARTS[:n])}", view, f"{name}-{n}") for n in counts]


sdmx_urls = [
    _at("2.1/data/<str:flow>", views.data_21, "sdmx-data"),
    _at("2.1/data/<str:flow>/<str:key>", views.data_21, "sdmx-data-key"),
    _at("2.1/data/<str:flow>/<str:key>/<str:provider>", views.data_21, "sdmx-data-provider"),
    *_structures("2.1/", structure_views.structures_21, "sdmx-structures"),
    _at(_DATA_30, views.data_30, "sdmx-data-30"),
    _at(f"{_DATA_30}/<str:key>", views.data_30, "sdmx-data-30-key"),
    *_structures("3.0/structure/", structure_views.structures_30, "sdmx-structures-30"),
    _at("<path:rest>", views.unknown, "sdmx-unknown"),
]
