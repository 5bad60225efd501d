"""The keys of the vault, in one file that only its owner reads.

Pseudonym keys and data keys have versions and rotate. Feature keys have none: the tokens of names
and phone numbers stand in every stored row, where old and new ones must stay comparable.
"""

import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from leye.service.identity.vault.errors import VaultKeysUnusable

FEATURES = ("name", "phone")
"""The kinds of features that have tokens."""
_MARK = "mark"
_HASH_KEY = 32
_DATA_KEY = 16
_RESTORE = "请从备份恢复密钥文件；没有密钥，已加密的内容读不出来"


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys as they stand, and which version of each is in use. Never printed."""

    pseudonym: Mapping[int, bytes]
    data: Mapping[int, bytes]
    features: Mapping[str, bytes]
    mark: bytes
    """Tells whether a name or a phone number of a record has changed, without opening it."""
    pseudonym_version: int
    data_version: int

    def __repr__(self) -> str:
        return f"KeyRing(pseudonym {self.pseudonym_version}, data {self.data_version})"

    @property
    def next_version(self) -> int | None:
        """The pseudonym version of a rotation under way, or None."""
        newest = max(self.pseudonym)
        return newest if newest > self.pseudonym_version else None

    def with_new_versions(self) -> "KeyRing":
        """Add a pseudonym key, not yet in use, and a data key, in use from now on."""
        pseudonym, data = max(self.pseudonym) + 1, max(self.data) + 1
        return replace(
            self,
            pseudonym={**self.pseudonym, pseudonym: secrets.token_bytes(_HASH_KEY)},
            data={**self.data, data: secrets.token_bytes(_DATA_KEY)},
            data_version=data,
        )

    def using(self, version: int) -> "KeyRing":
        """Put another pseudonym key in use."""
        return replace(self, pseudonym_version=version)

    def without_old(self) -> "KeyRing":
        """Leave out every version but those in use."""
        return replace(
            self,
            pseudonym={self.pseudonym_version: self.pseudonym[self.pseudonym_version]},
            data={self.data_version: self.data[self.data_version]},
        )


def new_keys() -> KeyRing:
    """Make the first keys of an installation."""
    return KeyRing(
        pseudonym={1: secrets.token_bytes(_HASH_KEY)},
        data={1: secrets.token_bytes(_DATA_KEY)},
        features={kind: secrets.token_bytes(_HASH_KEY) for kind in FEATURES},
        mark=secrets.token_bytes(_HASH_KEY),
        pseudonym_version=1,
        data_version=1,
    )


class KeyFile:
    """The file of keys; read again when it has been replaced, so that every process follows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: tuple[tuple[int, int, int], KeyRing] | None = None

    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    def read(self) -> KeyRing:
        """Give the keys as they now stand.

        :raises VaultKeysUnusable: no file, one that others may read, or one that holds no keys.
        """
        try:
            found = self.path.stat()
        except OSError as error:
            raise VaultKeysUnusable(f"没有密钥文件 {self.path.name}", hint=_RESTORE) from error
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._kept is None or self._kept[0] != mark:
            if stat.S_IMODE(found.st_mode) & 0o077:
                raise VaultKeysUnusable(
                    f"密钥文件 {self.path.name} 对其他用户可读",
                    hint=f"请运行 chmod 600 {self.path.name}",
                )
            self._kept = (mark, _parsed(self.path))
        return self._kept[1]

    def create(self) -> None:
        """Make the keys unless there are some; of several processes the first decides."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._draft(new_keys())
        try:
            # A link appears whole or not at all, so nobody reads half a file.
            os.link(draft, self.path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _sync(self.path.parent)

    def replace(self, ring: KeyRing) -> None:
        """Put other keys in place at once.

        :raises VaultKeysUnusable: the file or its folder is read-only.
        """
        try:
            self._draft(ring).replace(self.path)
        except OSError as error:
            raise VaultKeysUnusable(
                "密钥文件不能改写", hint="请检查密钥文件及所在文件夹的写权限和磁盘空间"
            ) from error
        _sync(self.path.parent)

    def _draft(self, ring: KeyRing) -> Path:
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(_written(ring), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        return draft


def _written(ring: KeyRing) -> dict[str, Any]:
    return {
        "format": 1,
        "pseudonym_version": ring.pseudonym_version,
        "data_version": ring.data_version,
        "pseudonym": {str(version): key.hex() for version, key in ring.pseudonym.items()},
        "data": {str(version): key.hex() for version, key in ring.data.items()},
        "features": {kind: key.hex() for kind, key in ring.features.items()}
        | {_MARK: ring.mark.hex()},
    }


def _parsed(path: Path) -> KeyRing:
    try:
        given = json.loads(path.read_bytes())
        features = {kind: _key(text, _HASH_KEY) for kind, text in given["features"].items()}
        ring = KeyRing(
            pseudonym=_versions(given["pseudonym"], _HASH_KEY),
            data=_versions(given["data"], _DATA_KEY),
            features=MappingProxyType({kind: features[kind] for kind in FEATURES}),
            mark=features[_MARK],
            pseudonym_version=int(given["pseudonym_version"]),
            data_version=int(given["data_version"]),
        )
        # Reading the versions in use here lets a file without them fail now, not in mid-work.
        ring.without_old()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # The cause is left out: its text may quote the file.
        raise VaultKeysUnusable(f"密钥文件 {path.name} 读不出来", hint=_RESTORE) from None
    return ring


def _versions(given: Mapping[str, str], size: int) -> Mapping[int, bytes]:
    return MappingProxyType({int(version): _key(text, size) for version, text in given.items()})


def _key(text: str, size: int) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != size:
        raise ValueError
    return key


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
