"""What adds up over a person's months, and since when it is known."""

from collections.abc import Mapping
from typing import Any

import pytest

from leye.data.pool.engines import Engine, workbench_of
from tests.registers.small import build, sources

CONTRIBUTIONS = """
    month  | person | employer | kind | insurance | place
    202401 | 1      | 11       | 1    | 110       | 360902
    202401 | 1      | 11       | 1    | 210       | 360902
    202402 | 1      | 11       | 1    | 110       | 360902
    202402 | 1      | 11       | 1    | 210       | 360902
    202404 | 1      | 11       | 1    | 210       | 360981
    202401 | 2      |          | 2    | 110       | 360902
    202402 | 2      |          | 2    | 110       | 360902
    202402 | 3      | 11       | 1    | 210       | 360902
    202404 | 3      | 11       | 1    | 210       | 360902
    202405 | 3      | 11       | 1    | 210       | 360902
"""
BENEFIT = """
    month  | person | nth | total | place
    202403 | 3      | 2   | 6     | 360902
    202403 | 4      | 5   | 12    | 360983
"""
OTHERS = {
    "population": """
        person | sex | birth_month | residence    | hukou | state
        1      | 1   | 198001      | 360902001001 | 20    | 1
        2      | 2   | 198001      | 360902001001 | 20    | 1
        3      | 1   | 198001      | 360902001001 | 20    | 1
        4      | 1   | 198001      | 360902001001 | 20    | 1
        5      | 1   | 198001      | 360902001001 | 20    | 1
    """,
    "labour_ledger": """
        person | status | checked    | month  | destination
        5      | 03     | 2024-02-10 | 202402 | 440300
    """,
}
MONTHS = (202401, 202402, 202403, 202404, 202405)
BUILT = ("person", "employer", "insurance_month", "job_spell", "person_month", "person_total")


@pytest.fixture(scope="module")
def totals(
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[tuple[int, int], Mapping[str, Any]]:
    """The totals by month and person."""
    folder = tmp_path_factory.mktemp("totals")
    given = sources(contributions=CONTRIBUTIONS, unemployment_benefit=BENEFIT, **OTHERS)
    with workbench_of(Engine(threads=1), root=folder, folder=folder) as duck:
        found = build(duck, folder, months=MONTHS, given=given, only=BUILT)
    return {
        (month, row["person"]): row
        for month in MONTHS
        for row in found[f"person_total {month}"].to_pylist()
    }


Totals = Mapping[tuple[int, int], Mapping[str, Any]]


def test_months_paid_are_counted_and_a_late_one_does_not_end_the_run(totals: Totals) -> None:
    assert [totals[month, 1]["ui_months"] for month in MONTHS] == [1, 2, 2, 3, 3]
    assert [totals[month, 1]["ui_run"] for month in MONTHS] == [1, 2, 2, 3, 3]
    assert [totals[month, 1]["pension_months"] for month in MONTHS] == [1, 2, 2, 2, 2]
    assert totals[202405, 1]["ui_month"] == 202404
    assert totals[202405, 1]["ui_place"] == "360981"
    assert totals[202404, 2]["flexible_month"] == 202402
    assert totals[202404, 2]["ui_months"] == 0


def test_after_a_benefit_contributions_are_counted_anew(totals: Totals) -> None:
    before, drawing, after = (totals[month, 3] for month in (202402, 202403, 202405))
    assert (before["ui_since"], before["ui_again"]) == (1, False)
    assert (drawing["ui_since"], drawing["drawn_nth"], drawing["drawn_total"]) == (1, 2, 6)
    assert (after["ui_since"], after["ui_again"], after["ui_months"]) == (2, True, 3)
    assert after["drawn_month"] == 202403


def test_who_drew_before_anything_was_counted_was_insured_where_it_was_paid(
    totals: Totals,
) -> None:
    assert totals[202405, 4]["ui_place"] == "360983"
    assert totals[202405, 4]["ui_months"] == 0


def test_counting_starts_with_the_first_month_and_again_after_one_without(
    totals: Totals,
) -> None:
    assert totals[202402, 1]["counted_from"] == 202401
    # Nobody delivered March.
    assert totals[202403, 1]["counted_from"] == 202404
    assert totals[202405, 1]["counted_from"] == 202404


def test_months_away_are_counted_up_to_now(totals: Totals) -> None:
    assert [totals[month, 5]["away_months"] for month in MONTHS[1:]] == [1, 2, 3, 4]


def test_the_job_left_last_stays_known(totals: Totals) -> None:
    assert totals[202402, 1]["left_month"] is None
    assert totals[202405, 2]["left_month"] is None
