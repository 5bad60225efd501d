"""One consistent state of the pool, read through a scope."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ibis

from leye.data.pool.catalogue import (
    DELIVERIES,
    DELIVERY_SCHEMA,
    ISSUES,
    KEPT_ISSUE_SCHEMA,
    delivery_number,
    delivery_of,
    inside,
    issues_of,
    with_defaults,
)
from leye.data.pool.contract import Contract
from leye.data.pool.engine import parquet, reader
from leye.data.pool.files import landed_path
from leye.data.pool.release import Pin, Release
from leye.data.pool.schemas import newest, table_schema
from leye.data.pool.store import month_of_file, redacted
from leye.data.pool.transaction import of_months
from leye.data.pool.types import Delivery, RowIssue, UnknownDelivery, Verdict
from leye.kernel.errors import NotFound
from leye.kernel.place import EVERYWHERE, Scope

Files = Callable[[str, int], tuple[str, ...]]


class UnknownTable(NotFound):
    """The pool has no table of that name."""

    code = "unknown_table"
    title = "没有这张表"


def pin_of(contract: Contract, version: int) -> Pin:
    """Give what a release says of a contract's table."""
    columns = {name: str(kind) for name, kind in table_schema(contract).items()}
    return Pin(version, columns, contract.key, contract.place)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A release of the pool. What it gives stays the same however often it is asked.

    Tables are Ibis expressions on this thread's engine; run them in the thread that asked.
    Blank text is "", every other blank is null, instants are in UTC.
    """

    manifest: Release
    contracts: Mapping[str, Contract]
    landing: Path
    files: Files

    @property
    def release(self) -> int:
        """The number of the release; 0 before any delivery."""
        return self.manifest.number

    def current(self, table: str, *, scope: Scope) -> ibis.Table:
        """Give the newest visible row of each contract key.

        What the scope may not see is left out before the newest is chosen, so that an internal
        correction does not hide the published value it will replace.

        :raises UnknownTable: no contract keeps such a table.
        """
        return newest(self.rows(table, scope=scope), self._pin(table).key)

    def rows(self, table: str, *, scope: Scope) -> ibis.Table:
        """Give every version of every row that is public or inside the scope.

        :raises UnknownTable: no contract keeps such a table.
        """
        pin = self._pin(table)
        return _visible(self._table(table, pin), pin, scope)

    def months(
        self, table: str, months: Sequence[int] | None, *, scope: Scope = EVERYWHERE
    ) -> ibis.Table:
        """Give the rows of some months of a table cut by month, inside the scope; None: of all.

        Only the files of these months are read. A table whose rows have no place is given whole
        to a scope of everywhere and empty to any other.

        :raises UnknownTable: the release holds no such table.
        """
        pin = self.manifest.tables.get(table)
        if pin is None or not pin.partitioned:
            raise UnknownTable(f"“{table}”", hint="请核对表名")
        rows = self._table(table, pin, months)
        return rows if scope == EVERYWHERE else _visible(rows, pin, scope)

    def whole(self, table: str) -> ibis.Table:
        """Give every row of a table that neither a contract nor a month cuts, such as ``builds``.

        :raises UnknownTable: the release holds no such table.
        """
        pin = self.manifest.tables.get(table)
        if pin is None or pin.partitioned or "public" in pin.columns:
            raise UnknownTable(f"“{table}”", hint="请核对表名")
        return self._table(table, pin)

    def months_of(self, table: str) -> tuple[int, ...]:
        """Give the months a table cut by month holds rows of; none when there is no such table."""
        pin = self.manifest.tables.get(table)
        files = self.files(table, pin.version) if pin is not None else ()
        return tuple(sorted({month for file in files if (month := month_of_file(file))}))

    def delivery(self, delivery: str, *, scope: Scope) -> Delivery:
        """Give the record of a delivery sent from a place inside the scope.

        :raises UnknownDelivery: there is none, or the scope does not cover its place.
        """
        found = self._delivery(delivery)
        if not scope.covers(found.place):
            raise _unknown(delivery)
        return found

    def delivery_summary(self, delivery: str) -> Delivery:
        """Give what the public may know of a delivery that holds a public row.

        The account and the file's name are blank.

        :raises UnknownDelivery: there is none, or none of its rows is public.
        """
        found = self._delivery(delivery)
        table = next((c.table for c in self.contracts.values() if c.name == found.contract), None)
        if table is None or table not in self.manifest.tables:
            raise _unknown(delivery)
        rows = self.rows(table, scope=Scope())
        mine = rows.filter((rows.delivery == delivery) & rows.public).limit(1)
        with redacted("读取"):
            if not mine.count().to_pyarrow().as_py():
                raise _unknown(delivery)
        return replace(found, account="", file_name="")

    def deliveries(
        self,
        scope: Scope,
        *,
        limit: int = 20,
        before: str | None = None,
        verdict: Verdict | None = None,
    ) -> list[Delivery]:
        """Give the deliveries sent from inside the scope, newest first.

        ``before`` is the last id of the page before.

        :raises UnknownDelivery: ``before`` is no delivery id.
        """
        table = self._catalogue(DELIVERIES, DELIVERY_SCHEMA)
        number = table.id.substr(1).cast("int64")
        wanted = inside(table.place, scope)
        if before is not None:
            wanted &= number < _number(before)
        if verdict is not None:
            wanted &= table.verdict == str(verdict)
        with redacted("读取"):
            found = table.filter(wanted).order_by(number.desc()).limit(limit).to_pyarrow()
        return [delivery_of(row) for row in found.to_pylist()]

    def issues(
        self, delivery: str, *, scope: Scope, limit: int = 200, offset: int = 0
    ) -> list[RowIssue]:
        """Give a delivery's issues, refusals first, then in the order of the sheet.

        :raises UnknownDelivery: there is none, or the scope does not cover its place.
        """
        table = self._issues(delivery, scope)
        with redacted("读取"):
            return list(issues_of(table, limit=limit, offset=offset))

    def issue_count(self, delivery: str, *, scope: Scope) -> int:
        """Give how many issues a delivery has.

        :raises UnknownDelivery: there is none, or the scope does not cover its place.
        """
        table = self._issues(delivery, scope)
        with redacted("读取"):
            return int(table.count().to_pyarrow().as_py())

    def landed_file(self, delivery: str, *, scope: Scope) -> Path:
        """Give the path of the original bytes of a delivery.

        :raises UnknownDelivery: there is none, or the scope does not cover its place.
        """
        return landed_path(self.landing, self.delivery(delivery, scope=scope).digest)

    def accepted(self, contract: str, *, place: str, digest: str) -> Delivery | None:
        """Give the delivery in which these bytes were accepted from a place, if they were."""
        table = self._catalogue(DELIVERIES, DELIVERY_SCHEMA)
        same = (table.contract == contract) & (table.place == place) & (table.digest == digest)
        taken = table.verdict.isin([str(Verdict.ACCEPTED), str(Verdict.UNCHANGED)])
        taken &= table.publishes == ""
        with redacted("读取"):
            found = table.filter(same & taken).order_by("id").limit(1).to_pyarrow().to_pylist()
        return delivery_of(found[0]) if found else None

    def _issues(self, delivery: str, scope: Scope) -> ibis.Table:
        found = self.delivery(delivery, scope=scope)
        table = self._catalogue(ISSUES, KEPT_ISSUE_SCHEMA)
        return table.filter(table.delivery == found.id)

    def _delivery(self, delivery: str) -> Delivery:
        _number(delivery)
        table = self._catalogue(DELIVERIES, DELIVERY_SCHEMA)
        with redacted("读取"):
            found = table.filter(table.id == delivery).to_pyarrow().to_pylist()
        if not found:
            raise _unknown(delivery)
        return delivery_of(found[0])

    def _pin(self, table: str) -> Pin:
        if table in self.manifest.tables and table not in (DELIVERIES, ISSUES):
            return self.manifest.tables[table]
        for contract in self.contracts.values():
            if contract.table == table:
                return pin_of(contract, -1)
        raise UnknownTable(f"“{table}”", hint="请核对表名")

    def _catalogue(self, table: str, schema: ibis.Schema) -> ibis.Table:
        pin = self.manifest.tables.get(table, Pin(-1, {}))
        columns = {name: str(kind) for name, kind in schema.items()}
        # Records written before a column was are read with its default.
        rows = self._table(table, replace(pin, columns=columns))
        return with_defaults(rows) if table == DELIVERIES else rows

    def _table(self, table: str, pin: Pin, months: Sequence[int] | None = None) -> ibis.Table:
        files = self.files(table, pin.version) if pin.version >= 0 else ()
        some = of_months(files, months)
        return parquet(reader(), some, schema=pin.schema, partitioned=pin.partitioned)


def _visible(rows: ibis.Table, pin: Pin, scope: Scope) -> ibis.Table:
    mine = inside(rows[pin.place], scope) if pin.place else ibis.literal(scope == EVERYWHERE)
    return rows.filter(rows.public | mine if "public" in rows.columns else mine)


def _number(delivery: str) -> int:
    try:
        return delivery_number(delivery)
    except ValueError:
        raise _unknown(delivery) from None


def _unknown(delivery: str) -> UnknownDelivery:
    return UnknownDelivery(f"“{delivery}”", hint="请核对批次编号，或向该批次的报送地区索取")
