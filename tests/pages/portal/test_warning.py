"""The public pages of warnings: the backtest with its marks, and the lines."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from leye.analysis.warning import Level, Origin, Watches, watches
from leye.analysis.warning.backtest.results import Backtest, Figure
from leye.analysis.warning.backtest.run import kept_backtest
from leye.doors.portal.backtest_drawing import Tried, lead_chart, tradeoff
from leye.doors.portal.backtest_page import backtest_context, figure_row
from leye.doors.portal.backtest_summary import ablations, caveats, summary
from leye.doors.portal.backtest_words import answer, dated, timing
from leye.doors.web.backtest_reading import CELLS, INDUSTRIES, NATION, SURVEY, Reading, delays
from leye.doors.web.line_words import proven
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from leye.service.response.cases.enums import Audience
from leye.service.response.cases.releasing import approve, draft
from leye.service.response.lines.operations import NewLine, sign_line
from tests.pages.portal.markup import Page
from tests.response.desk_sample import Accounts, graded, hand, opened

ADDRESSES = ("/warning/", "/warning/backtest/", "/warning/lines/")
STAFF_QUERIES = 6


@pytest.fixture
def kept() -> Backtest:
    found = kept_backtest()
    assert found is not None
    return found


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_visitor_sees_a_whole_page_and_costs_the_database_next_to_nothing(
    public: Client, address: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = public.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []
    # The lines the city signed, and what was released, are asked for at once.
    assert len(queries) <= 2
    assert public.post(address).status_code == 405


@pytest.mark.parametrize("role", ["county_official", "city_official", "auditor"])
def test_staff_see_the_same_for_few_queries(
    signed_in: Callable[[str, str], Client], role: str
) -> None:
    client = signed_in(role, "360902" if role == "county_official" else "360900")
    for address in ADDRESSES:
        with CaptureQueriesContext(connection) as queries:
            text = client.get(address).text
        assert len(queries) <= STAFF_QUERIES
        assert "登记库各月过线" not in text


def test_every_figure_and_every_variant_is_on_the_page(public: Client, kept: Backtest) -> None:
    text = public.get("/warning/backtest/").text
    for trial in kept.trials:
        for figure in trial.figures:
            assert figure.name.replace(">", "&gt;") in text
        assert f"试过的全部（{len(trial.rows)}行）" in text
        for note in trial.notes:
            assert note in text
    reached = sum(bool(each.passed) for trial in kept.trials for each in trial.figures)
    assert text.count('<span class="tag tag-ok">达到</span>') == reached


def test_the_variant_in_use_is_marked_where_there_are_others(kept: Backtest) -> None:
    shown = {each.code: each for each in backtest_context(kept)["trials"]}
    assert [row.marked for row in shown[CELLS].rows] == [True] + [False] * 6
    assert not any(row.marked for row in shown[SURVEY].rows)


def test_what_falls_short_of_the_wish_is_said_at_the_top_and_at_its_row(
    public: Client, kept: Backtest
) -> None:
    half = Reading(kept).figure(CELLS, "5%冲击，三个月内报出")
    assert half is not None
    assert (half.passed, half.granted) == (True, False)
    text = public.get("/warning/backtest/").text
    assert f"5%冲击，三个月内报出：{half.value:g}" in text
    assert "没有达到希望的0.5" in text.partition('id="caveats"')[0]
    assert text.count("没到希望的0.5") == 1


def test_what_misses_its_bar_is_marked_by_word() -> None:
    missed = figure_row(Figure("报出", 0.4, "", 0.5, at_most=False))
    assert (missed.tag, missed.verdict) == ("tag-error", "没达到")
    assert figure_row(Figure("报出", None, "", 0.5)).value == "没有数"
    assert figure_row(Figure("报出", -1.5, "个月")).value == "−1.5个月"


def test_a_missed_bar_is_listed_first(kept: Backtest) -> None:
    first = kept.trials[0]
    worse = replace(first.figures[0], value=9.0)
    changed = replace(kept, trials=(replace(first, figures=(worse,)), *kept.trials[1:]))
    shown = backtest_context(changed)
    assert [each["name"] for each in shown["missed"]] == [worse.name]
    assert shown["reached"] == shown["asked"] - 1


def test_the_summary_is_made_of_the_figures(kept: Backtest) -> None:
    lead, false, missed = summary(Reading(kept))
    # 1.625 months ahead, published a month later.
    assert lead.short.endswith("早0.6个月")
    assert "合计1.4个" in false.short
    assert missed.short.endswith("100次漏5次")
    assert "走掉半成人：100次漏52次，没有达到希望的50次。" in missed.lines
    assert any("每月2.4个" in line for line in false.lines)


def test_every_trial_is_answered_in_words_and_says_where_its_data_are_from(
    kept: Backtest,
) -> None:
    reading = Reading(kept)
    for trial in backtest_context(kept)["trials"]:
        assert answer(trial.code, reading)
        assert trial.source
    assert "平均早1.6个月，最迟的一次晚2个月" in answer(NATION, reading)
    assert len(ablations(reading)) == 5
    assert "63%" in dict(caveats(reading))["八次衰退很少"]


def test_without_vacancies_nothing_is_invented(kept: Backtest) -> None:
    trial = Reading(kept).trial(NATION)
    assert trial is not None
    without = replace(
        trial,
        figures=tuple(each for each in trial.figures if not each.name.startswith("用空缺率")),
        rows=tuple(row for row in trial.rows if "v" not in row.name.split(" ")[1].split("+")),
    )
    found = Backtest("x", (without,))
    assert answer(NATION, Reading(found)).startswith("不用空缺率：8次报出8次")
    assert "最迟的一次" not in answer(NATION, Reading(found))
    assert answer(CELLS, Reading(found)) == ""
    (lead,) = summary(Reading(found))
    assert lead.short.endswith("晚1.1个月")
    (shown,) = backtest_context(found)["trials"]
    assert shown.leads[0][0].names == ((1, "不用空缺率"),)


def test_recessions_are_drawn_left_when_early_and_right_when_late(kept: Backtest) -> None:
    trial = Reading(kept).trial(NATION)
    assert trial is not None
    used = next(row for row in trial.rows if row.name == "stouffer u+st+v")
    assert delays(used, trial.columns) == (-4, 1, -1, 2, -8, -2, -1, 0)
    chart = lead_chart(["甲", "乙", "丙"], [("用", [-2, 3, 0])])
    assert chart is not None
    early, late, same = (row.bars[0] for row in chart.rows)
    assert (early.text, late.text, same.text) == ("早2", "晚3", "当月")
    assert early.x + early.width == pytest.approx(chart.zero)
    assert late.x == same.x == chart.zero
    assert late.width == pytest.approx(early.width * 1.5, rel=0.01)
    assert lead_chart(["甲"], [("用", [1, 2])]) is None


def test_the_variant_in_use_is_drawn_over_the_others() -> None:
    tried = [Tried("在用的", 0.1, 0.9, 1, product=True), Tried("别的", 0.2, 0.5, 1, product=False)]
    chart = tradeoff(tried, axes=("误报", "报出"), names=["报出"], cost_bar=0.15, found_bars=[0.8])
    assert chart is not None
    other, mine = chart.dots
    assert (other.product, mine.product) == (False, True)
    assert mine.x < other.x
    assert mine.y < other.y
    assert chart.x_bar is not None
    assert mine.x < chart.x_bar < other.x
    assert tradeoff([], axes=("", ""), names=[], cost_bar=None, found_bars=[]) is None


def test_all_results_can_be_taken_away(public: Client, kept: Backtest) -> None:
    given = json.loads(public.get("/warning/backtest/export.json").content)
    assert given["edition"] == kept.edition
    assert [each["code"] for each in given["trials"]] == [each.code for each in kept.trials]
    assert all(each["source"] for each in given["trials"])
    book = load_workbook(io.BytesIO(public.get("/warning/backtest/export.xlsx").content))
    rows = list(book["数据"].iter_rows(min_row=2, values_only=True))
    figures = [row for row in rows if row[2] == "指标"]
    assert len(figures) == sum(len(each.figures) for each in kept.trials)
    cells = sum(len(row.cells) for each in kept.trials for row in each.rows)
    assert len(rows) - len(figures) == cells
    half = next(row for row in figures if row[3] == "5%冲击，三个月内报出")
    assert half[8:12] == ("不低于0.33", "不低于0.5", "对照0.33", "达到")
    assert "最终修订数据会美化成绩" in {row[0] for row in book["说明"].iter_rows(values_only=True)}
    refused = public.get("/warning/backtest/export.pdf")
    assert refused.status_code == 404
    assert "xlsx" in refused.text


def test_what_staff_take_away_is_recorded(signed_in: Callable[[str, str], Client]) -> None:
    signed_in("city_official", "360900").get("/warning/backtest/export.xlsx")
    event = AuditEvent.objects.filter(action=Action.FIGURES_EXPORTED).last()
    assert event is not None
    assert event.subject_id == "warning_backtest"


def test_every_line_is_listed_with_its_origin_and_who_signed_it(public: Client) -> None:
    text = public.get("/warning/lines/").text
    known = watches()
    lines = [line for watch in known for line in watch.lines]
    for watch in known:
        assert f'id="watch-{watch.code}"' in text
        for line in watch.lines:
            assert f"{line.value:f}{watch.series.unit}" in text
            assert line.basis in text
    unsigned = sum(not line.signed for line in lines)
    assert text.count('<span class="tag tag-warn">起始值，待签发</span>') == unsigned
    assert f"其中 {unsigned} 条还没有人签发" in text


def test_what_the_backtest_does_not_cover_is_said_of_each_watch(kept: Backtest) -> None:
    said = proven(watches(), Reading(kept))
    assert set(said) == {each.code for each in watches()}
    assert "每月误报0.12个" in said["separations_cells"]
    assert "这项数据本身没有单独回测" in said["power_cells"]
    assert "没有单独回测" in said["breadth"]
    assert "99.1%" in said["unreported_layoff"]
    nothing = proven(watches(), Reading(Backtest("x", ())))
    assert all(
        "没有单独回测" in nothing[code] for code in ("power_cells", "firm_layoff", "outlook")
    )
    assert proven(Watches({}, "x"), None) == {}


def test_months_and_delays_in_words() -> None:
    assert dated("1（200307）、12345678、299912") == "1（2003年7月）、12345678、299912"
    assert (timing(-1.625), timing(2), timing(0.04)) == ("早1.6个月", "晚2个月", "当月")


def test_the_pages_are_found_from_the_first_page_and_the_foot(public: Client) -> None:
    text = public.get("/").text
    assert 'class="door" href="/warning/backtest/"' in text
    assert '<li><a href="/warning/lines/">预警线</a></li>' in text
    assert INDUSTRIES in public.get("/warning/backtest/").text


def test_what_was_approved_for_the_public_stands_there_at_once(
    public: Client, accounts: Accounts
) -> None:
    case = graded(opened(), accounts)
    text = draft(case, Audience.PUBLIC, "一家企业减员。\n正在逐人安置。",
                 hand(accounts["county_official"], case))  # fmt: skip
    draft(case, Audience.INTERNAL, "内部知悉。", hand(accounts["county_official"], case))
    assert "还没有发布过" in public.get("/warning/").text
    approve(text, hand(accounts["city_official"], case))
    page = public.get("/warning/")
    assert "正在逐人安置" in page.text
    assert "内部知悉" not in page.text
    assert "no-cache" in page.headers["Cache-Control"]


def test_a_signed_line_is_seen_at_once(public: Client, accounts: Accounts) -> None:
    first = public.get("/warning/lines/")
    assert "ETag" not in first.headers
    line = NewLine("firm_layoff", Level.YELLOW, Decimal(77), Origin.OWN, "领导小组会议",
                   timezone.localdate())  # fmt: skip
    sign_line(line=line, by=accounts["city_official"], at=timezone.now())
    assert "77人" in public.get("/warning/lines/").text
