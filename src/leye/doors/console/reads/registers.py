"""How far the registers are: what waits to be built, and whether it is being built."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leye.data.pool import Pool
from leye.data.pool.build import months_to_build
from leye.data.pool.builds import BUILDS
from leye.data.pool.waiting import is_building
from leye.data.registers.tables import REGISTER_TABLES


@dataclass(frozen=True, slots=True)
class RegistersState:
    """``waiting`` are the months to be built, the earliest first; ``built``: some ever were."""

    building: bool
    waiting: tuple[int, ...]
    built: bool


def registers_state(pool: Pool) -> RegistersState:
    """Give where the registers stand now; what waits is found once for each release.

    :raises StoreFailure: the pool cannot be read.
    """
    manifest = pool.snapshot().manifest
    waiting = _waiting(str(pool.root), manifest.number)
    return RegistersState(is_building(pool), waiting, BUILDS in manifest.tables)


@lru_cache(maxsize=4)
def _waiting(root: str, _release: int) -> tuple[int, ...]:
    return months_to_build(Pool(Path(root)), tables=REGISTER_TABLES)
