"""A few people's rows of a source, as they stand, are those the whole build has for them."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from leye.data.pool import Pool
from leye.data.pool import plans as plans_module
from leye.data.pool.build_frame import Build, Frame
from leye.data.pool.engines import Engine, workbench_of
from leye.data.pool.linked import LINK_SCHEMA, LINKS
from leye.data.pool.narrowed import Keys, narrowed, plan_of
from leye.data.pool.plans import FOLDER, kept_plan
from leye.data.pool.snapshot import UnknownTable
from tests.pool.standing import AT, SOURCES, deliver, pay

FIRST, NOW, LATER = 202401, 202402, 202403
PEOPLE = range(1, 8)


def job(record: str, person: int | None, start: str, end: str = "") -> dict[str, Any]:
    days = {"start": date.fromisoformat(start)}
    if end:
        days["end"] = date.fromisoformat(end)
    return {"record": record, "person": person, "place": "360902", **days}


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    """Records that change hands, come late, name nobody, and are linked to somebody."""
    pool = Pool(tmp_path / "pool")
    deliver(pool, "pays", FIRST, [pay(1, 1), pay(2, 1)])
    deliver(pool, "jobs", FIRST, [job("a", 1, "2024-01-05"), job("b", 2, "2024-01-06")])
    deliver(pool, "jobs", NOW, [job("a", 3, "2024-01-05"), job("c", None, "2024-02-01")])
    deliver(pool, "jobs", NOW, [job("d", None, "2024-02-02"), job("e", 4, "2024-02-03")])
    deliver(pool, "pays", NOW, [pay(1, 2, month=NOW), {**pay(9, 2, month=NOW), "person": None}])
    deliver(pool, "jobs", LATER, [job("f", 5, "2024-02-09"), job("g", 6, "2024-03-02")])
    deliver(
        pool, "jobs", LATER, [job("e", 4, "2024-02-03", "2024-03-08"), job("f", 7, "2024-02-09")]
    )
    deliver(pool, "pays", LATER, [pay(1, 999, month=NOW), pay(2, 2, month=LATER)])
    _link(pool)
    return pool


def _link(pool: Pool) -> None:
    """Link rows that name nobody: one to two people, of whom one is more probable."""
    found = {name: pool.snapshot().months(f"s_{name}", None) for name in ("jobs", "pays")}
    rows = []
    for source, table in found.items():
        nameless = table.filter(table.person.isnull()).to_pyarrow().to_pylist()
        for each in nameless:
            for person, probability in ((5, 0.9), (2, 0.95 if each.get("record") == "d" else 0.5)):
                rows.append(
                    {
                        "source": source,
                        "delivery": each["delivery"],
                        "row": each["row"],
                        "person": person,
                        "probability": probability,
                        "method": "name",
                    }
                )
    with pool.ledger.writing() as change:
        given = pa.Table.from_pylist(rows, schema=LINK_SCHEMA.to_pyarrow())
        change.append(LINKS, given.to_reader(), schema=LINK_SCHEMA)
        change.commit(label="build", at=AT)


def as_text(rows: list[dict[str, Any]], person: int) -> list[str]:
    own = [{**row, "flags": 0} for row in rows if row["person"] == person]
    return sorted(repr(sorted(row.items(), key=lambda each: each[0])) for row in own)


def everybody(pool: Pool, month: int, folder: Path) -> Mapping[str, list[dict[str, Any]]]:
    engine = Engine(threads=1)
    with workbench_of(engine, root=pool.root, folder=folder) as bench:
        frame = Frame(month, bench=bench, snapshot=pool.snapshot(), tables=(), sources=SOURCES)
        build = Build(frame, "asked")
        return {name: build.rows_of(build.source(name)) for name in ("jobs", "pays")}


@pytest.mark.parametrize("month", [FIRST, NOW, LATER])
def test_each_persons_rows_stand_as_in_the_whole_build(
    pool: Pool, month: int, tmp_path: Path
) -> None:
    whole = everybody(pool, month, tmp_path)
    snapshot = pool.snapshot()
    names = ("jobs", "pays")
    plan = plan_of(
        snapshot, month, lambda build: {n: build.source(n) for n in names}, sources=SOURCES
    )
    for person in PEOPLE:
        found = narrowed(snapshot, plan, Keys(frozenset({person})), sources=SOURCES)
        for name in names:
            assert as_text(found[name], person) == as_text(whole[name], person), (name, person)


def test_nobody_has_no_rows(pool: Pool) -> None:
    snapshot = pool.snapshot()
    plan = plan_of(snapshot, NOW, lambda build: {"jobs": build.source("jobs")}, sources=SOURCES)
    assert narrowed(snapshot, plan, Keys(), sources=SOURCES) == {"jobs": []}


def test_what_the_pool_has_not_is_said(pool: Pool) -> None:
    snapshot = pool.snapshot()
    with pytest.raises(UnknownTable):
        plan_of(snapshot, NOW, lambda build: {"x": build.source("nothing")}, sources=SOURCES)
    with pytest.raises(UnknownTable):
        plan_of(snapshot, NOW, lambda build: {"x": build.register("nothing")})


def test_rows_are_found_by_person_first_then_by_household_employer_or_owner() -> None:
    keys = Keys(frozenset({2, 1}), frozenset({"H'1"}), frozenset({7}))
    assert keys.condition(["person", "employer"]) == '"person" IN (1, 2)'
    assert keys.condition(["household", "size"]) == "(\"household\" IN ('H''1'))"
    assert keys.condition(["employer", "owner"]) == '("employer" IN (7)) OR ("owner" IN (1, 2))'
    assert Keys().condition(["person"]) == "false"


def test_a_plan_is_written_once_and_kept(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def write(build: Build) -> Mapping[str, Any]:
        asked.append(build.month)
        return {"disabled": build.source("disabled")}

    def forget() -> None:
        monkeypatch.setattr(plans_module, "_read", type(plans_module._read)())

    snapshot = pool.snapshot()
    first = kept_plan(snapshot, NOW, asked="one", write=write)
    assert kept_plan(snapshot, NOW, asked="one", write=write) is first
    forget()
    again = kept_plan(snapshot, NOW, asked="one", write=write)
    assert (again.steps, again.queries, again.needs) == (first.steps, first.queries, first.needs)
    assert asked == [NOW]
    (file,) = (pool.root / FOLDER).iterdir()
    file.write_text("{")
    forget()
    assert kept_plan(snapshot, NOW, asked="one", write=write) == first
    kept_plan(snapshot, NOW, asked="another", write=write)
    kept_plan(snapshot, LATER, asked="one", write=write)
    assert asked == [NOW, NOW, NOW, LATER]


def test_the_release_of_an_instant_is_the_latest_before_it(pool: Pool) -> None:
    newest = pool.snapshot().release
    assert pool.release_at(AT) == newest
    assert pool.release_at(AT - timedelta(seconds=1)) == 0
    assert newest > 1
