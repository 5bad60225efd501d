"""The command line run as people run it: a process of its own, on data of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Leye = Callable[..., subprocess.CompletedProcess[str]]


def environment(var: Path) -> dict[str, str]:
    """Give the environment of a process whose data is in ``var``, on SQLite."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LEYE_") and name != "DATABASE_URL"
    }
    return kept | {
        "LEYE_VAR": str(var),
        "LEYE_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }


def run_leye(var: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "leye", *arguments],
        cwd=ROOT,
        env=environment(var) | extra,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="session")
def prepared_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The data after ``leye prepare``, and what it printed. Copy it before writing."""
    var = tmp_path_factory.mktemp("prepared") / "var"
    done = run_leye(var, "prepare")
    assert done.returncode == 0, done.stdout + done.stderr
    return var, done.stdout


@pytest.fixture
def var(prepared_once: tuple[Path, str], tmp_path: Path) -> Path:
    """Prepared data of the test's own."""
    own = tmp_path / "var"
    shutil.copytree(prepared_once[0], own)
    return own


@pytest.fixture
def leye(var: Path) -> Leye:
    """Run a command on prepared data of the test's own."""

    def run(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return run_leye(var, *arguments, **extra)

    return run
