"""Page numbers out of addresses."""

from django.http import HttpRequest


def page_number(request: HttpRequest, name: str) -> int:
    """Give the page asked for under ``name``: 1 when there is none or it is no number."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 7 and int(text) > 0 else 1
