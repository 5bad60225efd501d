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


def best_links(links: ibis.Table, source: str) -> ibis.Table:
    """Give the most probable person of each linked row of a source."""
    own = links.filter(links.source == source)
    best = [own.probability.desc(), own.person]
    rank = ibis.row_number().over(group_by=["delivery", "row"], order_by=best)
    own = own.mutate(rank=rank)
    own = own.filter(own.rank == ibis.literal(0, type="int64"))
    return own.select(link_delivery=own.delivery, link_row=own.row, link_person=own.person)


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
