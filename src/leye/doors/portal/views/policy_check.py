"""我能享受什么: the questionnaire for a person or a firm, and what follows from the answers.

No answer is stored, put into an address or written to a log: see ``leye.doors.web.policy_state``.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from leye.decision.policy.interview import Answers
from leye.doors.web.policy_state import Sitting
from leye.doors.web.policy_steps import Desk, show_circumstances, take_step
from leye.kernel.months import month_of


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, who: str) -> HttpResponse:
    """Ask one thing after the other; POST carries the sealed answers and what to do with them."""
    address = "policies:firm" if who == "employer" else "policies:check"
    desk = Desk(
        who,
        resolve_url(address),
        question="portal/policy_question.html",
        results="portal/policy_results.html",
        start="portal/policy_start.html",
    )
    if request.method == "POST":
        return take_step(request, desk)
    month = month_of(timezone.localdate())
    return show_circumstances(request, desk, Sitting(Answers(who), month))
