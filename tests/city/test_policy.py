"""The policies on a small city with every fault of delivery: right wherever the inputs are."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from leye.data.pool.builds import BUILDS
from leye.decision.policy import system
from leye.decision.policy.queries import change_counts, programme_figures, screened_months
from leye.decision.policy.screen import KEPT, months_to_screen, screen
from leye.decision.policy.tables import law_version
from leye.kernel.months import month_add
from leye.kernel.place import EVERYWHERE
from tests.city.conftest import AT, FIRST, MONTHS, PEOPLE, ROOT, SEED, City

LAST = month_add(FIRST, MONTHS - 1)
BEFORE = month_add(LAST, -1)


@pytest.fixture(scope="module")
def screened(city: City) -> dict[str, Any]:
    """Screen the newest two months, and hold the last to the truth."""
    size = [str(each) for each in (PEOPLE, MONTHS, FIRST, SEED)]
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    env = {"LEYE_VAR": str(city.folder / "var"), "LEYE_LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.city_stages", "screen", str(city.folder), *size],
        cwd=ROOT,
        env=kept | env | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads((city.folder / "screen.json").read_text())
    return found


def test_where_inputs_are_complete_registers_and_truth_agree(screened: dict[str, Any]) -> None:
    lines = screened["truth"]
    assert len(lines) >= 10
    for each in lines:
        assert each["complete_true"] == each["complete_found"] == each["complete_both"], each
    assert sum(each["complete_true"] for each in lines) > 1_000


def test_every_miss_is_explained_by_a_datum_that_is_missing_or_wrong(
    screened: dict[str, Any],
) -> None:
    assert [each for each in screened["truth"] if each["unexplained"]] == []
    kinds = {why.split()[1] for each in screened["truth"] for why in each["why"]}
    assert kinds <= {"missing", "part", "wrong"}


def test_nobody_is_found_eligible_on_a_history_that_is_known_in_part(
    screened: dict[str, Any],
) -> None:
    benefit = next(each for each in screened["truth"] if each["programme"].endswith("_benefit"))
    assert benefit["precision"] == 1.0
    assert benefit["true"] > 0


def test_the_newest_months_are_screened_and_then_nothing_waits(
    city: City, screened: dict[str, Any]
) -> None:
    assert screened["rows"] > 0
    assert screened_months(city.pool.snapshot()) == (BEFORE, LAST)
    assert months_to_screen(city.pool) == ()
    assert KEPT == 2


def test_another_law_makes_the_months_wait(
    city: City, screened: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = law_version(system())
    monkeypatch.setattr("leye.decision.policy.tables.law_version", lambda _: "another")
    assert months_to_screen(city.pool) == (BEFORE, LAST)
    rows = city.pool.snapshot().whole(BUILDS)
    looks = rows.filter(rows.table == "entitlement").looks.to_pyarrow().to_pylist()
    assert all(version in each for each in looks)


def test_screening_again_changes_no_bit(city: City, screened: dict[str, Any]) -> None:
    def digests() -> list[str]:
        rows = city.pool.snapshot().whole(BUILDS)
        rows = rows.filter((rows.month == LAST) & rows.table.startswith("entitlement"))
        newest = rows.order_by([rows.release.desc(), rows.table]).limit(2)
        return [str(each) for each in newest.digest.to_pyarrow().to_pylist()]

    before = digests()
    screen(city.pool, at=AT, months=[LAST])
    assert digests() == before


def test_every_programme_has_figures_and_months_differ(
    city: City, screened: dict[str, Any]
) -> None:
    snapshot = city.pool.snapshot()
    lines = programme_figures(snapshot, LAST, within="360900", scope=EVERYWHERE)
    assert len(lines) == screened["programmes"]
    persons = {each.programme: each for each in lines}["statutory_retirement"]
    assert persons.eligible > 500
    assert persons.gap is not None
    changes = change_counts(snapshot, LAST, before=BEFORE, within="360900", scope=EVERYWHERE)
    assert sum(each.new for each in changes) > 0
