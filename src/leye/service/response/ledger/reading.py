"""What the registers say for a ledger: who left, and what became of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from leye.analysis.warning.types import ALL
from leye.data.pool import Snapshot
from leye.data.registers.codes import EMPLOYED, evidence
from leye.data.registers.queries.firms import FirmChoice, Firms
from leye.data.registers.queries.leavers import Standing, leavings, standings
from leye.kernel.months import first_day, last_day, month_add
from leye.kernel.place import EVERYWHERE
from leye.service.response.cases.models import Case
from leye.service.response.ledger.enums import Help, Outcome
from leye.service.response.ledger.operations import Known, Leaver

BACK = 1
"""Months before the case's first month that its leavers are looked for in."""
MOST_FIRMS = 5_000
_OUTCOMES = {
    "employed_insured": Outcome.JOB,
    "employed_filed": Outcome.JOB,
    "public_welfare_post": Outcome.WELFARE_POST,
    "self_employed": Outcome.SELF_EMPLOYED,
    "flexible": Outcome.FLEXIBLE,
    "farming": Outcome.FLEXIBLE,
    "migrant": Outcome.MIGRANT,
    "student": Outcome.STUDY,
    "retired": Outcome.RETIRED,
}


@dataclass(frozen=True, slots=True)
class Left:
    """The employer somebody left, and the day where it is known."""

    employer: int
    on: date | None


def leavers_of(
    case: Case, snapshot: Snapshot, firms: Firms | None, *, newest: int
) -> tuple[Leaver, ...]:
    """Give who left the employers of a case since the month before it began, by person.

    Of a firm's case these are its own; of an industry's or a place's those of its firms of ten
    people and more. A case about a feed or a key group, or of a firm nobody knows the key of, has
    none.
    """
    employers = _employers(case, firms, newest=newest)
    if not employers:
        return ()
    first = first_day(month_add(case.month, -BACK))
    left = leavings(snapshot, employers, first=first, last=last_day(newest))
    homes = {
        each.person: each.residence
        for each in standings(
            snapshot, [each.person for each in left], month=newest, benefit_bit=_benefit()
        )
    }
    return tuple(
        Leaver(each.person, each.employer, homes.get(each.person, ""), each.day) for each in left
    )


def known_of(persons: Mapping[int, Left], snapshot: Snapshot, *, month: int) -> dict[int, Known]:
    """Give what the registers know in a month of persons who left an employer, by person.

    Being with it still is no new job, but none lost; a month before they left says nothing of
    after. Farming counts as flexible work, as the ministry counts it.
    """
    day = last_day(month)
    after = [key for key, left in persons.items() if left.on is None or left.on <= day]
    found = standings(snapshot, after, month=month, benefit_bit=_benefit())
    return {each.person: _known(each, persons[each.person].employer, day) for each in found}


def _known(standing: Standing, left: int, day: date) -> Known:
    helped = set()
    if standing.status == "unemployed_registered":
        helped.add(Help.REGISTERED)
    if standing.benefit:
        helped |= {Help.REGISTERED, Help.BENEFIT}
    if standing.training:
        helped.add(Help.TRAINING)
    outcome = _OUTCOMES.get(standing.status)
    if standing.status in EMPLOYED and left and standing.employer == left:
        # The month's newest evidence is still the job they lost: nothing is known of after.
        outcome = None
    return Known(frozenset(helped), outcome, day)


def _employers(case: Case, firms: Firms | None, *, newest: int) -> Collection[int]:
    if case.employer > 0:
        return (case.employer,)
    if case.feed or case.employer or firms is None:
        return ()
    whole, trade = f"{ALL}={ALL}", f"division={case.industry}"
    if case.subject not in {f"{case.place}/{axis}/{ALL}" for axis in (whole, trade)}:
        return ()
    chosen = FirmChoice(newest, place=case.place, industry=case.industry, order="size")
    rows = firms.listed(chosen, scope=EVERYWHERE, limit=MOST_FIRMS)
    return tuple(row.employer for row in rows)


def _benefit() -> int:
    return evidence()["benefit"]
