"""People by status, small counts hidden, and the way from a count back to the deliveries."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client

from leye.data.pool import Pool
from leye.doors.console.reads.statuses import status_table
from leye.kernel.place import EVERYWHERE
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.registers.queries.sample import FENGCHENG, MARCH, YUANZHOU

ClientFor = Callable[[str], Client]
PAGE = "/console/persons/"


def sheet(response: object) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))  # type: ignore[attr-defined] - a test response
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_before_the_first_build_the_page_says_so(client_for: ClientFor) -> None:
    assert "登记库还没有生成过" in client_for("city_official").get(PAGE).text


@pytest.mark.usefixtures("registers")
def test_people_are_shown_with_the_change_on_last_month(client_for: ClientFor) -> None:
    page = client_for("city_official").get(PAGE).text
    assert "2024年3月" in page
    for words in ("单位就业（参保）", ">700<", ">908<", "+38", "−5", "袁州区", "丰城市"):
        assert words in page, words


@pytest.mark.usefixtures("registers")
def test_the_first_month_has_nothing_to_compare_with(client_for: ClientFor) -> None:
    page = client_for("city_official").get(PAGE, {"month": "202402"}).text
    assert "没有上月数据可比" in page
    assert ">870<" in page


@pytest.mark.usefixtures("registers")
def test_a_small_count_and_what_would_tell_it_are_hidden(client_for: ClientFor) -> None:
    page = client_for("data_steward").get(PAGE).text
    assert "少于 5 人" in page
    assert ">43<" in page, "the city's total is large"
    assert ">3<" not in page
    assert ">40<" not in page, "it would follow from the total"


@pytest.mark.usefixtures("registers")
def test_who_may_open_persons_sees_every_count(client_for: ClientFor) -> None:
    page = client_for("city_official").get(PAGE).text
    assert "少于 5 人" not in page
    assert ">3<" in page


def test_a_county_does_not_show_what_the_city_hides(registers: Pool) -> None:
    statuses = ("employed_insured", "student", "public_welfare_post")

    def own(place: str) -> dict[str, int | None]:
        found = status_table(
            registers.snapshot(),
            month=MARCH,
            place=place,
            statuses=statuses,
            scope=EVERYWHERE,
            whole=False,
        )
        return {status: number.persons for status, number in found.own.items()}

    assert own("360900")["public_welfare_post"] == 43
    assert own(YUANZHOU)["public_welfare_post"] is None, "there are three"
    assert own(FENGCHENG)["public_welfare_post"] is None, "Yuanzhou's three would follow from 43"


@pytest.mark.usefixtures("registers")
def test_a_county_sees_itself_only(client_for: ClientFor) -> None:
    client = client_for("county_official")
    page = client.get(PAGE).text
    assert "丰城市" not in page
    assert client.get(PAGE, {"place": FENGCHENG}).status_code == 404
    assert client.get(PAGE, {"place": "360900"}).status_code == 404
    assert client.get(PAGE, {"place": "x"}).status_code == 404


@pytest.mark.usefixtures("registers")
def test_the_sheet_hides_the_same(client_for: ClientFor) -> None:
    rows = sheet(client_for("data_steward").get(f"{PAGE}export.xlsx"))
    assert rows[0] == ("月份", "地区代码", "地区", "状态", "人数", "比上月")
    found = {(row[1], row[3]): row[4] for row in rows[1:]}
    assert found["360900", "单位就业（参保）"] == 700
    assert found[YUANZHOU, "公益性岗位"] == "*"
    assert found[FENGCHENG, "公益性岗位"] == "*"
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.subject_id) == (Action.FIGURES_EXPORTED, "persons")


@pytest.mark.usefixtures("registers")
def test_a_count_leads_to_its_builds_and_deliveries(client_for: ClientFor) -> None:
    client = client_for("city_official")
    page = client.get(PAGE).text
    assert "/console/lineage/?month=202403&amp;place=360900&amp;status=student" in page
    lineage = client.get("/console/lineage/?month=202403&place=360900&status=student").text
    for words in ("165", "在校", "人力资源地图汇总", "比对疑点", "DuckDB", "D000001"):
        assert words in lineage, words
    assert "/console/deliveries/D000001/" in lineage
    assert AuditEvent.objects.latest("pk").action == Action.LINEAGE_READ


@pytest.mark.usefixtures("registers")
def test_the_way_back_hides_what_the_table_hides(client_for: ClientFor) -> None:
    url = f"/console/lineage/?month=202403&place={YUANZHOU}&status=public_welfare_post"
    assert client_for("auditor").get(url).status_code == 200
    county = client_for("county_official").get("/console/lineage/?month=202403").text
    assert "D000001" in county
    assert "/console/deliveries/D000001/" not in county, "sent for the city, not for the county"


@pytest.mark.usefixtures("registers")
def test_before_a_month_was_built_there_is_no_way_back(client_for: ClientFor, pool: Pool) -> None:
    page = client_for("city_official").get("/console/lineage/?month=209901").text
    assert "2024年3月" in page, "an unknown month is read as the latest"
