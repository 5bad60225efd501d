"""Scenarios of drills: planted signals with what is behind each, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leye.analysis.warning import Axis, Cell, Layer, Range, Signal, WarningMonth
from leye.analysis.warning.types import ALL, LEVELS
from leye.service.response.cases.enums import Verdict
from leye.service.response.errors import UnknownDrill

_FOLDER = Path(__file__).with_name("scenarios")
EDITION = "drill"
FIRM = -1
"""Employers of exercises have negative numbers: no real one has."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A signal of a scenario as it is written, and the verdict a good desk reaches."""

    given: Mapping[str, Any]
    truth: Verdict


@dataclass(frozen=True, slots=True)
class Scenario:
    """An exercise as data: its code, title, what happens in it, and its signals."""

    code: str
    title: str
    text: str
    planted: tuple[Planted, ...]


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Give every scenario by its code."""
    return {path.stem: _scenario(path) for path in sorted(_FOLDER.glob("*.yaml"))}


def scenario_named(code: str) -> Scenario:
    """Give a scenario.

    :raises UnknownDrill: there is none of that code.
    """
    found = scenarios().get(code)
    if found is None:
        raise UnknownDrill(f"没有“{code[:20]}”这个情景")
    return found


def planted_month(scenario: Scenario, *, place: str, month: int) -> WarningMonth:
    """Give a scenario as the month the engine would have found at a place."""
    signals = tuple(_signal(each.given, place=place, month=month) for each in scenario.planted)
    return WarningMonth(
        month=month,
        data_version=0,
        settings=f"{EDITION}:{scenario.code}",
        signals=signals,
        feeds=(),
        grades=(),
        visits=(),
        unjudged=(),
    )


def truths(scenario: Scenario, *, place: str, month: int) -> Mapping[str, Verdict]:
    """Give what is behind each planted signal, by the signal's cause."""
    return {
        _signal(each.given, place=place, month=month).cause: each.truth for each in scenario.planted
    }


def _scenario(path: Path) -> Scenario:
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    planted = tuple(Planted(each, Verdict(each["truth"])) for each in given["signals"])
    return Scenario(path.stem, given["title"], given["text"], planted)


def _signal(given: Mapping[str, Any], *, place: str, month: int) -> Signal:
    return Signal(
        watch=f"{EDITION}:{given['watch']}",
        title=given["title"],
        layer=Layer(given["layer"]),
        axis=Axis(given["axis"]),
        cell=_cell(given, place),
        month=month,
        value=given.get("value"),
        unit=given["unit"],
        expected=Range(given.get("expected"), given.get("low"), given.get("high")),
        line=given.get("line"),
        level=LEVELS[given["level"]],
        rarity=None,
        certain=given.get("certain", False),
        persons=given.get("persons"),
        reasons=tuple(given["reasons"]),
        tell=("county_desk",),
        merged=(),
        data_version=0,
        settings=EDITION,
    )


def _cell(given: Mapping[str, Any], place: str) -> Cell:
    if "feed" in given:
        return Cell(place, "feed", given["feed"])
    axis, code = ("division", given["division"]) if "division" in given else (ALL, ALL)
    return Cell(place, axis, code, employer=FIRM if "firm" in given else 0)
