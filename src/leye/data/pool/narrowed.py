"""What is worked out for everybody, worked out for a few: the same expressions over fewer rows.

An expression over a month of registers and sources takes seconds to write and a whole city's rows
to run. For one person both are too much. So an expression is written once for a month
(:class:`Plan`), over tables that hold nothing yet; to run it, these are filled with the rows that
name the wanted keys, and with every other row that bears on which of those stands. An answer holds
for the keys asked about: what an expression says of anybody else is not whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import ibis
from ibis.backends.duckdb import Backend

from leye.data.pool.build_frame import Build
from leye.data.pool.engine import SETTINGS, add, ask, kinds, make, parquet_query
from leye.data.pool.linked import LINK_SCHEMA, LINKS
from leye.data.pool.prepared import MONTH
from leye.data.pool.resolve import PERSON, key_of, newest_of, standing_of
from leye.data.pool.snapshot import Snapshot, UnknownTable
from leye.data.pool.source_contract import source_contracts, stored_schema
from leye.data.pool.source_types import Shape, SourceContract
from leye.data.pool.sql import column, either, inner, literal, select
from leye.data.pool.store import month_of_file, redacted
from leye.data.pool.transaction import of_months

Made = Mapping[str, ibis.Table]
_HOUSEHOLD, _EMPLOYER, _OWNER = "household", "employer", "owner"


@dataclass(frozen=True, slots=True)
class Keys:
    """Whose rows are wanted. Rows that name a person are found by that person alone."""

    persons: frozenset[int] = frozenset()
    households: frozenset[str] = frozenset()
    employers: frozenset[int] = frozenset()

    def condition(self, columns: Sequence[str]) -> str:
        """Give the condition on the rows of a table with these columns."""
        if PERSON in columns:
            return _within(PERSON, map(str, sorted(self.persons)))
        parts = []
        if _HOUSEHOLD in columns:
            parts.append(_within(_HOUSEHOLD, map(literal, sorted(self.households))))
        if _EMPLOYER in columns:
            parts.append(_within(_EMPLOYER, map(str, sorted(self.employers))))
        if _OWNER in columns:
            parts.append(_within(_OWNER, map(str, sorted(self.persons))))
        return either(parts)


@dataclass(frozen=True, slots=True)
class Need:
    """A table a plan reads: a register, or the rows of a source as they were delivered."""

    name: str
    month: int
    source: bool
    schema: ibis.Schema

    @property
    def table(self) -> str:
        """What it is called in the engine."""
        return f"{'source' if self.source else 'register'}_{self.name}_{self.month}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Expressions of a month in the engine's language; ``steps`` are named, in their order."""

    month: int
    needs: tuple[Need, ...]
    steps: tuple[tuple[str, str], ...]
    queries: Mapping[str, str]


def plan_of(
    snapshot: Snapshot,
    month: int,
    write: Callable[[Build], Made],
    *,
    sources: Mapping[str, SourceContract] | None = None,
) -> Plan:
    """Write the expressions that ``write`` gives of a build of the month; nothing is read.

    It holds for every snapshot whose registers have the columns of this one.

    :raises UnknownTable: a register is asked for that the pool does not have.
    """
    with _engine() as engine:
        build = _Planned(engine, snapshot, month, sources or source_contracts())
        queries = {name: str(engine.compile(rows)) for name, rows in write(build).items()}
        return Plan(month, tuple(build.needs.values()), tuple(build.steps), queries)


def narrowed(
    snapshot: Snapshot,
    plan: Plan,
    keys: Keys,
    *,
    sources: Mapping[str, SourceContract] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of each expression of a plan, for these keys.

    :raises StoreFailure: the pool cannot be read.
    """
    contracts = sources or source_contracts()
    with redacted("读取"), _engine() as engine:
        for need in plan.needs:
            columns = ", ".join(f"{column(n)} {kind}" for n, kind in kinds(need.schema))
            engine.raw_sql(f"CREATE TABLE {column(need.table)} ({columns})")
            if need.source:
                _fill_source(engine, snapshot, need, keys, contracts[need.name])
            else:
                _fill(engine, snapshot, need, keys)
        # Rows are few: what is worked out step by step is planned sooner than it is as a whole.
        for name, query in plan.steps:
            make(engine, name, query)
        return {name: ask(engine, query) for name, query in plan.queries.items()}


class _Planned(Build):
    """A build of tables that hold nothing: it notes what is asked for."""

    def __init__(
        self,
        engine: Backend,
        snapshot: Snapshot,
        month: int,
        contracts: Mapping[str, SourceContract],
    ) -> None:
        self._engine = engine
        self._contracts = contracts
        self._snapshot = snapshot
        self._month = month
        self._sources: dict[tuple[str, int], ibis.Table] = {}
        self._shared: dict[str, ibis.Table] = {}
        self.needs: dict[str, Need] = {}
        self.steps: list[tuple[str, str]] = []

    @property
    def month(self) -> int:
        return self._month

    def source(self, name: str) -> ibis.Table:
        return self._source(name, self._month)

    def source_months(self, name: str, months: Sequence[int]) -> ibis.Table:
        tables = [self._source(name, month) for month in sorted(set(months))]
        return ibis.union(*tables) if len(tables) > 1 else tables[0]

    def register(self, table: str, month: int | None = None) -> ibis.Table:
        pin = self._snapshot.manifest.tables.get(table)
        if pin is None:
            raise UnknownTable(f"“{table}”", hint="请核对表名")
        asked = self._month if month is None else month
        return self._needed(Need(table, asked, source=False, schema=pin.schema))

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        return self._step(name, rows)

    def named(self, rows: ibis.Table) -> ibis.Table:
        return self._step("named", rows)

    def shared(self, name: str, make: Callable[[Build], ibis.Table]) -> ibis.Table:
        if name not in self._shared:
            self._shared[name] = make(self)
        return self._shared[name]

    def _step(self, about: str, rows: ibis.Table) -> ibis.Table:
        name, query = f"step_{len(self.steps)}_{about}", str(self._engine.compile(rows))
        self._engine.raw_sql(f"CREATE VIEW {column(name)} AS {query}")
        self.steps.append((name, query))
        return self._engine.table(name)

    def _needed(self, need: Need) -> ibis.Table:
        if need.table not in self.needs:
            columns = ", ".join(f"{column(n)} {kind}" for n, kind in kinds(need.schema))
            self._engine.raw_sql(f"CREATE TABLE {column(need.table)} ({columns})")
            self.needs[need.table] = need
        return self._engine.table(need.table)

    def _source(self, name: str, month: int) -> ibis.Table:
        if (name, month) not in self._sources:
            if name not in self._contracts:
                raise UnknownTable(f"来源“{name}”", hint="请核对来源名称")
            contract = self._contracts[name]
            rows = self._needed(Need(name, month, source=True, schema=stored_schema(contract)))
            self._sources[name, month] = self.named(_standing(rows, contract, month))
        return self._sources[name, month]


def _standing(rows: ibis.Table, contract: SourceContract, month: int) -> ibis.Table:
    if contract.shape is Shape.MONTHLY:
        return newest_of(rows, key_of(contract))
    effective = contract.effective_from
    return standing_of(rows, key=key_of(contract), month=month, effective=effective)


def _fill(engine: Backend, snapshot: Snapshot, need: Need, keys: Keys) -> None:
    pin = snapshot.manifest.tables.get(need.name)
    files = snapshot.files(need.name, pin.version) if pin is not None else ()
    partitioned = bool(pin and pin.partitioned)
    some = of_months(files, [need.month]) if partitioned else files
    query = parquet_query(some, schema=need.schema, partitioned=partitioned)
    where = keys.condition(need.schema.names)
    add(engine, need.table, select("*", inner(query, "every"), where=where))


def _fill_source(
    engine: Backend, snapshot: Snapshot, need: Need, keys: Keys, contract: SourceContract
) -> None:
    """Take every row of the keys the wanted are named by, with its person filled in."""
    files = _source_files(snapshot, contract, need.month)
    if not files:
        return
    query = parquet_query(files, schema=need.schema, partitioned=True)
    mine = select("*", inner(query, "every"), where=keys.condition(need.schema.names))
    if linked := _linked_rows(engine, snapshot, need.name, keys):
        nameless = f"person IS NULL AND (delivery, row) IN ({', '.join(linked)})"
        mine += " UNION ALL " + select("*", inner(query, "every"), where=nameless)
    if PERSON not in contract.key:
        same = " AND ".join(
            f"{column(name, 'every')} IS NOT DISTINCT FROM {column(name, 'mine')}"
            for name in contract.key
        )
        there = select("1", inner(mine, "mine"), where=same)
        mine = select("*", inner(query, "every"), where=f"EXISTS ({there})")
    add(engine, need.table, mine)
    _fill_links(engine, snapshot, need)


def _source_files(snapshot: Snapshot, contract: SourceContract, month: int) -> tuple[str, ...]:
    pin = snapshot.manifest.tables.get(contract.table)
    files = snapshot.files(contract.table, pin.version) if pin is not None else ()
    if contract.shape is Shape.MONTHLY:
        return of_months(files, [month])
    if contract.effective_from == MONTH:
        return tuple(file for file in files if (month_of_file(file) or 0) <= month)
    return tuple(files)


def _links(snapshot: Snapshot, source: str) -> str:
    pin = snapshot.manifest.tables.get(LINKS)
    files = snapshot.files(LINKS, pin.version) if pin is not None else ()
    query = parquet_query(files, schema=LINK_SCHEMA, partitioned=False)
    return select("*", inner(query, "links"), where=f"source = {literal(source)}")


def _linked_rows(engine: Backend, snapshot: Snapshot, source: str, keys: Keys) -> list[str]:
    """Give the rows that may be the persons', without being named theirs."""
    if LINKS not in snapshot.manifest.tables or not keys.persons:
        return []
    where = keys.condition([PERSON])
    rows = ask(engine, select("delivery, row", inner(_links(snapshot, source), "l"), where=where))
    return [f"({literal(each['delivery'])}, {each['row']})" for each in rows]


def _fill_links(engine: Backend, snapshot: Snapshot, need: Need) -> None:
    """Fill in the most probable person, as ``linked.with_links`` does."""
    table = column(need.table)
    if LINKS not in snapshot.manifest.tables or PERSON not in need.schema.names:
        return
    if not ask(engine, select("1", table, where="person IS NULL", limit=1)):
        return
    nameless = select("delivery, row", table, where="person IS NULL")
    first = "row_number() OVER (PARTITION BY delivery, row ORDER BY probability DESC, person)"
    ranked = select(
        f"delivery, row, person, {first} AS place",
        inner(_links(snapshot, need.name), "l"),
        where=f"(delivery, row) IN ({nameless})",
    )
    best = select("*", inner(ranked, "ranked"), where="place = 1")
    here = " AND ".join(f"{column(name, table)} = best.{name}" for name in ("delivery", "row"))
    nobody = f"{column(PERSON, table)} IS NULL"
    change = " ".join(["UPDATE", table, "SET person = best.person FROM", inner(best, "best")])
    engine.raw_sql(f"{change} WHERE {nobody} AND {here}")


def _within(name: str, values: Iterator[str]) -> str:
    said = ", ".join(values)
    return f"{column(name)} IN ({said})" if said else "false"


@contextmanager
def _engine() -> Iterator[Backend]:
    """Give an engine that holds nothing and is gone afterwards, with all it was given."""
    connection = duckdb.connect(":memory:", config={**SETTINGS})
    try:
        yield ibis.duckdb.from_connection(connection)
    finally:
        connection.close()
