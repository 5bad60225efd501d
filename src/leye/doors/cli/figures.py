"""``leye figures``: the template, a check, and handing in, through the same door as the page."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django
from leye.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from leye.data.pool.types import Receipt, Submitter
    from leye.doors.cli.steps import Commands
    from leye.service.identity.models import User

SHOWN = 200
"""How many issues are printed."""


class FileMissing(NotFound):
    """The file named does not exist or cannot be read."""

    code = "file_missing"
    title = "没有这个文件"


class FileExists(InvalidInput):
    """A file would be overwritten."""

    code = "file_exists"
    title = "文件已存在"


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    parser = commands.add_parser(
        "figures", help="数据文件：模板、检查、报送", description="数据文件：模板、检查、报送"
    )
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)

    template = actions.add_parser(
        "template", help="写出空白的填报模板（.xlsx）", description="写出空白的填报模板（.xlsx）"
    )
    template.add_argument("out", type=Path, metavar="文件")
    template.set_defaults(run=write_template)

    check = actions.add_parser(
        "check", help="检查一个文件，不保存任何内容", description="检查一个文件，不保存任何内容"
    )
    check.add_argument("file", type=Path, metavar="文件")
    _add_account(check, required=False)
    check.set_defaults(run=check_file)

    submit = actions.add_parser("submit", help="报送一个文件", description="报送一个文件")
    submit.add_argument("file", type=Path, metavar="文件")
    _add_account(submit, required=True)
    submit.set_defaults(run=submit_file)


def _add_account(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--as",
        dest="account",
        metavar="账号",
        required=required,
        help="以哪个账号的身份" + ("" if required else "（不写则不检查地区权限）"),
    )
    parser.add_argument(
        "--for", dest="place", metavar="区划代码", help="为哪个地区报送（默认最大的）"
    )


def write_template(chosen: argparse.Namespace) -> int:
    """Write the empty sheet.

    :raises FileExists: there is such a file.
    """
    start_django()
    from leye.data.pool import template
    from leye.doors.web.deliveries import figure_code_lists, figures_contract

    out: Path = chosen.out
    content = template(figures_contract(), figure_code_lists())
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise FileExists(str(out), hint="请换一个文件名，或先删掉旧文件") from error
    except OSError as error:
        raise FileMissing(str(out), hint="请核对文件夹是否存在、能否写入") from error
    print(f"已写出 {out}")
    return 0


def check_file(chosen: argparse.Namespace) -> int:
    """Check a file and print what is wrong with it; nothing is kept."""
    start_django()
    from leye.data.pool.types import Submitter
    from leye.kernel.place import EVERYWHERE, NATION

    by = Submitter(account="", place=NATION, scope=EVERYWHERE, may_publish=True)
    if chosen.account:
        by = _submitter(chosen)[1]
    receipt = _hand_in(chosen.file, by=by, check_only=True)
    return _report(receipt)


def submit_file(chosen: argparse.Namespace) -> int:
    """Hand in a file in an account's name, and print what became of it."""
    start_django()
    user, by = _submitter(chosen)
    receipt = _hand_in(chosen.file, by=by, check_only=False)
    _record(receipt, user=user, by=by)
    return _report(receipt)


def _submitter(chosen: argparse.Namespace) -> "tuple[User, Submitter]":
    from leye.doors.cli.accounts import find_account
    from leye.service.identity.perms import submitter_for

    user = find_account(chosen.account)
    return user, submitter_for(user, chosen.place)


def _hand_in(file: Path, *, by: "Submitter", check_only: bool) -> "Receipt":
    from django.utils import timezone

    from leye.doors.web.deliveries import submit
    from leye.doors.web.reading import pool

    if not file.is_file():
        raise FileMissing(str(file), hint="请核对路径")
    return submit(
        pool(),
        file_name=file.name,
        content=file,
        by=by,
        at=timezone.now(),
        check_only=check_only,
    )


def _record(receipt: "Receipt", *, user: "User", by: "Submitter") -> None:
    """Leave the audit event a submission from the page leaves."""
    from django.utils import timezone

    from leye.service.identity.actions import Action
    from leye.service.identity.audit import Subject, record

    delivery = receipt.delivery
    record(
        action=Action.DELIVERY_SUBMITTED,
        by=user,
        at=timezone.now(),
        place=by.place,
        subject=Subject("delivery", delivery.id),
        detail={
            "verdict": delivery.verdict.value,
            "release": delivery.release,
            "rows": delivery.rows_read,
            "repeated": receipt.repeated,
        },
    )


def _report(receipt: "Receipt") -> int:
    """Print the verdict and every issue; give the exit code: 1 for a refusal."""
    from leye.data.pool.types import Severity, Verdict

    delivery = receipt.delivery
    refused = delivery.verdict is Verdict.REFUSED
    print(_headline(receipt))
    print(
        f"  读到 {delivery.rows_read} 行，有错误 {delivery.rows_refused} 行，"
        f"有提示 {delivery.rows_flagged} 行"
    )
    if not refused and not receipt.repeated:
        print(
            f"  新增 {delivery.rows_new} 行，更正 {delivery.rows_changed} 行，"
            f"无变化 {delivery.rows_same} 行"
        )
    if delivery.reason:
        print(f"  原因：{delivery.reason}")
    for issue in receipt.issues[:SHOWN]:
        mark = "错误" if issue.severity is Severity.REFUSE else "提示"
        print(f"  [{mark}] 第 {issue.row} 行，{issue.column}“{issue.value}”：{issue.reason}")
    if len(receipt.issues) > SHOWN:
        print(f"  ……另有 {len(receipt.issues) - SHOWN} 条以上未列出")
    return 1 if refused else 0


def _headline(receipt: "Receipt") -> str:
    from leye.data.pool.types import Verdict

    delivery = receipt.delivery
    if receipt.checked_only:
        passed = delivery.verdict is not Verdict.REFUSED
        return "检查通过，没有保存" if passed else "检查没有通过，没有保存"
    if receipt.repeated:
        return f"这个文件以前接收过（批次 {delivery.id}），没有任何变化"
    version = "" if delivery.verdict is Verdict.REFUSED else f"，数据版本 {delivery.release}"
    return f"{delivery.verdict.label}：批次 {delivery.id}{version}"
