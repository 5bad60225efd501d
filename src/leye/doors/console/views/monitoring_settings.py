"""Days, lines and clocks of the monitoring: what stands, on what basis, and setting it anew."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods

from leye.doors.console.access import acting, staff_page
from leye.doors.console.monitoring_forms import SettingForm, blame, choose
from leye.doors.console.months import working_day
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission
from leye.service.monitoring.errors import InvalidSetting
from leye.service.monitoring.settings.values import catalogue, coming, set_value, standing


@staff_page(Permission.READ_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show every setting with its basis; the city sets one anew from a day on."""
    form, actor, status = SettingForm(request.POST or None), acting(request), 200
    open_ = [(each.name, each.label) for each in catalogue().values() if not each.fixed]
    choose(form, "name", [("", "请选择"), *open_])
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_value(
                    **form.cleaned_data,
                    by=actor.by,
                    at=actor.at,
                    request_id=actor.request_id,
                )
            except InvalidSetting as error:
                blame(form, error, "value")
            except InvalidText as error:
                blame(form, error, "basis")
            else:
                return HttpResponseRedirect(resolve_url("monitoring:settings") + "?done=1")
    on = working_day()
    context = {
        "lines": list(standing(on).values()),
        "coming": [(each, catalogue()[each.name].label) for each in coming(on)],
        "form": form,
        "directs": holds(request.user, Permission.DIRECT_MONITORING),
        "note": "已设置，到生效日起用。" if request.GET.get("done") else "",
    }
    return render(request, "console/monitoring_settings.html", context, status=status)
