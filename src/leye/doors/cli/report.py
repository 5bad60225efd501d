"""``leye report``: the monthly report of the employment situation as a Word document."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django
from leye.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from leye.doors.cli.steps import Commands


class ReportExists(InvalidInput):
    """A file would be overwritten."""

    code = "report_exists"
    title = "文件已存在"


class NothingToReport(NotFound):
    """There is no serving copy, or no folder to write to."""

    code = "nothing_to_report"
    title = "不能生成月报"


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    text = "月报：就业形势分析（Word）"
    parser = commands.add_parser("report", help=text, description=text)
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    monthly = actions.add_parser(
        "monthly", help="写出一个月的形势分析", description="写出一个月的形势分析"
    )
    monthly.add_argument(
        "--month", type=int, default=None, metavar="月份", help="如 202611；不写则为最近一个月"
    )
    monthly.add_argument("--place", default="", metavar="区划代码", help="市或县，默认全市")
    monthly.add_argument(
        "--public", action="store_true", help="用公开版数据（小的人数不显示），默认用内部数据"
    )
    monthly.add_argument("--out", type=Path, required=True, metavar="文件")
    monthly.set_defaults(run=write_monthly)


def write_monthly(chosen: argparse.Namespace) -> int:
    """Write the report.

    :raises NothingToReport: nothing was built yet, or the file cannot be written.
    :raises ReportExists: there is such a file.
    :raises UnknownCode: there is no such month.
    """
    start_django()
    from django.utils import timezone

    from leye.doors.web.demo import demo_city
    from leye.doors.web.situation import situation_at
    from leye.doors.web.situation_report import situation_report

    out: Path = chosen.out
    found = situation_at(
        place=chosen.place,
        month=chosen.month,
        protected=bool(chosen.public),
        on=timezone.localdate(),
    )
    if found is None:
        raise NothingToReport("登记库还没有生成任何月份", hint="请先运行 leye registers build")
    content = situation_report(found, at=timezone.localtime(), demo=demo_city() is not None)
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise ReportExists(str(out), hint="请换一个文件名，或先删掉旧文件") from error
    except OSError as error:
        raise NothingToReport(str(out), hint="请核对文件夹是否存在、能否写入") from error
    print(f"已写出 {out}（{found.place_name}，{found.month}，数据版本第 {found.data_version} 版）")
    return 0
