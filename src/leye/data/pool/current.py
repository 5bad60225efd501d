"""Up to which release the registers are known to be up to date.

Judging every delivery anew against every month costs more the older a pool is. Once nothing is
stale, that is noted beside the release; only what came after it has to be judged again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leye.data.pool.files import replace_file
from leye.data.pool.linked import LINKS
from leye.data.pool.release import Release, Releases

NOTE = "registers.json"


@dataclass(frozen=True, slots=True)
class UpToDate:
    """That in a release, with this version of the links, no built month was stale."""

    release: int = -1
    links: int = -1


NEVER = UpToDate()


def note_up_to_date(root: Path, release: Release, *, tables: Sequence[str]) -> None:
    """Keep that the months of these tables are up to date in a release."""
    content = {
        "release": release.number,
        "created_at": _moment(release),
        "tables": sorted(tables),
    }
    replace_file(root / NOTE, json.dumps(content).encode())


def up_to_date(root: Path, *, tables: Sequence[str]) -> UpToDate:
    """Give the last note for these tables; ``NEVER`` where there is none, or it does not hold.

    A pool put back from a backup makes other releases of the same numbers: the moment tells.
    """
    try:
        given = json.loads((root / NOTE).read_bytes())
        release, moment, named = given["release"], given["created_at"], given["tables"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return NEVER
    found = Releases(root).get(release) if isinstance(release, int) else None
    if found is None or _moment(found) != moment or named != sorted(tables):
        return NEVER
    return UpToDate(release, found.versions.get(LINKS, -1))


def _moment(release: Release) -> str:
    return release.created_at.isoformat() if release.created_at is not None else ""
