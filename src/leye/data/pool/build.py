"""The frame in which registers are built: month by month, each month one release.

A month is worked out from one snapshot without the writer's lock, into files beside the tables.
Only to move these in is the lock taken, so deliveries are received while registers are built. What
a delivery received meanwhile touches is built again next time. A process killed in the middle has
built the months before; the same call goes on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from leye.data.pool.build_frame import Build, Frame, RegisterTable
from leye.data.pool.builds import BUILD_SCHEMA, BUILDS, Built, build_rows, content_digest
from leye.data.pool.carried import Carried
from leye.data.pool.current import up_to_date
from leye.data.pool.engines import Engine, engine_named, workbench_of
from leye.data.pool.files import GLANCE, locked, work_folder
from leye.data.pool.pool import Pool
from leye.data.pool.prepared import Prepared, prepare
from leye.data.pool.release import BUILD, Release
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import SourceContract
from leye.data.pool.staleness import outdated_months, stale_months
from leye.data.pool.store import kept_safe
from leye.data.pool.types import PoolBusy
from leye.kernel.errors import LeyeError

__all__ = [
    "Build",
    "BuildRunning",
    "RegisterTable",
    "build_months",
    "months_to_build",
    "open_build",
    "work_out_tables",
]


class BuildRunning(LeyeError):
    """Another process is building registers."""

    code = "build_running"
    title = "正在生成登记库"


def build_months(
    pool: Pool,
    *,
    tables: Sequence[RegisterTable],
    months: Sequence[int],
    at: datetime,
    engine: Engine | str = "",
    progress: Callable[[int, str, int], None] = lambda _month, _table, _rows: None,
    sources: Mapping[str, SourceContract] | None = None,
    follow: bool = False,
) -> Release:
    """Build the tables, in the order given, for each month, earliest first; give the last release.

    Later tables see the earlier ones. With ``follow``, months that looked at one that came out
    otherwise are built as well, and so on. ``engine`` "" takes the one ``LEYE_ENGINE`` names.
    ``progress`` hears of each table done: the month, the table, its rows. The same deliveries give
    the same files, bit for bit.

    :raises BuildRunning: another process is building.
    :raises EngineUnavailable: the engine is not installed, or does not start.
    :raises PoolBusy: a delivery was being received all the time one waits for the lock.
    :raises StoreFailure: the engine or the store failed; months built before stand.
    """
    chosen = engine_named(engine) if isinstance(engine, str) else engine
    contracts = source_contracts() if sources is None else sources
    with (
        _alone(pool.root),
        work_folder(pool.ledger.work) as folder,
        workbench_of(chosen, root=pool.root, folder=folder) as bench,
    ):
        names = [table.name for table in tables]
        versions = _versions(tables)
        waiting, done, carried = set(months), set[int](), Carried(bench)
        while waiting:
            month, now = min(waiting), pool.snapshot()
            frame = Frame(
                month,
                bench=bench,
                snapshot=now,
                tables=tables,
                sources=contracts,
                carried=carried,
            )
            built = work_out_tables(
                frame, tables, folder / str(month), pool=pool, progress=progress
            )
            _release(pool, built, tables, engine=chosen.name, at=at, month=month)
            bench.clear()
            done.add(month)
            waiting |= (
                outdated_months(pool.snapshot(), tables=names, versions=versions)
                if follow
                else set()
            )
            waiting -= done
    return pool.snapshot().manifest


def months_to_build(
    pool: Pool,
    *,
    tables: Sequence[RegisterTable] = (),
    sources: Mapping[str, SourceContract] | None = None,
) -> tuple[int, ...]:
    """Give the months never built and those to be built again; given ``tables``, of these.

    See ``staleness``. What they will make outdated in turn shows when they are built.

    :raises StoreFailure: the pool cannot be read.
    """
    contracts = source_contracts() if sources is None else sources
    names = [table.name for table in tables]
    known = up_to_date(pool.root, tables=names)
    return stale_months(
        pool.snapshot(),
        sources=contracts,
        tables=names,
        known=known,
        versions=_versions(tables),
    )


@contextmanager
def open_build(pool: Pool, month: int, *, engine: Engine | str = "") -> Iterator[Build]:
    """Give a build of a month from which nothing is kept: for what is asked and not stored.

    :raises EngineUnavailable: the engine is not installed, or does not start.
    """
    chosen = engine_named(engine) if isinstance(engine, str) else engine
    with (
        work_folder(pool.ledger.work) as folder,
        workbench_of(chosen, root=pool.root, folder=folder) as bench,
    ):
        sources = source_contracts()
        frame = Frame(month, bench=bench, snapshot=pool.snapshot(), tables=(), sources=sources)
        yield Build(frame, "asked")


def work_out_tables(
    frame: Frame,
    tables: Sequence[RegisterTable],
    folder: Path,
    *,
    pool: Pool,
    progress: Callable[[int, str, int], None],
) -> list[tuple[Built, tuple[Prepared, ...]]]:
    """Work every table of a month out into files in a folder; each sees those before it.

    :raises StoreFailure: the engine or the disk failed.
    """
    done = []
    for table in tables:
        build = Build(frame, table.name)
        with kept_safe("生成登记库"):
            rows = table.build(build).select(*table.schema.names).cast(table.schema)
            ordered = rows.order_by([rows[name] for name in table.key])
            files = prepare(
                frame.bench.batches(ordered),
                schema=table.schema,
                folder=folder / table.name,
                partitioned=table.monthly,
            )
        frame.ready(table.name, files)
        count = sum(file.rows for file in files)
        digest = content_digest(file.digest for file in files)
        done.append((Built(table.name, frame.month, count, build.inputs, digest), files))
        pool.ledger.checkpoint(f"{table.name}_built")
        progress(frame.month, table.name, count)
    return done


def _versions(tables: Sequence[RegisterTable]) -> dict[str, str]:
    return {table.name: table.version for table in tables}


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(root / "build.lock", wait=GLANCE))
        except PoolBusy:
            raise BuildRunning("请等它完成", hint="稍候再试") from None
        yield


def _release(
    pool: Pool,
    done: Sequence[tuple[Built, tuple[Prepared, ...]]],
    tables: Sequence[RegisterTable],
    *,
    engine: str,
    at: datetime,
    month: int,
) -> None:
    """Move a month's files into the tables and make the release."""
    with pool.ledger.writing() as change:
        for table, (_, files) in zip(tables, done, strict=True):
            key, place = table.key, table.place
            if table.monthly:
                change.replace_month(
                    table.name, month, files, schema=table.schema, key=key, place=place
                )
            else:
                change.replace(table.name, files, schema=table.schema, key=key, place=place)
        rows = build_rows((each for each, _ in done), release=change.number, engine=engine, at=at)
        change.append(BUILDS, rows, schema=BUILD_SCHEMA)
        change.commit(label=BUILD, at=at)
