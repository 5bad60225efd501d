"""Whether this installation holds the demonstration city (演示数据), which every page must say."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings

from leye.data.pool.files import replace_file

DEMO_FILE = "demo.json"
"""Beside the pool, not inside it: the mark of an installation, not of a delivery."""
NOT_BEGUN = "等待开始"
LOADED_FILE = "demo.loaded"
PROGRESS_FILE = "demo.progress"


@dataclass(frozen=True, slots=True)
class Demo:
    """A simulated city: how many people, which months (yyyymm), and when it was loaded.

    ``loading`` says how far that is, in words, until all of it is here.
    """

    people: int
    first_month: int
    last_month: int
    loaded_at: str
    loading: str = ""

    @property
    def mark(self) -> str:
        """A text that changes when another city is loaded, for the version of a page."""
        return f"{self.people}:{self.last_month}:{self.loaded_at}:{self.loading}"


def demo_city() -> Demo | None:
    """Give the demonstration city this installation holds, or None for real data.

    A mark that cannot be read still marks: its figures are then zero.
    """
    path = _path()
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        _known.pop(path, None)
        return None
    found = _known.get(path)
    if found is None or found[0] != stamp:
        found = _known[path] = (stamp, _read(path))
    return found[1] if demo_is_loaded() else replace(found[1], loading=_progress())


def mark_demo(*, people: int, first_month: int, last_month: int, at: datetime) -> Demo:
    """Mark this installation as holding the demonstration city; the loader does this first."""
    demo = Demo(people, first_month, last_month, at.isoformat())
    kept = {name: value for name, value in asdict(demo).items() if name != "loading"}
    replace_file(_path(), json.dumps(kept, indent=1).encode())
    return demo


def demo_is_loaded() -> bool:
    """Whether the demonstration city is here, all of it."""
    return _beside(LOADED_FILE).exists()


def mark_demo_loaded() -> None:
    """Note that all of it is here."""
    _beside(LOADED_FILE).touch()
    _beside(PROGRESS_FILE).unlink(missing_ok=True)


def say_demo_progress(words: str) -> None:
    """Note how far the loading is, for the pages to say."""
    _beside(PROGRESS_FILE).write_text(words, encoding="utf-8")


_known: dict[Path, tuple[int, Demo]] = {}
"""What was read of a mark, with the time at which the file was changed."""


def _path() -> Path:
    return _beside(DEMO_FILE)


def _beside(name: str) -> Path:
    return Path(settings.LEYE_VAR) / name


def _progress() -> str:
    try:
        return _beside(PROGRESS_FILE).read_text(encoding="utf-8") or NOT_BEGUN
    except OSError:
        return NOT_BEGUN


def _read(path: Path) -> Demo:
    try:
        given = json.loads(path.read_bytes())
        people, first, last = (int(given[n]) for n in ("people", "first_month", "last_month"))
        loaded = datetime.fromisoformat(given["loaded_at"])
        return Demo(people, first, last, loaded.isoformat())
    except (ValueError, KeyError, TypeError):
        return Demo(0, 0, 0, "")
