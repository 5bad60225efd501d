"""The stages of the city's bench, each run as a process: python -m tests.bench.city_stages."""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leye.kernel.months import month_add

AT = datetime(2030, 1, 1, tzinfo=UTC)


def make(folder: Path, people: int, months: int, first: int, seed: int) -> dict[str, Any]:
    """Write the city's deliveries and its truth."""
    from leye.data.twin.deliveries import default_rates, make_deliveries
    from leye.data.twin.scenarios import default_scenarios
    from leye.data.twin.world import build_world

    size = {"people": people, "months": months, "first_month": first}
    world = build_world(seed=seed, scenarios=default_scenarios(**size), **size)
    made = make_deliveries(world, out=folder / "city", rates=default_rates())
    return {"rows": made.rows, "files": made.files}


def receive(folder: Path, *_size: int) -> dict[str, Any]:
    """Hand every file in, in the order of arrival; time the largest of the last month."""
    from leye.data.pool.types import Verdict
    from leye.data.twin.deliveries import read_manifest

    _django(migrate=True)
    from leye.doors.cli.demo import receive_one
    from leye.doors.web.reading import pool

    lines: list[dict[str, Any]] = []
    for arrival in read_manifest(folder / "city"):
        began = time.perf_counter()
        found = receive_one(folder / "city", arrival, pool=pool())
        took = time.perf_counter() - began
        lines.append(
            {
                "source": arrival.source,
                "month": arrival.month,
                "seconds": took,
                "rows": found.rows_read,
                "verdict": found.verdict.value,
            }
        )
        print(
            f"    {arrival.file} {found.rows_read:,} rows {took:.1f} s {found.verdict.value}",
            flush=True,
        )
        if found.verdict in (Verdict.HELD, Verdict.REFUSED):
            print(f"    {found.reason}", flush=True)
    whole = [each for each in lines if each["source"] == "contributions"]
    last = max(whole, key=lambda each: (each["rows"] > whole[0]["rows"] // 2, each["month"]))
    return {
        "files": len(lines),
        "rows": sum(each["rows"] for each in lines),
        "contributions_rows": last["rows"],
        "contributions_seconds": last["seconds"],
        "lines": lines,
    }


def build(_folder: Path, _people: int, months: int, first: int, _seed: int) -> dict[str, Any]:
    """Link, build every month, and time each table of the last."""
    from leye.data.pool.build import build_months
    from leye.data.registers.linkage import link
    from leye.data.registers.tables import REGISTER_TABLES

    _django(migrate=False)
    from leye.doors.web.reading import pool

    began = time.perf_counter()
    link(pool(), at=AT)
    linked = time.perf_counter()
    marks: list[tuple[int, str, float]] = []
    build_months(
        pool(),
        tables=REGISTER_TABLES,
        months=[month_add(first, n) for n in range(months)],
        at=AT,
        progress=lambda month, table, rows: _mark(marks, month, table, rows),
    )
    ended = time.perf_counter()
    spans: dict[str, float] = {}
    before = linked
    for month, table, moment in marks:
        if month == month_add(first, months - 1):
            spans[table] = moment - before
        before = moment
    return {"seconds": ended - linked, "linkage_seconds": linked - began, "last_month": spans}


def _mark(marks: list[tuple[int, str, float]], month: int, table: str, rows: int) -> None:
    began = marks[-1][2] if marks else time.perf_counter()
    marks.append((month, table, time.perf_counter()))
    print(f"    {month} {table} {rows:,} rows {marks[-1][2] - began:.1f} s", flush=True)


def serve(_folder: Path, _people: int, months: int, _first: int, seed: int) -> dict[str, Any]:
    """Write the serving copy of every month, and read views of the map from it."""
    from leye.data.registers.serving import write_serving_copy

    _django(migrate=False)
    from leye.doors.web.reading import pool
    from tests.bench.city_views import measure_views

    began = time.perf_counter()
    write_serving_copy(pool())
    took = time.perf_counter() - began
    files = [*(pool().root / "served").glob("*.sqlite")]
    size = sum(file.stat().st_size for file in files)
    return {
        "seconds_a_month": took / months,
        "mb_a_month": size / len(files) / 1024**2,
        "views": measure_views(pool(), seed=seed),
    }


def verify(folder: Path, _people: int, months: int, first: int, _seed: int) -> dict[str, Any]:
    """Hold the registers to the truth, and measure the floors."""
    _django(migrate=False)
    from leye.doors.web.reading import pool
    from tests.bench.city_floors import floors
    from tests.bench.city_truth import compared

    last = month_add(first, months - 1)
    return {
        "floors": floors(pool(), folder / "city", last=last),
        **compared(pool(), folder / "city" / "truth", first=first, months=months),
    }


def screen(folder: Path, _people: int, months: int, first: int, _seed: int) -> dict[str, Any]:
    """Screen the last months, time the last; replay a change; hold both to the truth."""
    from leye.decision.policy.parameters import Change
    from leye.decision.policy.programmes import programmes
    from leye.decision.policy.queries import programme_figures
    from leye.decision.policy.replay import replay
    from leye.decision.policy.screen import screen as screen_months
    from leye.kernel.place import EVERYWHERE

    _django(migrate=False)
    from django.conf import settings

    from leye.doors.web.reading import pool
    from tests.bench.city_floors import scan_of
    from tests.bench.memory import peak_memory
    from tests.bench.policy_truth import compared

    last = month_add(first, months - 1)
    if months > 1:
        screen_months(pool(), at=AT, months=[month_add(last, -1)])
    with peak_memory() as peak:
        began = time.perf_counter()
        screen_months(pool(), at=AT, months=[last])
        screened = time.perf_counter()
    change = Change("unemployment_insurance.share_of_minimum_wage", 1.0, first)
    replay(pool(), month=last, changes=[change])
    replayed = time.perf_counter()
    snapshot, city = pool().snapshot(), settings.LEYE_CITY
    for _ in range(2):
        asked = time.perf_counter()
        programme_figures(snapshot, last, within=city, scope=EVERYWHERE)
        answered = time.perf_counter()
    rows = snapshot.months("entitlement", (last,)).count().to_pyarrow().as_py()
    return {
        "screen_seconds": screened - began,
        "screen_mb": peak.mb,
        "replay_seconds": replayed - screened,
        "figures_ms": 1_000 * (answered - asked),
        "programmes": len(programmes()),
        "rows": rows,
        "floor": scan_of(pool(), "person_month", last),
        "truth": [
            {**asdict(each), "precision": each.precision, "recall": each.recall}
            for each in compared(pool(), folder / "city" / "truth", month=last)
        ],
    }


def _django(*, migrate: bool) -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leye.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    if migrate:
        call_command("migrate", verbosity=0, interactive=False)


STAGES: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "receive": receive,
    "build": build,
    "serve": serve,
    "verify": verify,
    "screen": screen,
}


def _peak_mb() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) / 1024


def main(name: str, folder: Path, size: list[int]) -> None:
    """Run one stage and write what it measured beside the city."""
    began = time.perf_counter()
    measured = STAGES[name](folder, *size)
    measured = {"seconds": time.perf_counter() - began, **measured, "peak_mb": _peak_mb()}
    (folder / f"{name}.json").write_text(json.dumps(measured, indent=1))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [int(each) for each in sys.argv[3:]])
