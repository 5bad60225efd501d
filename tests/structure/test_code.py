"""What every module of the project keeps to."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.tree import ROOT, SOURCE, named, python_files, texts

MOST_LINES = 450
MOST_LINES_TEST = 700
# Split so that this file does not find itself.
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|Not" + r"ImplementedError")
SILENCED = re.compile(r"#\s*((?:type:\s*ignore|noqa)(?:\[[^\]]*\]|:\s*[A-Z]+[0-9]+)?)\s*(.*)$")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


def lines_over(paths: list[Path], most: int) -> dict[str, int]:
    counted = {named(path): len(path.read_text().splitlines()) for path in paths}
    return {name: count for name, count in counted.items() if count > most}


def test_modules_stay_short() -> None:
    in_tests = [path for path in python_files() if path.is_relative_to(ROOT / "tests")]
    others = [path for path in python_files() if path not in in_tests]
    assert lines_over(others, MOST_LINES) == {}
    assert lines_over(in_tests, MOST_LINES_TEST) == {}


def test_nothing_is_left_unfinished() -> None:
    suffixes = {".py", ".html", ".css", ".js", ".yaml", ".md", ".toml"}
    found = [
        f"{named(path)}:{number}"
        for path in texts()
        if path.suffix in suffixes and "vendor" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_a_silenced_check_says_why() -> None:
    """On its line, or once in the file for the same check."""
    found = []
    for path in python_files():
        silenced = [m for line in path.read_text().splitlines() if (m := SILENCED.search(line))]
        explained = {match[1] for match in silenced if re.search(r"\w", match[2])}
        found += [f"{named(path)}: {m[0]}" for m in silenced if m[1] not in explained]
    assert found == []


def test_modules_are_named_for_what_they_hold() -> None:
    assert [named(p) for p in python_files() if p.stem in VAGUE_NAMES] == []


def test_public_functions_with_several_arguments_take_them_by_name() -> None:
    """Below the wall; two may stand by place, such as an indicator and a place."""
    found = []
    for path in python_files():
        floor = path.relative_to(SOURCE).parts[0] if path.is_relative_to(SOURCE) else ""
        if floor not in {"kernel", "data", "analysis", "decision"} or path.stem.startswith("_"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            by_place = [arg.arg for arg in node.args.args if arg.arg not in {"self", "cls"}]
            if len(by_place) > 4:
                found.append(f"{named(path)}:{node.lineno} {node.name}({', '.join(by_place)})")
    assert found == []


def test_the_library_rooms_do_not_read_the_clock_or_the_dice() -> None:
    clock = re.compile(r"\b(?:datetime\.(?:utc)?now|date\.today|time\.time|timezone\.now)\(")
    dice = re.compile(r"\brandom\.(?:random|choice|shuffle|randint|seed)\(")
    rooms = ("kernel", "data", "analysis", "decision")
    found = [
        f"{named(path)}:{number}"
        for path in python_files()
        if any(path.is_relative_to(SOURCE / room) for room in rooms)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if clock.search(line) or dice.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("path", [".importlinter", "Makefile", ".ci/run"])
def test_the_floors_are_checked_by_the_build(path: str) -> None:
    assert (ROOT / path).is_file()


def test_the_import_floors_hold() -> None:
    program = "from importlinter.cli import lint_imports_command as check; check()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_floors_would_notice_a_wrong_import(tmp_path: Path) -> None:
    """The contract can fail: a house with one import through the wall is refused."""
    package = tmp_path / "leye"
    for room in ("config", "doors", "service", "decision", "analysis", "data", "kernel"):
        (package / room).mkdir(parents=True)
        (package / room / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "__main__.py").touch()
    (package / "kernel" / "__init__.py").write_text("import leye.doors\n")
    floors = (ROOT / ".importlinter").read_text().partition("[importlinter:contract:data]")[0]
    (tmp_path / ".importlinter").write_text(floors)
    program = "from importlinter.cli import lint_imports_command as check; check()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "leye.kernel is not allowed to import leye.doors" in done.stdout
