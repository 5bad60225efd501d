"""What can go wrong with accounts."""

from datetime import datetime

from leye.kernel.errors import Forbidden, InvalidInput, LeyeError, NotFound


class AppendOnly(Exception):
    """A row that is written once was about to be changed or removed."""


class UnknownAccount(NotFound):
    """No account of that key, or none the asker manages."""

    code = "unknown_account"
    title = "没有这个账号"


class AccountExists(InvalidInput):
    """The account name is taken."""

    code = "account_exists"
    title = "账号名已被使用"


class InvalidAccount(InvalidInput):
    """An account name or display name that cannot be used."""

    code = "invalid_account"
    title = "账号信息有误"


class InvalidGrant(InvalidInput):
    """A role that cannot be granted for that level of place."""

    code = "invalid_grant"
    title = "角色与地区不匹配"


class OwnAccount(Forbidden):
    """Nobody changes the rights of their own account."""

    code = "own_account"
    title = "不能更改自己的账号"


class WeakPassword(InvalidInput):
    """A new password that does not meet the rules, or a wrong current one."""

    code = "weak_password"
    title = "密码不能使用"


class WrongPassword(InvalidInput):
    """The current password was not the one given."""

    code = "wrong_password"
    title = "当前密码不正确"


class SignInRefused(LeyeError):
    """No such account, a wrong password, or a disabled account: deliberately not said which."""

    code = "sign_in_refused"
    title = "登录没有成功"


class TooManyAttempts(LeyeError):
    """Too many failed tries; ``retry_at`` says when the next one is looked at."""

    code = "too_many_attempts"
    title = "登录失败次数过多"

    def __init__(self, detail: str, *, retry_at: datetime, hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.retry_at = retry_at


class NotOpened(Forbidden):
    """The asker has not opened the person for a purpose within the last hour."""

    code = "person_not_opened"
    title = "请先打开本人信息"


class NotPresent(InvalidInput):
    """It was not confirmed that the person stands here and who they are was checked."""

    code = "person_not_present"
    title = "还不能发放开通码"


class NoResidentAccount(NotFound):
    """The person has no account that is open."""

    code = "no_resident_account"
    title = "没有开通网上查看"


class UnknownScreen(NotFound):
    """No screen of that number, or none of the asker's places."""

    code = "unknown_screen"
    title = "没有这个大屏"


class InvalidScreen(InvalidInput):
    """A screen for a place or for as long as none can be opened."""

    code = "invalid_screen"
    title = "大屏不能这样开设"


class InvalidText(InvalidInput):
    """A text somebody typed that is missing, too long, or names a person by number."""

    code = "invalid_text"
    title = "填写的文字有误"
