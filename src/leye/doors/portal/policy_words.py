"""A rule in words as its page shows it: which month, where each number leads, one worked case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from leye.decision.policy import Listing, Paid
from leye.decision.policy.explaining import Explained, TermWords, explain, shown_month
from leye.decision.policy.wording import terms
from leye.doors.portal.policy_history import History, ValueLine
from leye.kernel.errors import InvalidInput
from leye.kernel.months import valid_month

_RECKONS = frozenset("取去")
_FIRST, _LAST = 199901, 204012
JOINED_ZH = {"any": "符合下面任意一种就行：", "all": "下面各项都要符合："}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says in words.

    ``anchors``: the place on the page where the history of a parameter is. ``own`` and ``aside``:
    what must be worked out for the sum, and what is told aside under a title. ``reckons``: whether
    any line takes the least, the greatest or the whole part, which is explained then.
    """

    listing: Listing
    month: int
    explained: Explained
    anchors: Mapping[str, str]
    own: tuple[TermWords, ...]
    others: tuple[TermWords, ...]
    aside: tuple[tuple[str, tuple[TermWords, ...]], ...]
    reckons: bool

    @property
    def question(self) -> str:
        """What the part about the conditions is called: not all of them are something to have."""
        return "什么情况符合" if self.listing.paid in {Paid.DUTY, Paid.STATUS} else "能不能享受"

    @property
    def heading(self) -> str:
        """What the part about the sum is called: a duty gives nothing."""
        if not self.listing.words.sum:
            return "结果是什么"
        return "算多少" if self.listing.paid is Paid.DUTY else "给多少"

    @property
    def terms(self) -> frozenset[str]:
        """The quantities explained somewhere on the page."""
        return frozenset(terms())


def asked_month(given: QueryDict, name: str, now: int) -> int:
    """Give the month to show a rule of, as the address says or as fits the rule.

    :raises InvalidInput: what was asked for is no month within reach.
    """
    text = given.get("month", "").strip().replace("-", "")
    if not text:
        return shown_month(name, now)
    month = int(text) if len(text) == 6 and text.isascii() and text.isdigit() else 0
    if not valid_month(month) or not _FIRST <= month <= _LAST:
        raise InvalidInput("没有这个月份", hint="请写作 2025-01，从1999年1月到2040年12月")
    return month


def shown(
    about: Listing, month: int, histories: Sequence[History], values: Sequence[ValueLine]
) -> Shown:
    """Give the words of a rule in a month; ``values``: the numbers in the tables of the page."""
    told = explain(about.id, month)
    every = (*told.sum_terms, *told.terms)
    lines = [*told.steps, *(line for term in every for line in term.lines)]
    titles = dict.fromkeys(terms()[each.name].group for each in every)
    return Shown(
        listing=about,
        month=month,
        explained=told,
        anchors=_anchors(histories, values),
        own=_of_group(told.sum_terms, ""),
        others=_of_group(told.terms, ""),
        aside=tuple((title, _of_group(every, title)) for title in titles if title),
        reckons=any(_RECKONS & set(p.text) for line in lines if line.sums for p in line.parts),
    )


def anchor(path: str) -> str:
    """Give the id of a parameter's row on a page."""
    return f"v-{path.replace('.', '-')}"


def _of_group(found: Sequence[TermWords], title: str) -> tuple[TermWords, ...]:
    return tuple(each for each in found if terms()[each.name].group == title)


def _anchors(histories: Sequence[History], values: Sequence[ValueLine]) -> dict[str, str]:
    """A number leads to its chart where it has one, else to its row."""
    found = {each.about.path: anchor(each.about.path) for each in values}
    for number, history in enumerate(histories, 1):
        found |= {line.about.path: f"history-{number}" for line in history.lines}
    return found
