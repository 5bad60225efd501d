"""The published figures the product ships with, in a pool, for tests of pages and journeys."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.samples import AT, SEED_COUNTY, accept_figures, submitter

if TYPE_CHECKING:
    from leye.data.pool import Pool

SEED = Path(__file__).resolve().parent.parent / "seed" / "published_figures_2026-11-23.csv"


def published_pool(root: Path) -> "Pool":
    """Make a pool: D000001 everything published, D000002 one unpublished delivery of 360902."""
    from leye.data.pool import Pool
    from leye.data.pool.types import Submitter
    from leye.kernel.place import EVERYWHERE, NATION

    pool = Pool(root)
    everything = Submitter("system", NATION, EVERYWHERE, may_publish=True)
    for content, by in ((SEED.read_bytes(), everything), (SEED_COUNTY, submitter("360902"))):
        receipt = accept_figures(pool, content, by=by, at=AT)
        assert receipt.delivery.verdict.value == "accepted", receipt.issues
    return pool
