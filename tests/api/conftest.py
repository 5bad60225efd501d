"""A pool with enough figures to page through, and a reader of lists."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from leye.data.pool.served import FOLDER
from tests.api.expected import COUNTIES, MONTHS
from tests.api.register_sample import write_registers
from tests.samples import accept_figures, figures_csv, submitter


@pytest.fixture(scope="session")
def wide_pool_folder(seeded_pool_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeded pool with 36 more public figures of three counties. Copy it before writing."""
    from leye.data.pool import Pool

    rows = [
        f"城镇新增就业,{county},{month},{index / 10 + 1},万人,月度数,样表,https://example.org/w,A,,公开"
        for county in COUNTIES
        for index, month in enumerate(MONTHS)
    ]
    root = tmp_path_factory.mktemp("wide") / "pool"
    shutil.copytree(seeded_pool_folder, root)
    receipt = accept_figures(
        Pool(root), figures_csv(*rows), by=submitter("360900", may_publish=True), name="wide.csv"
    )
    assert receipt.delivery.verdict.value == "accepted", receipt.issues
    return root


@pytest.fixture
def wide_pool(wide_pool_folder: Path, tmp_path: Path, settings: Any) -> Any:
    """A copy of the wide pool of the test's own, which the API reads."""
    from leye.data.pool import Pool

    root = tmp_path / "wide"
    shutil.copytree(wide_pool_folder, root)
    settings.LEYE_POOL = root
    return Pool(root)


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


@pytest.fixture(scope="session")
def served_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a serving copy alone. Not to be written to."""
    root = tmp_path_factory.mktemp("served")
    write_registers(root)
    return root


@pytest.fixture
def registers(pool: Any, served_folder: Path) -> Any:
    """The test's own pool, with a serving copy beside it."""
    shutil.copytree(served_folder / FOLDER, pool.root / FOLDER)
    return pool
