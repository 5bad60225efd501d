"""Figures, lists, changes and what-ifs of a screened town, cut to the asker's places."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from leye.data.pool import Pool, Snapshot
from leye.data.pool.engines import Engine
from leye.decision.policy.parameters import Change
from leye.decision.policy.queries import (
    EntitledChoice,
    change_counts,
    entitled_lines,
    entitled_total,
    entitlements_of,
    figures_by_group,
    figures_by_place,
    fund_costs,
    obstacles,
    programme_figures,
    screened_months,
)
from leye.decision.policy.replay import NothingChanges, replay
from leye.decision.policy.screen import MonthNotBuilt, screen
from leye.kernel.errors import InvalidInput, UnknownCode
from leye.kernel.place import EVERYWHERE, PlaceLevel, Scope
from tests.decision.policy import town

CITY, YUANZHOU, FENGCHENG, TOWN = "360900", "360902", "360981", "360902001"
RETIREMENT, STAFF = "statutory_retirement", "unemployment_contribution_employee"


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """The town, screened for two months."""
    pool = Pool(tmp_path_factory.mktemp("queries") / "pool")
    town.fill(pool)
    engine = Engine(threads=1)
    assert screen(pool, at=town.AT, months=[town.BEFORE, town.NOW], engine=engine)
    return pool


@pytest.fixture
def snapshot(pool: Pool) -> Snapshot:
    return pool.snapshot()


def test_the_months_screened_are_told(snapshot: Snapshot, tmp_path: Path) -> None:
    assert screened_months(snapshot) == (town.BEFORE, town.NOW)
    nothing = Pool(tmp_path / "pool").snapshot()
    assert screened_months(nothing) == ()
    assert programme_figures(nothing, town.NOW, within=CITY, scope=EVERYWHERE) == ()
    assert entitlements_of(nothing, town.NOW, person=1) == ()


def test_a_month_without_registers_is_not_screened(pool: Pool) -> None:
    with pytest.raises(MonthNotBuilt):
        screen(pool, at=town.AT, months=[203001])


def test_every_programme_has_its_figures(snapshot: Snapshot) -> None:
    found = {
        each.programme: each
        for each in programme_figures(snapshot, town.NOW, within=CITY, scope=EVERYWHERE)
    }
    staff = found[STAFF]
    assert (staff.eligible, staff.not_eligible, staff.cannot_tell) == (2, 4, 1)
    # No source says who receives it: that is not nobody.
    assert (staff.receiving, staff.gap, staff.recipients) == (None, None, None)
    assert staff.cost is None
    retirement = found[RETIREMENT]
    assert (retirement.eligible, retirement.receiving, retirement.gap) == (1, 0, 1)


def test_figures_of_a_place_leave_the_others_out(snapshot: Snapshot) -> None:
    places = figures_by_place(snapshot, town.NOW, STAFF, within=CITY, scope=EVERYWHERE)
    assert {each.place: each.eligible for each in places} == {YUANZHOU: 2, FENGCHENG: 0}
    mine = Scope.of([FENGCHENG])
    places = figures_by_place(snapshot, town.NOW, STAFF, within=CITY, scope=mine)
    assert [each.place for each in places] == [FENGCHENG]


def test_below_the_county_only_the_eligible_are_counted(snapshot: Snapshot) -> None:
    level = PlaceLevel.TOWN
    towns = figures_by_place(
        snapshot, town.NOW, STAFF, within=YUANZHOU, level=level, scope=EVERYWHERE
    )
    assert [(each.place, each.eligible, each.cannot_tell) for each in towns] == [(TOWN, 2, None)]
    own = programme_figures(snapshot, town.NOW, within=TOWN, scope=Scope.of([TOWN]))
    assert {each.programme for each in own if each.eligible} >= {STAFF}
    assert not any(each.programme == RETIREMENT and each.eligible for each in own)


def test_figures_by_group_count_the_eligible_of_each(snapshot: Snapshot) -> None:
    found = {
        each.group: each.eligible
        for each in figures_by_group(snapshot, town.NOW, STAFF, within=CITY, scope=EVERYWHERE)
    }
    assert found["all"] == 2
    assert found["rural_migrant_worker"] == 2
    assert found["woman"] == 0


def test_conditions_in_the_way_are_ranked_by_how_many(snapshot: Snapshot) -> None:
    found = {
        each.condition: each
        for each in obstacles(snapshot, town.NOW, RETIREMENT, within=CITY, scope=EVERYWHERE)
    }
    assert found["in_force"].failing == 0
    assert found["age_reached"].failing == found["age_reached"].failing_alone == 6
    with pytest.raises(UnknownCode):
        obstacles(snapshot, town.NOW, "no_such", within=CITY, scope=EVERYWHERE)


def test_the_entitled_are_listed_page_by_page_inside_the_scope(snapshot: Snapshot) -> None:
    chosen = EntitledChoice(town.NOW, STAFF)
    first = entitled_lines(snapshot, chosen, scope=EVERYWHERE, limit=1)
    second = entitled_lines(snapshot, chosen, scope=EVERYWHERE, limit=1, offset=1)
    assert [each.person for each in (*first, *second)] == [town.WORKS, town.YOUNG]
    assert entitled_total(snapshot, chosen, scope=EVERYWHERE) == 2
    assert entitled_total(snapshot, chosen, scope=Scope.of([FENGCHENG])) == 0
    assert entitled_total(snapshot, chosen, scope=Scope()) == 0
    assert first[0].amount is not None
    assert "veteran" not in first[0].groups or first[0].person == town.WORKS


def test_a_list_may_be_cut_by_place_group_and_receiving(snapshot: Snapshot) -> None:
    every = EntitledChoice(town.NOW, RETIREMENT)

    def total(chosen: EntitledChoice) -> int:
        return entitled_total(snapshot, chosen, scope=EVERYWHERE)

    some = (every, replace(every, within=YUANZHOU), replace(every, receiving=False))
    none = (
        replace(every, within=FENGCHENG),
        replace(every, receiving=True),
        replace(every, group="woman"),
    )
    assert [total(chosen) for chosen in some] == [1, 1, 1]
    assert [total(chosen) for chosen in none] == [0, 0, 0]


def test_a_person_s_entitlements_name_what_is_missing(snapshot: Snapshot) -> None:
    lines = {
        each.programme: each for each in entitlements_of(snapshot, town.NOW, person=town.RETIRED)
    }
    assert lines[RETIREMENT].outcome == "eligible"
    nearly = [each for each in lines.values() if each.outcome == "cannot_tell"]
    assert all(each.missing for each in nearly)
    assert all(each.missing == () for each in lines.values() if each.outcome == "eligible")


def test_changes_between_two_months_are_new_and_lost(snapshot: Snapshot) -> None:
    found = change_counts(snapshot, town.NOW, before=town.BEFORE, within=CITY, scope=EVERYWHERE)
    assert all(each.new or each.lost for each in found)
    assert STAFF not in {each.programme for each in found}

    def lines(name: str, kind: str, before: int = town.BEFORE) -> int:
        chosen = EntitledChoice(town.NOW, name, change=kind, before=before)
        listed = entitled_lines(snapshot, chosen, scope=EVERYWHERE, limit=99)
        assert len(listed) == entitled_total(snapshot, chosen, scope=EVERYWHERE)
        return len(listed)

    for each in found:
        assert (lines(each.programme, "new"), lines(each.programme, "lost")) == (
            each.new,
            each.lost,
        )
    assert lines(STAFF, "new") == lines(STAFF, "lost") == 0
    assert lines(RETIREMENT, "new", before=202401) == 0
    with pytest.raises(InvalidInput):
        lines(STAFF, "gone")
    unscreened = change_counts(snapshot, town.NOW, before=202401, within=CITY, scope=EVERYWHERE)
    assert unscreened == ()


def test_funds_are_charged_with_what_is_due(snapshot: Snapshot) -> None:
    assert fund_costs(snapshot, 202401) is None
    found = fund_costs(snapshot, town.NOW)
    assert found is not None
    assert found["none"] == Decimal(0)


def test_a_replay_counts_who_gains_and_who_loses(pool: Pool) -> None:
    later = Change("retirement.men.former_age", 75, 202501)
    found = replay(pool, month=town.NOW, changes=[later], engine=Engine(threads=1))
    line = next(
        each for each in found.lines if (each.programme, each.place) == (RETIREMENT, YUANZHOU)
    )
    assert (line.before, line.after, line.gains, line.loses) == (1, 0, 0, 1)
    assert line.cost_before is None
    unchanged = {each.programme for each in found.lines if each.gains or each.loses}
    assert STAFF not in unchanged


def test_a_replay_tells_how_long_a_fund_lasts_once_its_balance_is_set(pool: Pool) -> None:
    balance = Change("setting.unemployment_fund_balance", 1_000_000, 202501)
    share = Change("unemployment_insurance.share_of_minimum_wage", 1.0, 202501)
    found = replay(pool, month=town.NOW, changes=[share], engine=Engine(threads=1))
    assert [each.balance for each in found.funds] == [None]
    found = replay(pool, month=town.NOW, changes=[share, balance], engine=Engine(threads=1))
    fund = found.funds[0]
    assert (fund.fund, fund.balance) == ("失业保险基金", Decimal(1_000_000))
    # Nobody draws on it here, so it lasts for ever: no number of months.
    assert fund.months_before is None


def test_a_change_that_no_programme_rests_on_is_refused(pool: Pool) -> None:
    with pytest.raises(NothingChanges):
        replay(
            pool,
            month=town.NOW,
            changes=[Change("setting.employment_fund_balance", 5, 202501)],
        )
    with pytest.raises(UnknownCode):
        replay(pool, month=town.NOW, changes=[Change("no.such", 5, 202501)])
