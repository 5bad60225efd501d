"""What the reserve reaches: exact, within money and capacity, and silent where nothing is set."""

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.service.monitoring.desk.clocks import Level
from leye.service.monitoring.settings.values import Origin
from leye.service.response.errors import InvalidAsk
from leye.service.response.reserve.catalogue import (
    Basis,
    CostRule,
    Measure,
    MeasureKind,
    Per,
    Reserve,
    reserve,
)
from leye.service.response.reserve.reach import Ask, Known, Line, Reach, Verdict, reach

FUNDS = ("失业保险基金", "就业补助资金")


def ask(**values: object) -> Ask:
    usual = Ask(
        persons=100,
        level=Level.ORANGE,
        days=15,
        months=3,
        month=202611,
        county="360902",
        budgets={},
        known={},
    )
    return replace(usual, **values)  # type: ignore[arg-type]  # any field by name


def measure(code: str, **values: object) -> Measure:
    usual = Measure(
        code=code, title=code, kind=MeasureKind.PLACEMENT, main=True, level=Level.BLUE,
        serves="人", basis="某条", confidence=Basis.VERIFIED, fund=FUNDS[0], note="",
        cost=CostRule(Per.ONCE, Decimal(10), "某文件"), capacity=10, unbounded=False,
        lead_days=1, lead_by_law=False, programme="", ended=False,
    )  # fmt: skip
    return replace(usual, **values)  # type: ignore[arg-type]  # any field by name


def stock(*measures: Measure) -> Reserve:
    return Reserve("试", date(2026, 11, 1), Origin.PROPOSAL, "", measures)


def line(found: Reach, code: str) -> Line:
    return next(each for each in found.lines if each.measure.code == code)


def priced(code: str, price: int, capacity: int, fund: str, *, main: bool = True) -> Measure:
    cost = CostRule(Per.ONCE, Decimal(price), "某文件")
    return measure(code, cost=cost, capacity=capacity, fund=fund, main=main)


stocks = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 4), st.sampled_from(FUNDS), st.booleans()),
    max_size=4,
).map(
    lambda rows: stock(
        *(priced(f"m{n}", p, c, f, main=m) for n, (p, c, f, m) in enumerate(rows)),
        # Both funds are there, so that both may be bounded.
        *(priced(f"none{n}", 1, 0, fund) for n, fund in enumerate(FUNDS)),
    )
)
budgets = st.fixed_dictionaries(
    {fund: st.none() | st.integers(0, 20).map(Decimal) for fund in FUNDS}
)


def best_by_trying(
    found: Reserve, persons: int, money: dict[str, Decimal | None]
) -> tuple[int, Decimal]:
    """Give the most persons under main measures and the least they cost, from every way."""
    mains = [each for each in found.measures if each.main]
    best = (0, Decimal(0))
    for counts in itertools.product(*(range((each.capacity or 0) + 1) for each in mains)):
        spent = dict.fromkeys(FUNDS, Decimal(0))
        for each, count in zip(mains, counts, strict=True):
            assert each.cost is not None
            spent[each.fund] += (each.cost.amount or 0) * count
        fits = all(money[f] is None or spent[f] <= money[f] for f in FUNDS)
        if fits and sum(counts) <= persons:
            best = min(best, (-sum(counts), sum(spent.values(), Decimal(0))))
    return -best[0], best[1]


@settings(max_examples=150, deadline=None)
@given(stocks, budgets, st.integers(1, 10))
def test_no_other_way_serves_more_or_as_many_for_less(
    found: Reserve, money: dict[str, Decimal | None], persons: int
) -> None:
    reached = reach(ask(persons=persons, budgets=money), found)
    mains = [each for each in reached.lines if each.measure.main]
    cost = sum((each.cost or Decimal(0) for each in mains), Decimal(0))
    assert (reached.served, cost) == best_by_trying(found, persons, money)


@settings(max_examples=150, deadline=None)
@given(stocks, budgets, st.integers(1, 10))
def test_never_over_money_capacity_or_persons(
    found: Reserve, money: dict[str, Decimal | None], persons: int
) -> None:
    reached = reach(ask(persons=persons, budgets=money), found)
    assert reached.served + reached.unserved == persons
    assert sum(each.persons or 0 for each in reached.lines if each.measure.main) == reached.served
    for fund, limit in money.items():
        assert limit is None or reached.spent.get(fund, Decimal(0)) <= limit
    for each in reached.lines:
        assert (each.persons or 0) <= min(persons, each.measure.capacity or 0)
    assert reached.total == sum(reached.spent.values(), Decimal(0))


@settings(max_examples=150, deadline=None)
@given(stocks, budgets, st.integers(1, 10), st.sampled_from(FUNDS), st.integers(1, 9))
def test_more_money_never_serves_fewer(
    found: Reserve, money: dict[str, Decimal | None], persons: int, fund: str, more: int
) -> None:
    less = reach(ask(persons=persons, budgets=money), found)
    limit = money[fund]
    raised = money | {fund: None if limit is None else limit + more}
    assert reach(ask(persons=persons, budgets=raised), found).served >= less.served
    free = reach(ask(persons=persons), found)
    assert free.served >= less.served


def test_the_cheapest_comes_first_and_the_others_add_up() -> None:
    found = reach(
        ask(persons=12),
        stock(
            priced("dear", 30, 10, FUNDS[0]),
            priced("cheap", 5, 8, FUNDS[1]),
            priced("course", 2, 7, FUNDS[1], main=False),
        ),
    )
    assert (line(found, "cheap").persons, line(found, "dear").persons) == (8, 4)
    assert line(found, "course").persons == 7
    assert (found.served, found.unserved) == (12, 0)
    assert found.spent == {FUNDS[0]: Decimal(120), FUNDS[1]: Decimal(54)}


def test_a_monthly_price_is_paid_for_every_month() -> None:
    each = measure("pay", cost=CostRule(Per.MONTH, Decimal("0.1"), "某文件"))
    found = reach(ask(persons=10, months=3), stock(each))
    assert found.total == Decimal("3.0")


def test_what_is_not_set_is_not_counted_and_said() -> None:
    unset = stock(
        measure("price", cost=None),
        measure("room", capacity=None),
        measure("time", lead_days=None),
        measure("asked", programme="contribution_deferral"),
    )
    found = reach(ask(), unset)
    assert {each.verdict for each in found.lines} == {Verdict.CANNOT_TELL}
    assert all(each.persons is None and each.cost is None and each.why for each in found.lines)
    assert (found.served, found.open) == (0, 4)


def test_what_the_city_says_makes_it_tell() -> None:
    unset = stock(measure("post", cost=None, capacity=None))
    known = {"post": Known(capacity=4, cost=Decimal(7))}
    found = reach(ask(known=known), unset)
    assert (found.served, found.total, found.open) == (4, Decimal(28), 0)
    assert not found.verified
    half = reach(ask(known={"post": Known(capacity=4)}), unset)
    assert line(half, "post").verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("each", "verdict"),
    [
        (measure("a", level=Level.RED), Verdict.NOT_AT_LEVEL),
        (measure("a", lead_days=16), Verdict.TOO_LATE),
        (measure("a", ended=True), Verdict.ENDED),
        (measure("a", programme="job_retention_refund"), Verdict.NOT_IN_FORCE),
        (measure("a", lead_days=15, level=Level.ORANGE), Verdict.USED),
    ],
)
def test_what_cannot_be_used_says_why(each: Measure, verdict: Verdict) -> None:
    found = line(reach(ask(), stock(each)), "a")
    assert found.verdict is verdict
    assert bool(found.why) is (verdict is not Verdict.USED)


def test_no_money_and_nobody_left_are_told_apart() -> None:
    measures = stock(priced("first", 1, 5, FUNDS[0]), priced("second", 2, 5, FUNDS[1]))
    enough = reach(ask(persons=5), measures)
    assert line(enough, "second").verdict is Verdict.NOT_NEEDED
    none = reach(ask(persons=9, budgets={FUNDS[1]: Decimal(1)}), measures)
    assert line(none, "second").verdict is Verdict.NO_MONEY


def test_a_right_has_no_last_place() -> None:
    found = reach(ask(persons=500), stock(measure("right", capacity=None, unbounded=True)))
    assert found.served == 500


def test_of_the_real_reserve_the_benefit_reaches_everybody() -> None:
    found = reach(ask(persons=40, months=2), reserve())
    benefit = line(found, "unemployment_benefit")
    assert benefit.persons == 40
    assert found.total == Decimal("1683.00") * 40 * 2
    assert found.open > 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"persons": 0}, "persons"),
        ({"days": -1}, "days"),
        ({"months": 0}, "months"),
        ({"county": "110101"}, "county"),
        ({"budgets": {"别的钱": Decimal(1)}}, "budgets"),
        ({"budgets": {FUNDS[0]: Decimal(-1)}}, "budgets"),
        ({"budgets": {FUNDS[0]: Decimal("NaN")}}, "budgets"),
        ({"known": {"nothing": Known(1)}}, "known"),
        ({"known": {"public_post": Known(-1)}}, "known"),
    ],
)
def test_a_question_that_cannot_be_is_refused(values: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidAsk) as caught:
        reach(ask(**values), reserve())
    assert caught.value.field == field
