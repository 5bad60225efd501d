"""What the files of the project say, and do not say."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.structure.tree import ROOT, SOURCE, named, texts, tracked

LOCKS = (
    "requirements.lock",
    "requirements-boundaries.lock",
    "requirements-spark.lock",
    "requirements-dev.lock",
)
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)")
# Addresses of package indexes and paths of one machine: split so that this file is clean itself.
ELSEWHERE = [
    re.compile(pattern)
    for pattern in (
        r"pypi\." + r"org|python" + r"hosted",
        r"registry\.npm" + r"js|deb\.debian" + r"\.org",
        r"(?<![\w.$}/-])/(?:home|root|Users|work)/" + r"\w",
        r"(?i)\b(?:index-url|find-links)\s+\w+:/" + "/",
    )
]


def project() -> dict[str, Any]:
    declared: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return declared


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if match := PIN.match(line):
            found.setdefault(normal(match[1]), set()).add(match[2])
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9][\w.-]*", requirement) for requirement in requirements)
    return {normal(match[0]) for match in found if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_only_pins_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    requirements = re.split(r"(?<!\\)\n", text.strip())
    for requirement in requirements:
        assert PIN.match(requirement), requirement[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), requirement[:80]


def test_every_declared_dependency_is_locked() -> None:
    declared = project()
    extras = declared["optional-dependencies"]
    assert names(declared["dependencies"]) <= set(pins("requirements.lock"))
    assert names(extras["boundaries"]) <= set(pins("requirements-boundaries.lock"))
    assert names(extras["spark"]) <= set(pins("requirements-spark.lock"))
    assert names(extras["dev"]) <= set(pins("requirements-dev.lock"))


def test_the_larger_locks_hold_the_smaller_ones_at_the_same_versions() -> None:
    small, *middle, large = (pins(lock) for lock in LOCKS)
    for held in middle:
        assert {name: held.get(name) for name in small} == small
        assert {name: large.get(name) for name in held} == held


def test_exact_pins_agree_with_the_lock() -> None:
    locked = pins("requirements-dev.lock")
    for requirement in project()["dependencies"]:
        if match := PIN.match(requirement):
            assert locked[normal(match[1])] == {match[2]}


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text().lower()
    declared = project()
    every = set(declared["dependencies"])
    for extra in declared["optional-dependencies"].values():
        every |= set(extra)
    missing = [name for name in names(sorted(every)) if f"`{name}`" not in text]
    assert missing == []


def test_texts_name_no_machine_and_no_package_index() -> None:
    found = [
        f"{named(path)}:{number}: {line.strip()[:80]}"
        for path in texts()
        if path.name != "LICENSE" and path.suffix != ".lock"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if any(pattern.search(line) for pattern in ELSEWHERE)
    ]
    assert found == []


def test_texts_are_utf8_with_plain_line_ends() -> None:
    for path in texts():
        content = path.read_bytes()
        content.decode("utf-8")
        if path.suffix != ".csv":
            assert b"\r\n" not in content, named(path)


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "13. Remote Network Interaction" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert project()["license"] == "AGPL-3.0-or-later"


def test_the_architecture_names_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    rooms = {
        "/".join(path.relative_to(SOURCE).parts[:2])
        for path in tracked()
        if path.suffix == ".py"
        and path.is_relative_to(SOURCE)
        and len(path.relative_to(SOURCE).parts) > 2
    }
    floors_without_rooms = {"kernel", "config"}
    wanted = {room for room in rooms if room.split("/")[0] not in floors_without_rooms}
    assert {room for room in wanted if f"`{room}`" not in text} == set()
    for floor in floors_without_rooms:
        assert f"`{floor}`" in text


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{named(path)} -> {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text())
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []


def data_files() -> list[Path]:
    below_rooms = [SOURCE / "data", SOURCE / "analysis"]
    return [
        path
        for path in tracked()
        if path.suffix in {".csv", ".json"}
        and any(path.is_relative_to(folder) for folder in [*below_rooms, ROOT / "seed"])
    ]


def test_every_data_file_has_its_source_beside_it() -> None:
    """A YAML or Markdown file in the same folder names it and says where it came from."""
    unexplained = []
    for path in data_files():
        beside = [p for p in path.parent.iterdir() if p.suffix in {".yaml", ".md"}]
        notes = [p.read_text() for p in beside]
        told = any((path.name in n or path.stem in n) and SOURCE_WORD.search(n) for n in notes)
        if not told:
            unexplained.append(named(path))
    assert unexplained == []


SOURCE_WORD = re.compile(r"\bsource|来源", re.IGNORECASE)


def test_every_yaml_file_is_read_without_a_repeated_key() -> None:
    files = [path for path in tracked() if path.suffix in {".yaml", ".yml"}]
    assert files
    for path in files:
        yaml.load(path.read_text(), Loader=UniqueKeys)


class UniqueKeys(yaml.SafeLoader):
    """YAML itself lets the last of two equal keys win, in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        own = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        keys = [self.construct_object(key, deep=True) for key in own]
        repeated = {key for key in keys if keys.count(key) > 1}
        assert not repeated, f"{node.start_mark}: {repeated}"
        return super().construct_mapping(node, deep)
