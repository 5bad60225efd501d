"""What is recorded of figures that staff take away."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import viewer_scope


def record_export(request: HttpRequest, what: str, *, rows: int) -> None:
    """Record that somebody signed in took figures away; of a visitor nothing is recorded.

    ``what`` is the code of what was exported, such as ``plan``. The event belongs to the widest
    place whose internal figures the person may see, else to the place they work in.
    """
    user = request.user
    if not isinstance(user, User):
        return
    places = viewer_scope(user).places
    record(
        action=Action.FIGURES_EXPORTED,
        by=user,
        at=timezone.now(),
        place=min(places, key=lambda code: (len(code.rstrip("0")), code), default=user.place),
        subject=Subject("figures", what),
        detail={"rows": rows},
        request_id=str(request.META.get("LEYE_REQUEST_ID", "")),
    )


def record_exact(request: HttpRequest, what: str, bodies: Iterable[Mapping[str, Any]]) -> None:
    """Record that exact figures were taken away; ``edition`` says of each body whether it is.

    Where all are as everybody sees them, nothing is recorded.
    """
    rows = sum(body.get("edition") == "exact" for body in bodies)
    if rows:
        record_export(request, what, rows=rows)
