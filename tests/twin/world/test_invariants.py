"""What holds in any month of any city."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leye.data.twin.codes import Contributor, EndReason, Pension, Status
from leye.data.twin.draws import first_day, last_day
from leye.data.twin.events import LAYOUTS
from leye.data.twin.scenarios import default_scenarios
from leye.data.twin.types import World, WorldMonth
from leye.data.twin.world import build_world
from tests.twin.world.conftest import Run

UNIT = [Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED]
WORKING = [*UNIT, Status.PUBLIC_WELFARE_POST, Status.SELF_EMPLOYED, Status.FLEXIBLE,
           Status.FARMING, Status.MIGRANT]  # fmt: skip


def _ages(world: World, month: WorldMonth) -> np.ndarray:
    end = last_day(month.month).astype(int)
    return (end + 1 - world.population.birth) / 365.2425


def check_month(world: World, month: WorldMonth) -> None:
    """Check one month of one city."""
    status, age = month.status, _ages(world, month)
    grown = (status > Status.CHILD) & (status < Status.GONE)
    assert (status <= Status.GONE).all()
    assert np.array_equal(month.alive, status < Status.GONE)
    assert (age[grown] >= 15.99).all()
    assert (age[status == Status.CHILD] < 16.01).all()
    unit = np.isin(status, UNIT)
    assert (month.employer[unit] >= 0).all()
    assert month.open[month.employer[unit]].all()
    assert (month.insured | month.filed)[unit].all()
    assert np.array_equal(month.insured, status == Status.EMPLOYED_INSURED)
    assert (month.occupation[np.isin(status, WORKING)] >= 0).all()
    assert (month.destination[status == Status.MIGRANT] >= 0).all()
    assert (month.destination[status != Status.MIGRANT] == -1).all()
    assert month.enrolled[status == Status.STUDENT].all()
    staff = month.employer[np.isin(status, [*UNIT, Status.PUBLIC_WELFARE_POST])]
    assert np.array_equal(np.bincount(staff, minlength=world.firms.size), month.headcount)
    own = month.employer[status == Status.SELF_EMPLOYED]
    assert len(np.unique(own)) == len(own)
    paid = month.contributor == Contributor.UNIT
    assert (month.payer[paid] >= 0).all()
    assert (month.payer[~paid] == -1).all()
    assert ((month.contribution_county >= 0) == (month.contributor > 0)).all()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.integers(400, 1_500), st.integers(0, 11))
def test_the_invariants_hold_in_any_city(seed: int, people: int, start: int) -> None:
    when = {"months": 4, "first_month": 202401 + start}
    planted = default_scenarios(people=people, **when)
    world = build_world(people=people, seed=seed, scenarios=planted, **when)
    for month in world.months():
        check_month(world, month)


def test_the_invariants_hold_in_every_month(small: Run) -> None:
    for month in small.months:
        check_month(small.world, month)


def test_nobody_lives_again(small: Run) -> None:
    dead = np.zeros(small.world.population.size, dtype=bool)
    for month in small.months:
        assert not month.alive[dead].any()
        dead[month.events.deaths["person"]] = True


def test_people_add_up_with_births_and_deaths(small: Run) -> None:
    birth = small.world.population.birth
    alive = 6_000
    for month in small.months:
        first, last = (day(month.month).astype(int) for day in (first_day, last_day))
        alive += int(((birth >= first) & (birth <= last)).sum()) - len(month.events.deaths)
        assert alive == int(month.alive.sum())


def test_hires_and_separations_explain_who_is_employed(small: Run) -> None:
    """Hires less separations is the change of staff, but for those uninsured who get insured."""
    before = None
    for month in small.months:
        staff = int(np.isin(month.status, UNIT).sum())
        if before is not None:
            change = len(month.events.hires) - len(month.events.separations)
            assert staff - before == change
        before = staff


def test_benefit_is_drawn_after_insured_work_and_within_the_months_granted(small: Run) -> None:
    for month in small.months:
        rows = month.events.benefits
        assert (rows["nth"] >= 1).all()
        assert (rows["nth"] <= rows["total"]).all()
        assert (rows["total"] >= 3).all()
        assert (rows["total"] <= 24).all()
        assert month.alive[rows["person"]].all()
        assert len(np.unique(rows["person"])) == len(rows)


def test_who_is_granted_benefit_lost_the_job_against_their_will(small: Run) -> None:
    told: dict[int, int] = {}
    for row in small.world.opening.unemployment:
        told[int(row["person"])] = int(row["reason"])
    for month in small.months:
        for row in month.events.unemployment:
            told[int(row["person"])] = int(row["reason"])
        for row in month.events.benefits[month.events.benefits["nth"] == 1]:
            assert told[int(row["person"])] in {1, 2}


def test_a_pension_of_workers_ends_contributions(small: Run) -> None:
    for month in small.months:
        pensioners = (month.pension == Pension.EMPLOYEE) & month.alive
        assert (month.contributor[pensioners] == Contributor.NONE).all()


@pytest.mark.parametrize(
    ("kind", "begin", "end"),
    [("filings", "start", "ended"), ("employment", "start", "end"),
     ("unemployment", "registered", "cancelled"), ("welfare_posts", "start", "end"),
     ("hardship", "certified", "withdrawn"), ("trainings", "start", "end"),
     ("loans", "granted", "due")],
)  # fmt: skip
def test_no_record_ends_before_it_begins(small: Run, kind: str, begin: str, end: str) -> None:
    for events in (small.world.opening, *(month.events for month in small.months)):
        rows = getattr(events, kind)
        closed = rows[~np.isnat(rows[end])]
        assert (closed[end] >= closed[begin]).all()


def test_records_of_a_kind_keep_their_number_and_owner(small: Run) -> None:
    for kind in ("filings", "unemployment", "hardship", "welfare_posts", "trainings", "loans"):
        owner: dict[int, int] = {}
        for events in (small.world.opening, *(month.events for month in small.months)):
            for row in getattr(events, kind):
                assert owner.setdefault(int(row["record"]), int(row["person"])) == row["person"]


def test_a_filing_is_ended_once_and_never_again(small: Run) -> None:
    ended: set[int] = set()
    for month in small.months:
        for row in month.events.filings:
            assert int(row["record"]) not in ended
            if row["end_reason"] != EndReason.OPEN:
                ended.add(int(row["record"]))
    assert ended


def test_events_have_the_layout_that_is_declared(small: Run) -> None:
    for events in (small.world.opening, *(month.events for month in small.months)):
        for field in fields(events):
            rows = getattr(events, field.name)
            assert rows.dtype == np.dtype(LAYOUTS[field.name])
            if len(rows) and "person" in (rows.dtype.names or ()):
                assert rows["person"].max() < small.world.population.size


def test_events_of_a_month_lie_in_it(small: Run) -> None:
    for month in small.months:
        first, last = first_day(month.month), last_day(month.month)
        for kind, column in (("hires", "day"), ("separations", "day"), ("deaths", "day")):
            days = getattr(month.events, kind)[column]
            assert (days >= first).all()
            assert (days <= last).all()
