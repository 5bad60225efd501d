"""The situation room: what it says is what the figures are, and nothing is said of what is not."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest

from leye.analysis.atlas.situation import situation, with_plan
from leye.analysis.atlas.situation_settings import situation_settings
from leye.analysis.atlas.situation_types import Headline, Number, NumberKind, Situation, Turn
from leye.analysis.metrics.forecast import ForecastState
from leye.analysis.metrics.register_figures import RegisterFigures, register_catalogue
from leye.analysis.metrics.shortage import Grade
from leye.analysis.metrics.types import SampleState
from leye.data.reference import calendar
from leye.kernel.errors import UnknownCode
from leye.kernel.months import month_add
from tests.atlas.made_city import CITY, CLERK, COOK, MONTHS, WELDER, MadeCity

FESTIVALS = {year: calendar().spring_festival(year) for year in range(2024, 2029)}
SETTINGS = situation_settings()
LAST = MONTHS[-1]


def assembled(
    city: MadeCity,
    month: int = LAST,
    *,
    months: Sequence[int] = MONTHS,
    place: str = CITY,
    protected: bool = False,
) -> Situation:
    return situation(
        RegisterFigures(city, protected=protected),
        place=place,
        month=month,
        months=months,
        data_version=city.release,
        protected=protected,
        festivals=FESTIVALS,
    )


@pytest.fixture(scope="module")
def found() -> Situation:
    return assembled(MadeCity(shock=400))


def spoken(found: Situation) -> list[Number]:
    sentences = [*found.summary, *found.market.sentences]
    for headline in found.headlines:
        sentences += [headline.sentence, headline.outlook]
    for mover in found.movers:
        sentences += mover.sentences
    return [number for each in sentences for number in each.numbers]


def value(number: Number, month: int) -> Decimal:
    """Read a number's figure again, the plain way."""
    figures = RegisterFigures(MadeCity(shock=400), protected=False)
    read = figures.value(
        number.indicator, place=number.place, month=month, axis=number.axis, code=number.code
    )
    assert read.value is not None
    return read.value


def test_the_settings_name_indicators_there_are() -> None:
    catalogue = register_catalogue()
    for code in SETTINGS.headlines:
        assert catalogue.get(code).code == code
    for code in (SETTINGS.market.vacancies, SETTINGS.market.applicants, SETTINGS.market.ratio):
        assert "occupation4" in catalogue.get(code).axes


def test_every_number_says_where_it_comes_from(found: Situation) -> None:
    catalogue = register_catalogue()
    numbers = spoken(found)
    assert len(numbers) > 60
    for number in numbers:
        assert catalogue.get(number.indicator)
        assert number.data_version == 7
        ahead = number.kind in (
            NumberKind.FORECAST,
            NumberKind.LOW,
            NumberKind.HIGH,
            NumberKind.ERROR,
        )
        assert number.month == (month_add(LAST, 1) if ahead else LAST)


def test_a_value_is_the_figure_and_a_difference_that_of_two(found: Situation) -> None:
    kinds = set()
    for number in spoken(found):
        kinds.add(number.kind)
        if number.kind is NumberKind.VALUE:
            assert number.value == value(number, number.month)
        if number.kind is NumberKind.DIFFERENCE:
            then = value(number, number.against)
            assert number.value == value(number, number.month) - then
        if number.kind is NumberKind.RELATIVE:
            now, then = value(number, number.month), value(number, number.against)
            assert number.value == (now - then) / then * 100
    assert {
        NumberKind.VALUE,
        NumberKind.DIFFERENCE,
        NumberKind.RELATIVE,
        NumberKind.EFFECT,
    } <= kinds


def test_what_a_sentence_prints_is_its_number_rounded(found: Situation) -> None:
    """The first headline: name, value, and both comparisons with their words."""
    first = found.headlines[0]
    assert first.number is not None
    assert first.sentence.text.startswith(f"{first.indicator.name}{first.number.text}，")
    assert first.number.text == f"{round(first.number.value):,d}{first.indicator.unit}"
    assert "比上月减少" in first.sentence.text
    assert first.on_month.turn is Turn.WORSE


def test_the_parts_of_a_change_sum_to_it(found: Situation) -> None:
    broken = [each for mover in found.movers for each in mover.breakdowns]
    assert broken
    for each in broken:
        parts = sum((part.effect for part in each.split.parts), Fraction(0))
        assert parts + each.split.rest + each.split.unexplained == each.split.change
    for mover in found.movers:
        change = mover.headline.on_month.difference
        assert change is not None
        for each in mover.breakdowns:
            assert float(each.split.change) == pytest.approx(float(change.value))


def test_what_happened_in_one_county_and_industry_is_found(found: Situation) -> None:
    """Four hundred insured lost in manufacturing in Fengxin: that is what moved most."""
    mover = found.movers[0]
    assert mover.times is not None
    assert mover.times > 2
    places = next(each for each in mover.breakdowns if each.axis == "place")
    industries = next(each for each in mover.breakdowns if each.axis == "industry")
    assert places.parts[0].number.place == "360921"
    assert industries.parts[0].number.code == "C"
    assert any(
        "本月变化最突出的是" in each.text and "奉新县" in each.text for each in found.summary
    )


def test_a_quiet_month_says_that_nothing_stands_out() -> None:
    quiet = assembled(MadeCity(shock=0), month=202605)
    if quiet.movers[0].times is not None and quiet.movers[0].times <= 1:
        assert any("不超过平常幅度" in each.text for each in quiet.summary)
    else:
        assert any("最突出" in each.text for each in quiet.summary)


def test_months_after_the_one_shown_are_not_looked_at() -> None:
    """A report of October reads the same in November, on the same data."""
    city = MadeCity()
    then = assembled(city, month=202610, months=MONTHS[:-1])
    later = assembled(city, month=202610)
    assert then == later


def test_the_first_month_compares_and_predicts_nothing() -> None:
    first = assembled(MadeCity(), month=MONTHS[0])
    assert first.movers == ()
    for headline in first.headlines:
        assert headline.on_month.turn is Turn.UNKNOWN
        assert headline.forecast.state is ForecastState.TOO_SHORT
        assert "不作预测" in headline.outlook.text
    assert "上月没有可用的数，不作比较" in first.headlines[0].sentence.text


def market_headline(found: Situation) -> Headline:
    code = SETTINGS.market.vacancies
    return next(each for each in found.headlines if each.indicator.code == code)


def test_what_nobody_delivered_is_no_zero() -> None:
    lost = assembled(MadeCity(lost=frozenset({LAST})))
    headline = market_headline(lost)
    assert headline.figure.state is SampleState.NO_DATA
    assert headline.number is None
    assert headline.sentence.text == f"{headline.indicator.name}：未填报。"
    assert headline.forecast.state is ForecastState.INTERRUPTED
    assert lost.market.listed == ()


def test_the_shortage_list_names_what_is_short_and_what_is_not(found: Situation) -> None:
    listed = {each.market.code: each.market.grade for each in found.market.listed}
    assert listed == {WELDER: Grade.URGENT, COOK: Grade.SHORT}
    assert [each.market.code for each in found.market.surplus] == [CLERK]
    gap = found.market.surplus[0].gap
    assert gap is not None
    assert gap.text == "45人"
    assert found.market.coded_share == Decimal(145) / Decimal(155)
    assert "2个列入紧缺职业目录" in found.market.sentences[0].text


def test_a_hidden_figure_is_said_to_be_hidden() -> None:
    public = assembled(MadeCity(), protected=True)
    hidden = [each for each in public.headlines if each.figure.hidden]
    assert hidden
    for headline in hidden:
        assert headline.number is None
        assert headline.sentence.text == (
            f"{headline.indicator.name}：不公开（很小，或能推算出很小的数）。"
        )


def test_a_month_there_is_not_is_refused_with_near_ones() -> None:
    with pytest.raises(UnknownCode, match="202611"):
        assembled(MadeCity(), month=202701)


def test_a_county_is_shown_too() -> None:
    county = assembled(MadeCity(), place="360921")
    assert county.place_name == "奉新县"
    assert all(number.place == "360921" for number in spoken(county))


def test_no_plan_adds_no_sentence(found: Situation) -> None:
    assert with_plan(found, ()) == found
