"""What a questionnaire carries from page to page: sealed, in the page itself, kept nowhere else.

Nothing is stored: no database, no session, no log and no address holds an answer. The answers so
far travel as one hidden field that is encrypted and signed with a key of this installation, is sent
back by POST, and is worth nothing after a few hours.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac

from leye.decision.policy.facts import fact
from leye.decision.policy.interview import Answers, Known
from leye.kernel.errors import InvalidInput, LeyeError

LONGEST = 20_000
"""The longest sealed text taken, in characters."""
HOURS = 4
CIRCUMSTANCES = "circumstances"
"""The id of the first page, where circumstances are chosen."""


class LostState(InvalidInput):
    """A sealed state that is none of ours, was altered, or is too old."""

    code = "lost_state"
    title = "这次填写不能继续"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One questionnaire at one moment.

    ``trail``: the steps answered, in order. ``asking``: the step on the page with the facts it
    asks, blank for results. ``again``: it was answered before and is being put right; results
    follow. ``about``: who fills it in about whom, where an official does; blank for oneself.
    """

    answers: Answers
    month: int
    trail: tuple[str, ...] = ()
    asking: str = ""
    facts: tuple[str, ...] = ()
    again: bool = False
    about: str = ""

    def asking_for(self, step: str, facts: tuple[str, ...], *, again: bool) -> "Sitting":
        """Give the sitting with another step on the page."""
        return replace(self, asking=step, facts=facts, again=again)

    def answered(self, answers: Answers, step: str) -> "Sitting":
        """Give the sitting with a step answered; one answered again keeps its place."""
        trail = self.trail if step in self.trail else (*self.trail, step)
        return replace(self, answers=answers, trail=trail, asking="", facts=(), again=False)

    def back_to(self, trail: tuple[str, ...]) -> "Sitting":
        """Give the sitting with only these steps answered so far; the answers stay."""
        return replace(self, trail=trail, asking="", facts=(), again=False)


def seal(sitting: Sitting, *, at: datetime) -> str:
    """Give the sealed text of a sitting."""
    plain = zlib.compress(json.dumps(_written(sitting), ensure_ascii=False).encode(), 9)
    return _sealer().encrypt_at_time(plain, int(at.timestamp())).decode()


def unseal(text: str, *, at: datetime) -> Sitting:
    """Give the sitting of a sealed text.

    :raises LostState: the text is not one that :func:`seal` gave in the last hours.
    """
    if len(text) > LONGEST:
        raise LostState("内容太长", hint=_HINT)
    try:
        plain = _sealer().decrypt_at_time(
            text.encode(), ttl=HOURS * 3600, current_time=int(at.timestamp())
        )
        return _read(json.loads(zlib.decompress(plain)))
    except (InvalidToken, ValueError, KeyError, TypeError, zlib.error, LeyeError):
        # A new edition of the product may have dropped a fact: the old text is lost, too.
        raise LostState("页面已经过期，或者内容被改动过", hint=_HINT) from None


_HINT = "请从头开始；您填过的内容没有保存在服务器上"
_SALT = "leye.policy.sitting"


def _sealer() -> Fernet:
    key = salted_hmac(_SALT, "", secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _written(sitting: Sitting) -> Mapping[str, Any]:
    answers = sitting.answers
    return {
        "who": answers.who,
        "chosen": answers.chosen,
        "given": dict(answers.given),
        "skipped": sorted(answers.skipped),
        "known": [[k.fact, k.value, k.source, k.month, k.most] for k in answers.known],
        "month": sitting.month,
        "trail": sitting.trail,
        "asking": sitting.asking,
        "facts": sitting.facts,
        "again": sitting.again,
        "about": sitting.about,
    }


def _read(data: Mapping[str, Any]) -> Sitting:
    answers = Answers(
        data["who"],
        skipped=frozenset(data["skipped"]),
        known=tuple(Known(*k) for k in data["known"]),
    )
    known = (each.fact for each in answers.known)
    for name in (*data["given"], *data["facts"], *answers.skipped, *known):
        fact(name)
    return Sitting(
        answers=answers.choosing(data["chosen"]).giving(data["given"]),
        month=data["month"],
        trail=tuple(data["trail"]),
        asking=data["asking"],
        facts=tuple(data["facts"]),
        again=data["again"],
        about=data["about"],
    )
