"""The graded contingency plans in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leye.doors.console.access import staff_page
from leye.doors.console.reserve_forms import PlanFilter
from leye.doors.console.words.reserve import level_lines, plan_lines, signed_words
from leye.service.identity.roles import Permission
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.plans.catalogue import PlanKind, plan_for
from leye.service.response.reserve.catalogue import reserve

_FIRST = {"level": str(Level.YELLOW.value), "kind": PlanKind.FIRM.value}


@staff_page(Permission.READ_MONITORING)
@require_safe
def plans_page(request: HttpRequest) -> HttpResponse:
    """Show who leads at each level, and the plan of a level and a kind with its clocks."""
    form = PlanFilter(_FIRST | request.GET.dict())
    valid = form.is_valid()
    chosen = form.cleaned_data if valid else _FIRST
    plan = plan_for(int(chosen["level"]), chosen["kind"])
    titles = {each.code: each.title for each in reserve().measures}
    context = {
        "form": form,
        "plan": plan,
        "shown": valid,
        "signed": signed_words(plan.signed),
        "levels": level_lines(plan_for(each.value, plan.kind.value) for each in Level),
        "lines": plan_lines(plan, titles),
    }
    return render(request, "console/response_plans.html", context, status=200 if valid else 422)
