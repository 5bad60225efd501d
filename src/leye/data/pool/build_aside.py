"""Tables of a month worked out from an earlier release, beside the pool, and thrown away.

What is built is what a build would have put into the pool then; the program is today's. Nothing in
the pool is changed, and no lock is taken: the results are files in a work folder, which goes with
the one who asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from leye.data.pool.build import RegisterTable, work_out_tables
from leye.data.pool.build_frame import Frame
from leye.data.pool.builds import BUILDS
from leye.data.pool.engine import columns_of
from leye.data.pool.engines import Engine, engine_named, workbench_of
from leye.data.pool.files import work_folder
from leye.data.pool.pool import Pool
from leye.data.pool.prepared import MONTH, Prepared
from leye.data.pool.release import Pin
from leye.data.pool.snapshot import Snapshot
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.store import kept_safe
from leye.data.pool.transaction import of_months
from leye.kernel.errors import LeyeError
from leye.kernel.months import month_add, month_range


class OldShape(LeyeError):
    """A register lacks, in an earlier release, what the program now reads of it."""

    code = "registers_of_old_shape"
    title = "那一版的登记库是旧格式"


@contextmanager
def built_aside(
    pool: Pool,
    *,
    tables: Sequence[RegisterTable],
    month: int,
    release: int | None = None,
    engine: Engine | str = "",
    progress: Callable[[int, str, int], None] = lambda _month, _table, _rows: None,
) -> Iterator[Snapshot]:
    """Give a release as it would be with these tables built for the month; the latest for None.

    Of these tables the month is all there is. Arguments are those of ``build_months``. What is
    given holds inside the ``with`` alone.

    :raises UnknownRelease: there is none of that number.
    :raises EngineUnavailable: the engine is not installed, or does not start.
    :raises StoreFailure: the engine or the disk failed.
    """
    chosen = engine_named(engine) if isinstance(engine, str) else engine
    then = pool.snapshot(release)
    with work_folder(pool.ledger.work) as folder:
        with workbench_of(chosen, root=pool.root, folder=folder) as bench:
            contracts = source_contracts()
            frame = Frame(month, bench=bench, snapshot=then, tables=tables, sources=contracts)
            done = work_out_tables(frame, tables, folder / "built", pool=pool, progress=progress)
            bench.clear()
        yield _with_tables(then, {t.name: (t, f) for t, (_, f) in zip(tables, done, strict=True)})


def require_shape(snapshot: Snapshot, table: RegisterTable, month: int, *, back: int = 0) -> None:
    """Make sure that a register can be read as the program has it: a month, and ``back`` before.

    That the month holds no row is no fault; that it was never built, or that columns were not there
    when it was, is one: they would be read as if nobody had anything in them.

    :raises OldShape: it cannot.
    :raises StoreFailure: the pool cannot be read.
    """
    pin = snapshot.manifest.tables.get(table.name)
    if pin is None:
        raise _old(snapshot, f"没有“{table.name}”这张表")
    lacking = [name for name, kind in table.schema.items() if pin.schema.get(name) != kind]
    files = snapshot.files(table.name, pin.version)
    with kept_safe("读取"):
        for file in of_months(files, month_range(month_add(month, -back), month)):
            lacking += sorted(set(table.schema.names) - columns_of(file) - {MONTH})
    if lacking:
        raise _old(snapshot, f"“{table.name}”缺少“{lacking[0]}”一栏")
    if not of_months(files, [month]) and not _was_built(snapshot, table.name, month):
        raise _old(snapshot, f"“{table.name}”没有 {month} 这个月")


def _was_built(snapshot: Snapshot, table: str, month: int) -> bool:
    """Whether the month was ever built, be it with no row; taken for so where nothing tells."""
    if BUILDS not in snapshot.manifest.tables:
        return True
    rows = snapshot.whole(BUILDS)
    with kept_safe("读取"):
        mine = rows.filter((rows.table == table) & (rows.month == month)).limit(1)
        return bool(mine.count().to_pyarrow().as_py())


def _old(snapshot: Snapshot, found: str) -> OldShape:
    return OldShape(
        f"第 {snapshot.release} 版{found}，现在的程序读不了",
        hint="请换较晚的一版，或先在现在的数据里重新生成这些月份的登记库",
    )


def _with_tables(
    then: Snapshot, built: Mapping[str, tuple[RegisterTable, tuple[Prepared, ...]]]
) -> Snapshot:
    own = {name: tuple(str(file.path) for file in files) for name, (_, files) in built.items()}
    pins = {
        name: Pin(
            version=0,
            columns={column: str(kind) for column, kind in table.schema.items()},
            key=table.key,
            place=table.place,
            partitioned=table.monthly,
        )
        for name, (table, _) in built.items()
    }

    def files(table: str, version: int) -> tuple[str, ...]:
        return own[table] if table in own else then.files(table, version)

    manifest = replace(then.manifest, tables={**then.manifest.tables, **pins})
    return replace(then, manifest=manifest, files=files)
