"""Decisions on conflicts: what can follow what, who takes them, and what each leaves."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from leye.kernel.errors import Forbidden, LeyeError
from leye.kernel.place import Scope
from leye.service.identity.actions import Action
from leye.service.identity.errors import InvalidText
from leye.service.identity.models import AuditEvent, User
from leye.service.review.enums import Decision, State
from leye.service.review.errors import NotNow, TooMany
from leye.service.review.models import ConflictDecision
from leye.service.review.operations import (
    MOST_AT_ONCE,
    confirm,
    dismiss,
    dismiss_all,
    hand_over,
    reopen,
)
from leye.service.review.queries import decided, history, standings
from leye.service.review.types import BulkResult, ConflictRef
from tests.samples import AT

MakeAccount = Callable[..., User]

CONFLICT = ConflictRef(
    id="0f" * 16,
    rule="benefit_while_insured",
    month=202405,
    since_month=202403,
    place="360902001",
)
WHY = "单位补缴历史费用，不是重新就业"


@pytest.fixture
def official(account: MakeAccount) -> User:
    return account("county_official", "360902")


def state(conflict: ConflictRef = CONFLICT) -> State:
    return standings([conflict])[conflict.id].state


def take(decision: Decision, by: User, conflict: ConflictRef = CONFLICT) -> ConflictDecision:
    if decision is Decision.DISMISSED:
        return dismiss(conflict=conflict, reason=WHY, by=by, at=AT)
    if decision is Decision.REOPENED:
        return reopen(conflict=conflict, reason=WHY, by=by, at=AT)
    write = confirm if decision is Decision.CONFIRMED else hand_over
    return write(conflict=conflict, by=by, at=AT)


def test_a_conflict_nobody_decided_on_is_open(db: None) -> None:
    assert state() is State.OPEN


def test_a_dismissed_conflict_says_why_and_by_whom(official: User) -> None:
    take(Decision.DISMISSED, official)
    standing = standings([CONFLICT])[CONFLICT.id]
    assert (standing.state, standing.reason) == (State.DISMISSED, WHY)
    assert (standing.by_key, standing.at) == (official.key, AT)


@pytest.mark.parametrize(
    ("earlier", "decision"),
    [
        ([], Decision.REOPENED),
        ([Decision.DISMISSED], Decision.DISMISSED),
        ([Decision.DISMISSED], Decision.CONFIRMED),
        ([Decision.DISMISSED], Decision.TASK),
        ([Decision.CONFIRMED], Decision.CONFIRMED),
        ([Decision.TASK], Decision.TASK),
        ([Decision.DISMISSED, Decision.REOPENED], Decision.REOPENED),
    ],
)
def test_what_was_decided_before_is_not_decided_over(
    official: User, earlier: list[Decision], decision: Decision
) -> None:
    for each in earlier:
        take(each, official)
    before = state()
    with pytest.raises(NotNow):
        take(decision, official)
    assert state() is before
    assert ConflictDecision.objects.count() == len(earlier)


@pytest.mark.parametrize(
    "way",
    [
        [Decision.CONFIRMED, Decision.TASK, Decision.DISMISSED, Decision.REOPENED],
        [Decision.TASK, Decision.CONFIRMED, Decision.REOPENED, Decision.DISMISSED],
    ],
)
def test_decisions_follow_each_other_and_all_are_kept(official: User, way: list[Decision]) -> None:
    for each in way:
        take(each, official)
    assert state() is way[-1].state
    kept = [each.decision for each in history(official, CONFLICT.id)]
    assert kept == [each.value for each in way]


@pytest.mark.parametrize("decision", [Decision.DISMISSED, Decision.CONFIRMED, Decision.TASK])
def test_each_decision_leaves_its_event(official: User, decision: Decision) -> None:
    take(decision, official)
    event = AuditEvent.objects.get(subject_type="conflict")
    assert (event.subject_id, event.place, event.actor) == (CONFLICT.id, "360902001", official)
    assert event.detail == {"rule": CONFLICT.rule, "month": 202405}


def test_a_decision_that_is_refused_leaves_no_event(official: User) -> None:
    with pytest.raises(NotNow):
        take(Decision.REOPENED, official)
    assert not AuditEvent.objects.filter(subject_type="conflict").exists()


@pytest.mark.parametrize("reason", ["", "   ", "无"])
def test_a_conflict_is_not_dismissed_without_a_reason(official: User, reason: str) -> None:
    with pytest.raises(InvalidText):
        dismiss(conflict=CONFLICT, reason=reason, by=official, at=AT)
    assert state() is State.OPEN


@pytest.mark.parametrize(
    "reason",
    [
        "就是11010519491231002X这个人",
        "本人电话 138 0013 8000 已核实",
        "证件１１０１０５１９４９１２３１００２１录错",
        "长" * 201,
        "换行\x00字符",
    ],
)
def test_a_reason_that_names_somebody_or_cannot_be_kept_is_refused(
    official: User, reason: str
) -> None:
    with pytest.raises(InvalidText):
        dismiss(conflict=CONFLICT, reason=reason, by=official, at=AT)


def test_a_reason_may_cite_a_document_and_a_date(official: User) -> None:
    said = "按赣人社发〔2026〕12号，20240501 起补缴"
    assert dismiss(conflict=CONFLICT, reason=said, by=official, at=AT).reason == said


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("county_official", "360981"),
        ("data_steward", "360900"),
        ("auditor", "360900"),
        ("administrator", "360900"),
        ("village_worker", "360902001"),
    ],
)
def test_only_those_who_handle_cases_there_decide(
    account: MakeAccount, role: str, place: str
) -> None:
    by = account(role, place)
    with pytest.raises(Forbidden):
        take(Decision.DISMISSED, by)
    with pytest.raises(Forbidden):
        dismiss_all(conflicts=[CONFLICT], reason=WHY, by=by, at=AT)
    assert not ConflictDecision.objects.exists()


def test_a_conflict_that_came_back_later_is_open_again(official: User) -> None:
    take(Decision.DISMISSED, official)
    later = replace(CONFLICT, month=202409, since_month=202408)
    still = replace(CONFLICT, month=202409)
    assert state(later) is State.OPEN
    assert state(still) is State.DISMISSED
    take(Decision.CONFIRMED, official, later)
    assert state(later) is State.CONFIRMED


def test_two_who_decide_at_once_are_not_both_heard(official: User) -> None:
    first = take(Decision.CONFIRMED, official)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConflictDecision(
            conflict=first.conflict,
            step=first.step,
            rule=first.rule,
            month=first.month,
            place=first.place,
            decision="task",
            by=official,
            at=AT,
        ).save()


# -- Many at once --


def many(count: int, place: str = "360902001") -> list[ConflictRef]:
    return [replace(CONFLICT, id=f"{number:032d}", place=place) for number in range(count)]


def test_many_are_dismissed_at_once_and_those_not_open_are_left(official: User) -> None:
    chosen = many(5)
    take(Decision.DISMISSED, official, chosen[0])
    take(Decision.CONFIRMED, official, chosen[1])
    result = dismiss_all(conflicts=[*chosen, chosen[4]], reason=WHY, by=official, at=AT)
    assert result == BulkResult(decided=4, left=1)
    assert {each.state for each in standings(chosen).values()} == {State.DISMISSED}
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.action, event.detail["conflicts"]) == (Action.CONFLICT_DISMISSED, 4)


def test_one_of_many_elsewhere_refuses_all(official: User) -> None:
    chosen = [*many(3), replace(CONFLICT, place="360981001")]
    with pytest.raises(Forbidden):
        dismiss_all(conflicts=chosen, reason=WHY, by=official, at=AT)
    assert not ConflictDecision.objects.exists()


def test_too_many_at_once_are_refused(official: User) -> None:
    with pytest.raises(TooMany):
        dismiss_all(conflicts=many(MOST_AT_ONCE + 1), reason=WHY, by=official, at=AT)


def test_as_many_as_allowed_are_dismissed(official: User) -> None:
    result = dismiss_all(conflicts=many(MOST_AT_ONCE), reason=WHY, by=official, at=AT)
    assert result.decided == MOST_AT_ONCE


# -- Reading --


def test_what_is_decided_is_read_by_state_and_place(account: MakeAccount) -> None:
    city = account("city_official", "360900")
    here, there = many(2)
    there = replace(there, place="360981001")
    take(Decision.DISMISSED, city, here)
    take(Decision.DISMISSED, city, there)
    take(Decision.REOPENED, city, there)
    everywhere, county = Scope.of(["360900"]), Scope.of(["360981"])
    assert decided(everywhere, states=[State.DISMISSED]) == {here.id: 202405}
    assert decided(everywhere, states=list(State)) == {here.id: 202405, there.id: 202405}
    assert decided(county, states=[State.DISMISSED]) == {}
    assert decided(Scope(), states=list(State)) == {}


def test_the_history_of_a_conflict_is_read_in_its_place_only(
    official: User, account: MakeAccount
) -> None:
    take(Decision.DISMISSED, official)
    assert history(account("auditor", "360902"), CONFLICT.id).count() == 1
    assert not history(account("county_official", "360981", username="other"), CONFLICT.id)
    assert not history(account("village_worker", "360902001"), CONFLICT.id)


@pytest.mark.parametrize("error", [NotNow("x"), TooMany("x")])
def test_failures_have_words(error: LeyeError) -> None:
    assert error.title


@pytest.mark.parametrize("state", list(State))
def test_every_state_leads_on_and_has_words(state: State) -> None:
    assert state.label
    assert any(state.allows(decision) for decision in Decision)


@pytest.mark.parametrize("decision", list(Decision))
def test_every_decision_can_be_taken_somewhere_and_has_words(decision: Decision) -> None:
    assert decision.label
    assert any(state.allows(decision) for state in State)
