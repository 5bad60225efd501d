"""The conflicts about a person, as links of the page of results."""

from collections.abc import Iterable

from django.urls import reverse

from leye.data.registers.comparison.catalogue import comparison
from leye.data.registers.queries import ConflictLine
from leye.doors.console.months import month_label


def conflict_links(lines: Iterable[ConflictLine]) -> list[dict[str, str]]:
    """Give the conflicts about a person as links to where they are decided, or handed over."""
    return [
        {
            "title": comparison(line.rule).title,
            "since": month_label(line.since_month),
            "url": f"{reverse('console:conflict', args=[line.id])}?month={line.month}",
        }
        for line in lines
    ]
