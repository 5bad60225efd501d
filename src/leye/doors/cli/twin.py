"""``leye twin``: a synthetic city's deliveries, for trying out, tests and benches."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from leye.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from leye.doors.cli.steps import Commands

FIRST_MONTH = 202401
FEWEST_PEOPLE = 1_000
MOST_PEOPLE = 10_000_000
MOST_MONTHS = 120


class UnusableCity(InvalidInput):
    """A city of that size, or that month, cannot be made."""

    code = "unusable_city"
    title = "做不出这样的模拟城市"


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    parser = commands.add_parser(
        "twin",
        help="模拟城市：生成各部门的数据文件（演示数据）",
        description="模拟城市：生成各部门的数据文件（演示数据，不含任何真实个人信息）",
    )
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    make = actions.add_parser(
        "make", help="生成数据文件和对照用的真实情况", description="生成数据文件和对照用的真实情况"
    )
    make.add_argument("--people", type=int, default=50_000, metavar="人数", help="默认 50000")
    make.add_argument("--months", type=int, default=24, metavar="月数", help="默认 24")
    make.add_argument(
        "--seed", type=int, default=1, metavar="种子", help="同一种子结果相同，默认 1"
    )
    make.add_argument("--out", type=Path, required=True, metavar="文件夹", help="新的或空的文件夹")
    make.add_argument(
        "--first-month",
        type=int,
        default=FIRST_MONTH,
        metavar="月份",
        help=f"第一个月，默认 {FIRST_MONTH}",
    )
    make.add_argument(
        "--scenarios",
        choices=("default", "none"),
        default="default",
        help="是否埋入关厂、裁员、骗补等情形，默认埋入",
    )
    make.add_argument(
        "--flaws",
        choices=("default", "none"),
        default="default",
        help="是否带上迟报、漏报、错号等数据毛病，默认带上",
    )
    make.set_defaults(run=make_city)


def make_city(chosen: argparse.Namespace) -> int:
    """Write the deliveries and the truth of a synthetic city into an empty folder.

    :raises UnusableCity: the numbers asked for are out of bounds.
    """
    _check(chosen)
    from leye.data.twin.deliveries import default_rates, make_deliveries, no_flaws
    from leye.data.twin.scenarios import default_scenarios
    from leye.data.twin.world import build_world

    begun = time.monotonic()
    months = {"months": chosen.months, "first_month": chosen.first_month}
    planted = (
        default_scenarios(people=chosen.people, **months) if chosen.scenarios == "default" else ()
    )
    world = build_world(people=chosen.people, seed=chosen.seed, scenarios=planted, **months)
    made = make_deliveries(
        world,
        out=chosen.out,
        rates=default_rates() if chosen.flaws == "default" else no_flaws(),
        progress=lambda month: print(f"  {month} 已生成", flush=True),
    )
    took = time.monotonic() - begun
    print(f"{made.files} 个文件、{made.rows} 行已写入 {chosen.out}，用时 {took:.1f} 秒")
    print("  deliveries/ 是各部门的数据文件，truth/ 是对照用的真实情况（只供测试）")
    return 0


def _check(chosen: argparse.Namespace) -> None:
    from leye.kernel.months import valid_month

    if not FEWEST_PEOPLE <= chosen.people <= MOST_PEOPLE:
        raise UnusableCity(
            f"人数 {chosen.people}", hint=f"人数应在 {FEWEST_PEOPLE} 到 {MOST_PEOPLE} 之间"
        )
    if not 1 <= chosen.months <= MOST_MONTHS:
        raise UnusableCity(f"月数 {chosen.months}", hint=f"月数应在 1 到 {MOST_MONTHS} 之间")
    if chosen.seed < 0:
        raise UnusableCity(f"种子 {chosen.seed}", hint="种子应是不小于 0 的整数")
    if not (valid_month(chosen.first_month) and 2010_01 <= chosen.first_month <= 2034_12):
        raise UnusableCity(f"月份 {chosen.first_month}", hint="月份写作六位数字，如 202401")
