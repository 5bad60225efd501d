"""Addresses of the policy reserve and the contingency plans, to be included in a namespace."""

from django.urls import path

from leye.doors.console.views import response_plans, response_reserve

urlpatterns = [
    path("reserve/", response_reserve.reserve_page, name="reserve"),
    path("reserve/export.xlsx", response_reserve.reserve_export, name="reserve_export"),
    path("reserve/reach/", response_reserve.reach_page, name="reach"),
    path("reserve/reach/export.xlsx", response_reserve.reach_export, name="reach_export"),
    path("plans/", response_plans.plans_page, name="plans"),
]
