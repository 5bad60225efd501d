"""The vault as the rest of the house knows it."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from leye.service.identity.vault import checks, records, sealing, tables, tokens
from leye.service.identity.vault.keys import FEATURES, KeyFile, KeyRing
from leye.service.identity.vault.numbers import near_numbers
from leye.service.identity.vault.primitives import TOKEN, hash_all
from leye.service.identity.vault.records import BATCH, Known


class Vault:
    """Makes pseudonyms, keeps what they stand for, seals files. One for a whole installation.

    The key file is looked at each time, so that a rotation reaches every process at once.
    """

    def __init__(self, keys: Path) -> None:
        self._file = KeyFile(keys)

    def prepare(self) -> None:
        """Make the keys of a new installation; check those of an old one.

        :raises VaultKeysUnusable: the keys are missing though there is data under them, or are
            others than the data is under.
        """
        if not self._file.exists():
            checks.check_nothing_kept()
            self._file.create()
        checks.check_keys(self.ring)

    @property
    def file(self) -> KeyFile:
        """The file of keys."""
        return self._file

    @property
    def ring(self) -> KeyRing:
        """The keys as they now stand.

        :raises VaultKeysUnusable: they cannot be read.
        """
        return self._file.read()

    @property
    def key_version(self) -> int:
        """The version of the pseudonym key in use."""
        return self.ring.pseudonym_version

    def tokens(self, numbers: pa.Array) -> pa.Array:
        """Give the token of each citizen number; a missing number has none."""
        ring = self.ring
        return tokens.number_tokens(ring.pseudonym[ring.pseudonym_version], numbers)

    def token(self, number: str) -> bytes:
        """Give the token of one citizen number, which is kept nowhere."""
        ring = self.ring
        key = ring.pseudonym[ring.pseudonym_version]
        return hash_all(key, [number.upper().encode()], size=TOKEN)

    def feature_tokens(self, kind: str, values: pa.Array) -> pa.Array:
        """Give the token of each name or phone number; a missing or empty one has none.

        :raises ValueError: ``kind`` is none of ``FEATURES``.
        """
        if kind not in FEATURES:
            raise ValueError(f"no such kind of feature: {kind}")
        return tokens.feature_tokens(self.ring.features[kind], values)

    def neighbours(self, number: str) -> tuple[bytes, ...]:
        """Give the tokens of the valid numbers one wrong character or one swap away."""
        ring = self.ring
        near = [one.encode() for one in near_numbers(number)]
        hashed = hash_all(ring.pseudonym[ring.pseudonym_version], near, size=TOKEN)
        return tuple(hashed[at : at + TOKEN] for at in range(0, len(hashed), TOKEN))

    def keep(self, known: pa.Table, *, at: datetime, authoritative: bool = False) -> int:
        """Keep the number, name, phone and place behind each token; give how many were written.

        Columns ``token``, ``number``, ``name``, ``phone``, ``place``; rows without a token are left
        out, a blank changes nothing, and what is kept already is not written again. A name and a
        place once known give way only when ``authoritative``: the population register's.
        """
        ring = self.ring
        with tables.wide():
            return sum(
                records.keep(_known(batch), ring=ring, at=at, authoritative=authoritative)
                for batch in _batches(known)
            )

    def seal(self, source: Path, target: Path) -> None:
        """Write a file compressed and encrypted; ``target`` is whole or absent."""
        ring = self.ring
        sealing.seal_file(source, target, keys=ring.data, version=ring.data_version)

    def open_sealed(self, source: Path, target: Path) -> None:
        """Write what was sealed; ``target`` is whole or absent, and its owner's only.

        :raises SealBroken: something of it was changed, or its key is gone.
        """
        sealing.open_file(source, target, keys=self.ring.data)


def vault() -> Vault:
    """Give the vault of this installation, its keys made or checked.

    :raises VaultKeysUnusable: the keys cannot be read, or are others than the data is under.
    """
    mine = _vault(str(settings.LEYE_VAULT_KEYS))
    mine.prepare()
    return mine


@cache
def _vault(keys: str) -> Vault:
    return Vault(Path(keys))


def _batches(known: pa.Table) -> Iterator[pa.RecordBatch]:
    # By slice: the table's own pieces may be a few rows each, and a transaction for each is slow.
    for start in range(0, known.num_rows, BATCH):
        yield from known.slice(start, BATCH).combine_chunks().to_batches()


def _known(batch: pa.RecordBatch) -> Iterator[tuple[bytes, Known]]:
    columns = [batch.column(name).to_pylist() for name in ("token", "number", *Known._fields[1:])]
    for token, number, name, phone, place in zip(*columns, strict=True):
        if token is not None and number:
            yield token, Known(number.upper(), name or "", phone or "", place or "")
