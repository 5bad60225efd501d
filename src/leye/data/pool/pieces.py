"""Rows cut into pieces by whom they belong to, so that each fits into memory.

Whoever shares a key is in one piece. A key has a number that any engine works out alike and that
stays what it is; the piece is that number's remainder by how many pieces there are. So the same
key of two tables, cut into as many pieces, is in the piece of the same number of both.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

PIECE = "piece"
"""The column that says in which piece a row is, once there are pieces."""
PIECE_ROWS = 100_000
"""About how many rows a piece has; one key with more makes a larger piece."""
_DIGITS = "0123456789abcdef"
_LENGTH = 4
_WRITTEN = pa.ipc.IpcWriteOptions(compression="lz4")


def part_of(key: ir.StringValue) -> ir.IntegerValue:
    """Give the number of a key, 0 to 65,535: the first digits of its MD5."""
    digest = key.hexdigest("md5")
    digits = ibis.literal(_DIGITS, type="string")
    number: ir.IntegerValue = ibis.literal(0, type="int64")
    for at in range(_LENGTH):
        number = number * ibis.literal(len(_DIGITS), type="int64")
        number += digits.find(digest.substr(at, 1)).cast("int64")
    return number.cast("int32")


def pieces_for(rows: int) -> int:
    """Give into how many pieces so many rows are to be cut."""
    return max(1, -(-rows // PIECE_ROWS))


def with_piece(rows: ir.Table, part: str, pieces: int) -> ir.Table:
    """Give the rows with ``PIECE`` in place of the column of their keys' numbers."""
    number = rows[part] % ibis.literal(pieces, type="int32")
    return rows.mutate(**{PIECE: number.cast("int32")}).drop(part)


def cut(batches: Iterable[pa.RecordBatch], folder: Path) -> list[Path]:
    """Write rows that have their ``PIECE`` into a file for each piece, in one pass, and give these.

    :raises OSError: the disk is full, or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths: dict[int, Path] = {}
    with ExitStack() as stack:
        writers: dict[int, pa.RecordBatchWriter] = {}
        for batch in batches:
            for number, rows in _by_piece(batch):
                if number not in writers:
                    paths[number] = folder / f"{number}.arrow"
                    file = stack.enter_context(pa.OSFile(str(paths[number]), "wb"))
                    writer = pa.ipc.new_stream(file, rows.schema, options=_WRITTEN)
                    writers[number] = stack.enter_context(writer)
                writers[number].write_batch(rows)
    return [paths[number] for number in sorted(paths)]


def read_piece(path: Path) -> pa.RecordBatch:
    """Give a piece that ``cut`` wrote."""
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_stream(file) as stream:
        return whole_batch(stream.read_all())


def whole_batch(rows: pa.Table) -> pa.RecordBatch:
    """Give a table that has rows as one batch."""
    (batch,) = rows.combine_chunks().to_batches()
    return batch


def _by_piece(batch: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
    pieces = batch.column(PIECE).to_numpy()
    order = np.argsort(pieces, kind="stable")
    rows = batch.drop_columns([PIECE]).take(pa.array(order))
    found, first = np.unique(pieces[order], return_index=True)
    for number, start, end in zip(found, first, [*first[1:], len(pieces)], strict=True):
        yield int(number), rows.slice(start, end - start)
