"""Releases: which version of every table belongs together.

``releases/00000012.json`` keeps each, ``release.json`` is the latest. Replacing ``release.json`` is
the one moment at which a delivery or a build comes to be; before it nothing changed, after it all
of it did.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import ibis

from leye.data.pool.files import replace_file

DELIVERY = "delivery"
BUILD = "build"
"""What makes a release: a delivery was taken or refused, or registers were built."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A table's version in a release, and what a reader must know of the table."""

    version: int
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    place: str = ""
    partitioned: bool = False

    @property
    def schema(self) -> ibis.Schema:
        """The columns of the table."""
        return ibis.schema(dict(self.columns))


@dataclass(frozen=True, slots=True)
class Release:
    """A consistent state of the pool. Number 0 is the pool before any delivery.

    ``label`` says what made it, ``delivery`` which delivery if one did, else "".
    """

    number: int = 0
    delivery: str = ""
    created_at: datetime | None = None
    tables: Mapping[str, Pin] = field(default_factory=dict)
    label: str = DELIVERY

    @property
    def versions(self) -> dict[str, int]:
        """The pinned version of each table."""
        return {name: pin.version for name, pin in self.tables.items()}


@dataclass(frozen=True, slots=True)
class Releases:
    """The release manifests in a pool's folder."""

    root: Path

    def latest(self) -> Release:
        """Give the latest release."""
        return _read(self.root / "release.json") or Release()

    def get(self, number: int) -> Release | None:
        """Give an earlier release, or None when there is none of that number."""
        if number == 0:
            return Release()
        return _read(self._path(number))

    def keep(self, release: Release) -> None:
        """Write a release beside the others; it is not the latest yet."""
        path = self._path(release.number)
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, _written(release))

    def switch(self, release: Release) -> None:
        """Make it the latest: the commit point."""
        replace_file(self.root / "release.json", _written(release))

    def _path(self, number: int) -> Path:
        return self.root / "releases" / f"{number:08}.json"


def _written(release: Release) -> bytes:
    content = {
        "format": 1,
        "release": release.number,
        "delivery": release.delivery,
        "label": release.label,
        "created_at": release.created_at.isoformat() if release.created_at else None,
        "tables": {
            name: {
                "version": pin.version,
                "columns": dict(pin.columns),
                "key": pin.key,
                "place": pin.place,
                "partitioned": pin.partitioned,
            }
            for name, pin in release.tables.items()
        },
    }
    # Without line breaks: written for every delivery, and those cost ten times the rest.
    return json.dumps(content, ensure_ascii=False).encode()


def _read(path: Path) -> Release | None:
    try:
        given = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return Release(
        number=given["release"],
        delivery=given["delivery"],
        created_at=datetime.fromisoformat(given["created_at"]),
        tables={
            name: Pin(
                pin["version"],
                pin["columns"],
                tuple(pin["key"]),
                pin["place"],
                # Manifests written before tables were cut by month do not say.
                pin.get("partitioned", False),
            )
            for name, pin in given["tables"].items()
        },
        label=given.get("label", DELIVERY),
    )
