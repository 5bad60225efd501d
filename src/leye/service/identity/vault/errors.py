"""What can go wrong with the keys, and with opening a person."""

from datetime import datetime

from leye.kernel.errors import LeyeError, NotFound


class VaultKeysUnusable(LeyeError):
    """The key file is missing, damaged, too widely readable, or not the one the data is under."""

    code = "vault_keys_unusable"
    title = "身份库密钥不能使用"


class SealBroken(LeyeError):
    """What is sealed was changed, cut short, put in another order, or is under another key."""

    code = "seal_broken"
    title = "加密内容已损坏"


class RotationBlocked(LeyeError):
    """A rotation of keys cannot begin or go on."""

    code = "rotation_blocked"
    title = "密钥轮换不能进行"


class UnknownPerson(NotFound):
    """No such person in the vault, or none in the asker's places: deliberately not said which."""

    code = "unknown_person"
    title = "没有这个人"


class TooManyOpenings(LeyeError):
    """The account has opened as many persons as it may for now."""

    code = "too_many_openings"
    title = "查看个人信息次数过多"

    def __init__(self, detail: str, *, retry_at: datetime, hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.retry_at = retry_at
