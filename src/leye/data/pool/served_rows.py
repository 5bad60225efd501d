"""Many measures of a cell in one value of a serving file: most are 0 or not there at all.

A packed row is four masks of 64 bits (null, hidden, small, large), then the small values, two bytes
each, then the large ones, eight bytes each; what no mask names is 0. Writing a cell as sixty
columns costs ten times as much.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MOST = 64
_HEAD = struct.Struct("<4Q")
_SMALL = 1 << 16
_CACHED = 8192

Value = int | Decimal | None


def whole_numbers(column: pa.ChunkedArray) -> pa.Array:
    """Give a column as int64, decimals in units of their last place; nulls stay."""
    kind = column.type
    if pa.types.is_decimal(kind):
        scaled = pc.multiply(column, pa.scalar(Decimal(10**kind.scale)))
        return scaled.cast(pa.int64()).combine_chunks()
    return column.cast(pa.int64()).combine_chunks()


def packed_rows(rows: pa.Table, measures: Sequence[str], *, protected: bool) -> list[bytes]:
    """Give each row's measures as one value. In protected rows less than 0 is hidden."""
    if len(measures) > MOST:
        raise ValueError(f"{len(measures)} measures")
    count = rows.num_rows
    values = np.zeros((count, len(measures)), dtype=np.int64)
    null = np.zeros((count, len(measures)), dtype=np.bool_)
    for place, name in enumerate(measures):
        column = whole_numbers(rows.column(name))
        null[:, place] = column.is_null().to_numpy(zero_copy_only=False)
        values[:, place] = column.fill_null(0).to_numpy(zero_copy_only=False)
    hidden = (values < 0) & ~null if protected else np.zeros_like(null)
    values[hidden] = 0
    small = (values > 0) & (values < _SMALL)
    large = (values != 0) & ~small
    head = np.stack([_mask(each) for each in (null, hidden, small, large)], axis=1).tobytes()
    return _joined(head, values[small].astype("<u2"), small, values[large].astype("<i8"), large)


def _mask(true: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    bits = np.left_shift(np.uint64(1), np.arange(true.shape[1], dtype=np.uint64))
    mask: npt.NDArray[np.uint64] = (true * bits).sum(axis=1, dtype=np.uint64)
    return mask


def _joined(
    head: bytes,
    small: npt.NDArray[np.uint16],
    is_small: npt.NDArray[np.bool_],
    large: npt.NDArray[np.int64],
    is_large: npt.NDArray[np.bool_],
) -> list[bytes]:
    heads = [head[at : at + _HEAD.size] for at in range(0, len(head), _HEAD.size)]
    smalls = _cut(small.tobytes(), is_small.sum(axis=1) * 2)
    larges = _cut(large.tobytes(), is_large.sum(axis=1) * 8)
    return [b"".join(parts) for parts in zip(heads, smalls, larges, strict=True)]


def _cut(content: bytes, sizes: npt.NDArray[np.int64]) -> list[bytes]:
    ends = np.cumsum(sizes).tolist()
    return [content[end - size : end] for end, size in zip(ends, sizes.tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class Unpacking:
    """How packed rows are read: the measures in order, and the decimal places of each."""

    measures: tuple[str, ...]
    places: tuple[int, ...]

    def row(self, packed: bytes) -> tuple[dict[str, Value], frozenset[str]]:
        """Give the values by measure, None where null or hidden, and which are hidden."""
        null, hidden, small, large = _HEAD.unpack_from(packed)
        values = dict(_blank(self, null | hidden))
        if small:
            at = _bits(small)
            given = struct.unpack_from(f"<{len(at)}H", packed, _HEAD.size)
            self._fill(values, at, given)
        if large:
            at = _bits(large)
            start = _HEAD.size + 2 * small.bit_count()
            given = struct.unpack_from(f"<{len(at)}q", packed, start)
            self._fill(values, at, given)
        return values, _names(self, hidden)

    def _fill(self, values: dict[str, Value], at: Sequence[int], given: Sequence[int]) -> None:
        for place, value in zip(at, given, strict=True):
            places = self.places[place]
            number = Decimal(value).scaleb(-places) if places else value
            values[self.measures[place]] = number


@lru_cache(_CACHED)
def _bits(mask: int) -> tuple[int, ...]:
    return tuple(place for place in range(MOST) if mask >> place & 1)


@lru_cache(_CACHED)
def _blank(how: Unpacking, missing: int) -> Mapping[str, Value]:
    zeros = [Decimal(0).scaleb(-places) if places else 0 for places in how.places]
    pairs = zip(how.measures, zeros, strict=True)
    rows = {
        name: None if missing >> place & 1 else zero for place, (name, zero) in enumerate(pairs)
    }
    return MappingProxyType(rows)


@lru_cache(_CACHED)
def _names(how: Unpacking, mask: int) -> frozenset[str]:
    return frozenset(how.measures[place] for place in _bits(mask))
