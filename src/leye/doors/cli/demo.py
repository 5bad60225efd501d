"""The demonstration city: synthetic deliveries, received the way departments' files are."""

import argparse
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from leye.doors.cli.demo_monitoring import seed_monitoring
from leye.doors.cli.steps import start_django
from leye.kernel.months import month_add, month_of, months_between

if TYPE_CHECKING:
    from leye.data.pool import Pool
    from leye.data.pool.types import Delivery, Submitter, Verdict
    from leye.data.twin.deliveries import Arrival
    from leye.doors.cli.steps import Commands
    from leye.doors.web.demo import Demo

SEED = 20_260_701
OPERATOR = "system"
"""The account key of deliveries that no person handed in."""


TITLE = "演示城市（全部为虚构）"


def add_to(commands: "Commands") -> None:
    """Add the command."""
    text = "载入演示城市"
    parser = commands.add_parser("demo", help=text, description=f"{text}；中断后再运行会接着载入")
    parser.set_defaults(run=run)


def run(_chosen: argparse.Namespace) -> int:
    """Load the demonstration city, unless it is here."""
    start_django()
    from django.utils import timezone

    from leye.doors.web.demo import demo_is_loaded

    if demo_is_loaded():
        print(f"{TITLE}：已载入过")
        return 0
    load_and_tell(at=timezone.now())
    return 0


def load_and_tell(*, at: datetime) -> None:
    """Load the demonstration city that the settings ask for, and print how far it is."""
    from django.conf import settings

    from leye.doors.web.reading import pool

    people, months = settings.LEYE_DEMO_PEOPLE, settings.LEYE_DEMO_MONTHS
    print(f"  {TITLE}：{people:,} 人，{months} 个月", flush=True)
    began = monotonic()
    files = load_demo(
        pool(),
        at=at,
        people=people,
        months=months,
        progress=lambda words: print(f"    {words}", flush=True),
    )
    print(f"    {files} 个部门文件已载入（{monotonic() - began:.1f} 秒）", flush=True)
    reports = seed_monitoring(at=at)
    print(f"    {reports} 份监测月报已归入监测网络", flush=True)


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


def load_demo(
    pool: "Pool",
    *,
    at: datetime,
    people: int,
    months: int,
    progress: Callable[[str], None] = lambda _words: None,
) -> int:
    """Make the synthetic city up to last month, receive it, build its registers; give the files.

    The installation is marked first, so that every page says what it shows and how far the loading
    is. Cut short, the same call goes on: with the city of the mark, and without what was received
    before.
    """
    from leye.data.pool.types import Verdict
    from leye.data.registers.refresh import refresh
    from leye.decision.policy.screen import screen
    from leye.doors.web.demo import mark_demo_loaded

    begun = announce_demo(at=at, people=people, months=months)
    on = datetime.fromisoformat(begun.loaded_at).date()
    folder = Path(tempfile.mkdtemp(prefix="leye-demo-"))
    told = _Told(months_between(begun.first_month, begun.last_month) + 1, progress)
    try:
        told.say("生成仿真城市")
        _make(
            folder / "city", people=begun.people, first_month=begun.first_month, months=told.months
        )
        counts = receive_folder(folder / "city", pool=pool, until=on, progress=told.received)
        refresh(pool, at=at, progress=told.built)
        screen(pool, at=at, progress=told.screened)
    finally:
        shutil.rmtree(folder)
    mark_demo_loaded()
    return counts.total() - counts[Verdict.NIL]


def announce_demo(*, at: datetime, people: int, months: int) -> "Demo":
    """Mark the installation as one with a demonstration city, if it is not yet; give the mark."""
    from leye.doors.web.demo import demo_city, mark_demo

    last = month_add(month_of(at.date()), -1)
    first = month_add(last, 1 - months)
    return demo_city() or mark_demo(people=people, first_month=first, last_month=last, at=at)


class _Told:
    """How far the loading is, said on the terminal and kept for the pages."""

    def __init__(self, months: int, progress: Callable[[str], None]) -> None:
        self.months = months
        self._progress = progress
        self._built: set[int] = set()

    def received(self, month: int, files: int) -> None:
        self.say(f"接收 {month} 到达的 {files} 个文件")

    def built(self, month: int) -> None:
        self._built.add(month)
        self.say(f"生成 {month} 登记库（{len(self._built)}/{self.months} 个月）")

    def screened(self, month: int) -> None:
        self.say(f"筛查 {month} 政策")

    def say(self, words: str) -> None:
        from leye.doors.web.demo import say_demo_progress

        say_demo_progress(words)
        self._progress(words)


def _make(folder: Path, *, people: int, first_month: int, months: int) -> None:
    from leye.data.twin.deliveries import default_rates, make_deliveries
    from leye.data.twin.scenarios import default_scenarios
    from leye.data.twin.world import build_world

    size = {"people": people, "first_month": first_month, "months": months}
    world = build_world(seed=SEED, scenarios=default_scenarios(**size), **size)
    make_deliveries(world, out=folder, rates=default_rates())
    # What is true of the city is for tests: an installation has only what departments say.
    shutil.rmtree(folder / "truth")
