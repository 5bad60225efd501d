"""Drills go through the real desk and never mix with real cases."""

from datetime import timedelta

import pytest

from leye.kernel.errors import Forbidden, LeyeError
from leye.service.response.cases.closing import escalate_overdue
from leye.service.response.cases.enums import Audience, Verdict
from leye.service.response.cases.judging import judge, take
from leye.service.response.cases.models import Case
from leye.service.response.cases.queries import cases_for, desk_record
from leye.service.response.cases.releasing import draft
from leye.service.response.drills.operations import (
    drill_for,
    drill_lines,
    drills_for,
    end_drill,
    start_drill,
)
from leye.service.response.drills.scenario import scenarios
from leye.service.response.errors import CaseNotNow, DrillRunning, InvalidStep, UnknownDrill
from leye.service.response.ledger.operations import Leaver, list_persons
from leye.service.response.signals.queries import newest_run, run_months, watch_records
from tests.response.desk_sample import AT, YUANZHOU, Accounts, hand, kept, opened, signal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", sorted(scenarios()))
def test_every_scenario_plants_cases_with_a_known_truth(accounts: Accounts, code: str) -> None:
    drill = start_drill(scenario=code, place=YUANZHOU, by=accounts["county_official"], at=AT)
    lines = drill_lines(drill)
    # Signals of one subject are one case, in an exercise as in earnest.
    assert 2 <= len(lines) <= len(scenarios()[code].planted)
    assert all(line.truth is not None and line.right is None for line in lines)
    assert any(line.truth is Verdict.TRUE for line in lines)


def test_a_drill_shows_who_was_right_and_how_fast(accounts: Accounts) -> None:
    county = accounts["county_official"]
    drill = start_drill(scenario="return_wave", place=YUANZHOU, by=county, at=AT)
    for case in Case.objects.filter(drill=drill):
        take(case, hand(county, case, hours=0.5))
        judge(case, Verdict.TRUE, "属实", hand(county, case))
    lines = drill_lines(drill)
    assert [line.minutes for line in lines] == [30.0, 30.0]
    assert sorted(line.right for line in lines if line.right is not None) == [False, True]


def test_real_cases_and_drills_are_apart(accounts: Accounts) -> None:
    county = accounts["county_official"]
    drill = start_drill(scenario="plant_closure", place=YUANZHOU, by=county, at=AT)
    assert not cases_for(county).exists()
    assert newest_run() is None
    assert run_months() == ()
    assert watch_records() == []
    assert desk_record(county, since=AT).opened == 0
    planted = Case.objects.filter(drill=drill).count()
    kept(signal())
    assert cases_for(county).count() == 1
    assert cases_for(county, drill=drill).count() == planted
    case = cases_for(county, drill=drill)[0]
    with pytest.raises(CaseNotNow):
        list_persons(case, [Leaver(1, 0, "", None)], hand(county, case))
    Case.objects.filter(pk=case.pk).update(state="handle", grade=3)
    with pytest.raises(CaseNotNow):
        draft(case, Audience.PUBLIC, "不会真的发出", hand(county, case))


def test_one_drill_at_a_place_and_it_ends_with_lessons(accounts: Accounts) -> None:
    county = accounts["county_official"]
    first = start_drill(scenario="plant_closure", place=YUANZHOU, by=county, at=AT)
    with pytest.raises(DrillRunning):
        start_drill(scenario="export_slump", place=YUANZHOU, by=county, at=AT)
    with pytest.raises(LeyeError):
        end_drill(first, lessons="", by=county, at=AT)
    end_drill(first, lessons="核实要更快", by=county, at=AT + timedelta(hours=3))
    with pytest.raises(DrillRunning):
        end_drill(first, lessons="核实要更快", by=county, at=AT)
    start_drill(scenario="plant_closure", place=YUANZHOU, by=county, at=AT + timedelta(days=1))
    assert len(drills_for(county)) == 2


def test_bad_input_is_refused(accounts: Accounts) -> None:
    county = accounts["county_official"]
    with pytest.raises(UnknownDrill):
        start_drill(scenario="flood", place=YUANZHOU, by=county, at=AT)
    with pytest.raises(InvalidStep):
        start_drill(scenario="plant_closure", place="360902001", by=county, at=AT)
    with pytest.raises(Forbidden):
        start_drill(scenario="plant_closure", place="360900", by=county, at=AT)
    drill = start_drill(scenario="plant_closure", place=YUANZHOU, by=county, at=AT)
    assert drill_for(county, drill.number) == drill
    for number in ("Y99999", "Y1", "C00001", ""):
        with pytest.raises(UnknownDrill):
            drill_for(county, number)
    with pytest.raises(UnknownDrill):
        drill_for(accounts["other_county_official"], drill.number)


def test_a_drill_and_a_real_case_of_one_subject_are_two(accounts: Accounts) -> None:
    opened()
    start_drill(scenario="plant_closure", place=YUANZHOU, by=accounts["county_official"], at=AT)
    real = Case.objects.filter(drill=None)
    assert real.count() == 1
    assert Case.objects.filter(drill__isnull=False).exists()


def test_what_is_over_is_neither_acted_on_nor_told_of(accounts: Accounts) -> None:
    county = accounts["county_official"]
    drill = start_drill(scenario="plant_closure", place=YUANZHOU, by=county, at=AT)
    late = AT + timedelta(days=9)
    assert escalate_overdue(at=late) == Case.objects.count()
    end_drill(drill, lessons="核实要更快", by=county, at=late)
    assert escalate_overdue(at=late + timedelta(days=9)) == 0
    case = Case.objects.all()[0]
    with pytest.raises(CaseNotNow, match="演练已经结束"):
        take(case, hand(county, case))
