"""What a programme costs whoever pays it, within a year: how often the amount of one is paid.

Duties, recognitions and relief (a loan, a tax not levied) are no payments and count as none.
"""

from leye.decision.policy.catalogue import Paid, catalogue

ONCE = frozenset({Paid.ONCE, Paid.YEARLY})
MONTHLY = frozenset({Paid.MONTHLY})
YEAR = 12
"""The most months of a monthly payment that fall within a year."""
NOT_PUBLIC = "用人单位"


def costs(how: frozenset[Paid]) -> tuple[str, ...]:
    """Give the programmes that are paid out of public money in one of these ways."""
    return tuple(
        name
        for name, listed in sorted(catalogue().items())
        if listed.paid in how and listed.fund not in {NOT_PUBLIC, "none"}
    )


def times_a_year(programme: str) -> int | None:
    """Give how often a programme is paid within a year: 1, 12 at most, None if it is no payment."""
    if programme in costs(ONCE):
        return 1
    return YEAR if programme in costs(MONTHLY) else None
