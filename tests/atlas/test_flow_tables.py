"""Flows as lines and totals: what is hidden stays hidden, what is not known is no zero."""

from collections.abc import Mapping
from typing import Any

import pytest

from leye.analysis.atlas.elsewhere import elsewhere, is_outside, is_within
from leye.analysis.atlas.flow_kinds import Drawing, flow_kind, flow_kinds
from leye.analysis.atlas.flow_pulse import pulse
from leye.analysis.atlas.flow_tables import Total, flow_table, total
from leye.data.registers.queries.served import FlowCell, Served
from leye.kernel.errors import UnknownCode

CITY, YUANZHOU, FENGCHENG = "360900", "360902", "360981"
Flows = Mapping[int, Mapping[str, Mapping[tuple[str, str], int | None]]]


class Copy(Served):
    """A serving copy of flows alone, given as dictionaries."""

    def __init__(self, flows: Flows) -> None:
        self.release = 1
        self.months = tuple(sorted(flows))
        self._flows = flows

    def flows(self, month: int, *, kind: str, place: str, protected: bool) -> tuple[FlowCell, ...]:
        found = self._flows[month].get(kind, {})
        return tuple(FlowCell(*pair, persons) for pair, persons in sorted(found.items()))


def table(*months: Mapping[tuple[str, str], int | None]) -> Any:
    """Give the table of the last of some months in a row, up to March."""
    first = 4 - len(months)
    copy = Copy({202400 + first + n: {"status": given} for n, given in enumerate(months)})
    return flow_table(copy, 202403, kind="status", place=CITY, protected=True)


def test_lines_come_by_size_and_hidden_ones_last() -> None:
    found = table({("a", "b"): 5, ("b", "a"): None, ("c", "a"): 20, ("a", "a"): 90})
    assert [(each.origin, each.persons) for each in found.lines] == [
        ("c", 20),
        ("a", 5),
        ("b", None),
    ]
    assert [each.persons for each in found.stays] == [90]
    assert found.moved == Total(25, 1)
    assert found.hidden == 1
    assert sum(each.share or 0 for each in found.lines) == 1


def test_a_flow_that_was_not_there_was_nobodys_where_the_month_was_delivered() -> None:
    found = table({("c", "a"): 10}, {("a", "b"): 5, ("c", "a"): 20})
    assert {each.origin: each.last_month for each in found.lines} == {"a": 5, "c": 10}
    assert all(each.last_year is None for each in found.lines)


def test_a_month_nobody_delivered_is_compared_with_nothing() -> None:
    found = table({}, {("a", "b"): 5})
    assert found.lines[0].last_month is None
    assert found.moved_last_month is None


def test_no_change_follows_from_a_hidden_number() -> None:
    found = table({("a", "b"): None, ("b", "a"): 10}, {("a", "b"): 15, ("b", "a"): None})
    assert [each.last_month for each in found.lines] == [None, None]
    assert [each.net for each in found.ends] == [None, None]


def test_totals_by_end_balance() -> None:
    found = table({("a", "b"): 7}, {("a", "b"): 5, ("b", "c"): 20, ("b", "b"): 3})
    ends = {each.code: each for each in found.ends}
    assert (ends["b"].out, ends["b"].into, ends["b"].net) == (Total(20), Total(5), -15)
    assert ends["b"].net_last_month == 7
    assert ends["b"].stayed == 3
    assert sum(each.net or 0 for each in found.ends) == 0
    assert total([]) == Total(0, 0)


def test_the_pulse_counts_what_crosses_the_border() -> None:
    copy = Copy(
        {
            202402: {
                "mobile": {
                    (YUANZHOU, "440000"): 90,
                    ("360100", YUANZHOU): 20,
                    (YUANZHOU, FENGCHENG): 5,
                },
                "status": {
                    ("migrant", "flexible"): 6,
                    ("farming", "migrant"): 8,
                    ("migrant", "absent"): 9,
                    ("migrant", "migrant"): 70,
                },
            },
            202403: {},
        }
    )
    first, second = pulse(copy, place=CITY, protected=True)
    assert (first.out, first.back) == (Total(90), Total(20))
    assert (first.left, first.returned) == (Total(8), Total(6))
    assert (second.out, second.back, second.left, second.returned) == (None, None, None, None)


def test_places_are_within_outside_or_not_known() -> None:
    assert is_within(YUANZHOU)
    assert not is_within(CITY)
    assert is_outside("440000")
    assert is_outside("360100")
    assert is_outside("outside")
    assert not is_outside("")
    assert not is_outside(YUANZHOU)
    assert len(elsewhere()) == 33 + 10, "Jiangxi itself is told by its cities"
    assert all(0 <= each.bearing < 360 for each in elsewhere().values())


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("status", "absent", "不在册"),
        ("status", "unknown", "情况不明"),
        ("industry", "", "不详"),
        ("industry", "C", "制造业"),
        ("residence", "", "市外或新登记／迁出本市"),
        ("commute", "outside", "市外"),
        ("migration", "440000", "广东省"),
        ("migration", "360100", "南昌市"),
        ("mobile", YUANZHOU, "袁州区"),
    ],
)
def test_every_end_has_words(kind: str, code: str, words: str) -> None:
    assert flow_kind(kind).label(code) == words


def test_every_kind_is_defined() -> None:
    assert list(flow_kinds()) == [
        "status",
        "industry",
        "residence",
        "commute",
        "migration",
        "mobile",
    ]
    for kind in flow_kinds().values():
        assert kind.definition.endswith("。")
        assert kind.drawing in Drawing
    with pytest.raises(UnknownCode):
        flow_kind("water")


def test_words_for_phones_are_short() -> None:
    kind = flow_kind("status")
    assert kind.short("inactive") == "无意愿"
    assert flow_kind("industry").short("D") == "电热气水"
    assert flow_kind("mobile").short("440000") == "广东省"
