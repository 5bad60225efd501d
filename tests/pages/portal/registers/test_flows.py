"""The page of flows: what is shown, hidden, drawn and taken away."""

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client

from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.pages.portal.register_sample import (
    CITY,
    FENGCHENG,
    KINDS,
)
from tests.pages.portal.sheets import lines_of, table

Staff = Callable[[str, str], Client]


def test_the_largest_flow_comes_first_with_its_changes(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get("/atlas/flows/").text)
    assert rows[0] == ["1", "外出务工", "灵活就业", "25", "35.7%", "+5", "—"]
    assert rows[1][1:4] == ["不在册", "在校", "19"]
    assert ["6", "情况不明", "务农", "2", "2.9%", "+2", "—"] in rows


def test_mobile_trips_are_compared_with_last_year(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get("/atlas/flows/?k=mobile").text)
    assert rows[0] == ["1", "袁州区", "广东省", "60", "40.0%", "-30", "+10"]
    assert rows[2][1:] == ["袁州区", "丰城市", "40", "26.7%", "+10", "+10"]


def test_a_small_flow_is_hidden_and_no_sum_tells_it(visitor: Client) -> None:
    text = visitor.get("/atlas/flows/").text
    *shown, last = table(text)
    assert all(int(row[3].replace(",", "")) % 5 == 0 for row in shown)
    assert "至少" in text
    exported = lines_of(visitor.get("/atlas/flows/export.csv"))
    small = [row for row in exported if row["状态"] == "已隐去"]
    assert len(small) >= 2
    moved = [row for row in small if row["从"] != row["到"]]
    assert last == ["—", f"另有 {len(moved)} 条不公布（少于5人，或写出来能推算出少于5的数）"]
    assert "已隐去" not in "".join(cell for row in shown for cell in row)
    assert f"共 {len(shown) + len(moved)} 条" in text
    assert all(row["人数"] == row["比上月"] == row["占比（%）"] == "" for row in small)


def test_nothing_small_is_shown_to_a_visitor_in_any_view(visitor: Client) -> None:
    for kind in KINDS:
        for view in ("list", "matrix", "ends"):
            text = visitor.get(f"/atlas/flows/?k={kind}&v={view}").text
            counted = [cell for row in table(text) for cell in row[1:] if cell.isdigit()]
            offset = 1 if view == "list" else 0
            ranks = {str(n) for n in range(1, 60)} if offset else set()
            assert not {c for c in counted if c in {"1", "2", "3", "4"}} - ranks, (kind, view)
            assert not re.findall(r"<title>[^<]*：[1-4] ", text)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("k=residence", "市外或新登记"),
        ("k=commute", "市外"),
        ("k=commute&v=ends", "不详"),
        ("k=industry", "不详"),
        ("k=status", "不在册"),
        ("k=status&m=202303", "没有上月可比"),
    ],
)
def test_what_is_absent_unknown_or_outside_is_said_in_words(
    visitor: Client, query: str, words: str
) -> None:
    assert words in visitor.get(f"/atlas/flows/?{query}").text


def test_beyond_the_last_page_is_the_last_page(staff: Staff) -> None:
    client = staff("city_official", CITY)
    shown = table(client.get("/atlas/flows/?k=mobile").text)
    assert table(client.get("/atlas/flows/?k=mobile&n=9").text) == shown != []


def test_a_place_without_flows_says_so(visitor: Client) -> None:
    text = visitor.get(f"/atlas/flows/?k=mobile&p={FENGCHENG}").text
    assert "没有收到通信企业的手机信令汇总" in text


def test_a_diagram_draws_what_the_table_says(staff: Staff) -> None:
    client = staff("city_official", CITY)
    bands = client.get("/atlas/flows/").text
    assert bands.count('class="ribbon band-') == 2 * 6 + 3, "twice six flows, and the legend"
    assert "外出务工 → 灵活就业：25 人" in bands
    lines = client.get("/atlas/flows/?k=commute").text
    assert lines.count('class="way-line"') == 2, "neither staying nor unknown"
    assert "丰城市 → 市外：22 人" in lines


def test_the_pulse_goes_out_and_comes_back(visitor: Client) -> None:
    text = visitor.get("/atlas/flows/").text
    rows = {row[0]: row[1:] for row in table(text, -1)}
    assert rows["2024年3月"][:2] == ["60", "50"]
    assert rows["2024年2月 春节"][:2] == ["90", "20"]
    assert rows["2023年3月"][3:] == ["—", "—"]


def test_staff_see_who_left_for_work_and_who_no_longer_works_away(staff: Staff) -> None:
    rows = {r[0]: r[1:] for r in table(staff("city_official", CITY).get("/atlas/flows/").text, -1)}
    assert rows["2024年3月"][3:] == ["12", "25"]


def test_the_sheet_of_flows_holds_what_the_page_shows(staff: Staff) -> None:
    client = staff("city_official", CITY)
    shown = table(client.get("/atlas/flows/?k=commute").text)
    exported = lines_of(client.get("/atlas/flows/export.csv?k=commute"))
    moved = [row for row in exported if row["状态"] == "有数"]
    assert [[row["从"], row["到"], row["人数"]] for row in moved] == [row[1:4] for row in shown]
    stayed = [row for row in exported if row["状态"] == "没有变化"]
    assert [(row["从"], row["人数"]) for row in stayed] == [("袁州区", "300")]
    assert {row["版本类型"] for row in exported} == {"内部版"}
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/atlas/flows/export.xlsx?k=commute").content)
    )
    assert book.worksheets[0].max_row == 1 + len(exported)
    assert AuditEvent.objects.filter(action=Action.FIGURES_EXPORTED).count() == 2
