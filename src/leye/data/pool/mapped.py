"""Rows worked out by a function on arrays, piece by piece, where no expression can say it.

Rows are cut into pieces by the key they belong to (see ``pieces``), each worked out by itself: what
a function makes of a row may rest on the rows of the same key alone, and what it adds up over a
piece must come out the same whatever the pieces were (whole numbers, not floats). Then any engine,
any number of processes and of pieces give the same result.
"""

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from leye.data.pool.pieces import cut, read_piece

Columns = Mapping[str, NDArray[Any]]
"""Columns as arrays of numbers, all of one length."""

NO_ROW = -1
"""Stands for the row of a result that is of no single one."""
_WATCH = 1.0


@dataclass(frozen=True, slots=True)
class Results:
    """What a function made of a piece.

    ``rows``: of which row of the piece each result is, or ``NO_ROW``; ``columns``: its numbers;
    ``words``: for a column of text, what the numbers in ``columns`` stand for.
    """

    rows: NDArray[np.int64]
    columns: Columns
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


Work = Callable[[Columns], Results]
"""Works a piece out; sent to other processes, so a function of a module or an object of a class."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be worked out: ``carry`` names the columns that results take from their row.

    ``part`` names the column of the numbers that rows are cut into ``pieces`` by. The columns left
    go to ``work``; they are numbers without a null. ``schema`` is of the result: the carried
    columns, then those that ``work`` gives.
    """

    work: Work
    carry: tuple[str, ...]
    schema: ibis.Schema
    part: str
    pieces: int

    def piece(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Work a piece out.

        :raises ValueError: a column that goes to ``work`` holds a null.
        """
        given = {name: _numbers(batch, name) for name in batch.schema.names if self._goes(name)}
        found = self.work(given)
        rows = pa.array(found.rows, mask=found.rows == NO_ROW)
        arrays = []
        for name, kind in zip(self.schema.names, self.schema.to_pyarrow().types, strict=True):
            if name in self.carry:
                arrays.append(batch.column(name).take(rows).cast(kind))
            elif name in found.words:
                words = pa.array(found.words[name], type=pa.string())
                coded = pa.array(found.columns[name], type=pa.int32())
                arrays.append(words.take(coded))
            else:
                arrays.append(pa.array(found.columns[name]).cast(kind))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema.to_pyarrow())

    def _goes(self, name: str) -> bool:
        return name not in self.carry


def work_out(
    batches: Iterable[pa.RecordBatch], task: Task, *, folder: Path, processes: int
) -> list[str]:
    """Cut rows into pieces, work each out and give the files of the results, in no order.

    Rows come with their ``PIECE``. Several pieces go to as many processes as there may be, a single
    one is worked out here. Pieces are written to files first, so that memory holds one at a time.

    :raises ValueError: a column for the function holds a null.
    :raises OSError: the disk is full, or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if processes < 2 or task.pieces < 2:
        return [_worked(task, piece) for piece in cut(batches, folder)]
    # Forked, a process would have this one's locks and none of its threads.
    with ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(pickle.dumps(task), os.getpid()),
    ) as workers:
        try:
            # While rows come, processes start.
            ready = [workers.submit(os.getpid) for _ in range(processes)]
            found = [workers.submit(_one, piece) for piece in cut(batches, folder)]
            wait(ready)
            return [each.result() for each in found]
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise


_task: list[Task] = []


def _begin(task: bytes, parent: int) -> None:
    """Get ready in a new process, which ends when the one that started it is gone."""
    # Who interrupts at a terminal interrupts the one that started it, which then sees to the rest.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    pa.set_cpu_count(1)
    _task[:] = [pickle.loads(task)]  # noqa: S301  # made by the process that started this one


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(1)


def _one(piece: Path) -> str:
    return _worked(_task[0], piece)


def _worked(task: Task, piece: Path) -> str:
    """Work a piece out into a file beside it, which takes its place."""
    found = task.piece(read_piece(piece))
    piece.unlink()
    path = piece.with_suffix(".parquet")
    table = pa.Table.from_batches([found])
    pq.write_table(table, path, compression="zstd", compression_level=1)
    return str(path)


def _numbers(batch: pa.RecordBatch, name: str) -> NDArray[Any]:
    column = batch.column(name)
    if column.null_count:
        raise ValueError(f"{name} holds a null")
    return np.asarray(column.to_numpy(zero_copy_only=not pa.types.is_boolean(column.type)))
