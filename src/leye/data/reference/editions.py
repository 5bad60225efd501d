"""The editions of the reference lists: which file, from whom, valid when, on what terms."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_FILES = files("leye.data.reference") / "files"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a list. ``valid_from`` and ``valid_to`` are None where no bound is known."""

    name: str
    title: str
    source: str
    url: str
    licence: str
    valid_from: date | None
    valid_to: date | None
    note: str


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What is known of one data file: its edition, its digest, and what was done to it."""

    edition: Edition
    publisher: str
    sha256: str
    changed: str
    checked: str
    flaws: tuple[str, ...]


@cache
def source_notes() -> Mapping[str, SourceNote]:
    """Give what ``sources.yaml`` says of every data file, by file name."""
    held = yaml.safe_load((_FILES / "sources.yaml").read_text(encoding="utf-8"))
    return {name: _note(name, each) for name, each in held.items()}


def _note(name: str, held: Mapping[str, Any]) -> SourceNote:
    flaws = tuple(held.get("flaws", ()))
    return SourceNote(
        edition=Edition(
            name=name.rpartition(".")[0],
            title=held["title"],
            source=held["source"],
            url=held.get("url", ""),
            licence=held["licence"],
            valid_from=held.get("valid_from"),
            valid_to=held.get("valid_to"),
            note="；".join(flaws),
        ),
        publisher=held["publisher"],
        sha256=held["sha256"],
        changed=held["changed"],
        checked=held["checked"],
        flaws=flaws,
    )


def edition_of(file_name: str) -> Edition:
    """Give the edition a data file is of."""
    return source_notes()[file_name].edition


def rows_of(file_name: str) -> list[dict[str, str]]:
    """Give the rows of a data file, in its order, by column."""
    text = (_FILES / file_name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def data_file_names() -> tuple[str, ...]:
    """Give the names of the data files that are there, sorted."""
    return tuple(sorted(f.name for f in _FILES.iterdir() if f.name.endswith(".csv")))


def digest_of(file_name: str) -> str:
    """Give the SHA-256 of a data file, in hexadecimal."""
    return hashlib.sha256((_FILES / file_name).read_bytes()).hexdigest()
