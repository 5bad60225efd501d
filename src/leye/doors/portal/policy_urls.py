"""Addresses of the policies: what somebody may have, and the rules themselves."""

from django.urls import path

from leye.doors.portal.views import policies, policy_check

app_name = "policies"
urlpatterns = [
    path("", policies.home, name="home"),
    path("check/", policy_check.check, {"who": "person"}, name="check"),
    path("firm/", policy_check.check, {"who": "employer"}, name="firm"),
    path("rules/", policies.rules, name="rules"),
    path("rules/export.<str:form>", policies.rules_export, name="rules_export"),
    path("rules/values.<str:form>", policies.values_export, name="values_export"),
    path("rules/changes/", policies.changes, name="changes"),
    path("rules/<slug:name>/", policies.rule, name="rule"),
]
