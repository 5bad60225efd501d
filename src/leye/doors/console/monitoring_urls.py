"""Addresses of the staff pages of the monitoring network."""

from django.urls import path

from leye.doors.console.views import (
    monitoring_home,
    monitoring_notices,
    monitoring_out,
    monitoring_panel,
    monitoring_points,
    monitoring_reports,
    monitoring_settings,
)

app_name = "monitoring"
urlpatterns = [
    path("", monitoring_home.home, name="home"),
    path("late/", monitoring_home.late, name="late"),
    path("panel/", monitoring_panel.panel, name="panel"),
    path("panel/draw/", monitoring_panel.draw, name="draw"),
    path("points/", monitoring_points.points, name="points"),
    path("points/new/", monitoring_points.point_new, name="point_new"),
    path("points/<str:number>/", monitoring_points.point, name="point"),
    path("points/<str:number>/leave/", monitoring_points.point_leave, name="point_leave"),
    path("points/<str:number>/link/", monitoring_points.point_link, name="point_link"),
    path("points/<str:number>/revoke/", monitoring_points.point_revoke, name="point_revoke"),
    path("points/<str:number>/base/", monitoring_points.point_base, name="point_base"),
    path("points/<str:number>/remind/", monitoring_home.point_remind, name="point_remind"),
    path("points/<str:number>/<int:month>/", monitoring_reports.fill, name="fill"),
    path("reports/", monitoring_reports.reports, name="reports"),
    path("reports/<str:number>/", monitoring_reports.report, name="report"),
    path("reports/<str:number>/decide/", monitoring_reports.decide, name="decide"),
    path("export/<str:form>.xlsx", monitoring_out.export, name="export"),
    path("deliver/", monitoring_out.deliver, name="deliver"),
    path("notices/", monitoring_notices.notices, name="notices"),
    path("notices/new/<str:kind>/", monitoring_notices.notice_new, name="notice_new"),
    path("notices/<str:number>/", monitoring_notices.notice, name="notice"),
    path("notices/<str:number>/correct/", monitoring_notices.notice_correct, name="correct"),
    path("notices/<str:number>/desk/", monitoring_notices.notice_desk, name="notice_desk"),
    path(
        "notices/<str:number>/documents/<int:key>/",
        monitoring_notices.document,
        name="document",
    ),
    path("settings/", monitoring_settings.settings_page, name="settings"),
]
