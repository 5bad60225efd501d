"""What the public pages say: the published numbers, where they are from, and what is missing."""

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import load_workbook

from leye.analysis.metrics import Evaluator, TargetState, find_target
from leye.doors.portal.series import chosen_range, latest_of, monthly_series, year_rows
from leye.doors.portal.templatetags.portal import points
from leye.doors.portal.views.maps import _period
from leye.doors.web.reading import evaluator_for, targets
from leye.kernel.period import Period
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.pages.portal.markup import Page
from tests.published import SEED

NATIONAL = "城镇调查失业率"


def seed_rows(**wanted: str) -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def monthly_seed() -> dict[str, Decimal]:
    rows = seed_rows(指标=NATIONAL, 地区="000000", 数据性质="月度数")
    return {row["时期"]: Decimal(row["数值"]) for row in rows}


def book(content: bytes, sheet: str = "数据") -> list[dict[str, object]]:
    lines = [
        [c.value for c in row] for row in load_workbook(io.BytesIO(content))[sheet].iter_rows()
    ]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def evaluator(client: Client) -> Evaluator:
    request = client.get("/about/").wsgi_request
    return evaluator_for(request)


# -- Scorecard --


def test_every_target_stands_on_the_scorecard_as_printed(public: Client) -> None:
    text = public.get("/plan/").text
    assert len(targets()) >= 34
    for target in targets():
        assert f'href="/plan/{target.id}/"' in text
        assert f"<b>{target.goal.printed.replace('>', '&gt;')}</b>" in text


def test_the_counts_are_those_of_the_rows(public: Client) -> None:
    counted = {
        state: int(
            re.search(rf'state={state.value}"[^>]*><b>(\d+)</b>', public.get("/plan/").text)[1]
        )
        for state in TargetState
    }
    assert sum(counted.values()) == len(targets())
    for state, count in counted.items():
        shown = public.get(f"/plan/?state={state.value}").text
        assert shown.count(f'class="tag tag-{state.value}"') == count
        assert shown.count('class="tag tag-') == count


def test_what_nobody_reported_is_never_a_zero(public: Client) -> None:
    text = public.get("/plan/urban_new_jobs/").text
    assert "未填报：2021年、2022年、2023年、2024年、2025年" in text
    assert '<dt>最近实际</dt><dd><span class="missing">未填报</span>' in text


def test_the_plan_is_quoted_word_for_word(public: Client) -> None:
    target = find_target(targets(), "urban_new_jobs")
    text = public.get("/plan/urban_new_jobs/").text
    for quote in target.quotes:
        assert quote.section in text


def test_the_scorecard_can_be_taken_away(public: Client) -> None:
    rows = book(public.get("/plan/export.xlsx").content)
    assert len(rows) == len(targets())
    jobs = next(row for row in rows if row["指标"] == "城镇新增就业")
    assert (jobs["目标值"], jobs["目标（规划原文）"], jobs["最近实际"]) == (22, "[≥22]", "未填报")
    notes = book(public.get("/plan/export.xlsx").content, "说明")
    assert {"数据版本", "规划期", "未填报"} <= {note["项目"] for note in notes}


# -- Map --


def test_a_tile_and_its_row_say_the_published_number(public: Client) -> None:
    response = public.get("/map/?indicator=resident_population&period=2020-11-01")
    text = re.sub(r"<[^>]+>", " ", response.text)
    rows = seed_rows(指标="常住人口", 时期="2020-11-01", 数据性质="时点数")
    counties = [row for row in rows if row["地区"].startswith("3609") and row["地区"] != "360900"]
    assert len(counties) == 6
    for row in counties:
        people = Decimal(row["数值"]) * (1 if row["单位"] == "人" else 10_000)
        assert f" {round(people / 10_000, 2).normalize():f} " in text
    assert response.text.count('class="tile k-missing"') == 4 + 1  # tiles, and the legend
    assert "4 个未填报" in text


def test_the_map_begins_with_the_latest_period_most_counties_have(public: Client) -> None:
    assert "常住人口，2020年11月1日" in public.get("/map/").text
    assert "地区生产总值，2024年1月—6月" in public.get("/map/?indicator=gdp").text


def test_a_period_without_figures_is_not_swapped_in_silence(public: Client) -> None:
    text = public.get("/map/?indicator=gdp&period=1999").text
    assert "没有1999年的数，这里显示2024年1月—6月" in text


def test_the_period_chosen_has_at_least_half_the_most() -> None:
    periods = ((Period.year(2024), 1), (Period.year(2022), 5), (Period.year(2020), 9))
    assert _period(None, periods) == Period.year(2022)
    assert _period(Period.year(2024), periods) == Period.year(2024)
    assert _period(Period.year(1990), periods) == Period.year(2022)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_layer_can_be_taken_away_missing_counties_too(public: Client, form: str) -> None:
    query = "indicator=resident_population&period=2020-11-01"
    content = public.get(f"/map/export.{form}?{query}").content
    if form == "xlsx":
        rows = book(content)
    else:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 10
    assert sum(row["数值"] in (None, "") for row in rows) == 4
    yuanzhou = next(row for row in rows if row["地区代码"] == "360902")
    assert Decimal(str(yuanzhou["数值"])) == Decimal("112.1707")


def test_every_town_is_listed_and_only_located_ones_are_drawn(public: Client) -> None:
    text = public.get("/map/360902/").text
    drawn, listed = text.count('个村（社区）"><circle'), text.count('<li><a href="/map/360902')
    assert drawn > 0
    assert drawn + listed == 37
    assert text.count('<th scope="row"><a href="/map/360902') == 37
    assert "GeoNames" in text


def test_a_place_is_found_by_a_part_of_its_name(public: Client) -> None:
    assert "慈化镇" in public.get("/map/search/?q=慈化", follow=True).text
    assert "没有名称里含" in public.get("/map/search/?q=哈尔滨").text


# -- Series --


def test_the_table_holds_every_published_month(public: Client) -> None:
    published = monthly_seed()
    assert len(published) == 104
    text = public.get("/series/unemployment/").text
    for period, value in published.items():
        assert re.search(rf"period={period}&[^>]*>{round(value, 1):f}</a>", text), period


def test_the_youth_series_are_two_and_never_joined(public: Client) -> None:
    old, new = monthly_series(evaluator(public))[2:]
    assert str(old.last) == "2023-06"
    assert str(new.first) == "2023-12"
    text = public.get("/series/unemployment/").text
    for words in ("不能接成一条线", "停止公布", "新口径起", "不含在校生"):
        assert words in text


def test_the_latest_value_is_compared_with_what_was_published(public: Client) -> None:
    published = monthly_seed()
    latest = latest_of(monthly_series(evaluator(public))[0])
    assert latest.figure.value == published["2026-08"]
    assert latest.on_month == published["2026-08"] - published["2026-07"]
    assert latest.on_year == published["2026-08"] - published["2025-08"]
    year = [value for period, value in published.items() if period.startswith("2026")]
    assert latest.months == len(year)
    assert latest.mean == round(sum(year) / len(year), 1)


def test_a_change_never_reaches_across_a_missing_month(public: Client) -> None:
    new = monthly_series(evaluator(public))[3]
    first = {month: f for month, f in new.figures.items() if month == min(new.figures)}
    latest = latest_of(type(new)(new.indicator, new.name, new.style, first))
    assert (latest.on_month, latest.on_year) == (None, None)
    assert points(Decimal(0)) == "持平"


def test_a_range_keeps_only_its_months(public: Client) -> None:
    national = monthly_series(evaluator(public))[0]
    whole = Period.parse("2018-01..2026-08")
    rows = year_rows(national, within=chosen_range("2023-11", "2024-02", whole=whole))
    assert [(row.year, row.months) for row in rows] == [(2024, 2), (2023, 2)]
    assert chosen_range("", "", whole=whole) == whole
    assert chosen_range("2010-01", "2018-03", whole=whole) == Period.parse("2018-01..2018-03")


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_series_can_be_taken_away(public: Client, form: str) -> None:
    content = public.get(f"/series/unemployment/export.{form}").content
    if form == "xlsx":
        rows = book(content)
        assert any("口径变化" in str(note["项目"]) for note in book(content, "说明"))
    else:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 104 + 104 + 66 + 33
    taken = {str(r["月份"]): Decimal(str(r["数值"])) for r in rows if r["指标"] == NATIONAL}
    assert taken == monthly_seed()


# -- Figures and their sources --


def test_a_figure_names_its_source_and_delivery(public: Client) -> None:
    row = seed_rows(指标="常住人口", 地区="360902", 时期="2020-11-01")[0]
    text = public.get(
        "/figures/?indicator=resident_population&place=360902&period=2020-11-01&kind=point"
    ).text
    assert row["来源"] in text
    assert f"可信度</dt><dd>{row['可信度']} " in text
    assert "D000001" in text
    assert "/console/deliveries/" not in text


def test_a_computed_figure_shows_what_it_is_made_of(public: Client) -> None:
    text = public.get(
        "/figures/?indicator=population_density&place=360902&period=2022-12-31&kind=derived"
    ).text
    assert "112.98" in text
    assert "2,532" in text
    assert "÷" in text


def test_every_definition_has_its_page(public: Client) -> None:
    shown = Page(public.get("/indicators/").text).links
    definitions = [link for link in shown if re.fullmatch(r"/indicators/\w+/", link)]
    assert len(definitions) == len(set(definitions)) == len(evaluator(public).catalogue)


# -- Who sees what is not published --

UNPUBLISHED = "/figures/?indicator=urban_new_jobs&place=360902&period=2026-01..2026-08&kind=ytd"


def test_the_public_does_not_see_unpublished_figures(public: Client) -> None:
    answer = public.get(UNPUBLISHED)
    assert answer.status_code == 404
    assert "没有您可以查看的这个数" in answer.text
    assert "没有人填报过" not in answer.text
    assert "内部，未公开" not in public.get("/indicators/urban_new_jobs/").text


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("county_official", "360902", 200),
        ("city_official", "360900", 200),
        ("county_official", "360981", 404),
    ],
)
def test_staff_see_unpublished_figures_of_their_own_places_marked(
    signed_in: Callable[[str, str], Client], role: str, place: str, status: int
) -> None:
    client = signed_in(role, place)
    response = client.get(UNPUBLISHED)
    assert response.status_code == status
    assert ("内部，未公开" in client.get("/indicators/urban_new_jobs/").text) == (status == 200)
    if status == 200:
        assert '<a href="/console/deliveries/D000002/">' in response.text
        assert "D000001/" not in client.get("/indicators/resident_population/").text


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("/plan/export.xlsx", "plan"),
        ("/map/export.xlsx?indicator=urban_new_jobs&period=2026-01..2026-08", "map"),
        ("/map/export.csv?indicator=urban_new_jobs&period=2026-01..2026-08", "map"),
        ("/series/unemployment/export.xlsx", "series"),
        ("/series/unemployment/export.csv", "series"),
    ],
)
def test_what_staff_take_away_says_what_is_internal_and_is_recorded(
    public: Client, signed_in: Callable[[str, str], Client], address: str, what: str
) -> None:
    def audiences(client: Client) -> set[object]:
        content = client.get(address).content
        if address.startswith("/map/export.csv") or address.endswith("csv"):
            rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
            return {row["公开范围"] for row in rows}
        return {row["公开范围"] for row in book(content)}

    assert audiences(public) == {"公开"}
    assert not AuditEvent.objects.filter(action=Action.FIGURES_EXPORTED).exists()
    seen = audiences(signed_in("city_official", "360900"))
    event = AuditEvent.objects.get(action=Action.FIGURES_EXPORTED)
    assert (event.subject_id, event.place) == (what, "360900")
    assert event.detail["rows"] > 0
    if what == "map":
        assert seen == {"公开", "内部"}


def test_a_delivery_from_above_is_named_but_not_opened(
    signed_in: Callable[[str, str], Client],
) -> None:
    """The village worker may read the county's rows only inside their own town."""
    assert signed_in("village_worker", "360902001").get(UNPUBLISHED).status_code == 404


def test_large_and_small_faults_of_markup_are_noticed() -> None:
    """The checks that every page passes can fail."""
    head = '<html lang="zh"><head><title>甲</title></head><body><h1>甲</h1>'
    whole = head + "</body></html>"
    assert Page(whole).faults == []
    for wrong in (
        '<p style="color:red">x</p>',
        "<script>alert(1)</script>",
        '<button onclick="x()">x</button>',
        '<input id="a" name="a">',
        "<table><tr><td>1</td></tr></table>",
        "<h1>又一个</h1>",
        '<p id="a"></p><p id="a"></p>',
        "<div>",
        "<p>None</p>",
    ):
        assert Page(head + wrong + "</body></html>").faults != [], wrong
