"""A synthetic city from its departments' files to its registers, against raw scans and the truth.

``LEYE_BENCH_PEOPLE`` (default 50,000) and ``LEYE_BENCH_MONTHS`` (default 6) set the size; a whole
city is 5,000,000 and 24. ``LEYE_BENCH_FOLDER`` keeps the city and the pool for a second look. Each
stage is a process of its own, so that its peak memory is its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench.figures import Measured

PEOPLE = int(os.environ.get("LEYE_BENCH_PEOPLE", "50000"))
MONTHS = int(os.environ.get("LEYE_BENCH_MONTHS", "6"))
FOLDER = os.environ.get("LEYE_BENCH_FOLDER", "")
FIRST_MONTH = 202401
SEED = 7
STAGES = ("make", "receive", "build", "serve", "verify")


def measure() -> list[Measured]:
    """Make the city, receive it, build it, and hold it to its truth."""
    with ExitStack() as stack:
        folder = Path(
            FOLDER or stack.enter_context(tempfile.TemporaryDirectory(prefix="leye-city-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        stages = {name: stage(name, folder) for name in STAGES}
    return [*_speed(stages), *_accuracy(stages["verify"])]


def stage(name: str, folder: Path) -> dict[str, Any]:
    """Run a stage in a process of its own, unless it is done, and give what it measured."""
    print(f"  {name} …", flush=True)
    done = folder / f"{name}.json"
    if not done.exists():
        command = [sys.executable, "-m", "tests.bench.city_stages", name, str(folder)]
        env = {**os.environ, "LEYE_VAR": str(folder / "var"), "LEYE_LOG_LEVEL": "ERROR"}
        size = [str(PEOPLE), str(MONTHS), str(FIRST_MONTH), str(SEED)]
        if subprocess.run([*command, *size], env=env, check=False).returncode:
            raise RuntimeError(f"the stage {name} failed")
    measured: dict[str, Any] = json.loads(done.read_text())
    return measured


def _speed(stages: dict[str, dict[str, Any]]) -> list[Measured]:
    receive, build, floors = stages["receive"], stages["build"], stages["verify"]["floors"]
    scan = "DuckDB scan of the same columns of that month's contributions, counted"
    parse = "DuckDB read_csv of the same file, every column as text, counted"
    size = f"{PEOPLE:,} people, {MONTHS} months"
    seconds, tables = receive["contributions_seconds"], build["last_month"]
    whole = sum(tables.values())
    return [
        _timed(
            f"city_receive_contributions ({receive['contributions_rows']:,} rows)",
            seconds,
            floors["parse"],
            parse,
        ),
        _memory("city_receive_peak", receive),
        _timed("city_registers_of_a_month", whole, floors["scan"], scan),
        _timed("city_person_month_of_a_month", tables["person_month"], floors["scan"], scan),
        _timed("city_comparisons_of_a_month", tables["conflict"], floors["scan"], scan),
        _timed("city_map_of_a_month", tables["map_cube"], floors["scan"], scan),
        _timed(
            "city_map_flows_and_firms_of_a_month",
            tables["map_cube"] + tables["flow"] + tables["firm_month"],
            floors["scan"],
            scan,
        ),
        _timed(
            f"city_registers_from_nothing ({size})",
            build["seconds"],
            floors["scan_all"],
            "the same scan over every month",
        ),
        _timed(
            "city_linkage_of_all_months",
            build["linkage_seconds"],
            floors["scan_all"],
            "the same scan over every month",
        ),
        _memory("city_build_peak", build),
        *_serving(stages["serve"]),
        Measured(
            "city_receive_everything",
            receive["seconds"],
            "s",
            None,
            f"{receive['files']} files, {receive['rows']:,} rows",
        ),
        Measured(
            "city_make",
            stages["make"]["seconds"],
            "s",
            None,
            f"{size}, {stages['make']['peak_mb']:,.0f} MB",
        ),
    ]


def _serving(serve: dict[str, Any]) -> list[Measured]:
    views = serve["views"]
    scan = "DuckDB scan of the month's file for the towns of such a view"
    return [
        Measured(
            "city_map_view_p95",
            1_000 * views["p95"],
            "ms",
            views["p95"] / views["scan"],
            f"{scan}; {views['cells']:.0f} cells a view",
        ),
        Measured("city_map_view_median", 1_000 * views["median"], "ms", None, "the same views"),
        Measured(
            "city_serving_copy_of_a_month",
            serve["seconds_a_month"],
            "s",
            None,
            f"{serve['mb_a_month']:.0f} MB, exact and protected",
        ),
        _memory("city_serving_peak", serve),
    ]


def _timed(name: str, seconds: float, floor: float, against: str) -> Measured:
    return Measured(name, seconds, "s", seconds / floor, against)


def _memory(name: str, stage: dict[str, Any]) -> Measured:
    return Measured(name, stage["peak_mb"], "MB", None, "the stage's process and its children")


def _accuracy(found: dict[str, Any]) -> list[Measured]:
    print(found["confusion"])
    lines = [
        Measured(
            "person_month_right",
            100 * found["right"],
            "%",
            None,
            f"truth, {found['person_months']:,} person-months",
        ),
        Measured(
            "linkage_f1",
            100 * found["linkage"]["f1"],
            "%",
            None,
            f"truth, {found['linkage']['rows']:,} rows without a valid number",
        ),
    ]
    for rule, each in found["rules"].items():
        if not each["found"] and not each["true"]:
            continue
        words = f"truth, {each['true']} true, {each['found']} found"
        lines.append(Measured(f"{rule}_precision", 100 * each["precision"], "%", None, words))
        lines.append(Measured(f"{rule}_recall", 100 * each["recall"], "%", None, words))
        told = each["told"]
        if (told["found"], told["true"]) != (each["found"], each["true"]):
            words = f"the same of whom nothing was kept back, {told['true']} true"
            lines.append(
                Measured(f"{rule}_precision_told", 100 * told["precision"], "%", None, words)
            )
            lines.append(Measured(f"{rule}_recall_told", 100 * told["recall"], "%", None, words))
    return lines
