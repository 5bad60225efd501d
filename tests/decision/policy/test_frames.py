"""The facts frame: a column for every fact registers give, and what absence means in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from leye.data.pool.engines import Engine, Workbench, workbench_of
from leye.decision.policy.entities import ENTITY_KEYS
from leye.decision.policy.facts import Kind, Origin, fact, facts
from leye.decision.policy.frames import CARRIED, COUNTY, MOST, PART, Frame, facts_frame
from leye.decision.policy.system import system
from tests.decision.policy import town
from tests.registers.small import SmallBuild

NO, UNKNOWN, YES = 0, 1, 2
Rows = Mapping[int | str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    folder = tmp_path_factory.mktemp("frames")
    with workbench_of(Engine(threads=1), root=folder, folder=folder) as bench:
        yield bench


@pytest.fixture(scope="module")
def frames(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Frame]:
    """The frames of the town, by entity."""
    build: Any = SmallBuild(
        bench,
        tmp_path_factory.mktemp("town"),
        month=town.NOW,
        given=town.given(),
        built=town.registers(),
    )
    return {entity: facts_frame(build, entity, system().law) for entity in ENTITY_KEYS}


@pytest.fixture(scope="module")
def read(bench: Workbench, frames: Mapping[str, Frame]) -> Mapping[str, pa.Table]:
    """What stands in the frames."""
    return {
        entity: pa.Table.from_batches(list(bench.batches(frame.rows)))
        for entity, frame in frames.items()
    }


@pytest.fixture(scope="module")
def people(read: Mapping[str, pa.Table]) -> Rows:
    return {row["person"]: row for row in read["person"].to_pylist()}


@pytest.fixture(scope="module")
def firms(read: Mapping[str, pa.Table]) -> Rows:
    return {row["employer"]: row for row in read["employer"].to_pylist()}


@pytest.mark.parametrize("entity", ENTITY_KEYS)
def test_every_fact_that_registers_give_has_a_column(
    entity: str, frames: Mapping[str, Frame]
) -> None:
    asked = {
        each.name
        for each in facts().values()
        if each.entity == entity and each.origin is Origin.REGISTER
    }
    assert asked <= set(frames[entity].facts)
    assert all(fact(name).entity == entity for name in frames[entity].facts)


@pytest.mark.parametrize("entity", ENTITY_KEYS)
def test_columns_are_stored_numbers_without_a_null(
    entity: str, frames: Mapping[str, Frame], read: Mapping[str, pa.Table]
) -> None:
    kinds = {Kind.ANSWER: "int8", Kind.CHOICE: "int16", Kind.MONTH: "int32", Kind.PLACE: "int32"}
    table = read[entity]
    assert table.num_rows
    for name in frames[entity].facts:
        column = table.column(name)
        assert str(column.type) == kinds.get(fact(name).kind, "double"), name
        assert column.null_count == 0, name
    ends = {f"{MOST}{name}" for name in frames[entity].counted}
    assert set(table.column_names) == {*CARRIED, *frames[entity].facts, *ends, COUNTY, PART}


@pytest.mark.parametrize("entity", ENTITY_KEYS)
def test_answers_and_choices_stay_within_what_a_fact_can_be(
    entity: str, frames: Mapping[str, Frame], read: Mapping[str, pa.Table]
) -> None:
    for name in frames[entity].facts:
        values = read[entity].column(name).to_numpy()
        if fact(name).kind is Kind.ANSWER:
            assert set(values) <= {NO, UNKNOWN, YES}, name
        if fact(name).kind is Kind.CHOICE:
            assert values.max() <= len(fact(name).options), name


def test_a_recipient_of_benefit_tells_the_contributions_it_was_earned_by(people: Rows) -> None:
    found = people[town.DRAWS]
    assert found["receiving_ui"] == YES
    assert (found["ui_months_drawn"], found["ui_months"]) == (5, 36)
    assert found[f"{MOST}ui_months"] == 36
    assert found["ui_county"] == 360902
    assert found["registered_unemployed"] == YES
    assert found["registered_since"] == 202501
    assert found["job_end_reason"] == fact("job_end_reason").option_index("dismissed")


def test_a_count_is_the_least_and_beside_it_stands_the_most(people: Rows) -> None:
    old, young = people[town.WORKS], people[town.YOUNG]
    assert old["ui_months"] == len(town.MONTHS)
    # Of age since 2001: what was paid before January 2025 nobody delivered.
    assert old[f"{MOST}ui_months"] == len(town.MONTHS) + 24 * 12
    # Sixteen in December 2024, one month before the first delivered.
    assert young["ui_months"] == len(town.MONTHS) - 2
    assert young[f"{MOST}ui_months"] == len(town.MONTHS) - 1


def test_absence_is_no_where_a_list_is_whole_and_unknown_where_it_is_not(people: Rows) -> None:
    found = people[town.NOBODY]
    no = ("registered_unemployed", "draws_pension", "hard_to_employ", "disabled", "veteran")
    assert {found[name] for name in (*no, "owns_business", "in_welfare_post")} == {NO}
    unknown = ("able_to_work", "wants_work", "minimum_allowance", "loan_overdue")
    assert {found[name] for name in unknown} == {UNKNOWN}
    assert (found["hukou"], found["education"], found["registered_since"]) == (0, 0, 0)
    assert np.isnan(found["wage_month"])


def test_a_certificate_that_a_register_proves_is_known(people: Rows) -> None:
    found = people[town.POST]
    assert found["minimum_allowance"] == YES
    assert found["land_lost"] == UNKNOWN
    assert found["in_welfare_post"] == YES
    assert (found["welfare_post_first"], found["welfare_post_months"]) == (202409, 10)
    assert found["welfare_post_kind"] == fact("welfare_post_kind").option_index("rural")


def test_a_founder_has_a_business_a_grant_and_a_loan(people: Rows) -> None:
    found = people[town.FOUNDER]
    assert found["owns_business"] == YES
    assert found["business_opened"] == 202402
    assert found["first_business"] == YES
    assert found["startup_granted"] == YES
    assert (found["loan_rounds"], found["loan_unpaid"], found["loan_overdue"]) == (1, YES, NO)


def test_a_firm_is_told_by_its_register_its_staff_and_what_it_was_paid(firms: Rows) -> None:
    firm, shop = firms[town.FIRM], firms[town.SHOP]
    assert (firm["firm_staff"], firm["firm_in_park"]) == (2, YES)
    assert firm["firm_payroll_month"] == 8000
    assert firm["firm_ui_months_paid"] == len(town.MONTHS)
    assert firm[f"{MOST}firm_ui_months_paid"] == 182
    assert firm["hires_absorption_received"] == YES
    assert firm["hires_tax_veterans"] == 1
    assert np.isnan(firm["firm_insured_average"])
    assert (shop["firm_ui_registered"], shop["hires_absorption_received"]) == (NO, NO)


def test_a_household_counts_its_members(read: Mapping[str, pa.Table]) -> None:
    homes = {row["household"]: row for row in read["household"].to_pylist()}
    assert (homes["H1"]["home_unemployed"], homes["H1"]["home_urban"]) == (1, YES)
    assert (homes["H2"]["home_employed"], homes["H2"]["home_urban"]) == (2, NO)
    assert homes["H6"]["home_urban"] == UNKNOWN


def test_a_household_and_its_members_have_one_number(
    people: Rows, firms: Rows, read: Mapping[str, pa.Table]
) -> None:
    homes = {row["household"]: row[PART] for row in read["household"].to_pylist()}
    lives = {row["person"]: row["household"] for row in town.given()["population"].to_pylist()}
    assert {person: row[PART] for person, row in people.items()} == {
        person: homes[lives[int(person)]] for person in people
    }
    assert people[town.WORKS][PART] == people[town.YOUNG][PART] != people[town.DRAWS][PART]
    assert len({row[PART] for row in firms.values()}) == len(firms)


def test_who_has_no_known_household_is_cut_by_themselves(bench: Workbench, tmp_path: Path) -> None:
    alone = dict(town.registers())
    name = f"person_month {town.NOW}"
    at = alone[name].schema.get_field_index("household")
    for blank in ("", None):
        homes = pa.array([blank] * alone[name].num_rows, type=pa.string())
        alone[name] = alone[name].set_column(at, "household", homes)
        build: Any = SmallBuild(bench, tmp_path, month=town.NOW, given=town.given(), built=alone)
        frame = facts_frame(build, "person", system().law, wanted={"sex"})
        numbers = bench.batches(frame.rows.select("person", PART)).read_all().to_pylist()
        assert len(numbers) == len({row[PART] for row in numbers}) == alone[name].num_rows
