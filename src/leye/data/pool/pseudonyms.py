"""What the pool asks of the identity vault: pseudonyms, and a place for what they stand for.

The pool knows no key and keeps no name or number; the vault above the wall implements this.
"""

from datetime import datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa

KNOWN_SCHEMA = pa.schema(
    [
        ("token", pa.binary(16)),
        ("number", pa.string()),
        ("name", pa.string()),
        ("phone", pa.string()),
        ("place", pa.string()),
    ]
)
"""The columns of what a vault is given to keep."""


class Pseudonymiser(Protocol):
    """Makes pseudonyms of persons, and keeps what they stand for."""

    @property
    def key_version(self) -> int:
        """The version of the key that tokens are now made with."""

    def tokens(self, numbers: pa.Array) -> pa.Array:
        """Give the token (16 bytes) of each identity number; a missing one has none."""

    def feature_tokens(self, kind: str, values: pa.Array) -> pa.Array:
        """Give the keyed number of each ``name`` or ``phone``; a missing or blank one has none."""

    def neighbours(self, number: str) -> tuple[bytes, ...]:
        """Give the tokens of the valid numbers one wrong character or one swap away."""

    def keep(self, known: pa.Table, *, at: datetime, authoritative: bool = False) -> int:
        """Keep the number, name, phone and place of each token; give how many were written.

        Keeping the same again changes nothing. A name and a place once known give way only to an
        authoritative source.
        """

    def seal(self, source: Path, target: Path) -> None:
        """Write a file compressed and encrypted; ``target`` is whole or absent."""

    def open_sealed(self, source: Path, target: Path) -> None:
        """Write what was sealed; ``target`` is whole or absent."""
