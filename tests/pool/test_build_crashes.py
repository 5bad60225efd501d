"""A process killed, or a disk full, while registers are built leaves the last good version."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import leye
from leye.data.pool import Pool
from leye.data.pool.build import build_months, months_to_build
from tests.pool.standing import AT, SOURCES, TABLES, contents, deliver, digests, fill, lives, pay

PROGRAM = Path(__file__).parent / "building.py"
MONTHS = (202401, 202402, 202403)
AFTER_JANUARY = (202402,)
"""What is to be built once January came out otherwise: February looks back on it."""
OUTSIDE_THE_LOCK = ["person_built", "total_built"]
INSIDE = [
    *("locked", "recovered", "person_placed", "person_written", "total_placed", "total_written"),
    *("builds_placed", "builds_written", "compacted", "synced", "manifest_written"),
]


def start(root: Path, step: str, *what: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(root), step, *what],
        env={"PYTHONPATH": str(Path(leye.__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(root: Path, step: str, *what: str) -> None:
    process = start(root, step, *what)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == -signal.SIGKILL, errors
    assert errors.split()[-1] == step


def build(pool: Pool, months: tuple[int, ...] = MONTHS) -> None:
    build_months(pool, tables=TABLES, months=months, at=AT, engine="duckdb", sources=SOURCES)


def stale(pool: Pool) -> tuple[int, ...]:
    return months_to_build(pool, tables=TABLES, sources=SOURCES)


def state(pool: Pool) -> tuple[Any, ...]:
    snapshot = pool.snapshot()
    builds = snapshot.whole("builds").order_by(["release", "table"]).to_pyarrow().to_pylist()
    return snapshot.release, contents(pool), digests(pool), builds


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Any, ...]]:
    """A built pool in which late rows wait, and how it looks when January is built again."""
    folder = tmp_path_factory.mktemp("crash")
    pool = Pool(folder / "pool")
    fill(pool)
    build(pool)
    deliver(pool, "pays", 202403, [pay(3, 1, month=202401)])
    shutil.copytree(pool.root, folder / "after")
    after = Pool(folder / "after")
    build(after, (202401,))
    return pool.root, state(after)


@pytest.fixture
def root(template: tuple[Path, tuple[Any, ...]], tmp_path: Path) -> Path:
    shutil.copytree(template[0], tmp_path / "pool")
    return tmp_path / "pool"


@pytest.mark.parametrize("step", [*OUTSIDE_THE_LOCK, *INSIDE])
def test_killed_at_a_step_the_same_call_goes_on(
    root: Path, template: tuple[Path, tuple[Any, ...]], step: str
) -> None:
    before = state(Pool(root))
    # February gives the bytes it gave before, so that nothing is placed: January must change.
    if step == "person_placed":
        deliver(Pool(root), "people", 202401, [lives(30)])
        before = state(Pool(root))
    killed(root, step, "build", "202401")
    pool = Pool(root)
    assert state(pool) == before
    assert 202401 in stale(pool)
    build(pool, (202401,))
    if step != "person_placed":
        assert state(pool) == template[1]
        assert stale(pool) == AFTER_JANUARY
    assert not list((root / "work").iterdir())


def test_killed_after_the_commit_point_the_month_stands(
    root: Path, template: tuple[Path, tuple[Any, ...]]
) -> None:
    killed(root, "released", "build", "202401")
    assert state(Pool(root)) == template[1]


def test_months_built_before_the_kill_stand(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "pool")
    fill(pool)
    release = pool.snapshot().release
    process = start(pool.root, "-", "build", "202401", "202402", "202403")
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip() == "released":
            break
    process.kill()
    process.communicate(timeout=240)
    assert pool.snapshot().release > release
    assert pool.snapshot().months_of("person")[0] == 202401
    build(pool, stale(pool))
    assert pool.snapshot().months_of("person") == MONTHS
    assert stale(pool) == ()


def test_killed_at_random_moments_a_month_is_old_or_new(root: Path) -> None:
    dice = random.Random(20260902)
    pool = Pool(root)
    for turn in range(5):
        deliver(pool, "people", 202401, [lives(40 + turn)])
        before = state(pool)
        process = start(root, "-", "build", "202401")
        assert process.stderr is not None
        process.stderr.readline()
        time.sleep(dice.random())
        process.kill()
        process.communicate(timeout=240)
        after = state(pool)
        if after[0] == before[0]:
            assert after == before
        else:
            assert after[0] == before[0] + 1
            assert len(after[1]["person"]) > len(before[1]["person"])


@pytest.mark.parametrize("step", ["s_pays_placed", "s_pays_written", "deliveries_written"])
def test_a_delivery_of_several_months_killed_at_a_step_shows_nowhere(root: Path, step: str) -> None:
    before = state(Pool(root))
    killed(root, step, "deliver")
    pool = Pool(root)
    assert state(pool) == before
    assert stale(pool) == (202401,)
    deliver(pool, "pays", 202403, [pay(3, 1, month=202401), pay(4, 2)])
    assert stale(pool) == (202401, 202403)


def test_a_build_and_a_delivery_at_once_both_land(root: Path) -> None:
    release = Pool(root).snapshot().release
    running = [start(root, "-", "build", "202401"), start(root, "-", "deliver")]
    for process in running:
        process.communicate(timeout=240)
        assert process.returncode == 0
    assert Pool(root).snapshot().release == release + 2


def test_of_two_builds_at_once_one_says_so(root: Path) -> None:
    running = [start(root, "-", "build", "202401") for _ in range(2)]
    errors = [process.communicate(timeout=240)[1] for process in running]
    codes = sorted(process.returncode for process in running)
    # One may have ended before the other began.
    assert codes in ([0, 0], [0, 1])
    assert codes == [0, 0] or any("正在生成登记库" in each for each in errors)
    assert stale(Pool(root)) == AFTER_JANUARY


@pytest.mark.parametrize("most", [0, 1_000, 2_000])
def test_a_full_disk_is_a_failure_of_the_store(root: Path, most: int) -> None:
    """No file may grow beyond ``most`` bytes: any at all, the rows of a table, a manifest."""
    before = state(Pool(root))
    process = start(root, str(most), "full", "202401")
    said, errors = process.communicate(timeout=240)
    assert said.split()[:2] == [
        "store_failure",
        "写入时磁盘已满" if most else "生成登记库时磁盘已满",
    ], errors
    assert state(Pool(root)) == before
    build(Pool(root), (202401,))
    assert stale(Pool(root)) == AFTER_JANUARY
