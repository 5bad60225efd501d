"""``leye sources``: departments' files, one or a folder full, and what waits for a decision."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from leye.doors.cli.figures import FileMissing
from leye.doors.cli.steps import start_django

if TYPE_CHECKING:
    from leye.data.pool.types import Receipt
    from leye.doors.cli.steps import Commands

SHOWN = 20
"""How many issues are printed."""


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    text = "部门数据：接收文件，接收一个文件夹"
    parser = commands.add_parser("sources", help=text, description=text)
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)

    listing = actions.add_parser("list", help="列出全部数据来源", description="列出全部数据来源")
    listing.set_defaults(run=list_sources)

    receive = actions.add_parser("receive", help="接收一个部门文件", description="接收一个部门文件")
    receive.add_argument("file", type=Path, metavar="文件")
    receive.add_argument("--source", required=True, metavar="来源", help="见 leye sources list")
    receive.add_argument("--month", required=True, type=int, metavar="月份", help="如 202607")
    receive.add_argument("--as", dest="account", required=True, metavar="账号", help="以谁的身份")
    receive.set_defaults(run=receive_file)

    nil = actions.add_parser(
        "nil",
        help="零报告：一个来源某月没有要报送的数据",
        description="记录一个来源某月没有要报送的数据（零报告），这个月不再算作缺月。",
    )
    nil.add_argument("source", metavar="来源", help="见 leye sources list")
    nil.add_argument("month", type=int, metavar="月份", help="如 202607")
    nil.add_argument("--as", dest="account", required=True, metavar="账号", help="以谁的身份")
    nil.set_defaults(run=report_nil)

    load = actions.add_parser(
        "load",
        help="按到达顺序接收一个文件夹（见 leye twin make）",
        description="按 manifest.json 的到达顺序接收一个文件夹；已接收过的文件不会重复。",
    )
    load.add_argument("folder", type=Path, metavar="文件夹")
    load.set_defaults(run=load_folder)


def list_sources(_chosen: argparse.Namespace) -> int:
    """Print every source with its department and shape."""
    from leye.data.pool import source_contracts

    for each in source_contracts().values():
        print(f"{each.name:28}{each.department}\t{each.title}\t每月 {each.due_day} 日前")
    return 0


def receive_file(chosen: argparse.Namespace) -> int:
    """Hand in a department's file in an account's name; print what became of it.

    :raises FileMissing: there is no such file.
    """
    start_django()
    from django.utils import timezone

    from leye.doors.cli.accounts import find_account
    from leye.doors.web.reading import pool
    from leye.doors.web.sources import record_received, source_submitter, submit_source

    if not chosen.file.is_file():
        raise FileMissing(str(chosen.file), hint="请核对路径")
    user, at = find_account(chosen.account), timezone.now()
    by = source_submitter(user)
    receipt = submit_source(
        pool(),
        source=chosen.source,
        month=chosen.month,
        file_name=chosen.file.name,
        content=chosen.file,
        by=by,
        at=at,
    )
    record_received(receipt, user=user, place=by.place, at=at)
    return _report(receipt)


def report_nil(chosen: argparse.Namespace) -> int:
    """Say in an account's name that a source has nothing for a month."""
    start_django()
    from django.utils import timezone

    from leye.doors.cli.accounts import find_account
    from leye.doors.web.reading import pool
    from leye.doors.web.sources import record_received, source_submitter, submit_nil

    user, at = find_account(chosen.account), timezone.now()
    by = source_submitter(user)
    receipt = submit_nil(pool(), source=chosen.source, month=chosen.month, by=by, at=at)
    record_received(receipt, user=user, place=by.place, at=at)
    said = "以前已经作过零报告" if receipt.repeated else receipt.delivery.verdict.label
    print(said, receipt.delivery.id)
    return 0


def load_folder(chosen: argparse.Namespace) -> int:
    """Receive the files of a folder in the order of their arrival, a month at a time."""
    start_django()
    from django.utils import timezone

    from leye.doors.cli.demo import receive_folder
    from leye.doors.web.reading import pool

    counts = receive_folder(
        chosen.folder,
        pool=pool(),
        until=timezone.localdate(),
        progress=lambda month, files: print(f"  {month}：{files} 个文件", flush=True),
    )
    for verdict, count in counts.items():
        print(f"{verdict.label} {count} 个")
    return 0


def _report(receipt: "Receipt") -> int:
    from leye.data.pool.types import Verdict

    found = receipt.delivery
    print("这个文件以前接收过" if receipt.repeated else found.verdict.label, found.id)
    counts = f"剔除 {found.rows_set_aside} 行，有提示 {found.rows_flagged} 行"
    print(f"  读到 {found.rows_read} 行，{counts}")
    if found.reason:
        print(f"  原因：{found.reason}")
    for issue in receipt.issues[:SHOWN]:
        print(f"  第 {issue.row} 行 {issue.column}：{issue.reason}")
    return 1 if found.verdict in (Verdict.REFUSED, Verdict.HELD) else 0
