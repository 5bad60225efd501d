"""Addresses of the staff pages of the service network."""

from django.urls import path

from leye.doors.console.views import network_imports, network_places, network_points

app_name = "network"
urlpatterns = [
    path("", network_points.points, name="points"),
    path("new/", network_points.point_new, name="point_new"),
    path("export.xlsx", network_imports.points_export, name="points_export"),
    path("template.xlsx", network_imports.points_template, name="points_template"),
    path("import/", network_imports.points_import, name="points_import"),
    path("places/", network_places.places_list, name="places"),
    path("places/export.xlsx", network_imports.places_export, name="places_export"),
    path("places/template.xlsx", network_imports.places_template, name="places_template"),
    path("places/import/", network_imports.places_import, name="places_import"),
    path("places/<str:code>/", network_places.place, name="place"),
    path("<str:number>/", network_points.point, name="point"),
    path("<str:number>/close/", network_points.point_close, name="point_close"),
    path("<str:number>/reopen/", network_points.point_reopen, name="point_reopen"),
]
