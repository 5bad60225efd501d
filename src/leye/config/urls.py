"""Every address: the public pages, the staff pages, and the figures as JSON."""

from django.urls import include, path

urlpatterns = [
    path("console/monitoring/", include("leye.doors.console.monitoring_urls")),
    path("console/network/", include("leye.doors.console.network_urls")),
    path("console/persons/list/", include("leye.doors.console.people_urls")),
    path("console/policies/", include("leye.doors.console.policy_urls")),
    path("console/screens/", include("leye.doors.console.screen_urls")),
    path("console/warning/", include("leye.doors.console.warning_urls")),
    path("console/", include("leye.doors.console.urls")),
    path("", include("leye.doors.api.urls")),
    path("atlas/circle/", include("leye.doors.portal.circle_urls")),
    path("atlas/", include("leye.doors.portal.register_urls")),
    path("me/", include("leye.doors.portal.me_urls")),
    path("policies/", include("leye.doors.portal.policy_urls")),
    path("report/", include("leye.doors.portal.reporting_urls")),
    path("wall/", include("leye.doors.portal.wall_urls")),
    path("", include("leye.doors.portal.urls")),
]
