"""Addresses of a reporter's pages. Only the entrance carries the secret part of a link."""

from django.urls import path

from leye.doors.portal.views import reporting, reporting_notices

app_name = "reporting"
urlpatterns = [
    path("", reporting.home, name="home"),
    path("l/<str:token>/", reporting.entrance, name="entrance"),
    path("leave/", reporting.leave, name="leave"),
    path("<int:month>/", reporting.month, name="month"),
    path("layoff/", reporting_notices.notice_new, {"kind": "layoff"}, name="layoff"),
    path("emergency/", reporting_notices.notice_new, {"kind": "emergency"}, name="emergency"),
    path("notices/<str:number>/", reporting_notices.notice, name="notice"),
    path("notices/<str:number>/correct/", reporting_notices.notice_correct, name="correct"),
]
