"""The way of a case: taken, judged, graded together, handled, closed, reviewed; all on record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leye.analysis.warning import Axis, Cell, Layer
from leye.analysis.warning import Level as Colour
from leye.kernel.errors import Forbidden, LeyeError
from leye.service.identity.errors import AppendOnly, InvalidText
from leye.service.identity.models import AuditEvent
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases import handling
from leye.service.response.cases.closing import close, escalate_overdue, review
from leye.service.response.cases.enums import Audience, Found, Stage, State, Verdict
from leye.service.response.cases.handling import (
    choose_measure,
    finish_task,
    start_plan,
    usual_kind,
)
from leye.service.response.cases.judging import Hand, give_opinion, judge, note, set_grade, take
from leye.service.response.cases.log import is_whole
from leye.service.response.cases.models import Case, CaseStep
from leye.service.response.cases.opening import Miss, open_miss
from leye.service.response.cases.planned import plan_of
from leye.service.response.cases.queries import case_for, desk_record, steps_of
from leye.service.response.cases.releasing import approve, draft, public_releases
from leye.service.response.errors import (
    CaseChanged,
    CaseNotNow,
    CaseNotReady,
    InvalidStep,
    UnknownCase,
)
from leye.service.response.plans.catalogue import PlanKind
from tests.response.desk_sample import (
    AT,
    MONTH,
    Accounts,
    graded,
    hand,
    judged,
    kept,
    opened,
    signal,
)

pytestmark = pytest.mark.django_db


def test_a_true_case_goes_all_the_way(accounts: Accounts) -> None:
    county, city = accounts["county_official"], accounts["city_official"]
    case = graded(opened(), accounts)
    assert (case.state, case.grade, case.stage) == ("handle", 2, Stage.PLAN.value)
    case = start_plan(case, usual_kind(case), hand(city, case, hours=5))
    plan = plan_of(case)
    assert plan is not None
    assert plan.level is Level.ORANGE
    for task in plan.tasks:
        finish_task(case, task.code, "已完成并留存记录", hand(county, case, hours=6))
    choose_measure(case, "special_fair", 120, "", hand(county, case, hours=7))
    case = close(case, "人员全部安置", hand(city, case, hours=8))
    assert (case.state, case.stage) == ("closed", Stage.REVIEW.value)
    case = review(case, "核实快，信息发布慢", hand(county, case, hours=9))
    assert (case.state, case.due_at) == ("reviewed", None)
    steps = steps_of(case)
    assert is_whole(steps)
    kinds = [step.kind for step in steps]
    assert kinds[:6] == ["opened", "taken", "judged", "opinion", "opinion", "graded"]
    assert AuditEvent.objects.filter(subject_type="case", subject_id=case.number).count() == (
        len(steps) - 1
    )


def test_the_log_shows_what_was_taken_out_or_changed(accounts: Accounts) -> None:
    steps = steps_of(graded(opened(), accounts))
    assert is_whole(steps)
    assert not is_whole(steps[:2] + steps[3:])
    steps[2].text = "没有停产"
    assert not is_whole(steps)
    with pytest.raises(AppendOnly):
        CaseStep.objects.all().delete()
    with pytest.raises(AppendOnly):
        Case.objects.all().delete()


@pytest.mark.parametrize("verdict", [Verdict.SEASONAL, Verdict.DATA_ERROR, Verdict.POLICY])
def test_what_is_not_true_is_closed_with_its_reason(accounts: Accounts, verdict: Verdict) -> None:
    county = accounts["county_official"]
    case = judged(opened(), county, verdict)
    with pytest.raises(CaseNotNow, match="不定级"):
        give_opinion(case, Level.BLUE, "不必定级", hand(county, case))
    with pytest.raises(InvalidText):
        close(case, "", hand(county, case))
    assert close(case, "每年此时都有", hand(county, case)).state == State.CLOSED.value


def test_an_unclear_case_waits_for_a_visit(accounts: Accounts) -> None:
    county = accounts["county_official"]
    case = judged(opened(), county, Verdict.UNCLEAR)
    assert (case.state, case.stage) == ("verify", Stage.VISIT.value)
    assert case.due_at == case.opened_at + timedelta(hours=2 + 72)
    with pytest.raises(CaseNotNow):
        close(case, "查不清，先关了", hand(county, case))
    assert judge(case, Verdict.TRUE, "到厂查实", hand(county, case)).state == "consult"


def test_nothing_is_judged_before_it_is_taken(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    with pytest.raises(CaseNotNow, match="还没有受理"):
        judge(case, Verdict.TRUE, "属实", hand(county, case))
    take(case, hand(county, case))
    with pytest.raises(CaseNotNow, match="已经有人受理"):
        take(case, hand(county, case))


def test_who_saw_an_older_state_is_told_and_nothing_is_written(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    before = hand(county, case)
    take(case, before)
    with pytest.raises(CaseChanged):
        note(case, "正在联系企业", before)
    assert CaseStep.objects.count() == 2


@pytest.mark.parametrize("name", ["other_county_official", "auditor", "data_steward"])
def test_only_who_looks_after_the_place_acts(accounts: Accounts, name: str) -> None:
    case = opened()
    with pytest.raises(Forbidden):
        take(case, hand(accounts[name], case))


def test_a_case_is_read_within_ones_places(accounts: Accounts) -> None:
    case = opened()
    assert case_for(accounts["auditor"], case.number) == case
    for number in (case.number, "C999999", "x", "C12", "C０００００１"):
        with pytest.raises(UnknownCase):
            case_for(accounts["other_county_official"], number)


def test_orange_and_red_are_the_citys_and_need_two_opinions(accounts: Accounts) -> None:
    county, city = accounts["county_official"], accounts["city_official"]
    case = judged(opened(), county)
    with pytest.raises(CaseNotReady):
        set_grade(case, Level.YELLOW, "先定黄色", hand(county, case))
    give_opinion(case, Level.ORANGE, "影响上下游", hand(county, case))
    with pytest.raises(Forbidden):
        set_grade(case, Level.ORANGE, "影响大", hand(county, case))
    with pytest.raises(CaseNotReady, match="需要 2 人，现有 1 人"):
        set_grade(case, Level.ORANGE, "影响大", hand(city, case))
    give_opinion(case, Level.ORANGE, "再说一遍", hand(county, case))
    with pytest.raises(CaseNotReady):
        set_grade(case, Level.ORANGE, "一个人说两遍不算两人", hand(city, case))
    give_opinion(case, Level.YELLOW, "可控", hand(city, case))
    assert set_grade(case, Level.ORANGE, "从重", hand(city, case)).grade == 2
    give_opinion(case, Level.YELLOW, "已稳住", hand(county, case))
    with pytest.raises(Forbidden):
        set_grade(case, Level.YELLOW, "县里自己降", hand(county, case))


def test_a_county_grades_yellow_and_closes_it(accounts: Accounts) -> None:
    county = accounts["county_official"]
    case = judged(opened(level=Colour.YELLOW), county)
    give_opinion(case, Level.YELLOW, "一厂减员", hand(county, case))
    set_grade(case, Level.YELLOW, "一厂减员", hand(county, case))
    with pytest.raises(CaseNotReady, match="还没有启动预案"):
        close(case, "没事了", hand(county, case))
    start_plan(case, PlanKind.FIRM, hand(county, case))
    with pytest.raises(CaseNotNow):
        start_plan(case, PlanKind.FIRM, hand(county, case))
    assert close(case, "已安置", hand(county, case)).state == "closed"


def test_tasks_and_measures_are_those_of_plan_and_reserve(accounts: Accounts) -> None:
    county = accounts["county_official"]
    case = graded(opened(), accounts, Level.YELLOW)
    with pytest.raises(CaseNotNow, match="还没有启动预案"):
        finish_task(case, "verify", "完成了", hand(county, case))
    start_plan(case, PlanKind.FIRM, hand(county, case))
    with pytest.raises(InvalidStep):
        finish_task(case, "no_such_task", "完成了", hand(county, case))
    plan = plan_of(case)
    assert plan is not None
    finish_task(case, plan.tasks[0].code, "完成了", hand(county, case))
    with pytest.raises(CaseNotNow):
        finish_task(case, plan.tasks[0].code, "完成了", hand(county, case))
    for measure, persons in (("nothing", 3), ("special_fair", 0)):
        with pytest.raises(InvalidStep):
            choose_measure(case, measure, persons, "", hand(county, case))


def test_a_clock_that_ran_out_is_told_of_once_each_time(accounts: Accounts) -> None:
    case = opened()  # orange: two hours
    assert escalate_overdue(at=AT + timedelta(hours=1)) == 0
    late = AT + timedelta(hours=2, minutes=5)
    assert escalate_overdue(at=late) == 1
    assert escalate_overdue(at=late) == 0
    case.refresh_from_db()
    assert (case.escalated, case.due_at) == (1, late + timedelta(hours=2))
    assert escalate_overdue(at=late + timedelta(hours=3)) == 1
    assert escalate_overdue(at=late + timedelta(hours=6)) == 1
    case.refresh_from_db()
    assert case.escalated == 2
    step = steps_of(case)[1]
    assert (step.kind, step.data) == ("escalated", {"stage": "take", "to": 1, "late_minutes": 5})
    record = desk_record(accounts["city_official"], since=AT)
    assert (record.opened, record.taken, record.escalated) == (1, 0, 1)


def test_a_signal_after_the_end_opens_a_case_that_follows(accounts: Accounts) -> None:
    county = accounts["county_official"]
    first = judged(opened(), county, Verdict.SEASONAL)
    close(first, "每年此时都有", hand(county, first))
    kept(signal(), month=202611, version=9)
    second = Case.objects.order_by("-id")[0]
    assert (second.follows_id, second.state) == (first.pk, "verify")


def test_what_the_watch_missed_is_recorded_as_missed(accounts: Accounts) -> None:
    county = accounts["county_official"]
    miss = Miss("某鞋厂停工", "360902", MONTH, Found.VISIT, "用工备案没有送达", Level.YELLOW, 80)
    case = open_miss(miss=miss, by=county, at=AT)
    assert (case.missed, case.found_label) == ("用工备案没有送达", "走访")
    assert desk_record(county, since=AT).missed == 1
    with pytest.raises(Forbidden):
        open_miss(miss=miss, by=accounts["other_county_official"], at=AT)
    for change in ({"place": "360902001"}, {"found": Found.SIGNAL}):
        wrong = Miss(**{**_fields(miss), **change})
        with pytest.raises(LeyeError):
            open_miss(miss=wrong, by=county, at=AT)


def test_a_text_is_approved_by_another_than_its_writer(accounts: Accounts) -> None:
    county, city = accounts["county_official"], accounts["city_official"]
    case = judged(opened(), county)
    with pytest.raises(CaseNotNow):
        draft(case, Audience.PUBLIC, "发布", hand(county, case))
    case = Case.objects.get()
    for name in ("county_official", "city_official"):
        give_opinion(case, Level.ORANGE, "从重", hand(accounts[name], case))
    set_grade(case, Level.ORANGE, "从重", hand(city, case))
    own = draft(case, Audience.PUBLIC, "第一段\n\n第二段", hand(city, case))
    with pytest.raises(Forbidden):
        approve(own, hand(city, case))
    with pytest.raises(Forbidden):
        approve(own, hand(county, case))
    text = draft(case, Audience.PUBLIC, "我市一家企业减员，正在安置。", hand(county, case))
    assert not public_releases(until=AT + timedelta(days=9))
    approve(text, hand(city, case))
    with pytest.raises(CaseNotNow):
        approve(text, hand(city, case))
    assert [each.text for each in public_releases(until=AT + timedelta(days=9))] == [text.text]
    inside = draft(case, Audience.INTERNAL, "请各科室知悉。", hand(city, case))
    approve(inside, hand(county, case))
    for bad in ("", "电话 13812345678 联系", "字" * 501):
        with pytest.raises(LeyeError):
            draft(case, Audience.INTERNAL, bad, hand(county, case))


def test_a_feeds_case_is_judged_and_closed_without_a_grade(accounts: Accounts) -> None:
    city = accounts["city_official"]
    cell = Cell("360900", axis="feed", code="labour_filing")
    case = opened(cell=cell, layer=Layer.QUALITY, level=Colour.NONE, axis=Axis.NONE, persons=None)
    judged(case, city, Verdict.TRUE)
    assert close(case, "已补送", hand(city, case)).state == "closed"


def test_after_the_review_nothing_is_approved(accounts: Accounts) -> None:
    county, city = accounts["county_official"], accounts["city_official"]
    case = graded(opened(), accounts, Level.YELLOW)
    text = draft(case, Audience.INTERNAL, "请各科室知悉。", hand(county, case))
    start_plan(case, PlanKind.FIRM, hand(county, case))
    close(case, "已安置", hand(county, case))
    review(case, "处置及时", hand(county, case))
    with pytest.raises(CaseNotNow):
        approve(text, hand(city, case))


def test_a_note_does_not_put_off_the_next_task(accounts: Accounts) -> None:
    county, city = accounts["county_official"], accounts["city_official"]
    case = graded(opened(), accounts)
    start_plan(case, PlanKind.FIRM, hand(city, case, hours=5))
    case.refresh_from_db()
    due = case.due_at
    assert due is not None
    note(case, "正在办理", hand(county, case, hours=5.5))
    case.refresh_from_db()
    assert case.due_at == due
    # What is late was told of when its own clock ran out: the clock runs to what is next.
    note(case, "还在办理", Hand(county, due + timedelta(minutes=1), case.steps))
    case.refresh_from_db()
    assert case.due_at is not None
    assert case.due_at > due


def test_a_new_grade_still_waits_for_the_plan(accounts: Accounts) -> None:
    county = accounts["county_official"]
    case = graded(opened(), accounts, Level.YELLOW)
    give_opinion(case, Level.BLUE, "已经稳住", hand(county, case))
    assert set_grade(case, Level.BLUE, "已经稳住", hand(county, case)).stage == Stage.PLAN.value


def test_a_cost_is_that_of_the_month_here(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    months, real = [], handling.unit_cost

    def asked(*given: Any, month: int, **more: Any) -> Any:
        months.append(month)
        return real(*given, month=month, **more)

    monkeypatch.setattr(handling, "unit_cost", asked)
    county = accounts["county_official"]
    case = graded(opened(), accounts, Level.YELLOW)
    new_year = datetime(2026, 12, 31, 17, tzinfo=UTC)  # one in the morning in China
    case.refresh_from_db()
    choose_measure(case, "special_fair", 9, "", Hand(county, new_year, case.steps))
    assert months == [202701]


def _fields(miss: Miss) -> dict[str, object]:
    return {name: getattr(miss, name) for name in Miss.__slots__}
