"""The data pool: the one door through which every delivery (数据交换批次) comes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool import intake, intake_held
from leye.data.pool.acceptance import examine, record
from leye.data.pool.catalogue import (
    DELIVERIES,
    DELIVERY_SCHEMA,
    ISSUES,
    KEPT_ISSUE_SCHEMA,
    delivery_id,
    delivery_number,
    delivery_rows,
    inside,
    issues_of,
)
from leye.data.pool.checks import issue_table
from leye.data.pool.contract import Contract, InvalidContract, contracts
from leye.data.pool.engine import parquet, workbench
from leye.data.pool.files import Landed, digest_of, land, work_folder
from leye.data.pool.intake_desk import SourceSubmission
from leye.data.pool.intake_nil import report_nil
from leye.data.pool.pseudonyms import Pseudonymiser
from leye.data.pool.release import DELIVERY, Release
from leye.data.pool.schemas import newest, table_schema
from leye.data.pool.snapshot import Snapshot
from leye.data.pool.store import kept_safe, redacted
from leye.data.pool.transaction import Ledger, Transaction, nothing
from leye.data.pool.types import (
    CodeList,
    Delivery,
    Receipt,
    Submission,
    Submitter,
    UnknownRelease,
    Verdict,
)
from leye.kernel.errors import Forbidden, InvalidInput, LeyeError
from leye.kernel.place import EVERYWHERE, Scope

MOST_BYTES = 200 * 1024 * 1024
MOST_ISSUES = 1_000
"""How many issues a receipt holds; the catalogue holds all."""
_BATCH = 100_000


class NothingToPublish(LeyeError):
    """Every row of the delivery is public already, or replaced by a later delivery."""

    code = "nothing_to_publish"
    title = "没有可公开的数据"


class Pool:
    """The data pool in a folder. Safe for many processes and threads; one writes at a time.

    ``most_bytes`` is the largest sheet taken, ``most_source_bytes`` the largest department's file,
    ``wait`` how many seconds a writer waits for another.
    ``checkpoint`` is called between the steps of every write with the step just done; the tests
    of crash safety end the process there.
    """

    def __init__(
        self,
        root: Path,
        *,
        most_bytes: int = MOST_BYTES,
        wait: float = 10.0,
        checkpoint: Callable[[str], None] = nothing,
        most_source_bytes: int = intake.MOST_SOURCE_BYTES,
    ) -> None:
        self.root = root
        self._most_source_bytes = most_source_bytes
        self.ledger = Ledger(root, wait=wait, checkpoint=checkpoint)
        self._most_bytes = most_bytes
        self._landing = root / "landing"

    def accept(
        self,
        submission: Submission,
        *,
        contract: Contract | str,
        code_lists: Mapping[str, CodeList],
    ) -> Receipt:
        """Check a file and take it whole or refuse it whole; either way one new release is made.

        The same bytes accepted before from the same place are answered with the old delivery.

        :raises PoolBusy: another delivery is being accepted.
        :raises StoreFailure: the store failed; nothing was kept but the landed file.
        """
        standard = _standard(contract, code_lists)
        with self.ledger.writing() as change:
            release = change.release
            with kept_safe("存放文件"):
                landed = land(submission.content, folder=self._landing)
            self.ledger.checkpoint("landed")
            known = self._accepted_before(release, standard, submission.by, landed.digest)
            if known is not None:
                return Receipt(known, (), repeated=True)
            with self._bench() as (engine, work):
                outcome = examine(
                    landed.path,
                    by=submission.by,
                    contract=standard,
                    code_lists=code_lists,
                    present=self._present(release, standard, engine, within=submission.by.scope),
                    on=_day(submission.at),
                    most_bytes=self._most_bytes,
                    engine=engine,
                    work=work,
                )
                self.ledger.checkpoint("checked")
                delivery = record(
                    submission,
                    contract=standard,
                    landed=landed,
                    outcome=outcome,
                    identity=self._next(release),
                    release=change.number,
                )
                rows = None
                if outcome.verdict is Verdict.ACCEPTED and outcome.checked is not None:
                    rows = _rows_of(outcome.checked.rows, standard, delivery)
                with redacted("检查"):
                    shown = issues_of(outcome.issues, limit=MOST_ISSUES)
                    self._write(change, delivery, standard, rows, outcome.issues)
        return Receipt(delivery, shown)

    def check(
        self,
        submission: Submission,
        *,
        contract: Contract | str,
        code_lists: Mapping[str, CodeList],
    ) -> Receipt:
        """Say what ``accept`` would answer, and keep nothing. The delivery has no id.

        :raises StoreFailure: the engine failed.
        """
        standard = _standard(contract, code_lists)
        release = self.ledger.releases.latest()
        landed = Landed(Path(), digest_of(submission.content), _size(submission.content))
        known = self._accepted_before(release, standard, submission.by, landed.digest)
        if known is not None:
            return Receipt(known, (), repeated=True, checked_only=True)
        with self._bench() as (engine, work):
            path = submission.content
            if isinstance(path, bytes):
                path = work / "content"
                path.write_bytes(submission.content)  # type: ignore[arg-type]  # bytes, as asked
            outcome = examine(
                path,
                by=submission.by,
                contract=standard,
                code_lists=code_lists,
                present=self._present(release, standard, engine, within=submission.by.scope),
                on=_day(submission.at),
                most_bytes=self._most_bytes,
                engine=engine,
                work=work,
            )
            with redacted("检查"):
                shown = issues_of(outcome.issues, limit=MOST_ISSUES)
        delivery = record(
            submission,
            contract=standard,
            landed=landed,
            outcome=outcome,
            identity="",
            release=release.number,
        )
        return Receipt(delivery, shown, checked_only=True)

    def publish(self, delivery_id: str, *, by: Submitter, at: datetime) -> Receipt:
        """Issue a delivery's internal rows again as public ones, as a new delivery.

        Rows that a later delivery has replaced are left alone.

        :raises UnknownDelivery: there is none, or ``by`` may not see it.
        :raises Forbidden: ``by`` may not publish, or a row lies outside their scope.
        :raises NothingToPublish: no current row of it is internal.
        :raises PoolBusy: another delivery is being accepted.
        :raises StoreFailure: the store failed; nothing was kept.
        """
        with self.ledger.writing() as change:
            release = change.release
            old = self._snapshot(release).delivery(delivery_id, scope=by.scope)
            if not by.may_publish:
                raise Forbidden("您的账号不能公开数据", hint="请联系数据管理员")
            standard = contracts().get(old.contract)
            if standard is None or standard.table not in release.tables:
                raise _nothing(old)
            with self._bench() as (engine, _), redacted("公开"):
                rows = self._internal(release, standard, old.id, engine)
                count = _count(rows)
                if not count:
                    raise _nothing(old)
                if _count(rows.filter(~inside(rows[standard.place], by.scope))):
                    raise Forbidden("批次里有您负责范围以外的地区", hint="请联系上级数据管理员")
                new = replace(
                    old,
                    id=self._next(release),
                    account=by.account,
                    place=by.place,
                    at=at,
                    verdict=Verdict.ACCEPTED,
                    reason="",
                    rows_read=count,
                    rows_refused=0,
                    rows_flagged=0,
                    rows_new=0,
                    rows_changed=count,
                    rows_same=0,
                    release=change.number,
                    publishes=old.id,
                )
                issued = _rows_of(rows.mutate(public=ibis.literal(True)), standard, new)
                self._write(change, new, standard, issued, issue_table(engine))
        return Receipt(new, ())

    def receive(self, submission: SourceSubmission, *, pseudonymiser: Pseudonymiser) -> Receipt:
        """Take a department's file for one of the sources; see ``intake.receive``.

        :raises InvalidInput: there is no such source, or no such month.
        :raises PoolBusy: another delivery is being received.
        :raises StoreFailure: the store failed; nothing was kept but the sealed file.
        """
        return intake.receive(
            submission,
            ledger=self.ledger,
            landing=self._landing,
            pseudonymiser=pseudonymiser,
            most_bytes=self._most_source_bytes,
        )

    def report_nil(self, source: str, month: int, *, by: Submitter, at: datetime) -> Receipt:
        """Record that a source has nothing for a month; see ``intake_nil.report_nil``.

        :raises LeyeError: as that does.
        """
        return report_nil(source, month, by=by, at=at, ledger=self.ledger)

    def confirm(
        self,
        delivery: str,
        *,
        by: Submitter,
        at: datetime,
        reason: str,
        pseudonymiser: Pseudonymiser,
    ) -> Receipt:
        """Take a held delivery after all, as a new one; see ``intake_held.confirm``.

        :raises LeyeError: as that does.
        """
        return intake_held.confirm(
            delivery,
            by=by,
            at=at,
            reason=reason,
            ledger=self.ledger,
            landing=self._landing,
            pseudonymiser=pseudonymiser,
        )

    def reject(self, delivery: str, *, by: Submitter, at: datetime, reason: str) -> Receipt:
        """Turn a held delivery down; see ``intake_held.reject``.

        :raises LeyeError: as that does.
        """
        return intake_held.reject(
            delivery, by=by, at=at, reason=reason, ledger=self.ledger, landing=self._landing
        )

    def snapshot(self, release: int | None = None) -> Snapshot:
        """Give the latest release, or an earlier one.

        :raises UnknownRelease: there is none of that number.
        """
        latest = self.ledger.releases.latest()
        if release is None or release == latest.number:
            return self._snapshot(latest)
        found = self.ledger.releases.get(release) if 0 <= release < latest.number else None
        if found is None:
            raise UnknownRelease(f"第 {release} 版", hint=f"现有第 0 版到第 {latest.number} 版")
        return self._snapshot(found)

    def release_at(self, at: datetime) -> int:
        """Give the number of the release that was the latest at an instant; 0 before the first."""
        first, last = 0, self.ledger.releases.latest().number
        while first < last:
            middle = (first + last + 1) // 2
            made = self.snapshot(middle).manifest.created_at
            if made is not None and made <= at:
                first = middle
            else:
                last = middle - 1
        return first

    # --- the steps of a write

    @contextmanager
    def _bench(self) -> Iterator[tuple[Backend, Path]]:
        with work_folder(self.ledger.work) as folder, workbench(folder) as engine:
            yield engine, folder

    def _write(
        self,
        change: Transaction,
        delivery: Delivery,
        contract: Contract,
        rows: ibis.Table | None,
        issues: ibis.Table,
    ) -> None:
        """Append to the tables, then make the release that pins what they have become."""
        done = self.ledger.checkpoint
        if rows is not None:
            schema = table_schema(contract)
            key, place = contract.key, contract.place
            change.append(contract.table, _stream(rows), schema=schema, key=key, place=place)
        done("rows_written")
        if _count(issues):
            origin = {"delivery": ibis.literal(delivery.id), "place": ibis.literal(delivery.place)}
            kept = issues.mutate(**origin).select(*KEPT_ISSUE_SCHEMA.names)
            change.append(ISSUES, _stream(kept), schema=KEPT_ISSUE_SCHEMA)
        done("issues_written")
        change.append(DELIVERIES, delivery_rows(delivery), schema=DELIVERY_SCHEMA)
        done("delivery_written")
        change.commit(label=DELIVERY, at=delivery.at, delivery=delivery.id)

    # --- what the pool holds already

    def _snapshot(self, release: Release) -> Snapshot:
        return Snapshot(release, contracts(), self._landing, self.ledger.files)

    def _next(self, release: Release) -> str:
        newest_first = self._snapshot(release).deliveries(EVERYWHERE, limit=1)
        return delivery_id(delivery_number(newest_first[0].id) + 1 if newest_first else 1)

    def _accepted_before(
        self, release: Release, contract: Contract, by: Submitter, digest: str
    ) -> Delivery | None:
        return self._snapshot(release).accepted(contract.name, place=by.place, digest=digest)

    def _present(
        self, release: Release, contract: Contract, engine: Backend, *, within: Scope
    ) -> ibis.Table | None:
        pin = release.tables.get(contract.table)
        if pin is None:
            return None
        rows = parquet(engine, self.ledger.files(contract.table, pin.version), schema=pin.schema)
        return rows.filter(inside(rows[contract.place], within))

    def _internal(
        self, release: Release, contract: Contract, delivery: str, engine: Backend
    ) -> ibis.Table:
        """Give the rows of a delivery that are internal and the newest of their key."""
        present = self._present(release, contract, engine, within=EVERYWHERE)
        assert present is not None
        mine = present.filter(present.delivery == delivery)
        touched = present.semi_join(mine.view(), list(contract.key))
        current = newest(touched, contract.key)
        return current.filter((current.delivery == delivery) & ~current.public)


def _standard(contract: Contract | str, code_lists: Mapping[str, CodeList]) -> Contract:
    if isinstance(contract, str):
        if contract not in contracts():
            raise InvalidInput(f"没有“{contract}”这个数据标准", hint="请从列表中选择")
        contract = contracts()[contract]
    absent = [name for name in contract.code_lists if name not in code_lists]
    if absent:
        raise InvalidContract(f"{contract.name}：缺少目录 {'、'.join(absent)}")
    return contract


def _day(at: datetime) -> date:
    # A day of grace: the moment may be given in a zone where the city's day has not begun yet.
    return (at + timedelta(days=1)).date()


def _size(content: bytes | Path) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _rows_of(rows: ibis.Table, contract: Contract, delivery: Delivery) -> ibis.Table:
    schema = table_schema(contract)
    origin = {
        "delivery": ibis.literal(delivery.id),
        "accepted_at": ibis.literal(delivery.at, type=schema["accepted_at"]),
    }
    return rows.mutate(**origin).select(*schema.names).cast(schema)


def _stream(rows: ibis.Table) -> pa.RecordBatchReader:
    return rows.to_pyarrow_batches(chunk_size=_BATCH)


def _count(rows: ibis.Table) -> int:
    return int(rows.count().to_pyarrow().as_py())


def _nothing(delivery: Delivery) -> NothingToPublish:
    return NothingToPublish(
        f"批次 {delivery.id} 的数据都已公开，或已被后来的批次更新", hint="请到最新的批次公开"
    )
