"""What-ifs on record: who may ask, one at a time, worked out or why not, kept to the fen."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from leye.data.pool import Pool
from leye.data.pool.engines import Engine
from leye.decision.policy.parameters import Change
from leye.decision.policy.replay import FundLine, NothingChanges, Replayed, ReplayLine
from leye.kernel.errors import Forbidden, UnknownCode
from leye.service.identity.actions import Action
from leye.service.identity.errors import InvalidText
from leye.service.identity.models import AuditEvent, User
from leye.service.scenario import operations
from leye.service.scenario.errors import InvalidScenario, ScenarioRunning, UnknownScenario
from leye.service.scenario.models import LIMIT, Scenario, State
from leye.service.scenario.operations import ask, fail, scenario_for, scenarios_for, work_out
from leye.service.scenario.results import funds_of, kept, lines_of
from tests.decision.policy import town
from tests.samples import AT

LATER = Change("retirement.men.former_age", 75, 202501)
COUNTY = "360902"
Accounts = dict[str, User]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    pool = Pool(tmp_path_factory.mktemp("scenarios") / "pool")
    town.fill(pool)
    return pool


def asked(by: User, **given: object) -> Scenario:
    usual = {"name": "退休年龄", "place": COUNTY, "month": town.NOW, "changes": [LATER]}
    return ask(**{**usual, **given}, by=by, at=AT)  # type: ignore[arg-type] - a few of them replaced


def test_a_scenario_is_put_on_record_and_worked_out(accounts: Accounts, filled: Pool) -> None:
    made = asked(accounts["county_official"])
    event = AuditEvent.objects.get(action=Action.SCENARIO_ASKED)
    assert (event.subject_id, event.place) == (made.number, COUNTY)
    done = work_out(made.pk, pool=filled, clock=lambda: AT, engine=Engine(threads=1))
    assert (done.state, done.reason, done.ended_at) == (State.DONE, "", AT)
    assert done.release == filled.snapshot().release
    line = next(
        each
        for each in lines_of(done.result)
        if (each.programme, each.place) == ("statutory_retirement", COUNTY)
    )
    assert (line.before, line.after, line.loses) == (1, 0, 1)
    fail(done.pk, at=AT)
    again = work_out(done.pk, pool=filled, clock=lambda: AT + LIMIT)
    assert (again.state, again.ended_at) == (State.DONE, AT), "what is done stays as it is"


def test_what_is_kept_is_the_same_to_the_fen() -> None:
    paid = ReplayLine("a", COUNTY, 1, 2, 3, 4, 5, 6, Decimal("0.10"), Decimal("9" * 15), 7, 8)
    right = ReplayLine("b", "", 1, 2, 3, 4, 5, 6, None, None, 7, 8)
    fund = FundLine("失业保险基金", Decimal("1.23"), None, Decimal("4.5"))
    given = kept(Replayed(town.NOW, 1, (LATER,), (paid, right), (fund,)))
    assert lines_of(given) == (paid, right)
    assert funds_of(given) == (fund,)


def test_one_is_worked_out_at_a_time(accounts: Accounts) -> None:
    first = asked(accounts["county_official"])
    with pytest.raises(ScenarioRunning):
        asked(accounts["city_official"], place="360900")
    fail(first.pk, at=AT)
    assert asked(accounts["city_official"], place="360900").state == State.RUNNING


def test_one_whose_process_is_gone_makes_room(accounts: Accounts) -> None:
    lost = asked(accounts["county_official"])
    Scenario.objects.filter(pk=lost.pk).update(at=AT - LIMIT - timedelta(minutes=2))
    asked(accounts["county_official"])
    lost.refresh_from_db()
    assert lost.state == State.FAILED
    assert lost.reason


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"changes": []}, InvalidScenario),
        ({"changes": [LATER, LATER]}, InvalidScenario),
        ({"changes": [Change("retirement.men.former_age", 75, 202507)]}, InvalidScenario),
        ({"changes": [Change("retirement.men.former_age", 75, 202513)]}, InvalidScenario),
        ({"changes": [Change("no.such", 1, 202501)]}, UnknownCode),
        ({"changes": [Change("setting.employment_fund_balance", 1, 202501)]}, NothingChanges),
        ({"name": " "}, InvalidText),
        ({"name": "试 13800138000"}, InvalidText),
        ({"place": "360981"}, Forbidden),
    ],
)
def test_what_makes_no_scenario_is_refused(
    accounts: Accounts, given: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        asked(accounts["county_official"], **given)
    assert not Scenario.objects.exists()
    assert not AuditEvent.objects.filter(action=Action.SCENARIO_ASKED).exists()


@pytest.mark.parametrize("who", ["auditor", "data_steward", "village_worker", "administrator"])
def test_who_may_not_see_exact_counts_asks_nothing(accounts: Accounts, who: str) -> None:
    with pytest.raises(Forbidden):
        asked(accounts[who])


def test_scenarios_are_read_within_one_s_places(accounts: Accounts) -> None:
    made = asked(accounts["county_official"])
    for who, sees in (("city_official", True), ("other_county_official", False)):
        assert scenarios_for(accounts[who]).filter(pk=made.pk).exists() == sees
    assert scenario_for(accounts["city_official"], made.pk) == made
    for number in (made.pk + 1, 2**70):
        with pytest.raises(UnknownScenario):
            scenario_for(accounts["city_official"], number)
    with pytest.raises(UnknownScenario):
        scenario_for(accounts["other_county_official"], made.pk)


def test_what_goes_wrong_is_the_reason(accounts: Accounts, tmp_path: Path) -> None:
    made = asked(accounts["county_official"])
    empty = Pool(tmp_path / "pool")
    done = work_out(made.pk, pool=empty, clock=lambda: AT)
    assert done.state == State.FAILED
    assert "登记库还没有生成" in done.reason


def test_what_nobody_expected_is_told_and_raised(
    accounts: Accounts, filled: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(operations, "replay", broken)
    made = asked(accounts["county_official"])
    with pytest.raises(MemoryError):
        work_out(made.pk, pool=filled, clock=lambda: AT)
    made.refresh_from_db()
    assert made.state == State.FAILED


def test_the_database_keeps_no_result_that_is_none(accounts: Accounts) -> None:
    made = asked(accounts["county_official"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.filter(pk=made.pk).update(state=State.DONE.value)


def test_an_unknown_number_is_told(db: None, filled: Pool) -> None:
    with pytest.raises(UnknownScenario):
        work_out(999, pool=filled, clock=lambda: AT)
