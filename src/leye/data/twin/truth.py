"""Where each comparison rule is true at the end of a month, told from the city itself.

Nothing here looks at a delivery. A rule is true as long as what it describes stands; when it began
to stand is remembered. Cases planted are marked, but found like all others.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin import truth_people
from leye.data.twin.city import PLANTED, City
from leye.data.twin.codes import (
    COMPARISON_RULES,
    PROGRAMMES,
    ComparisonRule,
    Contributor,
    EndReason,
    FirmKind,
    Pension,
    Programme,
    Status,
)
from leye.data.twin.draws import first_day, yyyymm
from leye.data.twin.events import CONFLICT, Rows
from leye.data.twin.truth_people import Found, found

_SINCE = "conflicts since"
_AWAY = 2  # months around a layoff in which its report may be planned
_FAR_SHARE, _FAR_PERSONS = 0.2, 10
_MASS, _MASS_SHARE, _MASS_LEAST = 20, 0.1, 10
_OWN_WILL = (EndReason.RESIGNED, EndReason.RETIRED, EndReason.DIED)


def conflicts(city: City, reports: Rows) -> Rows:
    """Give where each rule of ComparisonRule is true at the end of the month (layout CONFLICT)."""
    rules = ComparisonRule
    checks: dict[ComparisonRule, Callable[[], Found]] = {
        rules.BENEFIT_WHILE_INSURED: lambda: _benefit_while_insured(city),
        rules.REGISTERED_BUT_EMPLOYED: lambda: _registered_but_employed(city),
        rules.FILED_WITHOUT_CONTRIBUTIONS: lambda: _filed_without_contributions(city),
        rules.CONTRIBUTIONS_WITHOUT_FILING: lambda: _contributions_without_filing(city),
        rules.DEAD_OR_RETIRED_PAID: lambda: _dead_or_retired_paid(city),
        rules.OWNER_WITH_FLEXIBLE_SUBSIDY: lambda: _owner_with_flexible_subsidy(city),
        rules.WELFARE_POST_EMPLOYED_ELSEWHERE: lambda: truth_people.posts_elsewhere(city),
        rules.OVERLAPPING_TRAININGS: lambda: truth_people.overlapping_trainings(city),
        rules.SAME_SUBSIDY_TWICE: lambda: truth_people.paid_twice(city),
        rules.GRADUATE_WITHOUT_EVIDENCE: lambda: truth_people.silent_graduates(city),
        rules.HOUSEHOLD_ZERO_EMPLOYMENT: lambda: truth_people.zero_households(city),
        rules.UNREPORTED_LAYOFF: lambda: _unreported_layoff(city),
        rules.REPORT_FAR_FROM_INSURED: lambda: _report_far(city, reports),
        rules.SEPARATION_REASON_DIFFERS: lambda: truth_people.reasons_differ(city),
    }
    parts = [_rows(city, rule, check()) for rule, check in checks.items()]
    return np.concatenate(parts)


def _rows(city: City, rule: ComparisonRule, case: Found) -> Rows:
    key = case.person * (city.firms.size + 1) + case.firm + 1
    key, first = np.unique(key, return_index=True)
    person, firm = case.person[first], case.firm[first]
    rows = np.zeros(len(key), dtype=CONFLICT)
    rows["rule"] = COMPARISON_RULES.index(rule)
    rows["person"], rows["firm"], rows["month"] = person, firm, city.month
    rows["since"] = yyyymm(_since(city, rule, key, case.since[first]))
    planted = city.memory.get(PLANTED, {}).get(rule, np.zeros(0, dtype=np.int64))
    rows["planted"] = np.isin(np.where(person >= 0, person, firm), planted)
    return rows


def _since(
    city: City, rule: ComparisonRule, key: NDArray[np.int64], given: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the month each case began: as given, else the month it was first seen without a gap."""
    memory: dict[ComparisonRule, tuple[Any, Any]] = city.memory.setdefault(_SINCE, {})
    known, began = memory.get(rule, (key[:0], given[:0]))
    at = np.searchsorted(known, key)
    at = np.minimum(at, max(len(known) - 1, 0))
    seen = known[at] == key if len(known) else np.zeros(len(key), dtype=np.bool_)
    since = np.where(given > 0, given, city.ordinal)
    if len(known):
        since = np.where((given == 0) & seen, began[at], since)
    memory[rule] = (key, since)
    return since


def _benefit_while_insured(city: City) -> Found:
    paid = city.records.so_far("benefits")["person"].astype(np.int64)
    both = paid[city.people.contributor[paid] == Contributor.UNIT]
    return found(both, city.people.payer[both])


def _registered_but_employed(city: City) -> Found:
    people = city.people
    registered = np.flatnonzero((people.unemployment > 0) & people.alive)
    job = np.isin(people.status[registered], [Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED])
    begun = people.unemployment_day[registered].astype("M8[D]").astype("M8[M]").astype(np.int64)
    after = people.job_start[registered] >= begun + 1970 * 12
    index = registered[job & after]
    return found(index, people.employer[index], people.job_start[index])


def _filed_without_contributions(city: City) -> Found:
    people = city.people
    filed = np.flatnonzero((people.filing > 0) & people.alive)
    whole = people.filing_start[filed] < int(first_day(city.month).astype(np.int64))
    unpaid = people.contributor[filed] == Contributor.NONE
    free = (people.unemployment[filed] == 0) & (people.pension[filed] == Pension.NONE)
    open_firm = city.units.open[people.employer[filed]]
    index = filed[whole & unpaid & free & open_firm]
    return found(index, people.employer[index])


def _contributions_without_filing(city: City) -> Found:
    people = city.people
    paid = np.flatnonzero(people.contributor == Contributor.UNIT)
    payer = people.payer[paid]
    private = city.firms.kind[payer] != FirmKind.PUBLIC
    filed = (people.filing[paid] > 0) & (people.employer[paid] == payer)
    index = paid[private & ~filed]
    return found(index, people.payer[index])


def _dead_or_retired_paid(city: City) -> Found:
    people = city.people
    gone = np.flatnonzero((people.died > 0) & (people.died < city.ordinal))
    paid = (people.pension[gone] > 0) | (people.contributor[gone] > 0)
    benefit = city.records.so_far("benefits")["person"].astype(np.int64)
    pensioner = benefit[people.pension[benefit] == Pension.EMPLOYEE]
    return found(np.concatenate([gone[paid], pensioner]))


def _owner_with_flexible_subsidy(city: City) -> Found:
    rows = city.records.so_far("subsidies")
    index = rows["programme"] == PROGRAMMES.index(Programme.FLEXIBLE_INSURANCE)
    person = rows["person"][index].astype(np.int64)
    owned = np.full(city.population.size, -1, dtype=np.int64)
    open_firms = np.flatnonzero(city.units.open & (city.firms.owner >= 0))
    owned[city.firms.owner[open_firms]] = open_firms
    owners = person[owned[person] >= 0]
    return found(owners, owned[owners])


def _unreported_layoff(city: City) -> Found:
    rows = city.records.so_far("separations")
    sent = rows[rows["filed"] & ~np.isin(rows["reason"], _OWN_WILL) & (rows["firm"] >= 0)]
    count = np.bincount(sent["firm"], minlength=city.firms.size)
    before = city.memory["last headcount"]
    many = (count >= _MASS) | ((count >= _MASS_LEAST) & (count >= _MASS_SHARE * before))
    reported = city.memory.get("layoffs reported", np.zeros(city.firms.size, dtype=np.int64))
    near = reported >= city.ordinal - _AWAY
    firm = np.flatnonzero(many & ~near)
    return found(np.full(len(firm), -1, dtype=np.int64), firm)


def _report_far(city: City, reports: Rows) -> Found:
    people = city.people
    paid = people.payer[people.contributor == Contributor.UNIT]
    insured = np.bincount(paid, minlength=city.firms.size)[reports["firm"]]
    gap = np.abs(reports["current"].astype(np.int64) - insured)
    far = (gap > _FAR_PERSONS) & (gap > _FAR_SHARE * insured)
    firm = reports["firm"][far].astype(np.int64)
    return found(np.full(len(firm), -1, dtype=np.int64), firm)
