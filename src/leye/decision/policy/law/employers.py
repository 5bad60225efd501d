"""What several families ask of an employer: its kind, its size, whom it took on."""

import numpy as np

from leye.decision.policy.conditions import Condition, among, condition, holds, lacks
from leye.decision.policy.kleene import Number, Truth, above, all_of, at_least
from leye.decision.policy.situation import Formula, Situation

FIRMS = ("company", "sole", "partnership", "cooperative")
"""Kinds that are treated as firms; the texts do not name cooperatives one way or the other."""
SMALL_AND_MEDIUM = ("medium", "small", "micro")
SMALL = ("small", "micro")
_PLACES = 6


def reaches_share(part: Number, whole: Number, share: float) -> Truth:
    """Tell whether part >= share x whole; rounded, so that 0.1 x 30 is 3."""
    return at_least(np.round(part, _PLACES), np.round(share * whole, _PLACES))


def within_share(part: Number, whole: Number, share: float) -> Truth:
    """Tell whether part <= share x whole, of a whole above nothing."""
    return all_of(above(whole, 0), reaches_share(-part, -whole, share))


def is_kind(
    *kinds: str, basis: str, says: str = "单位需要是企业", name: str = "is_a_firm"
) -> Condition:
    """Give the condition that the employer is one of the kinds."""
    return among(name, says, fact="firm_kind", options=kinds, basis=basis)


def is_size(*sizes: str, basis: str, says: str) -> Condition:
    """Give the condition that the firm is one of the sizes."""
    return among("size", says, fact="firm_size", options=sizes, basis=basis)


def took_on(says: str, *facts: str, basis: str) -> Condition:
    """Give the condition that at least one person of some kinds was taken on."""
    return condition(
        "took_on",
        says,
        lambda s: at_least(persons(*facts)(s), 1),
        basis=basis,
        gap=lambda s: 1 - persons(*facts)(s),
        gap_unit="人",
    )


def persons(*facts: str) -> Formula:
    """Give the sum of some numbers of persons."""
    return lambda s: np.add.reduce([s.number(fact) for fact in facts])


def contract_of_a_year(basis: str) -> Condition:
    """Give the condition that those taken on have contracts of a year or more."""
    return holds(
        "contract_one_year",
        "需要和他们签1年以上的劳动合同",
        fact="hires_contract_one_year",
        basis=basis,
    )


def pays_insurance(basis: str) -> Condition:
    """Give the condition that the employer pays social insurance for those taken on."""
    return holds("insured", "需要依法为他们缴纳社会保险费", fact="hires_insured", basis=basis)


def not_before(says: str, *, fact: str, basis: str, name: str = "not_before") -> Condition:
    """Give the condition that the same grant was not given before."""
    return lacks(name, says, fact=fact, basis=basis)


def months_left(most: str, used: str) -> Formula:
    """Give the months that are left of the most (a path), never below 0."""
    return lambda s: np.maximum(0, s.value(most) - s.number(used))


def still_months(says: str, left: Formula, basis: str) -> Condition:
    """Give the condition that some months are left."""
    return condition("months_left", says, lambda s: above(left(s), 0), basis=basis)


def up_to(s: Situation, cap: Number | float, wanted: Number) -> Number:
    """Give what is wanted up to a cap, the cap where what is wanted is not known."""
    most = np.broadcast_to(cap, (s.size,))
    return np.where(np.isnan(most), np.nan, np.fmin(most, wanted))
