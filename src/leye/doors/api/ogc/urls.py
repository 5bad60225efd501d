"""The addresses under ``/ogc/``, for the API's own list of addresses."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from leye.doors.api.ogc import views
from leye.doors.api.standard import standard_view


def _at(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    return path(
        f"ogc/{route}", standard_view(view, failed=views.failed, mark=views.mark), name=name
    )


ogc_urls = [
    _at("", views.landing, "ogc-landing"),
    _at("conformance", views.conformance, "ogc-conformance"),
    _at("api", views.api, "ogc-api"),
    _at("collections", views.collections, "ogc-collections"),
    _at("collections/<str:name>", views.collection, "ogc-collection"),
    _at("collections/<str:name>/queryables", views.queryables, "ogc-queryables"),
    _at("collections/<str:name>/items", views.items, "ogc-items"),
    _at("collections/<str:name>/items/<str:fid>", views.item, "ogc-item"),
    _at("<path:rest>", views.unknown, "ogc-unknown"),
]
