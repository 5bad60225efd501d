"""Addresses of the staff pages of screens."""

from django.urls import path

from leye.doors.console.views import screens

app_name = "screens"
urlpatterns = [
    path("", screens.screens, name="screens"),
    path("new/", screens.screen_new, name="screen_new"),
    path("<str:number>/shut/", screens.screen_shut, name="screen_shut"),
]
