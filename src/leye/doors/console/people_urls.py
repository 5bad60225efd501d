"""Addresses of the list of persons."""

from django.urls import path

from leye.doors.console.views import people, person_account, person_check

app_name = "people"
urlpatterns = [
    path("", people.person_list, name="list"),
    path("export.xlsx", people.person_list_export, name="export"),
    path("<int:person>/", people.person, name="person"),
    path("<int:person>/open/", people.person_open, name="open"),
    path("<int:person>/account/", person_account.person_account, name="account"),
    path("<int:person>/check/", person_check.person_check, name="check"),
]
