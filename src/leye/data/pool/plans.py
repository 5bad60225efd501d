"""Plans kept beside the pool, so that only the first process of all has to write them.

A plan takes seconds to write and milliseconds to read. It is named for everything it was written
from: what is asked, the columns of the tables, the program and its engine. What is kept under
another name is never read; the oldest files go.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import ibis

from leye.data.pool.build_frame import Build
from leye.data.pool.files import replace_file
from leye.data.pool.narrowed import Need, Plan, plan_of
from leye.data.pool.snapshot import Snapshot

FOLDER = "plans"
_KEPT = 24
_FLOOR = Path(__file__).parent.parent
_read: "OrderedDict[tuple[str, str], Plan]" = OrderedDict()
_lock = Lock()


def kept_plan(
    snapshot: Snapshot,
    month: int,
    *,
    asked: str,
    write: Callable[[Build], Mapping[str, ibis.Table]],
) -> Plan:
    """Give the plan of what is asked in a month, written if need be.

    ``asked`` names what ``write`` gives, and everything above the data rooms that it rests on.

    :raises UnknownTable: a register is asked for that the pool does not have.
    """
    name = _name(snapshot, month, asked)
    folder = snapshot.landing.parent / FOLDER
    key = (str(folder), name)
    with _lock:
        if key in _read:
            _read.move_to_end(key)
            return _read[key]
    plan = _kept(folder / name)
    if plan is None:
        plan = plan_of(snapshot, month, write)
        _keep(folder, name, plan)
    with _lock:
        _read[key] = plan
        while len(_read) > _KEPT:
            _read.popitem(last=False)
    return plan


def _name(snapshot: Snapshot, month: int, asked: str) -> str:
    digest = hashlib.sha256(f"{asked}\n{month}\n{_program()}\n".encode())
    for name, pin in sorted(snapshot.manifest.tables.items()):
        if pin.partitioned:
            digest.update(f"{name} {sorted(pin.columns.items())}\n".encode())
    return f"{digest.hexdigest()[:24]}.json"


@cache
def _program() -> str:
    """Give a digest of the data rooms and of the engine; what is read here never changes."""
    digest = hashlib.sha256(f"{version('duckdb')} {version('ibis-framework')}".encode())
    for room in ("pool", "registers"):
        for path in sorted((_FLOOR / room).rglob("*")):
            if path.suffix in {".py", ".yaml"}:
                digest.update(path.relative_to(_FLOOR).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _kept(path: Path) -> Plan | None:
    try:
        given = json.loads(path.read_bytes())
        return Plan(
            month=given["month"],
            needs=tuple(_need(each) for each in given["needs"]),
            steps=tuple((name, query) for name, query in given["steps"]),
            queries=given["queries"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, name: str, plan: Plan) -> None:
    """Write a plan down; where that cannot be, it is only written again next time."""
    given = {
        "month": plan.month,
        "needs": [
            {
                "name": each.name,
                "month": each.month,
                "source": each.source,
                "schema": {column: str(kind) for column, kind in each.schema.items()},
            }
            for each in plan.needs
        ],
        "steps": plan.steps,
        "queries": dict(plan.queries),
    }
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        replace_file(folder / name, json.dumps(given).encode())
        files = sorted(folder.glob("*.json"), key=lambda each: each.stat().st_mtime)
        for old in files[:-_KEPT]:
            old.unlink(missing_ok=True)


def _need(given: Mapping[str, Any]) -> Need:
    return Need(given["name"], given["month"], given["source"], ibis.schema(given["schema"]))
