"""Comparisons about people and households: trainings, graduates, zero employment."""

import ibis

from leye.data.registers.codes import UNEMPLOYED, UNKNOWN
from leye.data.registers.comparison.ground import (
    Ground,
    evidence,
    fact,
    finding,
)
from leye.data.registers.people import alive
from leye.data.registers.terms import month_literal, month_number, stack
from leye.kernel.months import first_day, month_add


def overlapping_trainings(ground: Ground) -> ibis.Table:
    """Find two classes of one person whose days overlap."""
    rows = ground.people("training")
    oldest = first_day(month_add(ground.month, 1 - ground.rule.whole("window")))
    recent = rows.filter((rows.start <= ground.last) & (rows.end >= oldest)).select(
        "person", "record", "class_id", "start", "end", "place", "delivery", "row"
    )
    both = recent.inner_join(recent.view(), ["person"], rname="{name}_other")
    overlap = both.filter(
        (both.record < both.record_other)
        & (both.class_id != both.class_id_other)
        & (both.start <= both.end_other)
        & (both.start_other <= both.end)
    )
    began = ibis.greatest(overlap.start, overlap.start_other)
    facts = [
        fact(
            name,
            "training",
            overlap,
            suffix=suffix,
            start=overlap["start" + suffix],
            end=overlap["end" + suffix],
        )
        for name, suffix in (("training", ""), ("other_training", "_other"))
    ]
    return finding(
        overlap,
        person=overlap.person,
        place=overlap.place,
        case=overlap.record.concat("|", overlap.record_other),
        since=month_number(began),
        evidence=evidence(*facts),
    )


def graduate_without_evidence(ground: Ground) -> ibis.Table:
    """Find graduates of whom nothing at all is known months after they left school.

    Whoever stands in a village's ledger is for the village to ask.
    """
    rows = ground.people("graduates")
    after = month_add(ground.month, -ground.rule.whole("after"))
    until = month_add(ground.month, -ground.rule.whole("until"))
    left = rows.filter((rows.graduated <= after) & (rows.graduated > until))
    persons = ground.shelf.register("person_month")
    silent = persons.filter(persons.status == UNKNOWN).select("person", "residence")
    unlisted = silent.anti_join(ground.people("labour_ledger"), "person")
    found = left.inner_join(unlisted, ["person"])
    return finding(
        found,
        person=found.person,
        place=found.residence,
        since=ground.month,
        evidence=evidence(fact("graduate", "graduates", found, graduated=found.graduated)),
    )


def household_zero_employment(ground: Ground) -> ibis.Table:
    """Find households that have turned into zero-employment ones, and still are.

    That one has turned has to be sure. From then on it stands until somebody works again, also
    where what is known of its members grows old, or a member who leaves school is not known yet.
    """
    households = ground.shelf.register("household")
    zero = ground.shelf.keep("zero_households", households.filter(households.zero_employment))
    heads = ground.shelf.keep("zero_known_heads", _heads(ground, zero))
    both = zero.inner_join(heads, "household")
    worked = ground.shelf.keep("zero_worked", _worked_lately(ground, zero))
    turned = both.inner_join(worked, "household").anti_join(_unsure(ground), "household")
    known = both.inner_join(_found_lately(ground), "person")
    known = known.left_join(worked.rename(idle="since"), "household", rname="{name}_worked")
    lasting = known.filter((known.found_at >= known.idle).fill_null(True))
    lasting = lasting.select(*both.columns, since=month_literal(ground.month))
    found = stack([turned.select(*lasting.columns), lasting])
    return finding(
        found,
        person=found.person,
        place=found.residence,
        since=found.since,
        evidence=evidence(
            fact("household", "population", found, able=found.able, members=found.members)
        ),
    )


def _found_lately(ground: Ground) -> ibis.Table:
    """Give the heads of households found in one of the last months, and when they last were."""
    parts = []
    for back in range(1, ground.rule.whole("within") + 1):
        month = month_add(ground.month, -back)
        then = ground.shelf.register("conflict", month)
        mine = then.filter(then.rule == ground.rule.code)
        parts.append(mine.select("person", found_at=month_literal(month)))
    rows = stack(parts)
    return rows.group_by("person").agg(found_at=rows.found_at.max())


def _heads(ground: Ground, households: ibis.Table) -> ibis.Table:
    """Give the heads of these households who still live there, with the row that says so."""
    population = ground.people("population")
    heads = population.filter(population.relation == "01").semi_join(households, "household")
    heads = ground.shelf.keep("zero_heads", heads)
    theirs = ground.shelf.register("person").semi_join(heads, "person")
    here = alive(theirs, ground.month).select("person")
    return heads.semi_join(here, "person").select("person", "household", "delivery", "row")


def _worked_lately(ground: Ground, households: ibis.Table) -> ibis.Table:
    """Give households in which somebody worked in one of the last months, and since when nobody.

    That nobody does any more becomes known member by member, as the village goes round. Where
    later nobody could have worked, work did not turn into unemployment.
    """
    parts = []
    for back in range(1, ground.rule.whole("within") + 1):
        then = ground.shelf.register("household", month_add(ground.month, -back))
        then = then.semi_join(households, "household")
        since = month_literal(month_add(ground.month, 1 - back))
        parts.append(
            then.filter((then.employed > 0) | (then.able == 0)).select(
                "household", since=since, worked=then.employed > 0
            )
        )
    either = stack(parts)
    last = either.group_by("household").agg(
        since=either.since.max(where=either.worked), any_since=either.since.max()
    )
    return last.filter(last.since == last.any_since).select("household", "since")


def _unsure(ground: Ground) -> ibis.Table:
    """Give households in which it is not sure enough that somebody is out of work."""
    months = ground.shelf.register("person_month")
    guessed = months.confidence < ground.rule.limit("confidence")
    return months.filter(months.status.isin(sorted(UNEMPLOYED)) & guessed).select("household")
