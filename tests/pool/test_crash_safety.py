"""A process killed, or a disk full, at any moment of an acceptance leaves the last good version."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import leye
from leye.data.pool import Pool, Verdict
from tests.pool.deliveries import accept, csv_of, row, state, years

PROGRAM = Path(__file__).parent / "accepting.py"
STEPS = [
    "locked",
    "recovered",
    "landed",
    "checked",
    "rows_written",
    "issues_written",
    "delivery_written",
    "compacted",
    "synced",
    "manifest_written",
]
FIRST = csv_of(years(5))
# Flagged too, so that every table is written.
SECOND = csv_of([*years(6, value="99999"), row(period="1999")])
THIRD = csv_of(years(3, value="7000"))


def start(root: Path, file: Path, step: str, *place: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(root), str(file), step, *place],
        env={"PYTHONPATH": str(Path(leye.__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def one_delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("crash") / "pool"
    accept(Pool(root), FIRST)
    return root


@pytest.fixture
def root(one_delivery: Path, tmp_path: Path) -> Path:
    shutil.copytree(one_delivery, tmp_path / "pool")
    return tmp_path / "pool"


def same_as_before_and_goes_on(root: Path, before: tuple[object, ...]) -> None:
    """Nothing of the failed delivery shows; it and another are taken afterwards, once each."""
    pool = Pool(root)
    assert state(pool) == before
    again = accept(pool, SECOND)
    assert (again.delivery.id, again.repeated) == ("D000002", False)
    assert again.delivery.verdict is Verdict.ACCEPTED
    assert again.delivery.release == 2
    release, rows, deliveries, issues = state(pool)
    assert release == 2
    assert [each.id for each in deliveries] == ["D000002", "D000001"]
    assert len(rows) == 12
    assert [len(each) for each in issues] == [5, 0]
    assert state(pool, 1) == before
    assert accept(pool, SECOND).repeated
    assert accept(pool, THIRD).delivery.id == "D000003"


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(root: Path, tmp_path: Path, step: str) -> None:
    before = state(Pool(root))
    file = tmp_path / "second.csv"
    file.write_bytes(SECOND)
    process = start(root, file, step)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert errors.split()[-1] == step
    same_as_before_and_goes_on(root, before)


def test_killed_after_the_commit_point_the_delivery_stands(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "second.csv"
    file.write_bytes(SECOND)
    process = start(root, file, "released")
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert state(Pool(root))[0] == 2
    assert accept(Pool(root), SECOND).repeated


def test_killed_at_the_very_first_delivery(tmp_path: Path) -> None:
    root, file = tmp_path / "pool", tmp_path / "first.csv"
    file.write_bytes(FIRST)
    for step in ("rows_written", "manifest_written"):
        process = start(root, file, step)
        process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL
        assert state(Pool(root)) == (0, [], [], [])
    assert accept(Pool(root), FIRST).delivery.id == "D000001"
    assert state(Pool(root))[0] == 1


def test_killed_at_random_moments(root: Path, tmp_path: Path) -> None:
    """Whenever the kill comes, the pool is as before or has the whole delivery."""
    dice = random.Random(20260901)
    file = tmp_path / "next.csv"
    pool = Pool(root)
    for turn in range(6):
        before = state(pool)
        file.write_bytes(csv_of(years(4, value=str(5000 + turn))))
        process = start(root, file, "-")
        assert process.stderr is not None
        process.stderr.readline()  # it holds the lock now
        time.sleep(dice.random() * 1.5)
        process.kill()
        process.communicate(timeout=120)
        after = state(pool)
        if after[0] == before[0]:
            assert after == before
        else:
            assert after[0] == before[0] + 1
            assert len(after[1]) == len(before[1]) + 4
            assert len(after[2]) == len(before[2]) + 1
            assert state(pool, before[0]) == before
    ids = [each.id for each in state(pool)[2]]
    assert ids == [f"D{number:06}" for number in range(len(ids), 0, -1)]


@pytest.mark.parametrize("step", ["landed", "rows_written", "delivery_written", "manifest_written"])
def test_a_full_disk_leaves_the_last_version(root: Path, step: str) -> None:
    before = state(Pool(root))

    def full(done: str) -> None:
        if done == step:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        accept(Pool(root, checkpoint=full), SECOND)
    same_as_before_and_goes_on(root, before)


def test_failing_again_while_recovering_harms_nothing(root: Path) -> None:
    before = state(Pool(root))

    def fail_at(step: str) -> Pool:
        def full(done: str) -> None:
            if done == step:
                raise OSError(28, "No space left on device")

        return Pool(root, checkpoint=full)

    for step in ("delivery_written", "recovered", "synced", "locked", "compacted"):
        with pytest.raises(OSError, match="No space"):
            accept(fail_at(step), SECOND)
    same_as_before_and_goes_on(root, before)


def test_two_processes_at_once_both_land(root: Path, tmp_path: Path) -> None:
    contents = [csv_of(years(3, value="1")), csv_of(years(3, value="2", place="丰城市"))]
    running = []
    for at, content in enumerate(contents):
        file = tmp_path / f"{at}.csv"
        file.write_bytes(content)
        running.append(start(root, file, "-"))
    answers = [process.communicate(timeout=180)[0].split() for process in running]
    assert sorted(answer[0] for answer in answers) == ["D000002", "D000003"]
    assert all(answer[1:] == ["accepted", "False"] for answer in answers)
    release, rows, deliveries, _ = state(Pool(root))
    assert release == 3
    assert len(rows) == 11
    assert [each.release for each in deliveries] == [3, 2, 1]
