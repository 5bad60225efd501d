"""The demonstration city: synthetic deliveries, received the way departments' files are."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leye.data.pool import Pool
    from leye.data.pool.types import Delivery, Submitter, Verdict
    from leye.data.twin.deliveries import Arrival

SEED = 20_260_701
OPERATOR = "system"
"""The account key of deliveries that no person handed in."""


def operator() -> "Submitter":
    """Give the city as the one who hands in, without an account."""
    from django.conf import settings

    from leye.data.pool.types import Submitter
    from leye.kernel.place import Scope

    city = settings.LEYE_CITY
    return Submitter(OPERATOR, city, Scope.of([city]), may_publish=False)


def receive_folder(
    folder: Path,
    *,
    pool: "Pool",
    until: date,
    progress: Callable[[int, int], None] = lambda _month, _files: None,
) -> "Counter[Verdict]":
    """Receive a folder's files in the order of their arrival; count what became of them.

    A file counts as handed in on the day it arrives; those that arrive after ``until`` have not.
    ``progress`` hears of each month of arrival, with its number of files. What is held stays held.
    Nil reports arrive with them.

    :raises NoManifest: it is no such folder.
    :raises PoolBusy: another delivery is being received.
    """
    from leye.data.twin.deliveries import read_manifest
    from leye.kernel.months import month_of

    counts: Counter[Verdict] = Counter()
    due = [each for each in read_manifest(folder) if each.arrives <= until]
    arrivals = Counter(month_of(each.arrives) for each in due)
    files = Counter(month_of(each.arrives) for each in due if each.file)
    done = Counter[int]()
    for each in due:
        counts[receive_one(folder, each, pool=pool).verdict] += 1
        month = month_of(each.arrives)
        done[month] += 1
        if done[month] == arrivals[month]:
            progress(month, files[month])
    return counts


def receive_one(folder: Path, arrival: "Arrival", *, pool: "Pool") -> "Delivery":
    """Receive one file, or nil report, of a folder on the morning of the day it arrives.

    :raises PoolBusy: another delivery is being received.
    """
    from django.utils import timezone

    from leye.doors.web.sources import submit_nil, submit_source

    morning = datetime.combine(arrival.arrives, time(9))
    if not arrival.file:
        source, month, at = arrival.source, arrival.month, timezone.make_aware(morning)
        return submit_nil(pool, source=source, month=month, by=operator(), at=at).delivery
    file = folder / "deliveries" / arrival.file
    receipt = submit_source(
        pool,
        source=arrival.source,
        month=arrival.month,
        file_name=file.name,
        content=file,
        by=operator(),
        at=timezone.make_aware(morning),
    )
    return receipt.delivery


def is_loaded() -> bool:
    """Whether the demonstration city is here, all of it."""
    return _done().exists()


def load_demo(
    pool: "Pool",
    *,
    at: datetime,
    people: int,
    months: int,
    progress: Callable[[str], None] = lambda _words: None,
) -> int:
    """Make the synthetic city up to last month, receive it, build its registers; give the files.

    The installation is marked first, so that every page says what it shows. Cut short, the same
    call goes on: with the city of the mark, and without what was received before.
    """
    from leye.data.pool.types import Verdict
    from leye.data.registers.refresh import refresh
    from leye.doors.web.demo import demo_city, mark_demo
    from leye.kernel.months import month_add, month_of, months_between

    begun = demo_city()
    if begun is None:
        last = month_add(month_of(at.date()), -1)
        begun = mark_demo(
            people=people, first_month=month_add(last, 1 - months), last_month=last, at=at
        )
    on = datetime.fromisoformat(begun.loaded_at).date()
    count = months_between(begun.first_month, begun.last_month) + 1
    folder = Path(tempfile.mkdtemp(prefix="leye-demo-"))
    try:
        progress("生成仿真城市")
        _make(folder / "city", people=begun.people, first_month=begun.first_month, months=count)
        counts = receive_folder(
            folder / "city",
            pool=pool,
            until=on,
            progress=lambda month, files: progress(f"接收 {month} 到达的 {files} 个文件"),
        )
        refresh(pool, at=at, progress=lambda month: progress(f"生成 {month} 登记库"))
    finally:
        shutil.rmtree(folder)
    _done().touch()
    return counts.total() - counts[Verdict.NIL]


def _make(folder: Path, *, people: int, first_month: int, months: int) -> None:
    from leye.data.twin.deliveries import default_rates, make_deliveries
    from leye.data.twin.scenarios import default_scenarios
    from leye.data.twin.world import build_world

    size = {"people": people, "first_month": first_month, "months": months}
    world = build_world(seed=SEED, scenarios=default_scenarios(**size), **size)
    make_deliveries(world, out=folder, rates=default_rates())
    # What is true of the city is for tests: an installation has only what departments say.
    shutil.rmtree(folder / "truth")


def _done() -> Path:
    from django.conf import settings

    return Path(settings.LEYE_VAR) / "demo.loaded"
