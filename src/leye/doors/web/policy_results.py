"""What follows from the answers, put in groups and in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leye.decision.policy import (
    CHANGES_ZH,
    Answered,
    Case,
    Changes,
    Checked,
    Fact,
    Listing,
    Missing,
    Outcome,
    Paid,
    catalogue,
    fact,
)
from leye.decision.policy.interview import Answers, Asked, Known
from leye.decision.policy.kleene import YES
from leye.decision.policy.programmes import IN_FORCE
from leye.doors.web.policy_form import shown, where_known
from leye.doors.web.policy_state import Sitting

Where = Callable[[Fact], str]
"""Says in plain words who has a fact."""
_TAGS = {
    "met": ("符合", "tag-ok"),
    "failing": ("不符合", "tag-error"),
    "unknown": ("缺信息", "tag-warn"),
}
_SHOWN = ("eligible", "maybe", "close", "duties", "failing")
_GROUPS = (*_SHOWN, "unasked", "ended")
_NEAR = 2
"""At most so many conditions fail where somebody is said to be close."""
_PAID_AGAIN = {Paid.MONTHLY: "每月", Paid.YEARLY: "每年"}
_RANK = {Paid.ONCE: 0, Paid.MONTHLY: 0, Paid.YEARLY: 0, Paid.RELIEF: 1, Paid.STATUS: 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition in words: whether it is met, its article, how far off, what is missing."""

    result: str
    tag: str
    sentence: str
    basis: str
    gap: str
    changes: str
    missing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One programme for one case, as the page shows it.

    ``missing``: who has it, and what they have. ``had``: what says that it is had already.
    """

    listing: Listing
    money: str
    reasons: tuple[Reason, ...]
    nearest: tuple[Reason, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]
    not_with: tuple[str, ...]
    unverified: tuple[tuple[str, str], ...]
    had: str


@dataclass(frozen=True, slots=True)
class Said:
    """One fact in the review: what holds, where it came from, and what to press to change it."""

    label: str
    value: str
    source: str
    name: str


def results_context(
    sitting: Sitting, asked: Asked, *, where: Where = where_known
) -> dict[str, Any]:
    """Give the groups of results, the review of the answers, and what is left to ask.

    ``where`` says who has a fact that is missing.
    """
    case = sitting.answers.case()
    groups: dict[str, list[Answered]] = {name: [] for name in _GROUPS}
    for each in asked.answered:
        groups[_group(sitting.answers, each)].append(each)
    due = {each.programme for each in groups["eligible"]}
    return {
        **{
            name: [_card(each, due, case, where) for each in sorted(groups[name], key=_worth)]
            for name in _SHOWN
        },
        "unasked": _listings(groups["unasked"]),
        "ended": _listings(groups["ended"]),
        "review": review(sitting.answers),
        "skipped": [(fact(name).label, name) for name in sorted(sitting.answers.skipped)],
        "more": asked.at_most if asked.step else 0,
        "month": f"{sitting.month // 100}年{sitting.month % 100}月",
    }


def _group(answers: Answers, each: Answered) -> str:
    if each.condition(IN_FORCE).result == "failing":
        return "ended"
    if each.outcome is Outcome.NOT_ELIGIBLE:
        near = all(c.changes is not Changes.NEVER for c in each.nearest)
        small = len(each.nearest) <= _NEAR and not _not_asked(answers, each)
        return "close" if near and small else "failing"
    if each.outcome is Outcome.CANNOT_TELL and _not_asked(answers, each):
        return "unasked"
    if catalogue()[each.programme].paid is Paid.DUTY:
        return "duties"
    return "eligible" if each.outcome is Outcome.ELIGIBLE else "maybe"


def review(answers: Answers) -> list[Said]:
    """Give every fact the results rest on, those told first, each with where it came from."""
    case = answers.case()
    taken = answers.taken_as_known()
    told = [
        Said(fact(name).label, shown(fact(name), value), "您的回答", name)
        for name, value in answers.given.items()
        if case.known(name)
    ]
    known = [
        Said(
            fact(name).label,
            shown(fact(name), each.value),
            _known_from(each),
            name,
        )
        for name, each in taken.items()
        if name not in answers.given and case.known(name)
    ]
    return told + known


def money_words(about: Listing, each: Answered) -> str:
    """Give what is paid in words: for who is eligible the sum due, else the sum if all holds.

    Of what is not money in hand (a loan, tax let off, what is to be paid) the words say what it is.
    """
    amount = each.amount if each.outcome is Outcome.ELIGIBLE else each.full
    if amount is None or not amount:
        return ""
    if about.paid in {Paid.RELIEF, Paid.DUTY}:
        return f"{about.words.sum}：{yuan(amount)}元"
    words = f"{_PAID_AGAIN.get(about.paid, '')}{yuan(amount)}元"
    if about.paid is Paid.MONTHLY and each.months:
        words += f"，还可领{each.months}个月，合计约{yuan(amount * each.months)}元"
    return words


def yuan(amount: Decimal) -> str:
    """Write a sum with thousands apart and without needless zeros."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")


def _card(each: Answered, due: set[str], case: Case, where: Where) -> Card:
    about = catalogue()[each.programme]
    missing = [m for c in each.conditions if c.result == "unknown" for m in c.missing]
    if each.outcome is Outcome.ELIGIBLE:
        missing = list(each.amount_missing)
    return Card(
        listing=about,
        money=money_words(about, each),
        reasons=tuple(_reason(c, where) for c in each.conditions if c.name != IN_FORCE),
        nearest=tuple(_reason(c, where) for c in each.nearest),
        missing=_by_holder(missing, where),
        not_with=tuple(
            catalogue()[name].title
            for name in sorted(due)
            if each.programme in due and _either_or(about, catalogue()[name])
        ),
        unverified=tuple((u.label, u.note) for u in each.rests_on_unverified),
        had=_had(about, case),
    )


def _had(about: Listing, case: Case) -> str:
    """Give the label of the fact that says a programme is had, where it is known to be so."""
    held = about.had and case.entities.get(fact(about.had).entity, {}).get(about.had) == YES
    return fact(about.had).label if held else ""


def _either_or(one: Listing, other: Listing) -> bool:
    return other.id in one.excludes or one.id in other.excludes


def _reason(c: Checked, where: Where) -> Reason:
    result, tag = _TAGS[c.result]
    return Reason(
        result=result,
        tag=tag,
        sentence=c.sentence,
        basis=c.basis,
        gap=f"还差{yuan(c.gap)}{c.gap_unit}" if c.gap is not None and c.gap > 0 else "",
        changes=CHANGES_ZH[c.changes],
        missing=tuple(_who_has(each, where) for each in c.missing),
    )


def _who_has(missing: Missing, where: Where) -> tuple[str, str]:
    """Give the name of what is missing, and in plain words who has it."""
    if missing.origin is None:
        return missing.label, missing.source
    return missing.label, where(fact(missing.name))


def _by_holder(missing: Iterable[Missing], where: Where) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, dict[str, None]] = {}
    for label, who in (_who_has(each, where) for each in missing):
        found.setdefault(who, {})[label] = None
    return tuple((who, tuple(labels)) for who, labels in found.items())


def _known_from(known: Known) -> str:
    if known.month is None:
        return known.source
    return f"{known.source}（{known.month // 100}年{known.month % 100}月）"


def _not_asked(answers: Answers, each: Answered) -> bool:
    """Tell whether only what the chosen circumstances left out keeps a programme open."""
    return any(
        c.result == "unknown"
        and c.missing
        and all(m.origin is not None and _left_out(answers, m.name) for m in c.missing)
        for c in each.conditions
    )


def _left_out(answers: Answers, name: str) -> bool:
    return name not in answers.skipped and not answers.asks(name)


def _worth(each: Answered) -> tuple[int, Decimal]:
    """Order by kind: money in hand, relief, status; then by what comes together, the most first."""
    about = catalogue()[each.programme]
    amount = each.amount if each.outcome is Outcome.ELIGIBLE else each.full
    times = each.months or 1 if about.paid is Paid.MONTHLY else 1
    return _RANK.get(about.paid, 3), -(amount or Decimal(0)) * times


def _listings(found: Iterable[Answered]) -> list[Listing]:
    return [catalogue()[each.programme] for each in found]
