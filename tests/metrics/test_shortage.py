"""The list of occupations in short supply: by a documented rule, each line with its reasons."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.analysis import metrics
from leye.analysis.metrics.reading import InvalidDefinition
from leye.analysis.metrics.shortage import (
    Grade,
    MarketMonth,
    OccupationMarket,
    occupation_markets,
    shortage_rule,
)
from leye.analysis.metrics.types import SampleState

RULE = shortage_rule()
NOW, BEFORE, FIRST = 202611, 202610, 202609


def judged(*lines: tuple[int, int | None, int | None]) -> OccupationMarket:
    """Judge one occupation beside a large one that is not short."""
    other = [MarketMonth(at, 100, 200) for at in (FIRST, BEFORE, NOW)]
    found = occupation_markets(
        {"4-01-02": [MarketMonth(*line) for line in lines], "6-29-03": other}, month=NOW, rule=RULE
    )
    return next(each for each in found if each.code == "4-01-02")


def test_the_rule_says_what_it_rests_on() -> None:
    assert RULE.ratio_short == Decimal("1.6")
    assert len(RULE.basis) == 5
    assert all(len(each) > 20 for each in RULE.basis)


def test_short_for_two_of_three_months_is_listed() -> None:
    found = judged((FIRST, 20, 20), (BEFORE, 32, 20), (NOW, 40, 20))
    assert found.grade is Grade.SHORT
    assert found.gap == 20
    assert found.reasons == (
        "月末40个岗位、20人求职，求人倍率2.00，不低于1.6",
        "最近3个月中有3个月有数据，其中2个月紧缺",
    )


def test_one_month_alone_is_not() -> None:
    assert judged((FIRST, 20, 20), (BEFORE, 20, 20), (NOW, 90, 20)).grade is Grade.NOT_SHORT


def test_what_was_short_and_is_no_more_is_not() -> None:
    assert judged((FIRST, 60, 20), (BEFORE, 60, 20), (NOW, 20, 20)).grade is Grade.NOT_SHORT


def test_urgent_needs_the_higher_line_and_every_month() -> None:
    assert judged((FIRST, 32, 20), (BEFORE, 32, 20), (NOW, 52, 20)).grade is Grade.URGENT
    assert judged((FIRST, 32, 20), (BEFORE, 32, 20), (NOW, 51, 20)).grade is Grade.SHORT
    assert judged((BEFORE, 32, 20), (NOW, 52, 20)).grade is Grade.SHORT


def test_nobody_applying_is_short_without_a_ratio() -> None:
    found = judged((FIRST, 10, 0), (BEFORE, 10, 0), (NOW, 10, 0))
    assert found.grade is Grade.URGENT
    assert found.now.ratio is None
    assert found.now.state is SampleState.ZERO_DENOMINATOR
    assert found.reasons[0] == "月末有10个岗位，没有人求职"


def test_few_vacancies_or_no_data_are_not_judged() -> None:
    assert judged((BEFORE, 4, 1), (NOW, 4, 1)).grade is Grade.NOT_JUDGED
    missing = judged((BEFORE, 40, 1), (NOW, 40, None))
    assert missing.grade is Grade.NOT_JUDGED
    assert missing.gap is None
    assert missing.now.state is SampleState.NO_DATA


def test_the_least_number_of_vacancies_grows_with_the_market() -> None:
    assert [RULE.least(coded) for coded in (0, 2500, 2501, 100_000)] == [5, 5, 6, 200]


counts = st.one_of(st.none(), st.integers(0, 500))
months = st.fixed_dictionaries({at: st.tuples(counts, counts) for at in (FIRST, BEFORE, NOW)})


@given(st.dictionaries(st.sampled_from(["", "1", "2", "3", "4"]), months))
def test_the_list_agrees_with_its_rule_and_order(
    drawn: dict[str, dict[int, tuple[int | None, int | None]]],
) -> None:
    history = {
        code: [MarketMonth(at, *pair) for at, pair in lines.items()]
        for code, lines in drawn.items()
    }
    found = occupation_markets(history, month=NOW, rule=RULE)
    assert "" not in {each.code for each in found}
    grades = [list(Grade).index(each.grade) for each in found]
    assert grades == sorted(grades)
    for each in found:
        listed = each.grade in (Grade.URGENT, Grade.SHORT)
        assert bool(each.reasons) == listed
        if listed and each.now.ratio is not None:
            assert each.now.ratio >= RULE.ratio_short
            assert each.gap is not None
            assert each.gap > 0


def test_a_rule_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    text = Path(metrics.__file__).with_name("shortage.yaml").read_text(encoding="utf-8")
    for old, new in (
        ('"2.6"', '"1.2"'),
        ("months_short: 2", "months_short: 4"),
        ("basis:", "why:"),
    ):
        file = tmp_path / "rule.yaml"
        file.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InvalidDefinition):
            shortage_rule.__wrapped__(file)
