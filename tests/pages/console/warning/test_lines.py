"""The lines of watches to staff: the record of what was crossed is for the city alone."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.pages.portal.markup import Page
from tests.pages.portal.wall_sample import write_city

if TYPE_CHECKING:
    from leye.data.pool import Pool

ADDRESS, RECORD = "/console/warning/lines/", "登记库各月过线"
QUERIES = 6


@pytest.mark.parametrize("name", ["city_official", "auditor"])
def test_the_city_sees_how_often_each_line_was_crossed(
    client_for: Callable[[str], Client], pool: "Pool", name: str
) -> None:
    write_city(pool.root)
    client = client_for(name)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(ADDRESS)
    assert response.status_code == 200
    assert Page(response.text).faults == []
    assert RECORD in response.text
    assert "登记库 3 个月（数据第 7 版）" in response.text
    assert "没有可以回看的序列" in response.text
    assert "no-store" in response.headers["Cache-Control"]
    assert len(queries) <= QUERIES


def test_a_county_sees_the_lines_but_no_record(
    client_for: Callable[[str], Client], pool: "Pool"
) -> None:
    write_city(pool.root)
    text = client_for("county_official").get(ADDRESS).text
    assert "单位30日内减员" in text
    assert RECORD not in text
    assert "只向负责全市的工作人员显示" in text


def test_before_registers_are_built_that_is_said(client_for: Callable[[str], Client]) -> None:
    text = client_for("city_official").get(ADDRESS).text
    assert "没有过线记录" in text
    assert RECORD not in text


@pytest.mark.parametrize("name", ["village_worker", "data_steward", "administrator"])
def test_others_are_refused(client_for: Callable[[str], Client], name: str) -> None:
    assert client_for(name).get(ADDRESS).status_code == 403


def test_a_visitor_is_sent_to_sign_in(client: Client, db: Any) -> None:
    assert client.get(ADDRESS).status_code == 302
    assert client.post(ADDRESS).status_code == 302


def test_the_desk_leads_there(client_for: Callable[[str], Client]) -> None:
    assert f'href="{ADDRESS}"' in client_for("city_official").get("/console/warning/").text
