"""Columns of numbers, days and codes as the columns of text a department's file holds."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

PERSON = "_person"
"""Hidden column: the person behind a row, -1 where there is none. Never written to a file."""
KEY = "_key"
"""Hidden column: the contract's key as it was before any flaw."""
WRONG = "_wrong"
"""Hidden column: whether the identity number in the row is not the person's."""

Numbers: TypeAlias = npt.NDArray[Any]


def picked(dictionary: pa.Array | pa.ChunkedArray, positions: Numbers) -> pa.Array:
    """Give the texts at ``positions``, null where the position is negative."""
    places = pa.array(positions.astype(np.int64), mask=positions < 0)
    taken = dictionary.take(places)
    return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken


def coded(labels: Sequence[str], positions: Numbers) -> pa.Array:
    """Give the label of each small number, null where it is negative or past the labels."""
    inside = np.where(positions.astype(np.int64) < len(labels), positions.astype(np.int64), -1)
    return picked(pa.array(labels, type=pa.string()), inside)


def whole(numbers: Numbers, *, null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Give whole numbers as text."""
    return pa.array(numbers.astype(np.int64), mask=null).cast(pa.string())


def money(cents: Numbers, *, null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Give amounts counted in cents as yuan with two decimals."""
    amounts = cents.astype(np.int64)
    units = pa.array(amounts // 100, mask=null).cast(pa.string())
    rest = pc.utf8_lpad(pa.array(amounts % 100).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(units, rest, ".")


def days(since_1970: Numbers, *, null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Give days counted from 1970-01-01 as 2025-07-31."""
    return pa.array(since_1970.astype(np.int32), mask=null).cast(pa.date32()).cast(pa.string())


def numbered(prefix: str, numbers: Numbers, *, width: int) -> pa.Array:
    """Give a serial number with a prefix and leading zeros."""
    padded = pc.utf8_lpad(pa.array(numbers.astype(np.int64)).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), padded, "")


def joined(*parts: pa.Array | str) -> pa.Array:
    """Give the parts of each row put together, null where one is null."""
    scalars = [pa.scalar(part) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*scalars, "")


def same(value: str | None, count: int) -> pa.Array:
    """Give one text, or null, ``count`` times."""
    return pa.repeat(pa.scalar(value, type=pa.string()), count)


def rows_of(person: Numbers, **columns: pa.Array) -> pa.Table:
    """Give a batch of rows: the columns of text by field, and the person behind each row."""
    return pa.table({**columns, PERSON: pa.array(person.astype(np.int32))})


def replaced(table: pa.Table, column: str, positions: Numbers, values: pa.Array) -> pa.Table:
    """Give the table with other texts at some positions of one column."""
    if len(positions) == 0:
        return table
    mask = np.zeros(table.num_rows, dtype=bool)
    mask[positions] = True
    old = table.column(column).combine_chunks()
    at = table.column_names.index(column)
    new = pc.replace_with_mask(old, pa.array(mask), values.cast(old.type))
    return table.set_column(at, column, new)
