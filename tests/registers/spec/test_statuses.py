"""Every line of ``statuses.txt`` holds."""

from pathlib import Path

import pytest

from leye.data.pool.engines import Engine, workbench_of
from leye.kernel.months import month_add, month_range
from tests.registers.small import build
from tests.registers.spec.people import NOW, Case, cases, given
from tests.registers.spec.printed import PAGE, printed

BUILT = ("person", "employer", "insurance_month", "job_spell", "person_month")


@pytest.fixture(scope="module")
def statuses(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    folder: Path = tmp_path_factory.mktemp("built")
    months = month_range(month_add(NOW, -9), NOW)
    with workbench_of(Engine(), root=folder, folder=folder) as bench:
        tables = build(bench, folder, months=months, given=given(), only=BUILT)
    rows = tables[f"person_month {NOW}"].select(["person", "status"]).to_pylist()
    return {row["person"]: row["status"] for row in rows}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.written)
def test_the_status_follows_from_the_evidence(case: Case, statuses: dict[int, str]) -> None:
    assert statuses[case.person] == case.status, case.reason


def test_the_page_shows_the_tables_as_they_are() -> None:
    page = PAGE.read_text()
    assert page == printed(page), "run: python -m tests.registers.spec.printed"
