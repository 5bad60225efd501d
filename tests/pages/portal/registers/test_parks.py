"""The pages of the parks."""

from collections.abc import Callable

from django.test import Client

from tests.pages.portal.register_sample import (
    CITY,
    LI,
    YUANZHOU,
)
from tests.pages.portal.sheets import lines_of, table

Staff = Callable[[str, str], Client]


def test_a_park_is_exact_for_those_of_its_county(visitor: Client, staff: Staff) -> None:
    address = "/atlas/parks/宜春经开区/"
    assert "公开版" in visitor.get(address).text
    assert LI not in visitor.get(address).text
    own = staff("county_official", YUANZHOU).get(address).text
    assert LI in own
    assert "2,016" in own
    rows = table(staff("auditor", CITY).get("/atlas/parks/").text)
    assert all("公开版" in row[0] for row in rows)


def test_a_park_is_compared_with_last_year(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get("/atlas/parks/").text)
    first = next(row for row in rows if row[0].startswith("宜春经开区"))
    assert first[1:6] == ["20", "2,016", "80", "40", "80"]
    assert first[6].startswith("+16")
    assert first[7] == "0（0.0%）"


def test_the_sheet_of_a_park_holds_its_months(staff: Staff) -> None:
    client = staff("city_official", CITY)
    exported = lines_of(client.get("/atlas/parks/export.csv?park=宜春经开区"))
    assert [row["月份"] for row in exported] == ["2024-03", "2024-02", "2023-03"]
    assert exported[0]["参保岗位（个）"] == "2016"
    assert len(lines_of(client.get("/atlas/parks/export.csv"))) == 2
