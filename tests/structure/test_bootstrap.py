"""The way from a bare machine to a running platform, as far as it can be had without one."""

import argparse
import ast
import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.tree import ROOT
from tools import bootstrap

MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of a lock for each level, with an environment that holds nothing yet."""
    for name in bootstrap.LOCKS.values():
        (tmp_path / name).write_text(f"{name}==1\n")
    venv = tmp_path / ".venv"
    venv.mkdir()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "STAMP", venv / "stamp")
    monkeypatch.setattr(bootstrap, "UNFINISHED", venv / "unfinished")
    return tmp_path


def hold(project: Path, level: str) -> None:
    stamp = {level: bootstrap.digest(bootstrap.LOCKS[level])}
    (project / ".venv" / "stamp").write_text(json.dumps(stamp))


def pins(lock: str) -> set[str]:
    lines = (ROOT / lock).read_text().splitlines()
    return {line.split(";")[0].strip(" \\") for line in lines if line[:1].isalnum()}


def test_an_old_python_can_read_the_refusal() -> None:
    ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 7))


def test_an_old_python_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(bootstrap.Stop, match=r"(?s)this is 3\.9\.2.*当前是 3\.9\.2") as caught:
        bootstrap.suitable_python()
    assert "apt-get install python3" in str(caught.value)


def test_a_lock_is_installed_once_and_again_when_it_changes(bare: Path) -> None:
    assert not bootstrap.is_satisfied("runtime")
    hold(bare, "runtime")
    assert bootstrap.is_satisfied("runtime")
    assert not bootstrap.is_satisfied("dev")
    (bare / bootstrap.LOCKS["runtime"]).write_text("other==2\n")
    assert not bootstrap.is_satisfied("runtime")


def test_the_larger_environment_serves_for_the_smaller(bare: Path) -> None:
    hold(bare, "dev")
    assert all(bootstrap.is_satisfied(level) for level in bootstrap.LOCKS)


@pytest.mark.parametrize("level", ["boundaries", "spark"])
def test_an_extra_holds_the_runtime_but_not_another_extra(bare: Path, level: str) -> None:
    hold(bare, level)
    held = {each for each in bootstrap.LOCKS if bootstrap.is_satisfied(each)}
    assert held == {"runtime", level}


def test_what_a_level_is_held_by_holds_it_in_truth() -> None:
    """Every line of a level's lock stands in each lock said to hold it."""
    for level, holders in bootstrap.HELD_BY.items():
        wanted = pins(bootstrap.LOCKS[level])
        for holder in holders:
            assert wanted <= pins(bootstrap.LOCKS[holder]), (level, holder)
    assert bootstrap.HELD_BY.keys() == bootstrap.LOCKS.keys()


def test_a_second_extra_does_not_forget_the_first(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "run_shown", lambda *_: [])
    for level in ("boundaries", "spark"):
        bootstrap.install_lock(level)
    assert all(bootstrap.is_satisfied(each) for each in ("boundaries", "spark", "runtime"))
    (bare / bootstrap.LOCKS["boundaries"]).write_text("other==2\n")
    bootstrap.install_lock("runtime")
    assert not bootstrap.is_satisfied("boundaries")
    assert bootstrap.is_satisfied("spark")


def test_a_torn_stamp_counts_as_nothing_installed(bare: Path) -> None:
    (bare / ".venv" / "stamp").write_text('{"dev": "12')
    assert not bootstrap.is_satisfied("runtime")


def test_an_interrupted_environment_is_not_trusted(bare: Path) -> None:
    assert not bootstrap.venv_is_sound()
    python = bare / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(bootstrap.BASE_PYTHON)
    assert not bootstrap.venv_is_sound()


def test_a_port_in_use_is_named_with_another_to_try() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(bootstrap.Stop, match=f"Port {port} is in use") as caught:
            bootstrap.check_port(port)
    assert "make run PORT=" in str(caught.value)
    bootstrap.check_port(port)


@pytest.mark.parametrize("text", ["0", "65536", "80a", "-1", "", "８０"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        bootstrap.port_number(text)


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("Temporary failure in name resolution", "HTTPS_PROXY"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH THE HASHES"),
    ],
)
def test_a_failed_installation_says_what_to_do(output: str, word: str) -> None:
    failure = subprocess.CalledProcessError(1, ["pip"], output=output)
    assert word in bootstrap.pip_failure(failure)


def test_help_lists_every_command() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    for name in set(phony[1].split()) - {"python"}:
        assert re.search(rf"^  make {name}\s+\S", done.stdout, re.MULTILINE), name


def test_data_is_not_thrown_away_unasked() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "reset-demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "CONFIRM=yes" in done.stdout
