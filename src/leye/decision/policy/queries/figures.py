"""How many are entitled (应享), how many of them receive it (在享), the gap, and what it costs."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis

from leye.data.pool import Snapshot
from leye.data.registers.codes import groups
from leye.decision.policy.catalogue import catalogue
from leye.decision.policy.costs import times_a_year
from leye.decision.policy.programmes import programme
from leye.decision.policy.receiving import recorded
from leye.kernel.place import PlaceLevel, Scope, place_level, place_prefix

ALL = "all"
_COUNTS, _ROWS, _PAID = "entitlement_count", "entitlement", "receiving"
_ELIGIBLE = "eligible"
_DIGITS = {PlaceLevel.CITY: 4, PlaceLevel.COUNTY: 6, PlaceLevel.TOWN: 9, PlaceLevel.VILLAGE: 12}


@dataclass(frozen=True, slots=True)
class Figures:
    """One programme in one place and group ("all": everybody).

    ``receiving``: of the eligible, those on record as receiving it; ``gap``: the others;
    ``recipients``: everybody on record, eligible or not; all three None where no source says who
    receives it. ``cost``: yuan a year if every eligible one received it, None for no payment;
    ``cost_known``: of how many of the eligible the amount is known. ``cannot_tell`` and
    ``not_eligible`` are None where they are not counted: of key groups, and below the county.
    """

    programme: str
    place: str
    group: str
    eligible: int
    receiving: int | None
    gap: int | None
    recipients: int | None
    cost: Decimal | None
    cost_known: int
    cannot_tell: int | None
    not_eligible: int | None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A condition in the way: of how many it fails, and fails alone; of how many it is open."""

    condition: str
    failing: int
    failing_alone: int
    unknown: int
    unknown_alone: int


def screened_months(snapshot: Snapshot) -> tuple[int, ...]:
    """Give the months that have been screened, the earliest first."""
    return snapshot.months_of(_COUNTS)


def programme_figures(
    snapshot: Snapshot, month: int, *, within: str, group: str = ALL, scope: Scope
) -> tuple[Figures, ...]:
    """Give the figures of every programme inside a place, in the order of the catalogue.

    What lies outside the scope is left out. A month that was not screened gives nothing.
    """
    return _figures(snapshot, month, within=within, group=group, scope=scope, by="programme")


def figures_by_place(
    snapshot: Snapshot,
    month: int,
    name: str,
    *,
    within: str,
    level: PlaceLevel = PlaceLevel.COUNTY,
    group: str = ALL,
    scope: Scope,
) -> tuple[Figures, ...]:
    """Give a programme's figures for each place of a level inside ``within``; no zero lines.

    Whose place is known less finely stands under the place that is known.

    :raises UnknownCode: there is no such programme.
    """
    programme(name)
    found = _figures(
        snapshot, month, within=within, group=group, scope=scope, by="place", name=name, level=level
    )
    return tuple(sorted(found, key=lambda each: each.place))


def figures_by_group(
    snapshot: Snapshot, month: int, name: str, *, within: str, scope: Scope
) -> tuple[Figures, ...]:
    """Give a programme's figures for everybody and for each key group, in their order.

    :raises UnknownCode: there is no such programme.
    """
    programme(name)
    if month not in screened_months(snapshot):
        return ()
    counted = _from_counts(snapshot, month, within, scope, None, name, 0)
    coarse = _is_coarse(within, PlaceLevel.COUNTY, scope)
    paid = _recipients_by_group(snapshot, month, within, scope, name)
    found = []
    for group in (ALL, *groups()):
        own = counted.get((name, "", group), {})
        if not coarse:
            own = _from_rows(snapshot, month, within, scope, group, name, 0).get((name, ""), {})
        found.append(_line((name, ""), within, group, own, {(name, ""): paid.get(group, 0)}))
    return tuple(found)


def obstacles(
    snapshot: Snapshot, month: int, name: str, *, within: str, scope: Scope
) -> tuple[Obstacle, ...]:
    """Give the conditions of a programme by how many they keep from it, of everybody in a place.

    :raises UnknownCode: there is no such programme.
    """
    conditions = [each.name for each in programme(name).every_condition]
    rows = _in(snapshot, _COUNTS, month, within, scope)
    if rows is None:
        return ()
    rows = rows.filter((rows.programme == name) & (rows.group_code == ALL))
    counted = rows.group_by(["failing", "missing"]).agg(n=rows.n.sum())
    sums: dict[str, list[int]] = {each: [0, 0, 0, 0] for each in conditions}
    for row in counted.to_pyarrow().to_pylist():
        for bit, condition in enumerate(conditions):
            for at, mask in ((0, row["failing"]), (2, row["missing"])):
                if mask >> bit & 1:
                    sums[condition][at] += int(row["n"])
                    sums[condition][at + 1] += int(row["n"]) if mask == 1 << bit else 0
    return tuple(Obstacle(each, *sums[each]) for each in conditions)


def fund_costs(snapshot: Snapshot, month: int) -> Mapping[str, Decimal] | None:
    """Give what all that is due costs each fund in a year; None where the month is not screened."""
    if month not in screened_months(snapshot):
        return None
    rows = snapshot.months(_COUNTS, (month,))
    rows = rows.filter((rows.group_code == ALL) & (rows.outcome == _ELIGIBLE))
    counted = rows.group_by("programme").agg(cost=rows.cost.sum())
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in counted.to_pyarrow().to_pylist():
        listed = catalogue().get(row["programme"])
        if listed is not None:
            found[listed.fund] += row["cost"]
    return found


def _figures(
    snapshot: Snapshot,
    month: int,
    *,
    within: str,
    group: str,
    scope: Scope,
    by: str,
    name: str = "",
    level: PlaceLevel = PlaceLevel.COUNTY,
) -> tuple[Figures, ...]:
    if month not in screened_months(snapshot):
        return ()
    width = _DIGITS[level] if by == "place" else 0
    counted: Mapping[_Key, Mapping[str, Any]]
    if _is_coarse(within, level, scope):
        every = _from_counts(snapshot, month, within, scope, group, name, width)
        counted = {(one, at): line for (one, at, _), line in every.items()}
    else:
        counted = _from_rows(snapshot, month, within, scope, group, name, width)
    paid = _recipients(snapshot, month, within, scope, group, name, width)
    order = {each: at for at, each in enumerate(catalogue())}
    keys = sorted({*counted, *paid}, key=lambda key: (order.get(key[0], len(order)), key))
    return tuple(
        _line(key, within if by == "programme" else key[1], group, counted.get(key, {}), paid)
        for key in keys
    )


def _is_coarse(within: str, level: PlaceLevel, scope: Scope) -> bool:
    """Whether counts, which are by county, can answer."""
    fine = _DIGITS[PlaceLevel.COUNTY]
    widths = (len(place_prefix(within)), _DIGITS[level], *map(len, scope.prefixes))
    return max(widths) <= fine


_Key = tuple[str, str]


def _line(
    key: _Key, place: str, group: str, counted: Mapping[str, Any], paid: Mapping[_Key, int]
) -> Figures:
    known = key[0] in recorded()
    eligible, receiving = counted.get("eligible", 0), counted.get("receiving", 0)
    is_paid = times_a_year(key[0]) is not None
    return Figures(
        programme=key[0],
        place=place,
        group=group,
        eligible=eligible,
        receiving=receiving if known else None,
        gap=eligible - receiving if known else None,
        recipients=paid.get(key, 0) if known else None,
        cost=counted.get("cost", Decimal(0)) if is_paid else None,
        cost_known=counted.get("cost_known", 0),
        cannot_tell=counted.get("cannot_tell", 0) if "cannot_tell" in counted else None,
        not_eligible=counted.get("not_eligible", 0) if "not_eligible" in counted else None,
    )


def _from_counts(
    snapshot: Snapshot,
    month: int,
    within: str,
    scope: Scope,
    group: str | None,
    name: str,
    width: int,
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Give the counts by programme, place and group; ``group`` None is every group."""
    rows = _in(snapshot, _COUNTS, month, within, scope)
    if rows is None:
        return {}
    rows = rows.filter(rows.group_code == group) if group is not None else rows
    rows = rows.filter(rows.programme == name) if name else rows
    rows = rows.mutate(at=rows.place.substr(0, width))
    found = rows.group_by(["programme", "at", "group_code", "outcome"]).agg(
        n=rows.n.sum(),
        receiving=rows.receiving.sum(),
        cost=rows.cost.sum(),
        known=rows.amount_known.sum(),
    )
    lines: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in found.to_pyarrow().to_pylist():
        key = (row["programme"], row["at"], row["group_code"])
        blank = {"cannot_tell": 0, "not_eligible": 0} if key[2] == ALL else {}
        line = lines.setdefault(key, blank)
        if row["outcome"] == _ELIGIBLE:
            line |= {"eligible": int(row["n"]), "receiving": int(row["receiving"])}
            line |= {"cost": row["cost"], "cost_known": int(row["known"])}
        else:
            line[row["outcome"]] = int(row["n"])
    return lines


def _from_rows(
    snapshot: Snapshot, month: int, within: str, scope: Scope, group: str, name: str, width: int
) -> dict[_Key, dict[str, Any]]:
    """Count the eligible one by one: below the county nothing else is kept."""
    rows = _in(snapshot, _ROWS, month, within, scope)
    if rows is None:
        return {}
    rows = _of_group(rows.filter(rows.outcome == _ELIGIBLE), group)
    rows = rows.filter(rows.programme == name) if name else rows
    rows = rows.mutate(at=rows.place.substr(0, width), months=rows.months.fill_null(0))
    left = ibis.ifelse((rows.months > 0) & (rows.months < 12), rows.months, 12)
    rows = rows.mutate(in_a_year=rows.amount * left)
    found = rows.group_by(["programme", "at"]).agg(
        n=rows.count(),
        receiving=rows.receiving.sum(),
        once=rows.amount.sum(),
        monthly=rows.in_a_year.sum(),
        known=rows.amount.count(),
    )
    lines = {}
    for row in found.to_pyarrow().to_pylist():
        cost = row["once"] if times_a_year(row["programme"]) == 1 else row["monthly"]
        lines[row["programme"], row["at"]] = {
            "eligible": int(row["n"]),
            "receiving": int(row["receiving"] or 0),
            "cost": Decimal(cost or 0).quantize(Decimal("0.01")),
            "cost_known": int(row["known"]),
        }
    return lines


def _recipients(
    snapshot: Snapshot, month: int, within: str, scope: Scope, group: str, name: str, width: int
) -> dict[_Key, int]:
    rows = _in(snapshot, _PAID, month, within, scope)
    if rows is None:
        return {}
    rows = _of_group(rows, group)
    rows = rows.filter(rows.programme == name) if name else rows
    rows = rows.mutate(at=rows.place.substr(0, width))
    found = rows.group_by(["programme", "at"]).agg(n=rows.count())
    return {(row["programme"], row["at"]): row["n"] for row in found.to_pyarrow().to_pylist()}


def _recipients_by_group(
    snapshot: Snapshot, month: int, within: str, scope: Scope, name: str
) -> dict[str, int]:
    rows = _in(snapshot, _PAID, month, within, scope)
    if rows is None:
        return {}
    rows = rows.filter(rows.programme == name)
    found = rows.group_by("groups").agg(n=rows.count()).to_pyarrow().to_pylist()
    sums = {ALL: sum(row["n"] for row in found)}
    for code, bit in groups().items():
        sums[code] = sum(row["n"] for row in found if row["groups"] & bit)
    return sums


def _of_group(rows: ibis.Table, group: str) -> ibis.Table:
    if group == ALL:
        return rows
    bit = ibis.literal(groups()[group], type="int32")
    return rows.filter((rows.groups & bit) != ibis.literal(0, type="int32"))


def _in(snapshot: Snapshot, table: str, month: int, within: str, scope: Scope) -> ibis.Table | None:
    if table not in snapshot.manifest.tables:
        return None
    rows = snapshot.months(table, (month,), scope=scope)
    inside = rows.place.startswith(place_prefix(within))
    if place_level(within) is PlaceLevel.CITY:
        # Whose place nobody knows is of the city.
        inside |= rows.place == ""
    return rows.filter(inside)
