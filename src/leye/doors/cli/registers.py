"""``leye registers``: find whose rows are whose, and build the months that are stale."""

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django

if TYPE_CHECKING:
    from leye.doors.cli.steps import Commands


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    text = "登记库：关联、生成、保持最新"
    parser = commands.add_parser("registers", help=text, description=text)
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    build = actions.add_parser(
        "build",
        help="关联新到的行，生成有变动的月份，筛查最近两个月的政策，监测最近一个月",
        description="关联新到的行，生成有变动的月份；引擎由 LEYE_ENGINE 决定（duckdb 或 spark）。",
    )
    build.add_argument(
        "--months", type=int, nargs="*", default=None, metavar="月份", help="只生成这些月份"
    )
    build.set_defaults(run=build_registers)
    keep = actions.add_parser(
        "keep", help="一直运行，有新批次就生成", description="一直运行，有新批次就生成"
    )
    keep.set_defaults(run=keep_registers)


def build_registers(chosen: argparse.Namespace) -> int:
    """Link, build, screen the newest months, then watch; print each month with its seconds."""
    start_django()
    began = time.monotonic()
    months = _bring_up_to_date(None if chosen.months is None else tuple(chosen.months))
    if months:
        print(f"{len(months)} 个月的登记库已生成（{time.monotonic() - began:.1f} 秒）")
    screened = _screen()
    watched = _watch()
    if not (months or screened or watched):
        print("登记库已是最新")
    return 0


def keep_registers(_chosen: argparse.Namespace) -> int:
    """Build whenever deliveries have come, each time in a process of its own, until stopped."""
    from django.conf import settings

    from leye.doors.cli.refresher import watch

    # Nobody closes the other end: it ends with Ctrl-C, or a signal.
    never, _open = os.pipe()
    watch(Path(settings.LEYE_POOL) / "release.json", server_gone=never)
    return 0


def _watch() -> bool:
    """Judge the newest month where it changed; whether anything was done."""
    from django.utils import timezone

    from leye.doors.cli.warning_watch import watch_and_escalate

    done = list(watch_and_escalate(at=timezone.now()))
    for words in done:
        print(words, flush=True)
    return bool(done)


def _screen() -> tuple[int, ...]:
    """Screen the newest months anew where registers, or the law, have changed."""
    from django.utils import timezone

    from leye.doors.cli.policy_city import bring_up_to_date

    return bring_up_to_date(None, at=timezone.now())


def _bring_up_to_date(months: tuple[int, ...] | None) -> tuple[int, ...]:
    from django.utils import timezone

    from leye.data.registers.refresh import refresh
    from leye.doors.web.reading import pool

    return refresh(
        pool(),
        at=timezone.now(),
        months=months,
        progress=lambda month: print(f"  {month} 已生成", flush=True),
    )
