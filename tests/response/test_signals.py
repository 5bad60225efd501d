"""What a month's watch found is kept once, and each subject has one open case."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leye.analysis.warning import Axis, Cell, FeedStanding, FeedState, Layer, Range, Signal
from leye.analysis.warning import Level as Colour
from leye.service.response.cases.enums import State, Verdict
from leye.service.response.cases.models import Case, CaseSignal, CaseStep
from leye.service.response.cases.queries import signals_in
from leye.service.response.signals import operations
from leye.service.response.signals.models import KeptGrade, KeptSignal, WatchRun
from leye.service.response.signals.operations import keep_month
from leye.service.response.signals.queries import (
    history_of,
    levels_before,
    levels_now,
    newest_run,
    signals_of,
    verified_causes,
    watch_records,
)
from tests.response.desk_sample import (
    AT,
    FENGCHENG,
    MONTH,
    Accounts,
    grade,
    graded,
    judged,
    kept,
    month_of,
    opened,
    signal,
)


@pytest.mark.django_db
def test_the_same_run_kept_twice_changes_nothing() -> None:
    first = kept(signal())
    again = kept(signal())
    assert (first.new, first.opened, first.joined) == (True, 1, 0)
    assert not again.new
    counts = (WatchRun.objects.count(), KeptSignal.objects.count(), Case.objects.count())
    assert counts == (1, 1, 1)


@pytest.mark.django_db
def test_a_run_another_process_keeps_at_once_is_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept(signal())
    monkeypatch.setattr(operations, "_kept_before", lambda *_: False)
    assert not kept(signal()).new
    assert (WatchRun.objects.count(), CaseSignal.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_subjects_are_taken_in_one_order_however_they_come() -> None:
    firms = [signal(cell=Cell("360902", "division", "38", employer=n)) for n in (3, 1, 2)]
    kept(*firms)
    assert [case.employer for case in Case.objects.order_by("id")] == [1, 2, 3]


@pytest.mark.django_db
def test_what_is_no_number_is_kept_as_none() -> None:
    nan, inf = float("nan"), float("inf")
    kept(signal(value=nan, expected=Range(inf, -inf, nan), line=inf, rarity=nan))
    row = KeptSignal.objects.get()
    assert [row.value, row.expected, row.low, row.high, row.line, row.rarity] == [None] * 6


@pytest.mark.django_db
def test_a_later_release_joins_the_open_case_and_may_make_it_graver() -> None:
    kept(signal(level=Colour.YELLOW, persons=60))
    later = kept(signal(level=Colour.RED, persons=320), version=9, at=AT + timedelta(hours=1))
    assert (later.opened, later.joined) == (0, 1)
    case = Case.objects.get()
    assert (case.level, case.persons) == (1, 320)
    # Red must be taken within two hours: sooner than the twelve yellow had left.
    assert case.due_at == AT + timedelta(hours=3)
    assert [step.kind for step in CaseStep.objects.all()] == ["opened", "joined"]


@pytest.mark.django_db
def test_a_case_shows_each_signal_as_the_newest_run_has_it() -> None:
    kept(signal(value=180.0))
    kept(signal(value=190.0), version=9)
    shown = signals_in(Case.objects.get())
    assert [each.value for each in shown] == [190.0]


@pytest.mark.django_db
def test_signals_of_other_watches_about_one_firm_are_one_case() -> None:
    kept(signal(), signal(watch="unreported_layoff", month=MONTH))
    assert Case.objects.count() == 1
    assert CaseSignal.objects.count() == 2


@pytest.mark.django_db
def test_what_reaches_no_level_is_kept_without_a_case() -> None:
    done = kept(signal(level=Colour.NONE, watch="cells"))
    assert (done.signals, done.opened) == (1, 0)


@pytest.mark.django_db
def test_a_failing_feed_is_a_case_of_its_own() -> None:
    cell = Cell("360900", axis="feed", code="labour_filing")
    case = opened(cell=cell, layer=Layer.QUALITY, level=Colour.NONE, axis=Axis.NONE, persons=None)
    assert case.feed
    assert case.level is None
    assert case.level_label == "数据问题"
    assert case.due_at == AT + timedelta(hours=24)


@pytest.mark.django_db
def test_a_firm_without_a_known_seat_is_the_citys() -> None:
    assert opened(cell=Cell("", employer=77)).place == "360900"


@pytest.mark.django_db
def test_an_earlier_month_gives_levels_and_no_case() -> None:
    month = month_of(signal(), month=202609)
    done = keep_month(month, at=AT, opens=False)
    assert (done.signals, done.opened) == (1, 0)
    assert levels_before(MONTH, months=1) == {("360902", "all"): (Colour.NONE,)}
    assert levels_before(202609, months=1) == {}


@pytest.mark.django_db
def test_feeds_that_fail_and_what_could_not_be_judged_are_kept() -> None:
    feed = FeedStanding("electricity", "用电量", "", MONTH, FeedState.SILENT, 202607, 3,
                        ("三个月没有送达",), 7)  # fmt: skip
    fresh = FeedStanding("pensions", "养老", "", MONTH, FeedState.FRESH, MONTH, 0, (), 7)
    found = month_of()
    keep_month(
        type(found)(found.month, 7, "2026-11", (), (feed, fresh), (grade(),), (), ("无",)), at=AT
    )
    run = newest_run()
    assert run is not None
    assert [each.source for each in run.feeds.all()] == ["electricity"]
    assert run.unjudged == ["无"]
    assert KeptGrade.objects.get().raw == 0


@pytest.mark.django_db
def test_signals_are_read_within_ones_places(accounts: Accounts) -> None:
    kept(signal(), signal(cell=Cell(FENGCHENG, "division", "19")))
    run = newest_run()
    assert run is not None
    seen = {name: len(signals_of(accounts[name], run)) for name in
            ("county_official", "city_official", "auditor", "village_worker")}  # fmt: skip
    assert seen == {"county_official": 1, "city_official": 2, "auditor": 2, "village_worker": 0}


@pytest.mark.django_db
def test_a_causes_history_has_one_row_a_month() -> None:
    one = signal(value=150.0)
    kept(one, month=202609)
    kept(one, version=7)
    kept(signal(value=190.0), version=8)
    assert [(row.month, row.value) for row in history_of(one.cause)] == [
        (202609, 150.0),
        (202610, 190.0),
    ]


@pytest.mark.django_db
def test_verdicts_come_back_to_the_watch(accounts: Accounts) -> None:
    official = accounts["county_official"]
    true = judged(opened(), official)
    judged(opened(cell=Cell("360902", "division", "62"), watch="cells"), official,
           Verdict.SEASONAL)  # fmt: skip
    assert verified_causes() == {signal().cause}
    records = {each.watch: each for each in watch_records()}
    assert (records["firm_layoff"].true, records["firm_layoff"].true_share) == (1, 1.0)
    assert (records["cells"].seasonal, records["cells"].true_share) == (1, 0.0)
    true.state = State.CLOSED.value
    true.save()
    assert verified_causes() == frozenset()


@pytest.mark.django_db
def test_what_people_decided_counts_at_once_where_it_is_graver(accounts: Accounts) -> None:
    case = opened()
    run = newest_run()
    before = levels_now(run)["360902"]
    assert (before.level, before.case) == (0, "")
    graded(case, accounts)
    now = levels_now(run)["360902"]
    assert (now.level, now.case) == (3, case.number)
    assert levels_now(None)["360902"].level == 3


@pytest.mark.django_db
def test_the_database_refuses_a_second_open_case_of_a_subject() -> None:
    case = opened()
    twin = {field.attname: getattr(case, field.attname) for field in Case._meta.fields}
    twin.pop("id")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(**twin)


_CELLS = st.sampled_from(
    [
        Cell("360902", "division", "38", employer=1),
        Cell("360902", "division", "38"),
        Cell("360981", "division", "38"),
        Cell("360900"),
        Cell("360902", axis="feed", code="pensions"),
    ]
)
_SIGNALS = st.builds(
    lambda cell, watch, level: signal(cell=cell, watch=watch, level=level),
    _CELLS,
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from([Colour.BLUE, Colour.RED]),
)


class TestMerging(TestCase):
    """Whatever comes, in whatever order."""

    @given(st.lists(st.lists(_SIGNALS, max_size=4, unique_by=lambda s: s.key), max_size=5))
    def test_each_signal_is_in_one_case_and_each_subject_has_one_open(
        self, runs: list[list[Signal]]
    ) -> None:
        for version, signals in enumerate(runs, start=1):
            kept(*signals, version=version)
        assert CaseSignal.objects.count() == sum(map(len, runs))
        subjects = [case.subject for case in Case.objects.open()]
        assert len(subjects) == len(set(subjects))
        assert all(case.steps == case.log.count() for case in Case.objects.all())
