"""The lists as they are: counts, spot values of the standards, and the flaws that are kept."""

from collections import Counter
from datetime import date

import pytest

from leye.data.reference import (
    Flaw,
    NotValidOn,
    industries,
    key_groups,
    occupations,
    town_points,
)
from leye.data.reference import places as place_list
from leye.data.reference.classification import Classification, Entry
from leye.data.reference.editions import edition_of, rows_of
from leye.kernel.errors import UnknownCode
from leye.kernel.place import PlaceLevel


def test_industries_are_the_sections_and_divisions_of_the_standard() -> None:
    sections, divisions = industries().at_level(1), industries().at_level(2)
    assert [s.code for s in sections] == list("ABCDEFGHIJKLMNOPQRST")
    assert [d.code for d in divisions] == [f"{n:02}" for n in range(1, 98)]
    assert industries().edition.valid_from == date(2017, 10, 1)


@pytest.mark.parametrize(
    ("code", "name", "section"),
    [
        ("05", "农、林、牧、渔专业及辅助性活动", "A"),
        ("11", "开采专业及辅助性活动", "B"),
        ("25", "石油、煤炭及其他燃料加工业", "C"),
        ("39", "计算机、通信和其他电子设备制造业", "C"),
        ("46", "水的生产和供应业", "D"),
        ("50", "建筑装饰、装修和其他建筑业", "E"),
        ("58", "多式联运和运输代理业", "G"),
        ("65", "软件和信息技术服务业", "I"),
        ("79", "土地管理业", "N"),
        ("87", "广播、电视、电影和录音制作业", "R"),
        ("96", "基层群众自治组织及其他组织", "S"),
        ("97", "国际组织", "T"),
    ],
)
def test_divisions_have_their_name_and_section(code: str, name: str, section: str) -> None:
    entry = industries().get(code)
    assert (entry.name, entry.parent) == (name, section)
    assert [e.code for e in industries().path(code)] == [section, code]


def test_the_sizes_of_the_sections() -> None:
    sizes = {s.code: len(industries().children(s.code)) for s in industries().children(None)}
    counted = [5, 7, 31, 3, 4, 2, 8, 2, 3, 4, 1, 2, 3, 4, 3, 1, 2, 5, 6, 1]
    assert list(sizes.values()) == counted


def test_a_division_is_not_valid_before_the_standard() -> None:
    assert industries().get("79", on=date(2017, 10, 1)).name == "土地管理业"
    with pytest.raises(NotValidOn) as told:
        industries().get("79", on=date(2017, 9, 30))
    assert "2017-09-30" in told.value.detail
    assert "2017-10-01" in told.value.hint


def test_an_entry_ends_on_its_last_day() -> None:
    gone = Entry("x", "旧类", 1, None, valid_from=date(2015, 1, 1), valid_to=date(2020, 12, 31))
    held = Classification([gone], edition=edition_of("key_groups_2021.csv"), kind="测试")
    assert held.get("x", on=date(2020, 12, 31)) == gone
    with pytest.raises(NotValidOn):
        held.get("x", on=date(2021, 1, 1))


def test_unknown_industries_name_near_ones() -> None:
    with pytest.raises(UnknownCode) as told:
        industries().get("A05")
    assert "05 农、林、牧、渔专业及辅助性活动" in told.value.near
    with pytest.raises(UnknownCode) as told:
        industries().get("房地产")
    assert any("房地产业" in near for near in told.value.near)


def test_occupations_stand_as_they_were_published() -> None:
    rows = rows_of("occupations_csco_2022.csv")
    assert Counter(row["level"] for row in rows) == {"1": 8, "2": 73, "3": 336, "4": 1634}
    held = {level: len(occupations().at_level(level)) for level in (1, 2, 3, 4)}
    assert held == {1: 8, 2: 72, 3: 336, 4: 1632}
    assert len(occupations()) == sum(held.values())


def test_the_flaws_of_the_occupations_are_reported() -> None:
    flaws = occupations().flaws()
    by_kind = Counter(flaw.kind for flaw in flaws)
    assert by_kind["细类代码以00结尾"] == 94
    repeated = {flaw.code for flaw in flaws if flaw.kind == "重复行"}
    assert repeated == {"4-12-04-02", "5-03-00-00", "6-20-05-03"}
    orphans = [flaw for flaw in flaws if flaw.kind == "上级缺行"]
    lacking = {flaw.detail.partition("缺少")[2] for flaw in orphans}
    assert lacking == {
        "1-01-00",
        "1-03-00",
        "1-05-00",
        "1-06-01",
        "2-01-04",
        "2-02-32",
        "5-02-03",
        "6-20-03",
    }
    for kind, n in by_kind.items():
        assert f"{kind}{n}处" in occupations().edition.note


def test_a_shared_code_gives_the_wider_group_and_the_unit_on_request() -> None:
    group = occupations().get("2-03-01-00")
    unit = occupations().get("2-03-01-00", level=4)
    assert (group.level, unit.level) == (3, 4)
    assert occupations().children("2-03-01-00") == (unit,)
    assert [e.level for e in occupations().path("2-03-01-00")] == [1, 2, 3]
    assert any(isinstance(f, Flaw) and f.code == "2-03-01-00" for f in occupations().flaws())


def test_a_unit_without_its_small_group_hangs_on_the_nearest_ancestor() -> None:
    assert occupations().get("1-06-01-01").parent == "1-06-00-00"
    assert occupations().get("1-01-00-01").parent == "1-01-00-00"
    assert occupations().get("1-02-01-00").parent == "1-02-00-00"


def test_every_unit_leads_up_to_a_major_group() -> None:
    for entry in occupations().entries:
        path = occupations().path(entry.code)
        assert path[0].level == 1
        assert path[-1].code == entry.code
        assert entry in occupations().children(entry.parent)


def test_occupations_are_found_by_name_and_by_alias() -> None:
    assert [e.code for e in occupations().find("律师")] == ["2-07-04-00"]
    assert "4-07-02-03" in {e.code for e in occupations().find("客户经理")}
    assert occupations().find("工程测量工程技术人员")[0].name == "工程测量工程技术人员S"
    assert occupations().find("没有这种职业") == ()


def test_names_come_before_aliases() -> None:
    rows = [Entry("1", "甲", 1, None, aliases=("乙",)), Entry("2", "乙", 1, None)]
    held = Classification(rows, edition=edition_of("key_groups_2021.csv"), kind="测试")
    assert [entry.code for entry in held.find("乙")] == ["2", "1"]


def test_key_groups_say_what_they_rest_on() -> None:
    groups = {entry.name: entry for entry in key_groups().entries}
    for name in ("高校毕业生", "农民工", "退役军人", "残疾人", "登记失业人员", "就业困难人员"):
        assert name in groups
    assert all(entry.basis and entry.definition and entry.name_en for entry in groups.values())
    assert "未继续升学初高中毕业生" in groups["城镇青年"].definition
    assert key_groups().get("hard_to_employ", on=date(2008, 1, 1)).name == "就业困难人员"
    with pytest.raises(NotValidOn):
        key_groups().get("urban_youth", on=date(2020, 12, 31))


def test_located_towns_are_towns_of_the_list() -> None:
    points = town_points()
    assert len(points) == 153
    for code, point in points.items():
        assert point.place == code
        assert place_list().get(code).level is PlaceLevel.TOWN
        assert 113.5 < point.lng < 116.5
        assert 27.5 < point.lat < 29.2
        assert "GeoNames" in point.source
        assert point.accuracy_m >= 1000
    names = {row["place"]: row["name"] for row in rows_of("town_points_geonames_2026.csv")}
    assert names == {code: place_list().get(code).name for code in points}
    assert len({(p.lng, p.lat) for p in points.values()}) == len(points)


def test_located_towns_per_county() -> None:
    counted = Counter(place_list().path(code)[-2].name for code in town_points())
    assert counted == {
        "袁州区": 21, "奉新县": 11, "万载县": 17, "上高县": 15, "宜丰县": 13,
        "靖安县": 7, "铜鼓县": 9, "丰城市": 28, "樟树市": 12, "高安市": 20,
    }  # fmt: skip
