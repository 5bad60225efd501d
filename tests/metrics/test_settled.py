"""What is declared to follow from a group's definition follows from it, and nothing else does."""

from pathlib import Path

import pytest

from leye.analysis.metrics.reading import InvalidDefinition
from leye.analysis.metrics.register_catalogue import register_catalogue
from leye.analysis.metrics.register_types import RegisterIndicator, Terms
from leye.analysis.metrics.settled import load_settled, settled_groups, settled_lines, settled_of
from leye.data.reference import key_groups
from leye.data.registers.codes import EMPLOYED, STATUS, UNEMPLOYED, UNKNOWN

EVERY = frozenset(STATUS)
MEMBERS = {
    "unemployed": UNEMPLOYED,
    "registered_unemployed": frozenset({"unemployed_registered"}),
    "urban_youth": UNEMPLOYED,
    "older_worker": (EMPLOYED - {"farming"}) | UNEMPLOYED,
    "rural_migrant_worker": EMPLOYED - {"farming", "self_employed"},
    "rural_transfer_labor": EMPLOYED - {"farming"},
}
"""The statuses members of a group can have, as ``person_months`` makes the groups."""

COUNTED = {
    "population16": EVERY,
    "employed": EMPLOYED,
    "unemployed": UNEMPLOYED,
    **{status: frozenset({status}) for status in STATUS},
    "entered_work": EMPLOYED,
    "left_work": EVERY - EMPLOYED,
    "became_unemployed": UNEMPLOYED,
    "became_unknown": frozenset({UNKNOWN}),
    "new_self_employed": frozenset({"self_employed"}),
}
"""The statuses of those whom a measure counts, now."""

EVENTS = frozenset(
    {"entered_work", "left_work", "became_unemployed", "became_unknown", "new_self_employed"}
)
"""Measures of what happened in the month to some of those with the statuses."""

LEFT_OF_A_DIFFERENCE = ("net_entries",)
"""Half of these is settled, so that what remains is not what the name says."""


def settles(indicator: RegisterIndicator, members: frozenset[str]) -> bool:
    """Whether the value is the same for whatever people with these statuses."""

    def held(terms: Terms) -> list[str] | None:
        if any(name not in COUNTED for name, _ in terms):
            return None
        return [name for name, _ in terms if COUNTED[name] & members]

    above, below = held(indicator.numerator), held(indicator.denominator)
    if above is None:
        return False
    if not above:
        return True
    if indicator.code in LEFT_OF_A_DIFFERENCE:
        return len(above) < len(indicator.numerator)
    if not indicator.denominator or below is None:
        return False
    if above == below or EVENTS & {*above, *below}:
        return above == below
    whole = frozenset().union(*(COUNTED[name] for name in above)) & members
    return whole == frozenset().union(*(COUNTED[name] for name in below)) & members


@pytest.mark.parametrize("group", [entry.code for entry in key_groups().entries])
def test_what_is_declared_is_what_follows(group: str) -> None:
    members = MEMBERS.get(group, EVERY)
    declared = {each.code for each in register_catalogue() if settled_of(each.code, group)}
    follows = {each.code for each in register_catalogue() if each.groups and settles(each, members)}
    assert declared == follows
    assert bool(declared) == (group in MEMBERS)


def test_migrant_workers_work_by_definition() -> None:
    found = settled_of("employment_rate", "rural_migrant_worker")
    assert found is not None
    assert found.words == "按定义均在业"
    assert settled_of("employment_rate", "all") is None
    assert settled_of("employment_rate", "woman") is None
    assert list(settled_groups("farming")) == [
        "urban_youth",
        "rural_migrant_worker",
        "rural_transfer_labor",
        "unemployed",
        "registered_unemployed",
        "older_worker",
    ]


def test_what_is_said_of_several_groups_is_said_once() -> None:
    lines = settled_lines(["employment_rate", "unemployed"])
    assert [(names, each.words) for names, each in lines] == [
        ("城镇青年、失业人员、登记失业人员", "按定义均失业"),
        ("农民工、农村转移劳动力", "按定义均在业"),
    ]
    assert settled_lines(["employment_rate"], ["woman"]) == ()


@pytest.mark.parametrize(
    ("groups", "indicators", "said"),
    [
        ("[womann]", "[employed]", "womann"),
        ("[woman]", "[vacancies]", "vacancies"),
        ("[woman, woman]", "[employed]", "两次"),
        ("[woman]", "[no_such]", "no_such"),
    ],
)
def test_a_faulty_declaration_is_refused(
    tmp_path: Path, groups: str, indicators: str, said: str
) -> None:
    file = tmp_path / "settled.yaml"
    entry = f"{{groups: {groups}, indicators: {indicators}, words: 甲, why: 乙}}"
    file.write_text(f"settled: [{entry}]", encoding="utf-8")
    with pytest.raises(InvalidDefinition, match=said):
        load_settled(file, register_catalogue())
