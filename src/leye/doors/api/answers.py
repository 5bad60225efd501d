"""What every operation declares besides its success."""

from typing import Any

from leye.doors.api.schemas import Problem

ANSWERS: dict[int, type[Problem]] = {400: Problem, 404: Problem, 429: Problem}
"""Error answers of every operation: a bad parameter, an unknown code, too many requests."""


def example(url: str) -> dict[str, Any]:
    """Give the extension that names an address to try; ``/api/docs`` prints it as a link."""
    return {"x-example": url}
