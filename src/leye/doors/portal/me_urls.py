"""Addresses of a resident's pages. None carries who it is."""

from django.urls import path

from leye.doors.portal.views import me, me_entry

app_name = "me"
urlpatterns = [
    path("", me.home, name="home"),
    path("openings/", me.openings, name="openings"),
    path("check/", me.check, name="check"),
    path("signin/", me_entry.sign_in, name="sign_in"),
    path("activate/", me_entry.activation, name="activate"),
    path("signout/", me_entry.sign_out, name="sign_out"),
    path("password/", me_entry.password, name="password"),
    path("close/", me_entry.close, name="close"),
]
