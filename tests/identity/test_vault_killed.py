"""A process killed in the middle of a rotation leaves an installation that works."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.identity.vaults import number_of

ROOT = Path(__file__).resolve().parents[2]


def run(var: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    program = ROOT / "tests" / "identity" / "rotating.py"
    kept = {
        n: v for n, v in os.environ.items() if not n.startswith("LEYE_") and n != "DATABASE_URL"
    }
    paths = {"LEYE_VAR": str(var), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        env={**kept, **paths},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("installation")
    done = run(var, "fill")
    assert done.returncode == 0, done.stderr
    return var


@pytest.mark.parametrize("step", ["in_mid_copy", "new_tokens_added", "old_tokens_removed"])
def test_a_killed_rotation_leaves_everybody_findable_and_is_finished_later(
    filled: Path, tmp_path: Path, step: str
) -> None:
    var = tmp_path / "var"
    shutil.copytree(filled, var)
    killed = run(var, "rotate", step)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    finished = run(var, "finish")
    assert finished.returncode == 0, finished.stderr
    before, after = json.loads(finished.stdout)
    expected = {number_of(serial): serial + 100 for serial in range(30)}
    assert before == after == expected
    content = json.loads((var / "vault_keys").read_text())
    assert list(content["pseudonym"]) == list(content["data"]) == ["2"]


def test_the_command_rotates_and_says_how_things_stand(filled: Path, tmp_path: Path) -> None:
    var = tmp_path / "var"
    shutil.copytree(filled, var)

    def leye(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "leye", "identity", *arguments],
            env={
                **os.environ,
                "LEYE_VAR": str(var),
                "PYTHONPATH": str(ROOT / "src"),
                "DATABASE_URL": "",
            },
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert not done.stderr
        return done.stdout

    assert "现为第 2 版；身份记录 30 条" in leye("rotate-keys")
    assert leye("status") == "假名密钥第 2 版，数据密钥第 2 版\n身份记录 30 条\n"
