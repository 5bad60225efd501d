"""Addresses of the staff pages of the policies: who is entitled, and what a change would do."""

from django.urls import path

from leye.doors.console.views import entitled, findings, scenarios

app_name = "findings"
urlpatterns = [
    path("", findings.policies, name="policies"),
    path("export.xlsx", findings.policies_export, name="policies_export"),
    path("replay/", scenarios.scenarios, name="scenarios"),
    path("replay/<int:number>/", scenarios.scenario, name="scenario"),
    path("replay/<int:number>/export.xlsx", scenarios.scenario_export, name="scenario_export"),
    path("<slug:name>/", findings.policy, name="policy"),
    path("<slug:name>/list/", entitled.entitled, name="entitled"),
    path("<slug:name>/list/export.xlsx", entitled.entitled_export, name="entitled_export"),
]
