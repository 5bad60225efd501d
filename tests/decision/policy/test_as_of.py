"""Screening at a past date: as it was then, by the law of the month, and the pool left as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from leye.data.pool import Pool, Snapshot
from leye.data.pool.build import build_months
from leye.data.pool.build_aside import OldShape, require_shape
from leye.data.pool.builds import BUILDS
from leye.data.pool.engines import Engine
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.types import UnknownRelease
from leye.data.registers.tables import REGISTER_TABLES
from leye.decision.policy.as_of import READ, month_as_of, screened_as_of
from leye.decision.policy.parameters import Change
from leye.decision.policy.queries import programme_figures
from leye.decision.policy.screen import MonthNotBuilt, screen
from leye.decision.policy.system import system_with
from leye.decision.policy.tables import policy_tables
from leye.kernel.months import month_add
from leye.kernel.place import EVERYWHERE
from tests.decision.policy import town
from tests.pool.standing import deliver

CITY = "360900"
ENGINE = Engine(threads=1)
AGE = "retirement.men.former_age"
Tables = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Past:
    """A pool with a past: the release before any screening, the one screened then, and today's."""

    pool: Pool
    built: int
    screened: int
    now: int


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Deliver the town, build and screen it; deliver what is late and corrected; do so again."""
    pool = Pool(tmp_path_factory.mktemp("past") / "pool")
    for name, table in town.given().items():
        receive(pool, name, table.to_pylist())
    build(pool, town.BEFORE, town.NOW)
    built = pool.snapshot().release
    screen(pool, at=town.AT, months=[town.NOW], engine=ENGINE)
    screened = pool.snapshot().release
    people = {row["person"]: row for row in town.given()["population"].to_pylist()}
    receive(
        pool,
        "population",
        [
            people[town.RETIRED] | {"birth_month": 198501},
            people[town.NOBODY] | {"person": 99, "household": "H9", "birth_month": 195001},
        ],
    )
    receive(pool, "pensions", [_pension(town.NOBODY)])
    build(pool, town.BEFORE, town.NOW)
    screen(pool, at=town.AT, months=[town.NOW], engine=ENGINE)
    return Past(pool, built, screened, pool.snapshot().release)


def receive(pool: Pool, name: str, rows: list[dict[str, Any]]) -> None:
    own = [{k: v for k, v in row.items() if k not in ("delivery", "row")} for row in rows]
    deliver(pool, name, max(row["month"] for row in own), own, sources=source_contracts())


def build(pool: Pool, *months: int) -> None:
    build_months(pool, tables=REGISTER_TABLES, months=months, at=town.AT, engine=ENGINE)


def _pension(person: int) -> dict[str, Any]:
    row = town.given()["pensions"].to_pylist()[0]
    return row | {"person": person, "month": town.NOW}


def tables_of(snapshot: Snapshot) -> Tables:
    found = {}
    for table in policy_tables():
        rows = snapshot.months(table.name, [town.NOW]).order_by(list(table.key))
        found[table.name] = rows.to_pyarrow().to_pylist()
    return found


def as_of(pool: Pool, release: int, month: int | None = None) -> Tables:
    with screened_as_of(pool, release, month=month, engine=ENGINE) as (then, _):
        return tables_of(then)


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, with its size and when it was written."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(f): (f.stat().st_size, f.stat().st_mtime_ns) for f in files}


def test_a_past_version_gives_what_screening_gave_then_and_not_what_it_gives_now(
    past: Past,
) -> None:
    then, now = tables_of(past.pool.snapshot(past.screened)), tables_of(past.pool.snapshot())
    found = as_of(past.pool, past.built)
    assert found == then
    assert found["entitlement"] != now["entitlement"]
    retired = ("statutory_retirement", town.RETIRED)
    assert retired in {(r["programme"], r["person"]) for r in found["entitlement"]}
    assert retired not in {(r["programme"], r["person"]) for r in now["entitlement"]}
    assert as_of(past.pool, past.now, town.NOW) == now


def test_the_files_are_those_of_the_screening_then_bit_for_bit(past: Past) -> None:
    snapshot = past.pool.snapshot(past.screened)
    with screened_as_of(past.pool, past.built, engine=ENGINE) as (then, month):
        assert (month, then.release) == (town.NOW, past.built)
        for table in policy_tables():
            stored = snapshot.manifest.tables[table.name]
            kept = snapshot.files(table.name, stored.version)
            (aside,) = then.files(table.name, then.manifest.tables[table.name].version)
            (own,) = (Path(file).read_bytes() for file in kept if f"month={month}" in file)
            assert Path(aside).read_bytes() == own, table.name
        figures = programme_figures(then, month, within=CITY, scope=EVERYWHERE)
    assert figures == programme_figures(snapshot, town.NOW, within=CITY, scope=EVERYWHERE)
    assert not Path(aside).exists()


def test_the_pool_is_left_as_it_is(past: Past) -> None:
    before = everything(past.pool.root)
    assert as_of(past.pool, past.built, town.BEFORE)["entitlement"] == []
    with (
        pytest.raises(KeyboardInterrupt),
        screened_as_of(past.pool, past.built, engine=ENGINE, progress=_interrupt),
    ):
        pass
    assert everything(past.pool.root) == before
    assert past.pool.snapshot().release == past.now
    assert not list((past.pool.root / "work").iterdir())


def _interrupt(*_done: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("since", "touched"), [(month_add(town.NOW, 1), False), (202501, True)])
def test_a_value_of_the_law_counts_from_its_month_on(
    past: Past, since: int, touched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = as_of(past.pool, past.built)
    changed = system_with([Change(AGE, 75, since)])
    for module in ("tables", "screening"):
        monkeypatch.setattr(f"leye.decision.policy.{module}.system", lambda: changed)
    assert (as_of(past.pool, past.built) != then) is touched


def test_what_cannot_be_screened_is_refused_with_words(past: Past) -> None:
    with pytest.raises(UnknownRelease), screened_as_of(past.pool, past.now + 1):
        pass
    with pytest.raises(MonthNotBuilt, match="还没有登记库"):
        month_as_of(past.pool.snapshot(1), None)
    with pytest.raises(MonthNotBuilt, match=f"{town.BEFORE} 到 {town.NOW}"):
        month_as_of(past.pool.snapshot(past.built), 202501)


def test_registers_of_an_older_shape_are_refused(past: Past) -> None:
    snapshot = past.pool.snapshot(past.built)
    person = next(each for each in REGISTER_TABLES if each.name == "person")
    require_shape(snapshot, person, town.NOW)
    wider = {**dict(person.schema.items()), "added_since": "int32"}
    added = replace(person, schema=type(person.schema)(wider))
    with pytest.raises(OldShape, match="缺少“added_since”"):
        require_shape(snapshot, added, town.NOW)
    # The release has the column, the month's file was written before.
    pin = snapshot.manifest.tables["person"]
    columns = {**pin.columns, "added_since": "int32"}
    tables = {**snapshot.manifest.tables, "person": replace(pin, columns=columns)}
    later = replace(snapshot, manifest=replace(snapshot.manifest, tables=tables))
    with pytest.raises(OldShape, match="缺少“added_since”"):
        require_shape(later, added, town.NOW)
    with pytest.raises(OldShape, match="没有 202501"):
        require_shape(snapshot, person, 202501)
    with pytest.raises(OldShape, match="没有“another”"):
        require_shape(snapshot, replace(person, name="another"), town.NOW)


def test_a_register_that_is_read_is_looked_at_first(past: Past) -> None:
    rows = past.pool.snapshot().whole(BUILDS)
    found = rows.filter(rows.table == "entitlement").looks.to_pyarrow().to_pylist()
    read = {tuple(each.split(":")[:2]) for looks in found for each in looks.split(",")}
    registers = {each.name for each in REGISTER_TABLES}
    months = {(name, int(month)) for name, month in read if name in registers}
    assert {name for name, _ in months} == set(READ)
    for name, month in months:
        assert month_add(town.NOW, -READ[name]) <= month <= town.NOW, (name, month)
