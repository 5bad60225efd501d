"""Linkage (数据关联): rows that came without a valid number find their person, ads their employer.

What carries a valid number is linked at intake, by token. Here stand the others: numbers with a
wrong digit, and job seekers who give none. Each row's candidates are weighed together: at most one
of them is the person, so two who fit equally well hold each other back, and the row stays unlinked.
"""

import math
from contextlib import ExitStack
from datetime import datetime

import ibis
import pyarrow as pa

from leye.data.pool import Pool
from leye.data.pool.engine import workbench
from leye.data.pool.files import work_folder
from leye.data.pool.release import Release
from leye.data.pool.transaction import Transaction
from leye.data.registers.linkage_employers import EMPLOYER_LINKS, find_employers
from leye.data.registers.linkage_model import CLUES, Weights, score, starting
from leye.data.registers.linkage_rows import (
    ROW_KEY,
    Bench,
    candidates,
    counted,
    people,
    phones,
    staff,
    unlinked,
)
from leye.data.registers.terms import whole

LINKS = ibis.schema(
    {
        "source": "string",
        "delivery": "string",
        "row": "int64",
        "person": "int64",
        "probability": "float64",
        "method": "string",
    }
)
"""Who a row speaks of. ``method``: ``near``, ``phone`` or ``name_birth``, how they were found."""

LEAST_PROBABILITY = 0.9
"""A link is made from here on. Below it more than one in ten would be wrong, and a wrong link puts
one person's history on another, which is worse than a row without a person."""

_COMPARED = ("name", "phone", "birth", "sex", "county")


def link(pool: Pool, *, at: datetime) -> Release:
    """Link every row that has no person and no link yet; give the release that holds the links.

    Without anything to link, the latest release stands.

    :raises PoolBusy: another writer held the pool.
    :raises StoreFailure: the store failed; nothing was linked.
    :raises LinkageFailed: the engine failed; nothing was linked.
    """
    with ExitStack() as stack:
        change = stack.enter_context(pool.ledger.writing())
        folder = stack.enter_context(work_folder(pool.ledger.work))
        engine = stack.enter_context(workbench(folder))
        bench = Bench(engine, lambda table: change.rows(table, engine=engine))
        found = [
            _append(change, "links", find_people(bench), LINKS),
            _append(change, "employer_links", find_employers(bench), EMPLOYER_LINKS),
        ]
        return change.commit(label="linkage", at=at) if any(found) else change.release


def _append(change: Transaction, table: str, found: ibis.Table | None, schema: ibis.Schema) -> bool:
    if found is None:
        return False
    rows: pa.Table = found.order_by(list(ROW_KEY)).cast(schema).to_pyarrow()
    if rows.num_rows:
        change.append(table, rows.to_reader(), schema=schema, key=ROW_KEY)
    return bool(rows.num_rows)


def find_people(bench: Bench) -> ibis.Table | None:
    """Give the links of rows to persons, None where nothing can be linked."""
    rows, known = unlinked(bench), people(bench)
    calls = phones(bench)
    if rows is None or known is None or calls is None:
        return None
    pairs = candidates(bench, rows, known, calls)
    numbered = bench.keep("pairs", pairs.mutate(pair=_numbered(pairs)))
    if not _count(numbered):
        return None
    _two_sides(bench, rows, known, numbered)
    weights = _weights(bench, rows, known, calls, numbered)
    score(
        bench.engine, left="side_row", right="side_person", names="names", weights=weights,
        into="weighed",
    )  # fmt: skip
    return _decided(bench.engine.table("weighed"), numbered, rows)


def _numbered(pairs: ibis.Table) -> ibis.expr.types.IntegerColumn:
    return ibis.row_number().over(order_by=[pairs["at"], pairs.person])


def _count(rows: ibis.Table) -> int:
    return int(rows.count().to_pyarrow().as_py())


def _two_sides(bench: Bench, rows: ibis.Table, known: ibis.Table, pairs: ibis.Table) -> None:
    """Keep what the row says and what is known of the person, one row for each pair."""
    said = pairs.select("pair", "at").inner_join(rows, "at")
    one = ibis.literal(1, type="int64")
    nothing, zero = ibis.null("int64"), ibis.literal(0, type="int64")
    bench.keep(
        "side_row",
        said.select(
            "pair",
            *_COMPARED,
            unique_id=said.pair,
            employer=ibis.ifelse(said.employer.notnull(), one, nothing),
            near=ibis.ifelse(said.source == "job_seekers", nothing, one),
        ),
    )
    colleagues = staff(bench, rows, pairs).mutate(works=one)
    given = pairs.rename(by_phone="phone").left_join(known, "person", rname="{name}_known")
    both = given.left_join(colleagues, ["at", "person"], rname="{name}_staff")
    asked = both.inner_join(rows.select("at", called="phone"), "at")
    # A phone given anywhere counts as the person's own; the register's may be an old one.
    phone = ibis.ifelse(asked.by_phone, asked.called, asked.phone)
    bench.keep(
        "side_person",
        asked.select(
            "pair", "name", "birth", "sex", "county",
            phone=phone,
            unique_id=asked.pair,
            employer=ibis.ifelse(asked.works.notnull(), one, zero),
            near=ibis.ifelse(asked.near, one, zero),
        ),
    )  # fmt: skip


def _weights(
    bench: Bench, rows: ibis.Table, known: ibis.Table, calls: ibis.Table, pairs: ibis.Table
) -> Weights:
    size = max(_count(known), 2)
    chance = counted(known, _COMPARED)
    chance["phone"] = counted(calls, ["phone"])["phone"]
    chance["employer"] = 1e-3
    asked = _count(rows.filter(rows.source != "job_seekers"))
    near = pairs.filter(pairs.near)
    found = near.group_by("at").agg(n=near.count())
    own, others = own_and_others(rows=asked, found=_count(found), pairs=_count(near))
    chance["near"] = others / size
    frequency = known.filter(known.name.notnull())
    total = whole(max(_count(frequency), 1)).cast("float64")
    bench.keep("names", frequency.group_by("name").agg(tf_name=frequency.count() / total))
    return starting(chance, near=own, prior=1 / size)


def own_and_others(*, rows: int, found: int, pairs: int) -> tuple[float, float]:
    """Tell how often a row's own person is among its candidates, and how many strangers are.

    Of ``rows`` rows ``found`` have a candidate, ``pairs`` in all. Strangers come by chance
    (Poisson), so a row has none at all with the chance ``(1 - own) * exp(-strangers)``.
    """
    if not rows or not pairs:
        return 0.95, 0.1
    none, mean = 1 - found / rows, pairs / rows
    low, high = max(mean - 1, 0.0), mean
    for _ in range(60):
        middle = (low + high) / 2
        if (1 - mean + middle) * math.exp(-middle) < none:
            low = middle
        else:
            high = middle
    return mean - low, max(low, 0.01)


def _decided(weighed: ibis.Table, pairs: ibis.Table, rows: ibis.Table) -> ibis.Table:
    """Give the best candidate of each row where it is probable enough."""
    both = weighed.inner_join(pairs, "pair")
    two = ibis.literal(2.0, type="float64")
    odds = both.mutate(odds=two**both.weight)
    every = odds.odds.sum().over(group_by=odds["at"])
    sure = odds.mutate(probability=(odds.odds / (every + 1.0)).round(4))
    kept = sure.filter(sure.probability >= LEAST_PROBABILITY)
    method = ibis.cases((kept.near, "near"), (kept.phone, "phone"), else_="name_birth")
    named = kept.select("at", "person", "probability", method=method)
    return named.inner_join(rows.select("at", *ROW_KEY), "at").select(*LINKS.names)


__all__ = ["CLUES", "LEAST_PROBABILITY", "LINKS", "find_people", "link", "own_and_others"]
