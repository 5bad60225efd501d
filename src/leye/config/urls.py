"""Every address: the public pages, the staff pages, and the figures as JSON."""

from django.urls import include, path

urlpatterns = [
    path("console/", include("leye.doors.console.urls")),
    path("", include("leye.doors.api.urls")),
    path("", include("leye.doors.portal.urls")),
]
