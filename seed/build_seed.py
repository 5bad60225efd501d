"""Turn a collection of published figures into the sheet the platform accepts.

Usage: ``python seed/build_seed.py <source.csv>``. The source has the columns ``indicator,
region_code, period, value, unit, kind, source_title, source_url, confidence, note``. The sheet is
written beside this script: UTF-8 with a byte order mark, so that a spreadsheet opens it rightly.
Every row of the source is kept; what is corrected is listed in ``CORRECTIONS`` and ``SOURCE.md``.
"""

# ruff: noqa: INP001  (a script that is run, not a package that is imported)

import csv
import sys
from pathlib import Path

from leye.analysis.metrics.types import FigureKind

SHEET = Path(__file__).parent / "published_figures_2026-11-23.csv"
HEADERS = (
    "指标",
    "地区",
    "时期",
    "数值",
    "单位",
    "数据性质",
    "来源",
    "来源网址",
    "可信度",
    "备注",
    "公开范围",
)
CORRECTIONS: dict[tuple[str, str, str, str], tuple[FigureKind, str]] = {
    ("城镇新增就业", "360000", "2025", "derived"): (FigureKind.TARGET_LEVEL, ""),
    ("创业担保贷款累计发放", "360000", "2021-07", "cumulative_since_2002"): (
        FigureKind.LOWER_BOUND,
        "2002年以来累计;只说“突破”,取下限",
    ),
    ("享受公益性岗位人员", "360900", "2016..2020", "cumulative_actual"): (
        FigureKind.POINT,
        "时点未写明,不是五年累计",
    ),
}
"""(indicator, place, period, kind as collected) to the kind its own note calls for, and words
added to the note."""


def build(source: Path, *, sheet: Path) -> None:
    """Read ``source`` and write ``sheet``.

    :raises ValueError: a correction names a row the source does not have.
    """
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    unused = set(CORRECTIONS) - {_key(row) for row in rows}
    if unused:
        raise ValueError(f"corrections without a row: {sorted(unused)}")
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADERS)
        writer.writerows(_line(row) for row in rows)


def _key(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["indicator"], row["region_code"], row["period"], row["kind"]


def _line(row: dict[str, str]) -> tuple[str, ...]:
    kind, added = CORRECTIONS.get(_key(row), (FigureKind(row["kind"]), ""))
    url = row["source_url"]
    return (
        row["indicator"],
        row["region_code"],
        row["period"],
        row["value"],
        row["unit"],
        kind.label,
        row["source_title"],
        "plan/" + url.rpartition("/")[2] if url.endswith("-employment-plan.txt") else url,
        row["confidence"],
        ";".join(part for part in (row["note"].rstrip(";"), added) if part),
        "公开",
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]), sheet=SHEET)
