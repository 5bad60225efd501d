"""Links: the persons found for rows that name none, and how they are filled in."""

import ibis

from leye.data.pool.resolve import PERSON

LINKS = "links"
LINK_SCHEMA = ibis.schema(
    {
        "source": "string",
        "delivery": "string",
        "row": "int64",
        "person": "int64",
        "probability": "float64",
        "method": "string",
    }
)
"""Persons found for rows that name none, by the row they were found for."""


def best_links(links: ibis.Table) -> ibis.Table:
    """Give the most probable person of each linked row of every source."""
    best = [links.probability.desc(), links.person]
    rank = ibis.row_number().over(group_by=["source", "delivery", "row"], order_by=best)
    ranked = links.mutate(rank=rank)
    ranked = ranked.filter(ranked.rank == ibis.literal(0, type="int64"))
    return ranked.select(
        "source", link_delivery=ranked.delivery, link_row=ranked.row, link_person=ranked.person
    )


def links_of(best: ibis.Table, source: str) -> ibis.Table:
    """Give those of one source; see ``best_links``."""
    return best.filter(best.source == source).drop("source")


def with_links(rows: ibis.Table, best: ibis.Table) -> ibis.Table:
    """Fill the person in where a row names none and was linked to one; see ``best_links``."""
    # Rows that name somebody are nearly all; they need no link.
    return rows.filter(rows[PERSON].notnull()).union(_filled(rows, best))


def linked_rows(rows: ibis.Table, best: ibis.Table) -> ibis.Table:
    """Give the rows that name nobody and were linked to a person, with that person filled in."""
    found = _filled(rows, best)
    return found.filter(found[PERSON].notnull())


def _filled(rows: ibis.Table, best: ibis.Table) -> ibis.Table:
    nameless = rows.filter(rows[PERSON].isnull())
    same = [nameless.delivery == best.link_delivery, nameless.row == best.link_row]
    found = nameless.left_join(best, same)
    return found.mutate(**{PERSON: found.link_person}).select(*rows.columns)
