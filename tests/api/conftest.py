"""A pool with enough figures to page through, and a reader of lists."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.api.expected import COUNTIES, MONTHS
from tests.samples import accept_figures, figures_csv, submitter


@pytest.fixture
def wide_pool(pool: Any) -> Any:
    """The seeded pool with 36 more public figures of three counties."""
    rows = [
        f"城镇新增就业,{county},{month},{index / 10 + 1},万人,月度数,样表,https://example.org/w,A,,公开"
        for county in COUNTIES
        for index, month in enumerate(MONTHS)
    ]
    receipt = accept_figures(
        pool, figures_csv(*rows), by=submitter("360900", may_publish=True), name="wide.csv"
    )
    assert receipt.delivery.verdict.value == "accepted", receipt.issues
    return pool


@pytest.fixture
def read_all() -> Callable[..., list[dict[str, Any]]]:
    """Read a list to its end, page by page."""

    def read(
        client: Client,
        path: str,
        *,
        between: Callable[[], None] | None = None,
        **parameters: object,
    ) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor = ""
        for _ in range(1000):
            asked = {**parameters, **({"cursor": cursor} if cursor else {})}
            response = client.get(f"{path}?{urlencode(asked)}")
            assert response.status_code == 200, response.content.decode()
            page = response.json()
            items += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return items
            if between:
                between()
                between = None
        raise AssertionError("the list does not end")

    return read
