"""``leye prepare``: make the platform ready to serve; doing it again changes nothing."""

import argparse
import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leye.doors.cli.steps import Step, start_django, step
from leye.kernel.errors import LeyeError

if TYPE_CHECKING:
    from leye.data.pool.types import Receipt
    from leye.doors.cli.steps import Commands

SEED = "published_figures_2026-11-23.csv"
SYSTEM = "system"
"""The account key of deliveries that ship with the product."""


class SeedRefused(LeyeError):
    """The figures shipped with the product do not meet the contract."""

    code = "seed_refused"
    title = "随产品提供的公布数据没有通过检查"


def add_to(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "prepare", help="准备数据库、静态文件、公布数据和试用账号", description="可以反复运行。"
    )
    parser.add_argument(
        "--trial",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="开通试用账号（默认开通；设了 LEYE_HTTPS 的正式环境默认不开通）",
    )
    parser.add_argument(
        "--demo",
        choices=("now", "later"),
        default="now",
        help="演示城市：现在载入（默认），或在服务启动之后由 leye serve 载入",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Do every step."""
    print("准备乐业的数据")
    start_django()
    from django.conf import settings
    from django.utils import timezone

    trial = not settings.LEYE_HTTPS if chosen.trial is None else chosen.trial
    now = timezone.now()
    with step("准备数据库") as under_way:
        _migrate(under_way)
    with step("静态文件") as under_way:
        _collect_static(under_way)
    with step("导入公布数据") as under_way:
        _seed(under_way, at=now)
    if trial:
        with step("试用账号") as under_way:
            _trial(under_way, at=now)
    if settings.LEYE_DEMO_PEOPLE:
        _demo(at=now, later=chosen.demo == "later")
        with step("演示服务网点（坐标全部为虚构）") as under_way:
            _demo_network(under_way, at=now)
        with step("演示监测网络") as under_way:
            _demo_monitoring(under_way, at=now)
    return 0


def _demo_network(under_way: Step, *, at: datetime) -> None:
    from leye.doors.cli.demo_network import seed_network

    made = seed_network(at=at)
    under_way.say(f"{made} 个网点" if made else "已有网点，没有改动")


def _demo_monitoring(under_way: Step, *, at: datetime) -> None:
    from leye.doors.cli.demo_monitoring import seed_monitoring
    from leye.doors.web.demo import demo_is_loaded

    made = seed_monitoring(at=at) if demo_is_loaded() else 0
    under_way.say(f"{made} 份月报" if made else "已有，或者等演示城市载入，没有改动")


def _demo(*, at: datetime, later: bool) -> None:
    from django.conf import settings

    from leye.doors.cli.demo import TITLE, announce_demo, load_and_tell
    from leye.doors.web.demo import demo_is_loaded

    people, months = settings.LEYE_DEMO_PEOPLE, settings.LEYE_DEMO_MONTHS
    if demo_is_loaded() or later:
        with step(TITLE) as under_way:
            announce_demo(at=at, people=people, months=months)
            under_way.say("已载入过" if demo_is_loaded() else "服务启动后载入，页面上有进度")
        return
    load_and_tell(at=at)


def _migrate(under_way: Step) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        under_way.say("已是最新")
        return
    call_command("migrate", verbosity=0, interactive=False)
    under_way.say(f"更新了 {len(waiting)} 处结构")


def _collect_static(under_way: Step) -> None:
    from django.conf import settings
    from django.core.management import call_command

    stamp: Path = settings.LEYE_VAR / "static.stamp"
    digest = _static_digest()
    if stamp.exists() and stamp.read_text() == digest and settings.STATIC_ROOT.is_dir():
        under_way.say("已是最新")
        return
    # Removed first: a collection that is broken off is done again next time.
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest)


def _static_digest() -> str:
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(name.encode() + b"\0" + Path(storage.path(name)).read_bytes())
    return digest.hexdigest()


def _seed(under_way: Step, *, at: datetime) -> None:
    from django.conf import settings

    from leye.data.pool.files import digest_of
    from leye.data.pool.types import Submitter, Verdict
    from leye.doors.web.deliveries import submit
    from leye.doors.web.reading import pool
    from leye.kernel.place import EVERYWHERE, NATION

    file: Path = settings.REPOSITORY / "seed" / SEED
    # What the door below would answer, without reading every definition first.
    known = pool().snapshot().accepted("figures", place=NATION, digest=digest_of(file))
    if known is not None:
        under_way.say(f"已导入过（批次 {known.id}）")
        return
    by = Submitter(account=SYSTEM, place=NATION, scope=EVERYWHERE, may_publish=True)
    receipt = submit(pool(), file_name=SEED, content=file, by=by, at=at)
    if receipt.delivery.verdict is Verdict.REFUSED:
        raise SeedRefused(_first_issues(receipt), hint="请重新获取完整的程序文件")
    under_way.say(f"{receipt.delivery.rows_read} 条（批次 {receipt.delivery.id}）")


def _first_issues(receipt: "Receipt") -> str:
    lines = [f"第 {i.row} 行 {i.column}：{i.reason}" for i in receipt.issues[:5]]
    return "；".join(lines) or receipt.delivery.reason


def _trial(under_way: Step, *, at: datetime) -> None:
    from leye.doors.cli.trial import ensure_trial_accounts, sign_in_lines

    opened = ensure_trial_accounts(at=at)
    lines = sign_in_lines()
    under_way.say("\n    ".join([f"新开通 {opened} 个" if opened else "已开通", *lines]))
