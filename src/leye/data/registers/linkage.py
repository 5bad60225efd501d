"""Linkage (数据关联): rows that came without a valid number find their person, ads their employer.

What carries a valid number is linked at intake, by token. Here stand the others: numbers with a
wrong digit, and job seekers who give none. Each row's candidates are weighed together: at most one
of them is the person, so two who fit equally well hold each other back, and the row stays unlinked.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool import Pool
from leye.data.pool.engine import parquet, workbench
from leye.data.pool.release import Release
from leye.data.pool.store import redacted
from leye.data.registers.linkage_candidates import candidates, sampled, staff, typical
from leye.data.registers.linkage_employers import EMPLOYER_LINKS, find_employers
from leye.data.registers.linkage_model import START, Weights, score
from leye.data.registers.linkage_rows import (
    ROW_KEY,
    Bench,
    count,
    five_years,
    numbered,
    people,
    phones,
    sources_of_people,
    unlinked,
)
from leye.data.registers.linkage_weights import (
    COMPARED,
    by_accident,
    names_in,
    near_by_accident,
    weights,
    where_known,
)
from leye.data.registers.terms import stack, whole

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

_MEMORY = "3GiB"
"""What the engine may hold at once; the rest it spills."""


def link(pool: Pool, *, at: datetime) -> Release:
    """Link every row that has no person and no link yet; give the release that holds the links.

    The pool is not kept from taking deliveries while links are looked for. Without anything to
    link, the latest release stands; so it does when somebody else linked in the meantime.

    :raises PoolBusy: another writer held the pool.
    :raises StoreFailure: the store failed; nothing was linked.
    :raises LinkageFailed: the engine failed; nothing was linked.
    """
    release = pool.ledger.releases.latest()
    with ExitStack() as opened:
        folder = opened.enter_context(TemporaryDirectory(prefix="leye-linkage-"))
        engine = opened.enter_context(workbench(Path(folder)))
        engine.raw_sql(f"SET memory_limit = '{_MEMORY}'")
        bench = Bench(engine, _reading(pool, release, engine))
        with redacted("关联"):
            found = {
                "links": _rows(find_people(bench), LINKS),
                "employer_links": _rows(find_employers(bench), EMPLOYER_LINKS),
            }
    made = {table: rows for table, rows in found.items() if rows.num_rows}
    if not made:
        return release
    with pool.ledger.writing() as change:
        if any(_moved(change.release, release, table) for table in found):
            return change.release
        for table, rows in made.items():
            schema = ibis.Schema.from_pyarrow(rows.schema)
            change.append(table, rows.to_reader(), schema=schema, key=ROW_KEY)
        return change.commit(label="linkage", at=at)


def _reading(pool: Pool, release: Release, engine: Backend) -> Callable[[str], ibis.Table | None]:
    """Give the tables of a release by name: what a release pins can be read without the lock."""

    def rows(table: str) -> ibis.Table | None:
        pin = release.tables.get(table)
        if pin is None:
            return None
        files = pool.ledger.files(table, pin.version)
        return parquet(engine, files, schema=pin.schema, partitioned=pin.partitioned)

    return rows


def _moved(now: Release, then: Release, table: str) -> bool:
    return now.versions.get(table) != then.versions.get(table)


def _rows(found: ibis.Table | None, schema: ibis.Schema) -> pa.Table:
    if found is None:
        return schema.to_pyarrow().empty_table()
    rows: pa.Table = found.order_by(list(ROW_KEY)).cast(schema).to_pyarrow()
    return rows


def find_people(bench: Bench) -> ibis.Table | None:
    """Give the links of rows to persons, None where nothing can be linked."""
    rows, known = unlinked(bench), people(bench)
    calls = phones(bench)
    if rows is None or known is None or calls is None:
        return None
    pairs = candidates(bench, rows, known, calls)
    sample = sampled(bench, rows, known)
    staff(bench, rows, pairs, sample)
    typical(bench, known, sample)
    names_in(bench, known)
    chance = by_accident(bench, rows, known, calls)
    size = count(known)
    own, chance["near"] = near_by_accident(rows, pairs, size)
    with_number = pairs.source.isin(
        [each.name for each in sources_of_people() if numbered(each.name)]
    )
    found = []
    for group, mine, same in (
        ("numbered", pairs.filter(with_number), {**where_known(bench, sample), "near": own}),
        ("nameless", pairs.filter(~with_number), dict(START)),
    ):
        if count(mine):
            asked = Asked(bench, rows, known, mine, group)
            found.append(asked.decided(weights(same, chance, size=size)))
    return stack(found) if found else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The pairs of one group of rows: those with a wrong number, or those with none."""

    bench: Bench
    rows: ibis.Table
    known: ibis.Table
    pairs: ibis.Table
    group: str

    def decided(self, given: Weights) -> ibis.Table:
        """Give the links of the group."""
        self._keep_row_side()
        self._keep_person_side()
        score(
            self.bench.engine,
            left=f"row_{self.group}",
            right=f"person_{self.group}",
            names="names",
            weights=given,
            learn=self.group == "nameless",
            into=f"weighed_{self.group}",
        )
        return _decided(self.bench.engine.table(f"weighed_{self.group}"), self.pairs, self.rows)

    def _keep_row_side(self) -> None:
        """Keep what the row says, one row for each pair."""
        said = self.pairs.select("pair", "at").inner_join(self.rows, "at")
        one = whole(1) if self.group == "numbered" else ibis.null("int64")
        employer = ibis.ifelse(said.employer.notnull(), one, ibis.null("int64"))
        self.bench.keep(
            f"row_{self.group}",
            said.select(
                "pair", *COMPARED, unique_id=said.pair, employer=employer, fits=one, near=one
            ),
        )

    def _keep_person_side(self) -> None:
        """Keep what is known of the person, one row for each pair."""
        engine = self.bench.engine
        said = self.rows.select("at", called="phone", unit="employer")
        both = self.pairs.inner_join(said, "at").left_join(
            self.known, "person", rname="{name}_known"
        )
        colleagues = engine.table("staff").select("person", "source", unit="employer")
        works = both.left_join(
            colleagues.mutate(works=whole(1)), ["person", "source", "unit"], rname="{name}_staff"
        )
        aged = works.mutate(band=five_years(works.birth))
        full = aged.left_join(
            engine.table("typical"), ["source", "band", "sex"], rname="{name}_typical"
        )
        # A phone given anywhere counts as the person's own; the register's may be an old one.
        phone = ibis.ifelse(full.by_phone, full.called, full.phone)
        self.bench.keep(
            f"person_{self.group}",
            full.select(
                "pair", "name", "birth", "sex", "county", "fits",
                phone=phone,
                unique_id=full.pair,
                employer=ibis.ifelse(full.works.notnull(), whole(1), whole(0)),
                near=ibis.ifelse(full.near, whole(1), whole(0)),
            ),
        )  # fmt: skip


def _decided(weighed: ibis.Table, pairs: ibis.Table, rows: ibis.Table) -> ibis.Table:
    """Give the best candidate of each row where it is probable enough."""
    both = weighed.inner_join(pairs, "pair")
    two = ibis.literal(2.0, type="float64")
    odds = both.mutate(odds=two**both.weight)
    every = odds.odds.sum().over(group_by=odds["at"])
    sure = odds.mutate(probability=(odds.odds / (every + 1.0)).round(4))
    kept = sure.filter(sure.probability >= LEAST_PROBABILITY)
    method = ibis.cases((kept.near, "near"), (kept.by_phone, "phone"), else_="name_birth")
    named = kept.select("at", "person", "probability", method=method)
    return named.inner_join(rows.select("at", *ROW_KEY), "at").select(*LINKS.names)
