"""Addresses of the wall: for everybody, and behind the address of a screen that staff opened."""

from django.urls import path

from leye.doors.portal.views import wall

app_name = "wall"
urlpatterns = [
    path("", wall.public, name="wall"),
    path("state.json", wall.public_state, name="state"),
    path("<slug:slug>/", wall.public, name="page"),
    path("<slug:slug>/tables/", wall.public_tables, name="tables"),
    path("t/<str:token>/", wall.screen, name="screen"),
    path("t/<str:token>/state.json", wall.screen_state, name="screen_state"),
    path("t/<str:token>/<slug:slug>/", wall.screen, name="screen_page"),
    path("t/<str:token>/<slug:slug>/tables/", wall.screen_tables, name="screen_tables"),
]
