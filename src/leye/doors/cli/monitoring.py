"""``leye monitoring``: deliver the network's closed reports to the pool."""

import argparse
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django

if TYPE_CHECKING:
    from leye.doors.cli.steps import Commands


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    text = "失业监测：把已归档的月报交付数据池"
    parser = commands.add_parser("monitoring", help=text, description=text)
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    words = "交付一个月的企业月报和规模裁员报告；再交一次不改变什么"
    deliver = actions.add_parser("deliver", help=words, description=words)
    deliver.add_argument("month", type=_month, metavar="月份", help="六位数字，如 202609")
    deliver.set_defaults(run=run_deliver)


def run_deliver(chosen: argparse.Namespace) -> int:
    """Deliver a month and say what became of it; 1 where a delivery was refused.

    :raises NothingToDeliver: no closed report of a firm.
    :raises PoolBusy: another delivery is being accepted.
    """
    start_django()
    from django.utils import timezone

    from leye.data.pool.types import Verdict
    from leye.doors.web.monitoring import deliver_month

    receipts = deliver_month(chosen.month, by=None, at=timezone.now())
    for receipt in receipts:
        found = receipt.delivery
        print(f"{found.contract} {found.month}：批次 {found.id}，{found.verdict.label}")
    return int(any(receipt.delivery.verdict is Verdict.REFUSED for receipt in receipts))


def _month(text: str) -> int:
    from leye.kernel.months import valid_month

    if text.isascii() and text.isdigit() and valid_month(int(text)):
        return int(text)
    raise argparse.ArgumentTypeError("月份写作六位数字，如 202609")
