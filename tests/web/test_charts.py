"""Charts: gaps stay gaps, nothing leaves the frame, axes hold what they show."""

import re
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from leye.doors.web.charts import (
    Band,
    Line,
    LineChart,
    line_chart,
    nice_steps,
    progress_bar,
    sparkline,
)

VALUES = st.decimals(min_value=-1000, max_value=1000, places=1)
MONTHS = st.dictionaries(st.integers(24000, 24400), VALUES, min_size=1, max_size=60)
POINT = re.compile(r"[ML](-?[\d.]+) (-?[\d.]+)")


def drawn(values: dict[int, Decimal]) -> LineChart:
    return line_chart([Line("甲", 1, tuple(values.items()))], unit="%")


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in POINT.findall(path)]


def runs(months: dict[int, Decimal]) -> list[int]:
    """Give the lengths of the runs of consecutive months."""
    lengths: list[int] = []
    before = None
    for month in sorted(months):
        if before is not None and month == before + 1:
            lengths[-1] += 1
        else:
            lengths.append(1)
        before = month
    return lengths


@given(MONTHS)
def test_a_missing_month_is_never_bridged(values: dict[int, Decimal]) -> None:
    line = drawn(values).lines[0]
    expected = runs(values)
    assert [len(points(path)) for path in line.paths] == [n for n in expected if n > 1]
    assert len(line.singles) == expected.count(1)


@given(MONTHS)
def test_every_point_lies_in_the_frame(values: dict[int, Decimal]) -> None:
    chart = drawn(values)
    line = chart.lines[0]
    placed = [*line.singles, *(point for path in line.paths for point in points(path))]
    assert len(placed) == len(values)
    for x, y in placed:
        assert chart.left <= x <= chart.right
        assert chart.top <= y <= chart.bottom


@given(MONTHS)
def test_every_value_is_read_out_once(values: dict[int, Decimal]) -> None:
    readings = drawn(values).readings
    assert len(readings) == len(values)
    for month, reading in zip(sorted(values), readings, strict=True):
        assert f"{month // 12}年{month % 12 + 1}月" in str(reading["text"])
        assert f"{values[month].normalize():f}%" in str(reading["text"])


@given(VALUES, VALUES)
def test_the_steps_of_an_axis_hold_the_values(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    steps = nice_steps(low, high)
    assert steps[0] <= low
    assert steps[-1] >= high
    assert len({after - before for before, after in pairwise(steps)}) == 1
    assert 2 <= len(steps) <= 8


def test_higher_values_are_drawn_higher() -> None:
    path = drawn({24000: Decimal("5.0"), 24001: Decimal("5.5"), 24002: Decimal("5.2")}).lines[0]
    (_, first), (_, second), (_, third) = points(path.paths[0])
    assert second < third < first


def test_breaks_and_shaded_runs_outside_the_months_are_left_out() -> None:
    line = Line("甲", 1, ((24000, Decimal(5)), (24011, Decimal(6))))
    chart = line_chart(
        [line],
        unit="%",
        breaks=[(24005, "新口径"), (24100, "以后")],
        areas=[(23000, 23005, "以前"), (24009, 24050, "停止公布")],
    )
    assert [each.label for each in chart.breaks] == ["新口径"]
    assert [each.label for each in chart.areas] == ["停止公布"]
    assert chart.areas[0].x + chart.areas[0].width <= chart.right


def test_two_lines_stay_two_lines() -> None:
    old = Line("旧口径", 3, ((24000, Decimal(20)), (24001, Decimal(21))))
    new = Line("新口径", 4, ((24002, Decimal(15)), (24003, Decimal(15))))
    chart = line_chart([old, new], unit="%")
    assert [(each.name, len(each.paths)) for each in chart.lines] == [("旧口径", 1), ("新口径", 1)]


def test_nothing_to_draw_is_an_empty_chart() -> None:
    chart = line_chart([], unit="%")
    assert (chart.lines, chart.readings) == ((), ())


def test_a_small_line_needs_two_values() -> None:
    assert sparkline([]) is None
    assert sparkline([Decimal(5)]) is None
    flat = sparkline([Decimal(5), Decimal(5)])
    assert flat is not None
    assert len({y for _, y in points(flat.path)}) == 1


def test_a_bar_says_its_shares_and_never_leaves_its_box() -> None:
    assert progress_bar(None, Decimal("0.5")) is None
    assert progress_bar(Decimal("0.5"), None) is None
    bar = progress_bar(Decimal("1.37"), Decimal("0.6"))
    assert bar is not None
    assert (bar.done, bar.time) == (200.0, 120.0)
    assert "137%" in bar.text
    below = progress_bar(Decimal("-0.2"), Decimal("0.6"))
    assert below is not None
    assert below.done == 0


def test_the_axis_reaches_what_it_must() -> None:
    line = Line("完整性", 1, [(24_288, Decimal("99.9")), (24_289, Decimal("99.8"))])
    chart = line_chart([line], unit="%", at_least=[Decimal(95), Decimal(100)])
    assert [tick.label for tick in chart.y_ticks] == ["95", "96", "97", "98", "99", "100"]


@given(
    st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6),
    st.dictionaries(st.integers(24000, 24010), VALUES, min_size=1),
)
def test_a_band_holds_its_line_and_stays_in_the_frame(
    ranges: list[tuple[Decimal, Decimal, Decimal]], past: dict[int, Decimal]
) -> None:
    ahead = [(24011 + i, *sorted(three)) for i, three in enumerate(ranges)]
    chart = line_chart(
        [
            Line("实际", 1, tuple(past.items())),
            Line("预测", 2, tuple((at, middle) for at, _, middle, _ in ahead)),
        ],
        unit="%",
        bands=[Band("80%区间", 2, [(at, low, high) for at, low, _, high in ahead])],
    )
    (band,) = chart.bands
    corners = points(band.path)
    assert len(corners) == 2 * len(ahead)
    assert all(chart.left <= x <= chart.right for x, _ in corners)
    assert all(chart.top <= y <= chart.bottom for _, y in corners)
    upper = dict(corners[: len(ahead)])
    lower = dict(corners[len(ahead) :])
    drawn_ahead = [p for path in chart.lines[1].paths for p in points(path)]
    for x, y in drawn_ahead or chart.lines[1].singles:
        assert upper[x] <= y <= lower[x]


def test_a_reading_gives_the_band_too() -> None:
    chart = line_chart(
        [Line("预测", 2, [(24_288, Decimal(5))])],
        unit="%",
        bands=[Band("80%区间", 2, [(24_288, Decimal(4), Decimal("6.50"))])],
    )
    assert chart.readings[0]["text"] == "2024年1月：预测 5%，80%区间 4—6.5%"


def test_long_labels_of_the_value_axis_have_room() -> None:
    months = ((24288, Decimal(1_234_500)), (24289, Decimal(1_236_000)))
    chart = line_chart([Line("人口", 1, months)], unit="人")
    longest = max(len(tick.label) for tick in chart.y_ticks)
    assert longest == len("1,236,000")
    assert chart.left >= 9 * longest
    assert chart.x_ticks[0].at == chart.left


def test_the_labels_of_an_axis_have_as_many_places() -> None:
    values = [(24_000, Decimal("3.72")), (24_001, Decimal("4.28"))]
    drawn = line_chart([Line("率", 1, values)], unit="%")
    assert [tick.label for tick in drawn.y_ticks] == [
        *("3.7", "3.8", "3.9", "4.0", "4.1", "4.2", "4.3"),
    ]
    whole = line_chart(
        [Line("人", 1, [(24_000, Decimal(900)), (24_001, Decimal(2100))])], unit="人"
    )
    assert {tick.label for tick in whole.y_ticks} >= {"1,000", "2,000"}
