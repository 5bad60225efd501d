"""The accounts for trying the platform out, with passwords made on this machine."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leye.kernel.errors import LeyeError

if TYPE_CHECKING:
    from leye.service.identity.models import User
    from leye.service.identity.operations import Granted

CITY_TRIAL = "trial"
COUNTY_TRIAL = "trial-yuanzhou"


class UnreadablePasswords(LeyeError):
    """The file of trial passwords holds something else."""

    code = "unreadable_trial_passwords"
    title = "试用密码文件读不出来"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in as one trial account; ``password`` is None where it is not known here."""

    username: str
    password: str | None
    purpose: str


_PURPOSE = {
    CITY_TRIAL: "宜春市数据管理员、市级经办人员、账号管理员、审计人员",
    COUNTY_TRIAL: "袁州区经办人员，用来看权限范围",
}


def is_trial(username: str) -> bool:
    """Whether the account is one for trying out."""
    return username in _PURPOSE


def password_file() -> Path:
    """Give where the passwords of the trial accounts are kept, readable by the owner only."""
    from django.conf import settings

    folder: Path = settings.LEYE_VAR
    return folder / "trial_account.json"


def ensure_trial_accounts(*, at: datetime) -> int:
    """Open the trial accounts that do not exist yet; give how many were opened."""
    from leye.service.identity.models import User

    existing = set(User.objects.filter(username__in=_PURPOSE).values_list("username", flat=True))
    missing = [name for name in _PURPOSE if name not in existing]
    for name in missing:
        keep_password(name, _open(name, at=at))
    return len(missing)


def sign_ins() -> list[SignIn]:
    """Give how to sign in as each trial account that exists and is enabled.

    The password kept is given only while it is still the account's own.
    """
    from leye.service.identity.models import User

    users = {user.username: user for user in User.objects.filter(username__in=_PURPOSE)}
    kept = _kept()
    return [
        SignIn(name, _valid(users[name], kept.get(name)), purpose)
        for name, purpose in _PURPOSE.items()
        if name in users and users[name].is_active
    ]


def sign_in_lines() -> list[str]:
    """Give the lines that tell how to sign in; empty where there is no trial account."""
    lines = []
    for each in sign_ins():
        if each.password is None:
            lines += [
                f"账号 {each.username}（{each.purpose}）：密码已修改，这里不再显示",
                f"  忘记了可以重置：python -m leye account reset {each.username}",
            ]
        else:
            lines.append(f"账号 {each.username}  密码 {each.password}（{each.purpose}）")
    return lines


def keep_password(username: str, password: str) -> None:
    """Keep a trial account's new password; does nothing for any other account."""
    if not is_trial(username):
        return
    path = password_file()
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(_kept() | {username: password}, file, indent=1)
    draft.replace(path)


def _open(username: str, *, at: datetime) -> str:
    from leye.service.identity.operations import create_account

    city = username == CITY_TRIAL
    made = create_account(
        username=username,
        display_name="试用（宜春市）" if city else "试用（袁州区）",
        place="360900" if city else "360902",
        grants=_grants(username),
        by=None,
        at=at,
        must_change_password=False,
    )
    return made.password


def _grants(username: str) -> "list[Granted]":
    from leye.service.identity.operations import Granted
    from leye.service.identity.roles import Role

    if username == COUNTY_TRIAL:
        return [Granted(Role.COUNTY_OFFICIAL, "360902")]
    roles = (Role.DATA_STEWARD, Role.CITY_OFFICIAL, Role.ADMINISTRATOR, Role.AUDITOR)
    return [Granted(role, "360900") for role in roles]


def _valid(user: "User", password: str | None) -> str | None:
    from django.contrib.auth.hashers import check_password

    # Not user.check_password: that one may rewrite the stored hash, and this only looks.
    return password if password and check_password(password, user.password) else None


def _kept() -> dict[str, str]:
    path = password_file()
    if not path.exists():
        return {}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadablePasswords(
            str(path), hint="删掉这个文件，再用 python -m leye account reset trial 重置密码"
        ) from error
    return {str(name): str(password) for name, password in kept.items()}
