"""Every datum of the registers says which department's list it is from."""

import pytest

from leye.data.pool.source_contract import source_contracts
from leye.decision.policy.facts import Origin, fact, facts
from leye.decision.policy.holders import (
    PRESUMED,
    WEIGHED,
    Holder,
    holder_words,
    known_from,
    sources_of,
)
from leye.decision.policy.registered import Registered

HELD = {
    name: Holder(name, each.title, each.department, 202506)
    for name, each in source_contracts().items()
}


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("sex", ("population",)),
        ("hard_to_employ", ("hard_to_employ",)),
        ("ui_months", ("contributions",)),
        ("job_started", ("contributions", "labour_filing")),
        # Words in brackets are codes of the list, not other lists.
        ("is_trainee", ("subsidies",)),
        ("work_status", ()),
    ],
)
def test_a_fact_names_its_lists(name: str, sources: tuple[str, ...]) -> None:
    assert sources_of(name) == sources


def test_only_what_all_evidence_decides_names_no_list() -> None:
    weighed = {
        name
        for name, each in facts().items()
        if each.origin is Origin.REGISTER and not sources_of(name)
    }
    assert weighed == {"work_status", "work_county", "months_working_away"}
    assert holder_words([]) == WEIGHED


def test_what_is_known_says_from_whom_and_what_is_presumed_that_nobody_said() -> None:
    given = Registered(
        person=1,
        household="",
        month=202506,
        facts={"sex": 1.0, "hard_to_employ": 0.0, "ui_months_drawn": 0.0, "education": 0.0,
               "ui_months": 4.0},
        most={"ui_months": 90.0},
        presumed=("in_military",),
    )  # fmt: skip
    known = {each.fact: each for each in known_from(given, HELD)}
    assert known["sex"].source == "公安《户籍与常住人口》"
    assert known["sex"].month == 202506
    assert known["hard_to_employ"].source.endswith("里没有，按“否”算")
    assert known["ui_months_drawn"].source.endswith("里没有，按0算")
    assert "education" not in known
    assert (known["ui_months"].value, known["ui_months"].most) == (4.0, 90.0)
    assert (known["in_military"].source, known["in_military"].month) == (PRESUMED, None)
    assert fact("in_military").absent_is_no
