"""Serving files written by a process of its own while later months are built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leye.data.pool import Pool
from leye.data.pool.served import FOLDER, served_set
from leye.data.registers.serving import write_serving_copy
from leye.data.registers.serving_ahead import serving_ahead
from leye.kernel.months import month_add
from tests.city.conftest import FIRST, MONTHS, City

EVERY = tuple(month_add(FIRST, number) for number in range(MONTHS))


@pytest.fixture
def own(city: City, tmp_path: Path) -> Pool:
    root = tmp_path / "copy"
    shutil.copytree(
        city.pool.root, root, copy_function=os.link, ignore=shutil.ignore_patterns(FOLDER, "*.lock")
    )
    return Pool(root)


def test_what_was_written_ahead_is_not_written_again(own: Pool) -> None:
    with serving_ahead(own.root) as ahead:
        for month in EVERY:
            ahead.began(month)
            ahead.began(month)
    written = sorted(file.name[:6] for file in (own.root / FOLDER).iterdir())
    assert written == [str(month) for month in EVERY[:-1]]
    assert served_set(own.root) is None
    assert write_serving_copy(own) == EVERY[-1:]
    found = served_set(own.root)
    assert found is not None
    assert tuple(sorted(found.files)) == EVERY


def test_a_single_month_takes_no_process(own: Pool) -> None:
    with serving_ahead(own.root) as ahead:
        ahead.began(EVERY[0])
    assert not (own.root / FOLDER).exists()


def test_a_month_that_cannot_be_written_is_left_for_the_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "leye.data.registers.serving_ahead", str(tmp_path)]
    ran = subprocess.run(
        command, input="202401\n202402\n", text=True, capture_output=True, check=False, timeout=60
    )
    assert (ran.returncode, ran.stderr) == (0, "")
