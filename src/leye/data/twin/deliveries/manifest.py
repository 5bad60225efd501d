"""The list of what arrives when: ``manifest.json`` beside the months' folders of deliveries."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from leye.kernel.errors import NotFound

MANIFEST = "manifest.json"


class NoManifest(NotFound):
    """The folder holds no deliveries of a synthetic city."""

    code = "no_twin_manifest"
    title = "这里没有模拟城市的数据文件"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file of a source for a month: the day it was due and the day it arrives.

    ``file`` is the path from the folder of the manifest; "" is a nil report: nothing for the month.
    """

    source: str
    month: int
    file: str
    due: date
    arrives: date


def read_manifest(folder: Path) -> tuple[Arrival, ...]:
    """Give what arrives, in order; ``folder`` is what ``leye twin make`` wrote.

    :raises NoManifest: there is no manifest in it.
    """
    for path in (folder / MANIFEST, folder / "deliveries" / MANIFEST):
        if path.is_file():
            return tuple(_arrival(each) for each in json.loads(path.read_text(encoding="utf-8")))
    raise NoManifest(str(folder), hint="先用 python -m leye twin make 生成")


def write_manifest(folder: Path, arrivals: Iterable[Arrival]) -> None:
    """Write what arrives, in the order of arrival; files of one day in the order given."""
    lines = [
        {**asdict(each), "due": each.due.isoformat(), "arrives": each.arrives.isoformat()}
        for each in sorted(arrivals, key=lambda each: (each.arrives, each.month))
    ]
    text = json.dumps(lines, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _arrival(given: dict[str, str | int]) -> Arrival:
    return Arrival(
        source=str(given["source"]),
        month=int(given["month"]),
        file=str(given["file"]),
        due=date.fromisoformat(str(given["due"])),
        arrives=date.fromisoformat(str(given["arrives"])),
    )
