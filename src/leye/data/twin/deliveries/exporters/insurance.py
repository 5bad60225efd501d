"""Social insurance: contributions, pensions, unemployment benefit."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from leye.data.twin.codes import Contributor
from leye.data.twin.deliveries.exporters.desk import Columns, Desk, positions
from leye.data.twin.deliveries.texts import coded

INSURANCES = ("110", "210", "410")
"""Pension insurance of employees, unemployment insurance, work injury insurance."""
_ROWS_OF = np.array([0, 3, 1, 1])
"""How many insurances each kind of contributor pays: units all three, others one."""
_INJURY = 2


def contributions(desk: Desk) -> Iterator[pa.Table]:
    """社会保险缴费明细: one row an insurance; platform workers pay only that of work injury."""
    now = desk.now
    paying = positions(now.contributor > Contributor.NONE)
    people = {"person": paying}
    for page in desk.cut(people):
        who = page.of("person")
        kind = now.contributor[who]
        times = _ROWS_OF[kind]
        each = np.repeat(who, times)
        nth = np.arange(len(each)) - np.repeat(np.cumsum(times) - times, times)
        insurance = np.where(now.contributor[each] == Contributor.PLATFORM, _INJURY, nth)
        rows = page.beside(
            person=each,
            payer=now.payer[each],
            kind=now.contributor[each],
            base=now.base[each],
            county=now.contribution_county[each],
        )
        yield rows.rows(
            id_number=rows.number(),
            name=rows.name(),
            uscc=rows.firm("payer"),
            kind=rows.code("kind"),
            insurance=coded(INSURANCES, insurance),
            base=rows.money("base"),
            month=rows.same(str(now.month)),
            place=rows.county(),
        )


def pensions(desk: Desk) -> Iterator[pa.Table]:
    """养老待遇发放."""
    now = desk.now
    paid = positions(now.pension > 0)
    records: Columns = {
        "person": paid,
        "kind": now.pension[paid],
        "amount": now.pension_amount[paid],
        "county": desk.world.places.village_county[now.residence[paid]],
    }
    for page in desk.cut(records):
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            kind=page.code("kind"),
            amount=page.money("amount"),
            month=page.same(str(now.month)),
            place=page.county(),
        )


def unemployment_benefit(desk: Desk) -> Iterator[pa.Table]:
    """失业保险金发放."""
    for page in desk.cut(desk.now.events.benefits):
        yield page.rows(
            id_number=page.number(),
            name=page.name(),
            amount=page.money("amount"),
            month=page.same(str(desk.now.month)),
            nth=page.whole("nth"),
            total=page.whole("total"),
            place=page.county(),
        )
