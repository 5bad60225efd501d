"""The map page: what each reader is shown, and what an address means."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from leye.data.pool import Pool
from leye.data.reference import places
from leye.data.registers.queries.served import level_of, served
from leye.doors.portal.atlas_state import BELOW, levels_for, read_state
from tests.pages.clients import signed_in_by
from tests.pages.portal.atlas_sample import (
    CITY,
    COUNTY,
    EMPTY,
    MONTHS,
    TINY,
    TOWN,
    UNREPORTED,
    write_map,
)
from tests.pages.portal.markup import Page

if TYPE_CHECKING:
    from leye.service.identity.models import User

PEOPLE, UNEMPLOYED, RATE, JOBS, MARKET = (
    "population_16_plus",
    "unemployed_registered",
    "employment_rate",
    "jobs_insured",
    "vacancy_applicant_ratio",
)
PAGES = (
    "/atlas/",
    f"/atlas/?i={PEOPLE}&c=month&s=-year",
    f"/atlas/?p={COUNTY}",
    f"/atlas/?p={COUNTY}&l=village&n=2",
    f"/atlas/?p={TOWN}&g=woman",
    f"/atlas/?p={TOWN}001",
    "/atlas/?l=town",
    f"/atlas/?i={JOBS}&l=park",
    f"/atlas/?i={JOBS}&p=park:宜春经开区",
    f"/atlas/?i={UNEMPLOYED}&by=industry:C",
    f"/atlas/?i={MARKET}&p={TOWN}",
    "/atlas/find/",
    "/atlas/find/?q=镇",
    "/atlas/compare/",
    f"/atlas/compare/?i={PEOPLE}&a={TOWN}&b={COUNTY}",
    f"/atlas/compare/?v=maps&i2={UNEMPLOYED}&m2=202303",
    "/atlas/compare/?v=maps&l=village",
)
STAFF_QUERIES = 6


@pytest.fixture(scope="session")
def mapped_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool with a small map; shared, so it is only read."""
    root = tmp_path_factory.mktemp("mapped") / "pool"
    Pool(root)
    write_map(root)
    return root


@pytest.fixture
def visitor(mapped_folder: Path, settings: Any, db: None) -> Client:
    """Somebody who is not signed in."""
    settings.LEYE_POOL = mapped_folder
    return Client()


@pytest.fixture
def staff(
    mapped_folder: Path, settings: Any, account: Callable[..., "User"]
) -> Callable[[str, str], Client]:
    """Give a client signed in with one role in one place."""
    settings.LEYE_POOL = mapped_folder
    return signed_in_by(account)


def lines(text: str) -> dict[str, list[str]]:
    """Give the first table's lines: by name, what is in the other cells."""
    table = text.partition("<tbody>")[2].partition("</tbody>")[0]
    found = {}
    for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL):
        cells = [
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row)
        ]
        found[cells[1].split(" ")[0]] = [cells[0], *cells[2:]]
    return found


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_well_made(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []


@pytest.mark.parametrize("address", ["/atlas/", "/atlas/compare/"])
def test_the_map_leads_to_the_pages_beside_it(visitor: Client, address: str) -> None:
    links = Page(visitor.get(address).text).links
    assert {"/atlas/flows/", "/atlas/groups/", "/atlas/parks/"} <= set(links)


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_costs_the_database_nothing(visitor: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        visitor.get(address)
    assert len(queries) == 0


def test_staff_cost_the_database_little(staff: Callable[[str, str], Client]) -> None:
    client = staff("county_official", COUNTY)
    for address in PAGES:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address if "?" in address else f"{address}?p={CITY}")
        assert response.status_code == 200
        assert len(queries) <= STAFF_QUERIES, address


def test_every_link_of_the_map_leads_somewhere(visitor: Client) -> None:
    for address in (PAGES[0], f"/atlas/?p={COUNTY}", "/atlas/compare/?v=maps"):
        for link in Page(visitor.get(address).text).links:
            target = urljoin(address, link)
            if target.startswith("/atlas/"):
                assert visitor.get(target).status_code == 200, target


@pytest.mark.parametrize(
    ("role", "home", "exact", "protected"),
    [
        ("county_official", COUNTY, [COUNTY, TOWN], [CITY, "360981"]),
        ("city_official", CITY, [CITY, COUNTY, TOWN, "360981"], []),
        ("data_steward", CITY, [], [CITY, COUNTY]),
        ("auditor", CITY, [], [CITY, COUNTY]),
        ("administrator", CITY, [], [CITY]),
        ("village_worker", TOWN, [], [TOWN, COUNTY]),
    ],
)
def test_exact_numbers_are_for_those_who_may_see_persons(
    staff: Callable[[str, str], Client],
    role: str,
    home: str,
    exact: list[str],
    protected: list[str],
) -> None:
    client = staff(role, home)
    for place in exact:
        assert "内部版" in client.get(f"/atlas/?i={UNEMPLOYED}&p={place}").text, place
        assert client.get(f"/atlas/export.csv?i={UNEMPLOYED}&p={place}").text.count("公开版") == 0
    for place in protected:
        assert "内部版" not in client.get(f"/atlas/?i={UNEMPLOYED}&p={place}").text, place
        assert "内部版" not in client.get(f"/atlas/export.csv?i={UNEMPLOYED}&p={place}").text


def test_small_numbers_are_hidden_from_the_public_alone(
    visitor: Client, staff: Callable[[str, str], Client]
) -> None:
    address, name = f"/atlas/?i={UNEMPLOYED}", places().get(TINY).name
    assert lines(visitor.get(address).text)[name][1] == "已隐去"
    assert lines(staff("city_official", CITY).get(address).text)[name][1] == "3"


def test_parks_are_exact_for_those_of_their_county(staff: Callable[[str, str], Client]) -> None:
    client = staff("county_official", COUNTY)
    assert "内部版" in client.get(f"/atlas/?i={JOBS}&p=park:宜春经开区").text
    assert "公开版" in client.get(f"/atlas/?i={JOBS}&p=park:丰城高新区").text


def test_the_three_ways_to_have_no_value_are_told_apart(visitor: Client) -> None:
    rates = visitor.get(f"/atlas/?i={RATE}").text
    counts = visitor.get(f"/atlas/?i={UNEMPLOYED}").text
    for text, place, words, shade in (
        (counts, UNREPORTED, "未填报", "k-missing"),
        (rates, EMPTY, "分母为零", "k-zero"),
        (counts, TINY, "已隐去", "k-hidden"),
    ):
        name = places().get(place).name
        assert lines(text)[name][1] == words
        assert f'aria-label="{name}：{words}"' in text
        assert f'<rect class="tile {shade}" x="1" y="1" width="26"' in text


def test_what_lies_in_no_place_is_listed_and_leads_nowhere(visitor: Client) -> None:
    text = visitor.get(f"/atlas/?i={PEOPLE}").text
    apart = re.findall(r'<tr class="apart">.*?</tr>', text, re.DOTALL)
    assert len(apart) == 2
    assert not any("href" in row for row in apart)
    assert any("不详" in row and "1,500" in row for row in apart)
    assert any("市外" in row and "700" in row for row in apart)
    towns = visitor.get(f"/atlas/?i={PEOPLE}&p={COUNTY}").text
    assert lines(towns)["乡镇（街道）不详"][1] == "90"
    villages = visitor.get(f"/atlas/?i={PEOPLE}&p={TOWN}").text
    assert lines(villages)["村（社区）不详"][1] == "35"


def test_changes_are_against_last_month_and_last_year(visitor: Client) -> None:
    found = lines(visitor.get(f"/atlas/?i={PEOPLE}").text)["高安市"]
    assert found[1:4] == ["40,000", "+400（+1.0%）", "+4,000（+11.1%）"]
    earliest = visitor.get(f"/atlas/?i={PEOPLE}&m=202303").text
    assert "没有上月和上年同月的数" in earliest
    assert lines(earliest)["高安市"][2:4] == ["—", "—"]


def test_the_table_is_in_the_order_asked_for(visitor: Client) -> None:
    def names(sort: str) -> list[str]:
        return list(lines(visitor.get(f"/atlas/?i={PEOPLE}&s={sort}").text))

    assert names("value")[:2] == ["高安市", "樟树市"]
    assert names("-value")[:2] == [places().get(EMPTY).name, places().get(TINY).name]
    assert names("name")[0] == places().children(CITY)[0].name
    assert names("-name")[0] == places().children(CITY)[-1].name
    assert names("-value").index(places().get(UNREPORTED).name) == 9
    assert 'aria-sort="ascending"' in visitor.get(f"/atlas/?i={PEOPLE}&s=-value").text


def test_equal_values_share_a_rank(visitor: Client) -> None:
    ranks = [line[0] for line in lines(visitor.get(f"/atlas/?i={RATE}").text).values()]
    assert ranks[:8] == ["1"] * 8
    assert set(ranks[8:]) == {"—"}


def test_color_by_change_has_a_ramp_of_two_sides(visitor: Client) -> None:
    text = visitor.get(f"/atlas/?i={PEOPLE}&c=month").text
    assert re.search(r'class="tile d[45]"', text)
    assert not re.search(r'class="tile k[1-5]"', text)
    assert "颜色表示比上月的变化：棕色是减少，青色是增加" in text


def test_the_legend_says_why_a_place_has_no_color(visitor: Client) -> None:
    def legend(query: str) -> str:
        return visitor.get(f"/atlas/?i={PEOPLE}&{query}").text

    small, none = "上一个数不到30（只写增减，不分颜色）", "无法比较（没有上一个数，或者已隐去）"
    latest = legend("c=month")
    assert small in latest, "nobody lived in one county last month"
    assert none not in latest, "every county with people had some last month"
    first = legend("c=month&m=202303")
    assert none in first
    assert small not in first
    assert "颜色表示比上月的变化，这里没有一处可以分颜色。" in first
    assert "青色" not in first, "a color that is not there is not explained"


def test_two_maps_say_what_their_colors_stand_for(visitor: Client) -> None:
    query = f"/atlas/compare/?v=maps&i={PEOPLE}&i2={RATE}"
    values = visitor.get(query).text
    assert "单位：人。" in values
    assert "单位：%。" in values
    changes = visitor.get(f"{query}&c=month").text
    same = visitor.get("/atlas/compare/?v=maps").text
    assert len(set(re.findall(r'<section class="card" [^>]*aria-label="([^"]+)"', same))) == 2
    assert changes.count("颜色表示比上月的变化") == 2
    assert "单位：人。" not in changes


def test_lines_by_change_say_what_they_are_ordered_by(visitor: Client) -> None:
    words = "变化按百分比排，没有百分比的在最后。"
    assert words in visitor.get(f"/atlas/?i={PEOPLE}&s=month").text
    assert words not in visitor.get(f"/atlas/?i={PEOPLE}").text
    assert words not in visitor.get(f"/atlas/?i={RATE}&s=month").text


def test_beyond_the_last_page_is_the_last_page(visitor: Client) -> None:
    page = visitor.get(f"/atlas/?i={PEOPLE}&n=9").text
    assert "没有第 9 页，这里是最后一页（第 1 页）。" in page
    assert lines(page) == lines(visitor.get(f"/atlas/?i={PEOPLE}").text)


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("i=nothing", 404, "指标"),
        ("i=employment_rat", 404, "employment_rate"),
        ("m=202413", 400, "月份写作"),
        ("m=202404", 400, "2023年3月至2024年3月"),
        ("p=999999", 404, "区划"),
        ("p=360000", 400, "不在本市"),
        ("p=park:没有的园区", 404, "园区"),
        ("l=street", 400, "county、town"),
        ("g=nobody", 404, "重点群体"),
        ("by=color:1", 404, "industry"),
        ("by=industry:Z9", 404, "不在目录中"),
        ("c=rank", 400, "month、year"),
        ("s=size", 400, "name"),
        ("n=0", 400, "页码"),
        ("n=x", 400, "页码"),
    ],
)
def test_a_wrong_parameter_is_said_with_a_hint(
    visitor: Client, query: str, status: int, words: str
) -> None:
    for page in ("/atlas/", "/atlas/compare/", "/atlas/export.csv", "/atlas/find/"):
        response = visitor.get(f"{page}?{query}")
        assert response.status_code == status, page
        assert words in response.text
        assert Page(response.text).faults == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (f"i={MARKET}&p={TOWN}", "下面没有更细的数"),
        (f"i={MARKET}&l=village", "改看县（市、区）"),
        (f"i={JOBS}&g=woman", "不分重点群体"),
        (f"i={JOBS}&by=sex:1", "不分性别"),
        (f"i={PEOPLE}&p={TOWN}&g=woman", "村（社区）不分重点群体"),
        (f"i={JOBS}&l=park&by=sex:1", "不分性别"),
    ],
)
def test_what_cannot_be_shown_together_is_left_out_with_a_notice(
    visitor: Client, query: str, words: str
) -> None:
    response = visitor.get(f"/atlas/?{query}")
    assert response.status_code == 200
    notices = re.findall(r'role="status"><p>(.*?)</p>', response.text)
    assert words in "".join(notices)


@given(data=st.data())
def test_an_address_gives_its_state_again(mapped_folder: Path, data: st.DataObject) -> None:
    copy = served(mapped_folder)
    assert copy is not None
    place = data.draw(st.sampled_from([CITY, COUNTY, TOWN, f"{TOWN}001", "park:宜春经开区"]))
    indicator = data.draw(st.sampled_from([PEOPLE, RATE, JOBS, MARKET]))
    state = read_state({"i": indicator, "p": place}, copy)
    state = replace(
        state,
        month=data.draw(st.sampled_from(MONTHS)),
        level=data.draw(st.sampled_from(state.levels or ("",))),
        color=data.draw(st.sampled_from(["value", "month", "year"])),
        sort=data.draw(st.sampled_from(["value", "-value", "name", "-month", "year"])),
        page=data.draw(st.integers(1, 30)),
        notices=(),
    )
    if state.indicator.groups and not {"village", "park"} & {state.level, level_of(place)}:
        state = replace(state, group=data.draw(st.sampled_from(["all", "woman"])))
    again = read_state(dict(parse_qsl(state.query)), copy)
    assert replace(again, notices=()) == state
    assert "=all" not in state.query


def test_levels_go_down_from_every_place(mapped_folder: Path) -> None:
    copy = served(mapped_folder)
    assert copy is not None
    people = read_state({"i": PEOPLE}, copy).indicator
    assert levels_for(people, CITY) == tuple(each for each in BELOW["city"] if each != "park")
    assert levels_for(people, f"{TOWN}001") == ()


def test_a_kept_page_is_let_go_of_when_the_map_changed(
    mapped_folder: Path, tmp_path: Path, settings: Any, db: None
) -> None:
    settings.LEYE_POOL = root = tmp_path / "pool"
    Pool(root)
    write_map(root)
    client = Client()
    mark = client.get("/atlas/").headers["ETag"]
    assert client.get("/atlas/", headers={"If-None-Match": mark}).status_code == 304
    write_map(root, release=8)
    response = client.get("/atlas/", headers={"If-None-Match": mark})
    assert response.status_code == 200
    assert "第 8 版" in response.text


def test_pages_of_staff_are_never_kept(staff: Callable[[str, str], Client]) -> None:
    response = staff("city_official", CITY).get("/atlas/")
    assert "ETag" not in response.headers
    assert "no-store" in response.headers["Cache-Control"]


def test_before_anything_is_built_the_page_says_so(public: Client) -> None:
    for address in ("/atlas/", "/atlas/compare/"):
        response = public.get(address)
        assert "还没有数" in response.text
        assert Page(response.text).faults == []
    assert public.get("/atlas/export.csv").status_code == 404


def test_a_place_is_found_by_a_part_of_its_name(visitor: Client) -> None:
    single = visitor.get("/atlas/find/?q=袁州区工业园区")
    assert single.status_code == 302
    assert visitor.get(single.headers["Location"]).status_code == 200
    assert visitor.get("/atlas/find/?q=宜春经开区").headers["Location"].startswith("/atlas/?")
    assert "没有名称里含" in visitor.get("/atlas/find/?q=哈尔滨").text
    kept = visitor.get(f"/atlas/find/?q=袁州区工业园区&i={UNEMPLOYED}&m=202402")
    assert f"i={UNEMPLOYED}&m=202402" in kept.headers["Location"]


def test_the_way_back_up_keeps_the_state(visitor: Client) -> None:
    text = visitor.get(f"/atlas/?i={UNEMPLOYED}&m=202402&p={TOWN}").text
    crumbs = re.findall(
        r'<li><a href="([^"]+)">', text.partition("breadcrumb")[2].partition("</nav>")[0]
    )
    assert [link.replace("&amp;", "&") for link in crumbs] == [
        f"/atlas/?i={UNEMPLOYED}&m=202402",
        f"/atlas/?i={UNEMPLOYED}&m=202402&p={COUNTY}",
    ]


def test_pictures_may_be_read_as_blobs_on_the_map_alone(visitor: Client) -> None:
    assert "img-src 'self' blob:" in visitor.get("/atlas/").headers["Content-Security-Policy"]
    assert "blob:" not in visitor.get("/map/").headers["Content-Security-Policy"]
