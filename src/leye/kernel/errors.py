"""The one base of every expected failure."""

import difflib
from collections.abc import Iterable
from typing import ClassVar


class LeyeError(Exception):
    """An expected failure: a stable ``code``, and Chinese words for the person who meets it.

    Subclasses set ``code`` (unique, never reused) and ``title``. ``detail`` says what was found,
    ``hint`` what to do next. Raised near the cause, rendered only at the doors.
    """

    code: ClassVar[str] = "leye_error"
    title: ClassVar[str] = "操作没有完成"

    def __init__(self, detail: str, *, hint: str = "") -> None:
        super().__init__(f"{self.title}：{detail}" + (f"（{hint}）" if hint else ""))
        self.detail = detail
        self.hint = hint


class NotFound(LeyeError):
    """Something was named that does not exist, or that the asker may not know exists."""

    code = "not_found"
    title = "没有找到"


class InvalidInput(LeyeError):
    """What was given cannot be used as it stands."""

    code = "invalid_input"
    title = "填写有误"


class InvalidField(InvalidInput):
    """One part of what was given cannot be used; ``field`` says which, "" for the whole."""

    code = "invalid_field"

    def __init__(self, detail: str, *, field: str = "", hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.field = field


class Forbidden(LeyeError):
    """The actor lacks the permission, or the place lies outside the actor's scope."""

    code = "forbidden"
    title = "没有权限"


class UnknownCode(NotFound):
    """A code or name that a reference list does not hold; the hint names near matches."""

    code = "unknown_code"
    title = "代码不存在"

    def __init__(self, kind: str, given: str, *, near: Iterable[str] = ()) -> None:
        self.kind = kind
        self.given = given
        self.near = tuple(near)
        hint = "您是不是要找：" + "、".join(self.near) if self.near else f"请核对{kind}后再试"
        super().__init__(f"{kind}“{given}”不在目录中", hint=hint)


_LONGEST = 100


def near_matches(given: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Give up to ``most`` of ``known`` that look like ``given``, best first.

    Nothing looks like a text of more than 100 characters: no list holds one so long, and to compare
    one of thousands takes seconds.
    """
    if len(given) > _LONGEST:
        return ()
    candidates = list(dict.fromkeys(known))
    contained = [k for k in candidates if given and k and (given in k or k in given)]
    similar = difflib.get_close_matches(given, candidates, n=most, cutoff=0.5)
    return tuple(dict.fromkeys([*similar, *contained]))[:most]
