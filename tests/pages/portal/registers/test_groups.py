"""The pages of the key groups."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client

from leye.data.reference import key_groups
from leye.doors.portal.group_page import COLUMNS
from tests.pages.portal.register_sample import (
    CITY,
    YUANZHOU,
)
from tests.pages.portal.sheets import lines_of, table

Staff = Callable[[str, str], Client]


def test_every_group_has_its_line(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get("/atlas/groups/").text)
    assert len(rows) == 14
    woman = next(row for row in rows if row[0] == "妇女")
    assert woman[1:3] == ["33,502", "30,002"]
    assert woman[4:7] == ["1,500", "2,000", "500"]


@pytest.mark.parametrize(
    ("group", "words"),
    [("rural_migrant_worker", "按定义均在业"), ("registered_unemployed", "按定义均失业")],
)
def test_a_rate_that_follows_from_the_definition_is_said_not_given(
    staff: Staff, group: str, words: str
) -> None:
    client = staff("city_official", CITY)
    name = key_groups().get(group).name
    row = next(r for r in table(client.get("/atlas/groups/").text) if r[0] == name)
    assert row[3] == words
    text = client.get(f"/atlas/groups/{group}/").text
    assert f"{words}，没有就业率可画" in text
    assert f"<dt>{words}</dt><dd>{name}：" in text, "and why"
    for line in table(text):
        assert line[3] == words
    rows = lines_of(client.get("/atlas/groups/export.csv"))
    (own,) = [row for row in rows if row["群体代码"] == group]
    assert own["就业率（%）"] == ""
    address = f"/atlas/?i=employment_rate&g={group}&m=202403"
    shown = client.get(address).text
    assert f"{name}没有“就业率”：{words}。" in shown
    assert {r[2] for r in table(shown)} == {words}
    assert f">{words.removeprefix('按定义')}</text>" in shown, "a tile has room for less"
    assert f'"state": "{words}"' in client.get(f"/atlas/export.geojson{address[7:]}").text


def test_a_small_group_is_hidden_from_the_public_alone(visitor: Client, staff: Staff) -> None:
    address = f"/atlas/groups/college_graduate/?p={YUANZHOU}"
    exact, public = staff("city_official", CITY).get(address).text, visitor.get(address).text
    assert "已隐去" in public
    assert "已隐去" not in exact.partition('id="definition"')[0]
    for text in re.findall(r"<td class=\"number\">([1-4])</td>", public):
        pytest.fail(f"a small number is shown: {text}")


def test_a_group_is_told_apart_by_place_age_and_month(staff: Staff) -> None:
    text = staff("city_official", CITY).get("/atlas/groups/woman/").text
    by_place = {row[0]: row[1] for row in table(text, 0)}
    assert by_place["袁州区"] == "13,402"
    assert by_place["丰城市"] == "20,102"
    assert [row[0] for row in table(text, 1)] == ["男", "女"]
    assert [row[0] for row in table(text, -1)] == ["2024年3月", "2024年2月", "2023年3月"]
    assert "没有这样细分的数" in text, "nothing by age was delivered"


def test_the_sheet_of_groups_holds_what_the_page_shows(visitor: Client) -> None:
    shown = table(visitor.get("/atlas/groups/").text)
    exported = list(
        csv.reader(io.StringIO(visitor.get("/atlas/groups/export.csv").content.decode("utf-8-sig")))
    )
    assert len(exported[0]) == 5 + len(COLUMNS)
    for row, cells in zip(shown, exported[1:], strict=True):
        assert row[0] == cells[4]
        known = [cell.replace(",", "") for cell in row[1:7]]
        assert [cell or "none" for cell in cells[5:]] == [
            "none"
            if cell in {"已隐去", "分母为零", "未填报"} or cell.startswith("按定义")
            else cell
            for cell in known
        ]


def test_a_group_that_is_none_is_said(visitor: Client) -> None:
    response = visitor.get("/atlas/groups/womans/")
    assert response.status_code == 404
    assert "woman" in response.text
