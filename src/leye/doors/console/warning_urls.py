"""Addresses of the desk of warnings."""

from django.urls import path

from leye.doors.console.views import (
    response_plans,
    response_reserve,
    warning_case,
    warning_drills,
    warning_hall,
    warning_ledger,
    warning_lines,
    warning_sign,
)

app_name = "warning"
urlpatterns = [
    path("", warning_hall.hall, name="hall"),
    path("signals/", warning_hall.signals, name="signals"),
    path("miss/", warning_hall.miss, name="miss"),
    path("cases/", warning_hall.cases, name="cases"),
    path("cases/export.xlsx", warning_hall.cases_export, name="cases_export"),
    path("cases/<str:number>/", warning_case.case, name="case"),
    path("cases/<str:number>/act/", warning_case.act, name="act"),
    path("cases/<str:number>/ledger/", warning_ledger.ledger, name="ledger"),
    path(
        "cases/<str:number>/ledger/export.xlsx", warning_ledger.ledger_export, name="ledger_export"
    ),
    path("cases/<str:number>/ledger/<int:key>/", warning_ledger.person, name="person"),
    path("lines/", warning_lines.warning_lines, name="lines"),
    path("lines/<slug:code>/<slug:level>/", warning_sign.line_sign, name="line_sign"),
    path("drills/", warning_drills.drills, name="drills"),
    path("drills/<str:number>/", warning_drills.drill, name="drill"),
    path("reserve/", response_reserve.reserve_page, name="reserve"),
    path("reserve/export.xlsx", response_reserve.reserve_export, name="reserve_export"),
    path("reserve/reach/", response_reserve.reach_page, name="reach"),
    path("reserve/reach/export.xlsx", response_reserve.reach_export, name="reach_export"),
    path("plans/", response_plans.plans_page, name="plans"),
]
