"""Cursors: where a reader is in a list, pinned to the data version the list was begun in."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer

from leye.doors.api.errors import BadCursor
from leye.kernel.place import Scope

Item = TypeVar("Item")
Key = tuple[str, ...]

LIMIT_DEFAULT = 100
LIMIT_MOST = 500
CURSOR_LONGEST = 1000
_HINT = "请从第一页重新开始（去掉 cursor 参数）"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The list after the item of key ``after``, as it was in data version ``release``.

    ``query`` is a digest of what was asked and of the asker's scope: a cursor goes on with its own
    list only.
    """

    release: int
    query: str
    after: Key

    def __str__(self) -> str:
        """The opaque text, signed so that nobody can write one."""
        payload = {"v": self.release, "q": self.query, "a": list(self.after)}
        return _signer().sign_object(payload, compress=True)


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """A run of a list; ``last`` is the key of its last item when more follow."""

    items: tuple[Item, ...]
    last: Key | None


@dataclass(frozen=True, slots=True)
class Ordered(Generic[Item]):
    """A list in the order of its keys, which are unique."""

    keys: tuple[Key, ...]
    items: tuple[Item, ...]

    @classmethod
    def of(cls, items: Iterable[Item], *, key: Callable[[Item], Key]) -> "Ordered[Item]":
        """Put items in order.

        :raises ValueError: two have one key, so that neither can be told to come after it.
        """
        pairs = sorted(((key(item), item) for item in items), key=itemgetter(0))
        keys = tuple(each for each, _ in pairs)
        if any(one == other for one, other in pairwise(keys)):
            raise ValueError("the keys of a list are not unique")
        return cls(keys, tuple(item for _, item in pairs))

    def after(self, key: Key | None, *, limit: int) -> Slice[Item]:
        """Give up to ``limit`` items whose keys follow ``key``; None is the beginning."""
        start = 0 if key is None else bisect_right(self.keys, key)
        end = start + limit
        more = end < len(self.keys)
        return Slice(self.items[start:end], self.keys[end - 1] if more else None)


def query_digest(path: str, parameters: Mapping[str, object], *, scope: Scope) -> str:
    """Give the digest of a list: its address, what was asked, and what the asker may see.

    ``cursor`` and ``limit`` do not count: pages of one list may differ in length.
    """
    asked = {
        name: str(value)
        for name, value in parameters.items()
        if value is not None and name not in {"cursor", "limit"}
    }
    text = json.dumps([path, asked, sorted(scope.places)], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def read_cursor(text: str, *, query: str) -> Cursor:
    """Read a cursor back.

    :raises BadCursor: altered, cut off, or of another list than ``query``.
    """
    try:
        payload: Any = _signer().unsign_object(text)
    except (BadSignature, ValueError, UnicodeError) as error:
        raise BadCursor("cursor 不完整或被改动过", hint=_HINT) from error
    cursor = Cursor(payload["v"], payload["q"], tuple(payload["a"]))
    if cursor.query != query:
        raise BadCursor("cursor 属于另一个查询：翻页时查询参数和登录状态不能改变", hint=_HINT)
    return cursor


def _signer() -> Signer:
    return Signer(salt="leye.api.cursor", sep=".")
