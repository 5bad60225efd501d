"""Files sealed: compressed (zstd) and encrypted (SM4-GCM) in numbered chunks.

A sealed file has a key of its own, kept in its head under a data key. So a rotation of data keys
rewrites heads only, and the nonces of a file may simply count its chunks. Each chunk is bound to
the file's head, its number and whether it is the last: one that is missing, doubled, moved, taken
from another file or cut off does not open.
"""

import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from leye.service.identity.vault.errors import SealBroken
from leye.service.identity.vault.primitives import (
    NONCE,
    TAG,
    nonces,
    open_value,
    value_sealer,
)

MAGIC = b"LEYESEAL"
CHUNK = 4 * 1024 * 1024
_LEVEL = 3
_FORMAT = 1
_KEY = 16
_FILE_ID = 16
_HEAD = struct.Struct(">8sHI16s")  # magic, format, data key version, the file's own id
_WRAPPED = NONCE + _KEY + TAG
_FRAME = struct.Struct(">II?")  # length sealed, length plain, whether it is the last
_MOST = CHUNK + CHUNK // 8 + 1024


def seal_file(source: Path, target: Path, *, keys: Mapping[int, bytes], version: int) -> None:
    """Write ``source`` to ``target``, sealed; ``target`` is whole or absent."""
    key, file_id = secrets.token_bytes(_KEY), secrets.token_bytes(_FILE_ID)
    codec, seal = pa.Codec("zstd", compression_level=_LEVEL), value_sealer(key)
    with source.open("rb") as plain, _replacing(target) as sealed:
        sealed.write(_head(key, file_id, keys=keys, version=version))
        for number, (content, last) in enumerate(_chunks(plain)):
            packed = codec.compress(content, asbytes=True)
            frame = _FRAME.pack(len(packed) + TAG, len(content), last)
            bound = _bound(file_id, number, frame)
            nonce = number.to_bytes(NONCE, "big")
            sealed.write(frame)
            sealed.write(seal(packed, bound, nonce)[NONCE:])


def open_file(source: Path, target: Path, *, keys: Mapping[int, bytes]) -> None:
    """Write what was sealed to ``target``, which is whole or absent and its owner's only.

    :raises SealBroken: something of it was changed, or its key is gone.
    """
    with source.open("rb") as sealed, _replacing(target) as plain:
        for content in _opened(sealed, keys):
            plain.write(content)


def is_sealed(path: Path) -> bool:
    """Whether a file begins like a sealed one."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def data_version(path: Path) -> int:
    """Give the version of the data key a sealed file is under.

    :raises SealBroken: it is none.
    """
    with path.open("rb") as file:
        return _read_head(file)[0]


def seal_anew(path: Path, *, keys: Mapping[int, bytes], version: int) -> None:
    """Put a sealed file under another data key; its content stays as it is.

    :raises SealBroken: it is none, or its key is gone.
    """
    with path.open("rb") as sealed:
        held, file_id, wrapped = _read_head(sealed)
        if held == version:
            return
        key = _file_key(held, file_id, wrapped, keys)
        with _replacing(path) as anew:
            anew.write(_head(key, file_id, keys=keys, version=version))
            while content := sealed.read(CHUNK):
                anew.write(content)


def _head(key: bytes, file_id: bytes, *, keys: Mapping[int, bytes], version: int) -> bytes:
    head = _HEAD.pack(MAGIC, _FORMAT, version, file_id)
    return head + value_sealer(keys[version])(key, head, nonces(1)[0])


def _read_head(sealed: BinaryIO) -> tuple[int, bytes, bytes]:
    head, wrapped = sealed.read(_HEAD.size), sealed.read(_WRAPPED)
    if len(wrapped) != _WRAPPED:
        raise SealBroken("文件不完整")
    magic, written, version, file_id = _HEAD.unpack(head)
    if magic != MAGIC or written != _FORMAT:
        raise SealBroken("这不是加密文件")
    return version, file_id, wrapped


def _file_key(version: int, file_id: bytes, wrapped: bytes, keys: Mapping[int, bytes]) -> bytes:
    if version not in keys:
        raise SealBroken(f"没有第 {version} 版数据密钥", hint="请从备份恢复密钥文件")
    head = _HEAD.pack(MAGIC, _FORMAT, version, file_id)
    return open_value(keys[version], wrapped, bound_to=head)


def _chunks(plain: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Give the content by chunk, and whether it is the last; an empty file has one."""
    content = plain.read(CHUNK)
    while following := plain.read(CHUNK):
        yield content, False
        content = following
    yield content, True


def _opened(sealed: BinaryIO, keys: Mapping[int, bytes]) -> Iterator[bytes]:
    version, file_id, wrapped = _read_head(sealed)
    key = _file_key(version, file_id, wrapped, keys)
    codec = pa.Codec("zstd")
    number, last = 0, False
    while not last:
        frame = sealed.read(_FRAME.size)
        if len(frame) != _FRAME.size:
            raise SealBroken("文件在中途断开")
        size, length, last = _FRAME.unpack(frame)
        if not TAG <= size <= _MOST or length > CHUNK:
            raise SealBroken("文件内容有误")
        nonce = number.to_bytes(NONCE, "big")
        content = nonce + sealed.read(size)
        packed = open_value(key, content, bound_to=_bound(file_id, number, frame))
        yield codec.decompress(packed, length, asbytes=True)
        number += 1
    if sealed.read(1):
        raise SealBroken("文件末尾有多余内容")


def _bound(file_id: bytes, number: int, frame: bytes) -> bytes:
    return file_id + number.to_bytes(8, "big") + frame


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the target's place when it is complete, and goes away otherwise."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
