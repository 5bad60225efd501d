"""The demonstration city is told on every page, from the moment it is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from leye.doors.web.demo import (
    DEMO_FILE,
    demo_city,
    mark_demo,
    mark_demo_loaded,
    say_demo_progress,
)
from tests.samples import AT

WORDS = "人员和单位全是虚构的"
PUBLIC = ("/", "/plan/", "/map/", "/about/", "/api/docs", "/console/sign-in/", "/nowhere/")


@pytest.fixture
def var(tmp_path: Path, settings: Any) -> Path:
    settings.LEYE_VAR = tmp_path
    return tmp_path


def mark() -> None:
    mark_demo(people=50_000, first_month=202401, last_month=202412, at=AT)


def test_without_the_mark_nothing_is_said(var: Path, client: Client, pool: object) -> None:
    assert demo_city() is None
    assert "演示数据" not in client.get("/").text


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_every_public_page_says_so(var: Path, client: Client, pool: object, address: str) -> None:
    mark()
    page = client.get(address).text
    assert WORDS in page
    assert "50,000 人" in page


def test_staff_pages_say_so(var: Path, client_for: Callable[[str], Client]) -> None:
    mark()
    assert WORDS in client_for("city_official").get("/console/").text


def test_a_kept_page_is_renewed_when_the_city_arrives(
    var: Path, client: Client, pool: object
) -> None:
    before = client.get("/").headers["ETag"]
    mark()
    assert client.get("/", headers={"If-None-Match": before}).status_code == 200


def test_while_it_is_loading_pages_say_how_far_it_is(
    var: Path, client: Client, pool: object
) -> None:
    mark()
    begun = client.get("/")
    assert "正在载入" in begun.text
    say_demo_progress("接收 202401 到达的 26 个文件")
    kept = {"If-None-Match": begun.headers["ETag"]}
    assert "接收 202401 到达的 26 个文件" in client.get("/", headers=kept).text
    mark_demo_loaded()
    done = client.get("/").text
    assert "正在载入" not in done
    assert WORDS in done


def test_the_mark_is_followed_when_it_comes_and_goes(var: Path) -> None:
    mark()
    found = demo_city()
    assert found is not None
    assert (found.people, found.last_month) == (50_000, 202412)
    (var / DEMO_FILE).unlink()
    assert demo_city() is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"people": "many"}'])
def test_a_mark_that_cannot_be_read_still_marks(var: Path, content: str) -> None:
    (var / DEMO_FILE).write_text(content)
    found = demo_city()
    assert found is not None
    assert found.people == 0
