"""What the pool takes in and gives out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from leye.kernel.errors import LeyeError, NotFound
from leye.kernel.place import Scope


class Verdict(StrEnum):
    """What became of a delivery. ``nil``: it says that there is nothing for the month."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    HELD = "held"
    NIL = "nil"

    @property
    def label(self) -> str:
        """The verdict in Chinese."""
        return {
            "accepted": "已接收",
            "unchanged": "已接收，无变化",
            "refused": "已退回",
            "held": "待确认",
            "nil": "零报告",
        }[self.value]


class Severity(StrEnum):
    """Whether an issue refuses the delivery or only marks the row."""

    REFUSE = "refuse"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class CodeList:
    """Accepted spellings of a coded column, each with the code it stands for.

    Several spellings may stand for one code. A spelling that stands for several codes belongs in
    ``ambiguous``, so that the row is refused with a reason instead of guessed.
    """

    name: str
    codes: Mapping[str, str]
    ambiguous: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submitter:
    """Who hands a delivery in: an opaque account key, and the place they answer for."""

    account: str
    place: str
    scope: Scope
    may_publish: bool


@dataclass(frozen=True, slots=True)
class Submission:
    """A file as handed in."""

    file_name: str
    content: bytes | Path
    by: Submitter
    at: datetime


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One thing wrong, or worth a look, in one row. ``row`` counts as the sheet shows it."""

    row: int
    column: str
    value: str
    code: str
    reason: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Delivery:
    """The catalogue's record of one delivery (数据交换批次).

    ``month`` is the reference month a department's feed was delivered for, ``touched_from`` to
    ``touched_to`` the register months its rows bear on; 0 where a sheet has none. ``confirms`` is
    the held delivery it takes up again, ``rows_set_aside`` how many rows were left out of it.
    """

    id: str
    contract: str
    edition: str
    file_name: str
    digest: str
    size: int
    account: str
    place: str
    at: datetime
    verdict: Verdict
    reason: str
    rows_read: int
    rows_refused: int
    rows_flagged: int
    rows_new: int
    rows_changed: int
    rows_same: int
    release: int
    publishes: str = ""
    month: int = 0
    touched_from: int = 0
    touched_to: int = 0
    confirms: str = ""
    rows_set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a submission. ``repeated``: the same file was accepted before, as ``delivery``.

    ``checked_only``: nothing was kept. ``issues`` holds the first thousand, refusals first.
    """

    delivery: Delivery
    issues: tuple[RowIssue, ...]
    repeated: bool = False
    checked_only: bool = False


class UnknownDelivery(NotFound):
    """No delivery of that number, or none the asker may see."""

    code = "unknown_delivery"
    title = "没有这个批次"


class UnknownRelease(NotFound):
    """The pool has no such data version."""

    code = "unknown_release"
    title = "没有这个数据版本"


class UnreadableFile(LeyeError):
    """The file as a whole cannot be read; nothing was kept but the file and the reason."""

    code = "unreadable_file"
    title = "文件读不出来"


class PoolBusy(LeyeError):
    """Another delivery is being accepted."""

    code = "pool_busy"
    title = "正在接收另一个批次"


def code_lists(lists: Iterable[CodeList]) -> dict[str, CodeList]:
    """Index code lists by name."""
    return {each.name: each for each in lists}
