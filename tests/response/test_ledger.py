"""The ledger: nobody twice, nobody forgotten, and no real person in an exercise."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leye.kernel.errors import Forbidden
from leye.service.identity.errors import AppendOnly, InvalidText
from leye.service.identity.models import AuditEvent
from leye.service.response.cases.closing import close
from leye.service.response.cases.enums import Verdict
from leye.service.response.cases.handling import start_plan
from leye.service.response.cases.queries import LedgerCount, ledger_counts
from leye.service.response.errors import CaseNotNow, CaseNotReady, InvalidStep, UnknownAffected
from leye.service.response.ledger.enums import Help, Outcome
from leye.service.response.ledger.models import AffectedPerson, PersonStep
from leye.service.response.ledger.operations import (
    Known,
    Leaver,
    affected_of,
    follow,
    follow_by_registers,
    list_persons,
)
from leye.service.response.plans.catalogue import PlanKind
from tests.response.desk_sample import AT, Accounts, graded, hand, judged, opened

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 31)
LEAVERS = [Leaver(key, 1001, "360902001001", DAY) for key in (11, 12, 13)]


def test_nobody_is_listed_twice(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    assert list_persons(case, LEAVERS, hand(county, case)) == 3
    assert list_persons(case, [*LEAVERS, Leaver(14, 1001, "", None)], hand(county, case)) == 1
    with pytest.raises(Forbidden):
        list_persons(case, LEAVERS, hand(accounts["auditor"], case))


def test_a_case_closes_when_everybody_is_followed_to_the_end(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    city = accounts["city_official"]
    case = graded(case, accounts)
    start_plan(case, PlanKind.FIRM, hand(city, case))
    list_persons(case, LEAVERS, hand(county, case))
    with pytest.raises(CaseNotReady, match="还有 3 人没有着落"):
        close(case, "都好了", hand(city, case))
    known = {
        11: Known(frozenset(), Outcome.JOB, DAY),
        12: Known(frozenset({Help.REGISTERED, Help.BENEFIT}), None, DAY),
    }
    assert follow_by_registers(case, known, by=county, at=AT) == 2
    assert follow_by_registers(case, known, by=county, at=AT) == 0
    for each in case.affected.filter(outcome=""):
        follow(each, Outcome.UNREACHABLE, on=DAY, text="三次电话没有人接", by=county,
               at=AT + timedelta(hours=9))  # fmt: skip
    assert ledger_counts([case])[case.pk] == LedgerCount(persons=3, helped=1, ended=3)
    assert close(case, "都有着落", hand(city, case)).state == "closed"
    with pytest.raises(CaseNotNow):
        follow(case.affected.all()[0], Outcome.JOB, on=DAY, text="", by=county, at=AT)


def test_what_staff_found_stays_and_a_later_outcome_corrects(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    list_persons(case, LEAVERS, hand(county, case))
    person = case.affected.get(person=11)
    follow(person, Help.CONTACTED, on=DAY, text="", by=county, at=AT)
    follow(person, Outcome.RETIRED, on=DAY, text="", by=county, at=AT)
    known = {11: Known(frozenset(), Outcome.JOB, DAY)}
    assert follow_by_registers(case, known, by=county, at=AT) == 0
    again = follow(person, Outcome.JOB, on=DAY, text="到园区上班", by=county, at=AT)
    assert (again.outcome, again.helped) == ("job", ["contacted"])
    assert [step.what for step in PersonStep.objects.filter(affected=person)] == [
        "contacted",
        "retired",
        "job",
    ]


def test_bad_input_is_refused_with_its_field(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    list_persons(case, LEAVERS, hand(county, case))
    person = affected_of(case, case.affected.all()[0].pk)
    with pytest.raises(InvalidStep) as refused:
        follow(person, Outcome.JOB, on=date(2030, 1, 1), text="", by=county, at=AT)
    assert refused.value.field == "on"
    with pytest.raises(InvalidStep, match="不能早于离职日期"):
        follow(person, Outcome.JOB, on=DAY - timedelta(days=1), text="", by=county, at=AT)
    with pytest.raises(InvalidText):
        follow(person, Outcome.UNREACHABLE, on=DAY, text="", by=county, at=AT)
    with pytest.raises(UnknownAffected):
        affected_of(case, 0)
    with pytest.raises(Forbidden):
        follow(person, Outcome.JOB, on=DAY, text="", by=accounts["other_county_official"], at=AT)
    assert not PersonStep.objects.exists()


KNOWN = {11: Known(frozenset({Help.REGISTERED}), None, DAY)}


def test_who_asked_the_registers_is_on_record(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    list_persons(case, LEAVERS, hand(county, case))
    with pytest.raises(Forbidden):
        follow_by_registers(case, KNOWN, by=accounts["other_county_official"], at=AT)
    assert follow_by_registers(case, KNOWN, by=county, at=AT, request_id="r1") == 1
    event = AuditEvent.objects.get(action="case_person_followed")
    assert (event.actor, event.request_id, event.detail) == (county, "r1", {"persons": 1})
    assert case.log.order_by("-number")[0].by == county


def test_a_closed_case_is_not_followed_by_the_registers(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    judged(case, county, Verdict.SEASONAL)
    close(case, "每年此时都有", hand(county, case))
    with pytest.raises(CaseNotNow):
        follow_by_registers(case, KNOWN, by=county, at=AT)


def test_a_case_is_locked_before_its_persons(accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    list_persons(case, LEAVERS, hand(county, case))
    person = case.affected.get(person=11)
    for act in (
        lambda: follow_by_registers(case, KNOWN, by=county, at=AT),
        lambda: follow(person, Help.CONTACTED, on=DAY, text="", by=county, at=AT),
    ):
        with CaptureQueriesContext(connection) as asked:
            act()
        read = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
        tables = [
            name for sql in read for name in ("response_affectedperson", "response_case")
            if f'FROM "{name}"' in sql
        ]  # fmt: skip
        assert tables.index("response_case") < tables.index("response_affectedperson")


@pytest.mark.parametrize("verdict", [Verdict.SEASONAL, Verdict.DATA_ERROR])
def test_nobody_listed_is_forgotten_whatever_was_found(
    accounts: Accounts, verdict: Verdict
) -> None:
    case, county = opened(), accounts["county_official"]
    list_persons(case, LEAVERS[:1], hand(county, case))
    judged(case, county, verdict)
    with pytest.raises(CaseNotReady, match="还有 1 人没有着落"):
        close(case, "不属实", hand(county, case))
    day = DAY - timedelta(days=9)
    follow(case.affected.get(), Outcome.STAYED, on=day, text="仍在岗", by=county, at=AT)
    assert close(case, "不属实", hand(county, case)).state == "closed"


def test_nobody_is_taken_off() -> None:
    with pytest.raises(AppendOnly):
        AffectedPerson.objects.all().delete()
