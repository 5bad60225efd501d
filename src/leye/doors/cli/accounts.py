"""``leye account``: open an account, reset a password, list accounts, grant a role.

Whoever can run this on the machine administers it: no permission is asked.
"""

import argparse
from typing import TYPE_CHECKING

from leye.doors.cli.steps import start_django
from leye.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from leye.doors.cli.steps import Commands
    from leye.service.identity.models import User
    from leye.service.identity.operations import Granted


class InvalidGrantText(InvalidInput):
    """A grant is not written as role@place."""

    code = "invalid_grant_text"
    title = "角色写法有误"


def add_to(commands: "Commands") -> None:
    """Add the commands."""
    parser = commands.add_parser(
        "account",
        help="账号：开通、重置密码、列表、授权",
        description="账号：开通、重置密码、列表、授权",
    )
    actions = parser.add_subparsers(title="命令", metavar="<命令>", required=True)
    form = "角色@区划代码，如 county_official@360902"

    create = actions.add_parser(
        "create",
        help="开通账号，密码自动生成并显示一次",
        description="开通账号，密码自动生成并显示一次",
    )
    create.add_argument("username", metavar="账号")
    create.add_argument("--name", required=True, metavar="姓名")
    create.add_argument("--place", required=True, metavar="区划代码", help="所属地区")
    create.add_argument("--grant", action="append", required=True, metavar="角色", help=form)
    create.set_defaults(run=create_account)

    reset = actions.add_parser(
        "reset", help="重置密码，新密码显示一次", description="重置密码，新密码显示一次"
    )
    reset.add_argument("username", metavar="账号")
    reset.set_defaults(run=reset_password)

    every = actions.add_parser("list", help="列出账号", description="列出账号")
    every.set_defaults(run=list_accounts)

    grant = actions.add_parser("grant", help="增加或撤销角色", description="增加或撤销角色")
    grant.add_argument("username", metavar="账号")
    grant.add_argument("--add", action="append", default=[], metavar="角色", help=form)
    grant.add_argument("--remove", action="append", default=[], metavar="角色", help=form)
    grant.set_defaults(run=change_grants)


def find_account(username: str) -> "User":
    """Give the account of a name.

    :raises UnknownAccount: there is none.
    """
    from leye.kernel.errors import near_matches
    from leye.service.identity.errors import UnknownAccount
    from leye.service.identity.models import User
    from leye.service.identity.operations import normalize_username

    user = User.objects.filter(username=normalize_username(username)).first()
    if user is None:
        near = near_matches(username, User.objects.values_list("username", flat=True))
        hint = (
            f"您是不是要找：{'、'.join(near)}" if near else "python -m leye account list 列出账号"
        )
        raise UnknownAccount(f"“{username}”", hint=hint)
    return user


def create_account(chosen: argparse.Namespace) -> int:
    """Open an account and print its password once."""
    start_django()
    from django.utils import timezone

    from leye.service.identity import operations

    made = operations.create_account(
        username=chosen.username,
        display_name=chosen.name,
        place=chosen.place,
        grants=[_granted(text) for text in chosen.grant],
        by=None,
        at=timezone.now(),
    )
    print(f"已开通账号 {made.user.username}，初始密码 {made.password}")
    print("  密码只显示这一次；首次登录须修改")
    return 0


def reset_password(chosen: argparse.Namespace) -> int:
    """Give an account a new password and print it once."""
    start_django()
    from django.utils import timezone

    from leye.doors.cli.trial import is_trial, keep_password
    from leye.service.identity import operations

    user = find_account(chosen.username)
    trial = is_trial(user.username)
    password = operations.reset_password(
        user=user, by=None, at=timezone.now(), must_change_password=not trial
    )
    keep_password(user.username, password)
    print(f"账号 {user.username} 的新密码 {password}")
    print("  已在登录的会话全部失效" + ("" if trial else "；密码只显示这一次，首次登录须修改"))
    if not user.is_active:
        print("  注意：这个账号已停用，不能登录")
    return 0


def list_accounts(_chosen: argparse.Namespace) -> int:
    """Print every account with its grants."""
    start_django()
    from leye.data.reference import places
    from leye.service.identity.models import User

    users = User.objects.order_by("place", "username").prefetch_related("grants")
    for user in users:
        state = "" if user.is_active else "  已停用"
        roles = "、".join(f"{role.label}@{places().get(place).name}" for role, place in user.held)
        print(f"{user.username}\t{user.place}\t{roles or '没有角色'}{state}")
    if not users:
        print("还没有账号")
    return 0


def change_grants(chosen: argparse.Namespace) -> int:
    """Add and remove roles of an account.

    :raises InvalidGrantText: neither was asked for, or one is not written as role@place.
    """
    if not chosen.add and not chosen.remove:
        raise InvalidGrantText("没有写要增加或撤销的角色", hint="用 --add 或 --remove")
    start_django()
    from django.utils import timezone

    from leye.service.identity import operations

    user = find_account(chosen.username)
    operations.change_grants(
        user=user,
        by=None,
        at=timezone.now(),
        add=[_granted(text) for text in chosen.add],
        remove=[_granted(text) for text in chosen.remove],
    )
    user = find_account(chosen.username)
    print(f"账号 {user.username} 现有角色：" + ("、".join(map(_written, user.held)) or "无"))
    return 0


def _written(held: tuple[str, str]) -> str:
    return f"{held[0]}@{held[1]}"


def _granted(text: str) -> "Granted":
    from leye.service.identity.operations import Granted
    from leye.service.identity.roles import GRANTABLE, Role

    role, _, place = text.partition("@")
    if not place or role not in {each.value for each in GRANTABLE}:
        raise InvalidGrantText(
            f"“{text}”",
            hint="写作 角色@区划代码；角色有："
            + "、".join(f"{each.value} {each.label}" for each in GRANTABLE),
        )
    return Granted(Role(role), place)
