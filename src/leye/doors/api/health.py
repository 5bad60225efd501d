"""Whether the platform answers: the database and the pool are there."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from leye.doors.api.reading import latest_release
from leye.kernel.errors import LeyeError

_log = logging.getLogger("leye.health")


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say ``ok`` and the data version, or 503 and which part is missing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        lines, status = ["ok", f"data_version {latest_release()}"], 200
    except DatabaseError:
        _log.exception("the database does not answer")
        lines, status = ["unavailable", "database"], 503
    except (LeyeError, OSError):
        _log.exception("the pool does not answer")
        lines, status = ["unavailable", "pool"], 503
    return HttpResponse(
        "\n".join([*lines, ""]),
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
