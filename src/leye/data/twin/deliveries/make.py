"""A city's deliveries, made month by month into a folder, with the truth beside them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from leye.data.twin.deliveries.directory import Directory, directory_of
from leye.data.twin.deliveries.exporters.desk import Desk
from leye.data.twin.deliveries.exporters.registry import EXPORTERS
from leye.data.twin.deliveries.manifest import Arrival, write_manifest
from leye.data.twin.deliveries.rates import FlawKind, FlawRate
from leye.data.twin.deliveries.shape import SourceShape, shapes
from leye.data.twin.deliveries.spoil import FlawCount, Spoiler, days_late
from leye.data.twin.deliveries.truth import TruthWriter
from leye.data.twin.deliveries.writers import FileWriter, open_writer
from leye.data.twin.types import World, WorldMonth
from leye.kernel.errors import InvalidInput
from leye.kernel.months import month_add


class FolderInUse(InvalidInput):
    """The folder to write to holds something already."""

    code = "twin_folder_in_use"
    title = "输出文件夹不是空的"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: what arrives, in order, and how many rows there are."""

    arrivals: tuple[Arrival, ...]
    rows: int

    @property
    def files(self) -> int:
        """How many files there are; a nil report comes without one."""
        return sum(1 for each in self.arrivals if each.file)


def make_deliveries(
    world: World,
    *,
    out: Path,
    rates: Mapping[FlawKind, FlawRate],
    progress: Callable[[int], None] = lambda _month: None,
) -> Made:
    """Write all deliveries under ``out/deliveries`` and the truth under ``out/truth``.

    The same world and rates give the same bytes. ``progress`` is called with each month done.

    :raises FolderInUse: ``out`` is not empty.
    """
    if out.exists() and any(out.iterdir()):
        raise FolderInUse(str(out), hint="请换一个文件夹，或先清空它")
    directory = directory_of(world)
    with TruthWriter(out / "truth", directory=directory) as truth:
        truth.world(world, flawed=any(each.rate or each.sources for each in rates.values()))
        office = _Office(world, directory, truth, out / "deliveries", rates)
        for now in world.months():
            office.month(now)
            truth.month(now, world)
            progress(now.month)
    write_manifest(out / "deliveries", office.arrivals)
    return Made(tuple(office.arrivals), office.rows)


_FIRST = "population"
"""A pool begins with the population register: everything else is held against it on arrival."""


class _Office:
    """All departments: what each held back, and what has been sent so far."""

    def __init__(
        self,
        world: World,
        directory: Directory,
        truth: TruthWriter,
        folder: Path,
        rates: Mapping[FlawKind, FlawRate],
    ) -> None:
        self._world, self._directory, self._truth = world, directory, truth
        self._folder, self._rates = folder, rates
        seed = world.seed
        self._spoilers = {name: Spoiler(each, rates, seed) for name, each in shapes().items()}
        self.arrivals: list[Arrival] = []
        self.rows = 0

    def month(self, now: WorldMonth) -> None:
        """Write every source's file for a month."""
        (self._folder / str(now.month)).mkdir(parents=True)
        first = now.month == self._world.first_month
        desk = Desk(self._world, self._directory, now, first)
        for source, shape in shapes().items():
            counts: list[FlawCount] = []
            clean = (page for page in EXPORTERS[source](desk) if page.num_rows)
            arriving = self._spoilers[source].deliver(clean, counts=counts)
            self._write(arriving, shape, now.month)
            self._truth.flaws(counts, source=source, month=now.month)

    def _write(self, arriving: Iterator[pa.Table], shape: SourceShape, month: int) -> None:
        """Write the file of one delivery; where nothing is new, a nil report comes instead."""
        name = f"{shape.source}_{month}.{shape.layout.form.suffix}"
        file = f"{month}/{name}"
        writer: FileWriter | None = None
        for rows in arriving:
            if rows.num_rows == 0:
                continue
            writer = writer or open_writer(self._folder / file, shape=shape, month=month)
            numbers = writer.write(rows)
            self._truth.links(rows, shape=shape, file=file, numbers=numbers)
            self.rows += rows.num_rows
        if writer is not None:
            writer.close()
        self.arrivals.append(self._arrival(file if writer is not None else "", shape, month))

    def _arrival(self, file: str, shape: SourceShape, month: int) -> Arrival:
        after = month_add(month, 1)
        due = date(after // 100, after % 100, shape.contract.due_day)
        late = days_late(source=shape.source, month=month, seed=self._world.seed, rates=self._rates)
        arrives = due + timedelta(days=late) if late else due - timedelta(days=shape.layout.early)
        if shape.source == _FIRST and month == self._world.first_month:
            arrives = due.replace(day=1)
        return Arrival(shape.source, month, file, due, arrives)
