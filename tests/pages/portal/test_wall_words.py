"""How the wall words a change since last month."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from leye.analysis.metrics import SampleState
from leye.analysis.metrics.register_types import Change, RegisterFigure
from leye.doors.portal.wall.employers import firm_name
from leye.doors.portal.wall.plan import goal_words
from leye.doors.portal.wall.reading import Reader, text_of


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


@pytest.mark.parametrize(
    ("printed", "unit", "words"),
    [
        ("[≥22]", "万人", "累计≥22万人"),
        ("16左右", "万元/人", "16万元/人左右"),
        ("5.5左右", "%", "5.5%左右"),
        ("高于40%", "", "高于40%"),
        ("10个左右", "", "10个左右"),
        ("24", "万人", "24万人"),
    ],
)
def test_a_goal_needs_no_note(printed: str, unit: str, words: str) -> None:
    assert goal_words(printed, unit) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("宜春某某科技有限公司", "宜春某某科技"),
        ("宜春某某集团股份有限公司", "宜春某某集团"),
        ("樟树某某银行有限责任公司", "樟树某某银行"),
        ("宜春经济开发区管理委员会", "宜春经济开发区管理委员会"),
        ("有限公司", "有限公司"),
    ],
)
def test_a_firm_is_named_without_its_legal_form(name: str, words: str) -> None:
    assert firm_name(name) == words


def test_a_small_number_is_no_zero() -> None:
    figure = RegisterFigure("electricity", "360900", 202610, Decimal("0.04"), SampleState.HAS_DATA)
    assert text_of(figure) == "不足0.1"
    assert text_of(replace(figure, value=Decimal(0))) == "0.0"
