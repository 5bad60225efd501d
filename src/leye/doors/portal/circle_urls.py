"""Addresses of the service circle."""

from django.urls import path

from leye.doors.portal.views import circle

app_name = "circle"
urlpatterns = [
    path("", circle.circle, name="circle"),
    path("sites/", circle.sites, name="sites"),
    path("export.<str:form>", circle.export, name="export"),
]
