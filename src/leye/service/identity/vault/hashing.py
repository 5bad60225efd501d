"""HMAC-SM3 of many values, the work of a large column shared with a second process.

That one is started as a program of its own and not forked: the process that hashes has threads
(of DuckDB, Arrow and the server), and a fork of those can hang.
"""

import os
import subprocess
import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise

from leye.service.identity.vault.primitives import hash_all

SHARED = 400_000
"""From so many values on, a second process takes its half."""
_PART = 100_000
_PROGRAM = "from leye.service.identity.vault.hashing import serve; serve()"


def hash_values(key: bytes, values: Sequence[bytes], *, size: int) -> bytes:
    """Give the first ``size`` bytes of each value's hash, one after the other, in their order."""
    if len(values) < SHARED:
        return _hashed(key, values, size=size)
    half = len(values) // 2
    with _started() as second:
        asked = _ask(second, key, values[half:], size=size)
        mine = _hashed(key, values[:half], size=size)
        theirs = _answer(second) if asked else b""
    if len(theirs) != size * (len(values) - half):
        # No second process to be had: slower, not wrong.
        theirs = _hashed(key, values[half:], size=size)
    return mine + theirs


def serve() -> None:
    """Be the second process: read a key and values, write their hashes."""
    given, answer = sys.stdin.buffer, sys.stdout.buffer
    size, count, key_length = array("q", given.read(24))
    key = given.read(key_length)
    lengths = array("q", given.read(8 * count))
    held = given.read()  # all of it before the work: the other process waits for nothing else
    ends = list(accumulate(lengths, initial=0))
    values = (held[start:end] for start, end in pairwise(ends))
    answer.write(_hashed(key, values, size=size))
    answer.flush()


def _hashed(key: bytes, values: "Sequence[bytes] | Iterator[bytes]", *, size: int) -> bytes:
    every = iter(values)
    parts = []
    # By part, so that a column's hashes never stand as millions of objects at once.
    while part := list(islice(every, _PART)):
        parts.append(hash_all(key, part, size=size))
    return b"".join(parts)


def _started() -> "subprocess.Popen[bytes]":
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths},
    )


def _ask(
    second: "subprocess.Popen[bytes]", key: bytes, values: Sequence[bytes], *, size: int
) -> bool:
    """Hand the values over; false when the other process is gone.

    It writes nothing before it has read everything, so neither waits for the other.
    """
    if second.stdin is None:
        return False
    head = array("q", (size, len(values), len(key))).tobytes()
    lengths = array("q", map(len, values)).tobytes()
    try:
        for piece in chain((head, key, lengths), _joined(values)):
            second.stdin.write(piece)
        second.stdin.close()
    except OSError:
        return False
    return True


def _joined(values: Sequence[bytes]) -> Iterator[bytes]:
    for at in range(0, len(values), _PART):
        yield b"".join(values[at : at + _PART])


def _answer(second: "subprocess.Popen[bytes]") -> bytes:
    return second.stdout.read() if second.stdout else b""
