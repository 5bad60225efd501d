"""Addresses of the pages beside the map: flows, key groups, firms, parks."""

from django.urls import path

from leye.doors.portal.views import firms, flows, groups, parks

app_name = "registers"
urlpatterns = [
    path("flows/", flows.flows, name="flows"),
    path("flows/export.<str:form>", flows.export, name="flows_export"),
    path("groups/", groups.groups, name="groups"),
    path("groups/export.<str:form>", groups.groups_export, name="groups_export"),
    path("groups/<slug:code>/", groups.group, name="group"),
    path("groups/<slug:code>/export.<str:form>", groups.group_export, name="group_export"),
    path("firms/", firms.firm_list, name="firms"),
    path("firms/export.<str:form>", firms.firms_export, name="firms_export"),
    path("firms/<int:employer>/", firms.firm, name="firm"),
    path("firms/<int:employer>/export.<str:form>", firms.firm_export, name="firm_export"),
    path("parks/", parks.parks, name="parks"),
    path("parks/export.<str:form>", parks.export, name="parks_export"),
    path("parks/<str:name>/", parks.park, name="park"),
]
