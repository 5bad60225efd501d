"""How the wall words a change since last month."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from leye.analysis.metrics import SampleState
from leye.analysis.metrics.register_types import Change, RegisterFigure
from leye.doors.portal.wall.reading import Reader


@pytest.mark.parametrize(
    ("now", "before", "text", "arrow"),
    [
        (-10, -25, "15人次", "▲"),
        (-25, -10, "15人次", "▼"),
        (30, 20, "50.0%", "▲"),
        (30, -30, "60人次", "▲"),
    ],
)
def test_a_change_from_below_zero_is_not_a_percentage(
    now: int, before: int, text: str, arrow: str
) -> None:
    change = Change(Decimal(now - before), Decimal(now - before) / before)
    figures: Any = SimpleNamespace(change=lambda *_, **__: change)
    figure = RegisterFigure("net_entries", "360900", 202610, Decimal(now), SampleState.HAS_DATA)
    delta = Reader(figures, "360900", 202610).delta(figure)
    assert (delta.text, delta.arrow) == (text, arrow)
