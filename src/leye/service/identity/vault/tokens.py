"""Tokens of columns: each different value hashed once."""

from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leye.service.identity.vault.hashing import hash_values
from leye.service.identity.vault.primitives import TOKEN

FEATURE = 8
Column: TypeAlias = pa.Array | pa.ChunkedArray


def number_tokens(key: bytes, numbers: Column) -> pa.Array:
    """Give the token of each number; a missing number has none."""
    different = _whole(pc.utf8_upper(numbers)).dictionary_encode()
    hashed = hash_values(key, _bytes_of(different.dictionary), size=TOKEN)
    return _spread(different, hashed, pa.binary(TOKEN))


def feature_tokens(key: bytes, values: Column) -> pa.Array:
    """Give the token of each name or phone number; a missing or empty one has none."""
    filled = pc.if_else(pc.equal(values, ""), pa.scalar(None, values.type), values)
    different = _whole(filled).dictionary_encode()
    hashed = hash_values(key, _bytes_of(different.dictionary), size=FEATURE)
    # Read big-endian, as hashes are written: the same number on every machine.
    native = np.frombuffer(hashed, dtype=">i8").astype(np.int64).tobytes()
    return _spread(different, native, pa.int64())


def _whole(values: Column) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _spread(different: pa.DictionaryArray, hashed: bytes, kind: pa.DataType) -> pa.Array:
    buffers = [None, pa.py_buffer(hashed)]
    found = pa.Array.from_buffers(kind, len(different.dictionary), buffers)
    return found.take(different.indices)


def _bytes_of(values: pa.Array) -> list[bytes]:
    """Give the bytes of each text; far quicker than by way of Python texts."""
    plain = values.cast(pa.large_binary())
    if not len(plain):
        return []
    _, ends, data = plain.buffers()
    bounds = np.frombuffer(ends, dtype=np.int64)[plain.offset : plain.offset + len(plain) + 1]
    held = data.to_pybytes() if data is not None else b""
    return [held[start:end] for start, end in pairwise(bounds.tolist())]
