"""The tables of the policies: who is kept, who receives what, what is counted, on both engines."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from leye.data.pool.engines import Engine, workbench_of
from leye.data.registers.tables import REGISTER_TABLES
from leye.decision.policy.catalogue import catalogue
from leye.decision.policy.parameters import Change
from leye.decision.policy.programmes import programmes
from leye.decision.policy.receiving import recorded
from leye.decision.policy.system import system, system_with
from leye.decision.policy.tables import law_version, policy_tables
from tests.decision.policy import town
from tests.registers.small import build

TABLES = tuple(each.name for each in policy_tables())


def screened(engine: Engine, folder: Path) -> dict[str, pa.Table]:
    """Give the tables of the policies for the newest month of the town."""
    with workbench_of(engine, root=folder, folder=folder) as bench:
        return build(
            bench,
            folder,
            months=[town.NOW],
            given=town.given(),
            built=dict(town.registers()),
            tables=(*REGISTER_TABLES, *policy_tables()),
            only=TABLES,
        )


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[dict[str, object]]]:
    found = screened(Engine(threads=1), tmp_path_factory.mktemp("policies"))
    return {name: found[f"{name} {town.NOW}"].to_pylist() for name in TABLES}


Tables = Mapping[str, list[dict[str, object]]]


def test_who_receives_what_is_told_by_the_sources(tables: Tables) -> None:
    found = {(r["programme"], r["person"] or r["employer"]) for r in tables["receiving"]}
    assert found >= {
        ("unemployment_benefit", town.DRAWS),
        ("unemployment_medical_insurance", town.DRAWS),
        ("unemployment_registration", town.DRAWS),
        ("statutory_retirement", town.RETIRED),
        ("public_welfare_post", town.POST),
        ("hard_to_employ_minimum_allowance", town.POST),
        ("startup_grant", town.FOUNDER),
        ("startup_loan", town.FOUNDER),
        ("absorption_subsidy", town.FIRM),
    }
    benefit = next(r for r in tables["receiving"] if r["programme"] == "unemployment_benefit")
    assert (benefit["since"], benefit["place"]) == (town.NOW, "360902001001")


def test_the_eligible_are_kept_with_what_they_are_due(tables: Tables) -> None:
    found = {(r["programme"], r["person"]): r for r in tables["entitlement"]}
    benefit = found["unemployment_benefit", town.DRAWS]
    assert (benefit["outcome"], benefit["receiving"], benefit["missing"]) == ("eligible", True, 0)
    assert (benefit["months"], str(benefit["amount"])) == (4, "1683.00")
    retired = found["statutory_retirement", town.RETIRED]
    assert (retired["outcome"], retired["receiving"]) == ("eligible", True)
    assert ("unemployment_benefit", town.WORKS) not in found


def test_counts_and_rows_add_up_to_everybody(tables: Tables) -> None:
    counts = [r for r in tables["entitlement_count"] if r["group_code"] == "all"]
    size = {"person": 7, "household": 6, "employer": 2}
    for name, each in programmes().items():
        own = [r for r in counts if r["programme"] == name]
        assert sum(int(str(r["n"])) for r in own) == size[each.entity], name
    eligible = [r for r in counts if r["outcome"] == "eligible"]
    rows = [r for r in tables["entitlement"] if r["outcome"] == "eligible"]
    assert sum(int(str(r["n"])) for r in eligible) == len(rows)
    benefit = next(r for r in eligible if r["programme"] == "unemployment_benefit")
    assert (benefit["place"], benefit["n"], benefit["receiving"]) == ("360902", 1, 1)
    assert (str(benefit["amount"]), str(benefit["cost"])) == ("1683.00", "6732.00")


def test_key_groups_are_counted_of_the_eligible(tables: Tables) -> None:
    groups = {
        r["group_code"]
        for r in tables["entitlement_count"]
        if r["programme"] == "unemployment_benefit" and r["outcome"] == "eligible"
    }
    assert groups == {"all", "woman", "unemployed", "registered_unemployed", "older_worker"}


def test_what_is_recorded_as_received_is_a_listed_programme() -> None:
    assert set(recorded()) <= set(programmes())
    assert set(recorded()) <= set(catalogue())


def test_a_change_of_the_law_is_another_version() -> None:
    changed = system_with([Change("unemployment_insurance.minimum_months", 6, 202501)])
    assert law_version(changed) != law_version(system())
    assert {each.version for each in policy_tables()} == {law_version(system())}


@pytest.mark.parametrize("size", [1, 3])
def test_screening_is_the_same_in_any_number_of_pieces(
    size: int, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leye.data.pool.pieces.PIECE_ROWS", size)
    found = screened(Engine(threads=1), tmp_path)
    for name in TABLES:
        assert found[f"{name} {town.NOW}"].to_pylist() == tables[name], name


@pytest.mark.spark
def test_screening_is_the_same_on_spark(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leye.data.pool.pieces.PIECE_ROWS", 2)
    found = screened(Engine(name="spark", spark_master="local[1]"), tmp_path)
    for name in TABLES:
        assert found[f"{name} {town.NOW}"].to_pylist() == tables[name], name
