"""The twin's own data files, read once: names, industries, assumptions, rules in force."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "files"


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Give the rows of a table of the folder ``files``."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def assumptions() -> Mapping[str, Any]:
    """Give what the city is made to look like (assumptions.yaml)."""
    return _mapping("assumptions.yaml")


@cache
def policy() -> Mapping[str, Any]:
    """Give the rules in force that the simulation follows (policy.yaml)."""
    return _mapping("policy.yaml")


def weighted(text: str) -> tuple[tuple[str, ...], Sequence[float]]:
    """Read ``a:3;b:1`` as names and weights."""
    pairs = [part.split(":") for part in text.split(";") if part]
    return tuple(name for name, _ in pairs), [float(weight) for _, weight in pairs]


def _mapping(name: str) -> Mapping[str, Any]:
    loaded = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded
