"""How fast people get around: modes, detours and their band, per county; from a YAML file."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.kernel.errors import InvalidInput, UnknownCode, near_matches

_FILE = "circle_modes.yaml"
_LONGEST_MINUTES = 120


class InvalidParameters(InvalidInput):
    """A file of parameters that cannot be used as it stands."""

    code = "invalid_circle_parameters"
    title = "服务圈参数有误"


@dataclass(frozen=True, slots=True)
class Detour:
    """The length of a way over its straight line, with its band: 1 ≤ low ≤ central ≤ high."""

    low: float
    central: float
    high: float


@dataclass(frozen=True, slots=True)
class Mode:
    """One way of getting around: km/h on the way, minutes of waiting, detours by county."""

    code: str
    name: str
    speed_kmh: float
    wait_minutes: float
    detour: Detour
    counties: Mapping[str, Detour]
    note: str

    def detour_in(self, place: str) -> Detour:
        """Give the detour of the county a place lies in."""
        return self.counties.get(place[:6], self.detour)

    def reach_km(self, minutes: float, detour: float) -> float:
        """Give how far the straight line may be for the way to take no longer than ``minutes``."""
        return max(minutes - self.wait_minutes, 0.0) / 60 * self.speed_kmh / detour


@dataclass(frozen=True, slots=True)
class CircleParameters:
    """The modes, the choices of minutes, and where the numbers come from."""

    title: str
    edition: str
    sources: tuple[str, ...]
    minutes: tuple[int, ...]
    usual_minutes: int
    usual_mode: str
    modes: Mapping[str, Mode]

    def mode(self, code: str) -> Mode:
        """Give a mode.

        :raises UnknownCode: there is none of that code; the hint names near ones.
        """
        if code not in self.modes:
            raise UnknownCode("出行方式", code, near=near_matches(code, self.modes))
        return self.modes[code]


@lru_cache(maxsize=4)
def circle_parameters(path: Path | None = None) -> CircleParameters:
    """Give the parameters of a file, else those that ship with the product.

    :raises InvalidParameters: the file cannot be read or breaks a rule.
    """
    source = path if path is not None else files("leye.analysis.atlas") / _FILE
    try:
        return _parameters(yaml.safe_load(source.read_text(encoding="utf-8")))
    except OSError as fault:
        raise InvalidParameters(f"读不到“{path}”", hint="请核对文件位置和权限") from fault
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InvalidParameters(
            f"内容有误：{fault}", hint="请对照产品自带的 circle_modes.yaml"
        ) from fault


def _parameters(held: Mapping[str, Any]) -> CircleParameters:
    counties = MappingProxyType(
        {str(code): _detour(given) for code, given in (held.get("counties") or {}).items()}
    )
    modes = {code: _mode(code, given, counties) for code, given in held["modes"].items()}
    found = CircleParameters(
        title=str(held["title"]),
        edition=str(held["edition"]),
        sources=tuple(str(each).strip() for each in held["sources"]),
        minutes=tuple(int(each) for each in held["minutes"]),
        usual_minutes=int(held["usual_minutes"]),
        usual_mode=str(held["usual_mode"]),
        modes=MappingProxyType(modes),
    )
    if found.usual_mode not in modes or found.usual_minutes not in found.minutes:
        raise ValueError("usual_mode, usual_minutes")
    if not found.sources or not all(0 < each <= _LONGEST_MINUTES for each in found.minutes):
        raise ValueError("sources, minutes")
    return found


def _mode(code: str, given: Mapping[str, Any], counties: Mapping[str, Detour]) -> Mode:
    speed, wait = float(given["speed_kmh"]), float(given["wait_minutes"])
    if not (isfinite(speed) and speed > 0 and isfinite(wait) and wait >= 0):
        raise ValueError(f"{code}: speed_kmh, wait_minutes")
    own = {str(c): _detour(d) for c, d in (given.get("counties") or {}).items()}
    return Mode(
        code=code,
        name=str(given["name"]),
        speed_kmh=speed,
        wait_minutes=wait,
        detour=_detour(given["detour"]),
        counties=MappingProxyType({**counties, **own}),
        note=str(given.get("note") or ""),
    )


def _detour(given: Mapping[str, Any]) -> Detour:
    found = Detour(float(given["low"]), float(given["central"]), float(given["high"]))
    if not 1 <= found.low <= found.central <= found.high < 10:
        raise ValueError(f"detour {dict(given)}")
    return found
