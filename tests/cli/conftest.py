"""The command line run as people run it: a process of its own, on data of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Leye = Callable[..., subprocess.CompletedProcess[str]]
InTurn = Callable[..., list[subprocess.CompletedProcess[str]]]


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
        "LEYE_DEMO_PEOPLE": "0",
        "LEYE_SERVE_REFRESH": "0",
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


_IN_ONE_PROCESS = """
import contextlib, io, json, sys
from leye.doors.cli import main
for arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as left:
            code = left.code
    print(json.dumps([code or 0, out.getvalue(), err.getvalue()]))
"""


def run_in_turn(var: Path, *commands: list[str]) -> list[subprocess.CompletedProcess[str]]:
    """Run several commands one after the other in one process, which starts only once."""
    done = subprocess.run(
        [sys.executable, "-c", _IN_ONE_PROCESS, json.dumps(commands)],
        cwd=ROOT,
        env=environment(var),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        subprocess.CompletedProcess(command, *answer)
        for command, answer in zip(commands, answers, strict=True)
    ]


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


@pytest.fixture
def in_turn(var: Path) -> InTurn:
    """Run several commands, each a list of words, on prepared data of the test's own."""

    def run(*commands: str | list[str]) -> list[subprocess.CompletedProcess[str]]:
        return run_in_turn(var, *(c.split() if isinstance(c, str) else c for c in commands))

    return run
