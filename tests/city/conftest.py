"""A small synthetic city, received and built once: the whole way, with nothing left out."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from leye.data.pool import Pool

PEOPLE, MONTHS, FIRST, SEED = 5_000, 6, 202401, 11
AT = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class City:
    """Where the deliveries, the truth and the pool are, and what was logged on the way."""

    folder: Path
    pool: "Pool"
    log: str

    @property
    def truth(self) -> Path:
        """The folder that only tests may read."""
        return self.folder / "city" / "truth"


@pytest.fixture(scope="session")
def city(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[City]:
    """Make the city, receive every file and build every month; the vault is filled for good."""
    from leye.data.pool import Pool
    from leye.data.registers.refresh import refresh
    from leye.data.twin.deliveries import default_rates, make_deliveries
    from leye.data.twin.scenarios import default_scenarios
    from leye.data.twin.world import build_world
    from leye.doors.cli.demo import receive_folder

    folder = tmp_path_factory.mktemp("city")
    log = folder / "log.txt"
    handler = logging.FileHandler(log)
    logging.getLogger().addHandler(handler)
    before = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    size = {"people": PEOPLE, "months": MONTHS, "first_month": FIRST}
    world = build_world(seed=SEED, scenarios=default_scenarios(**size), **size)
    make_deliveries(world, out=folder / "city", rates=default_rates())
    pool = Pool(folder / "pool")
    with django_db_blocker.unblock():
        receive_folder(folder / "city", pool=pool, until=date(2030, 1, 1))
        refresh(pool, at=AT)
        logging.getLogger().setLevel(before)
        logging.getLogger().removeHandler(handler)
        handler.close()
        yield City(folder, pool, log.read_text())
        from leye.service.identity.vault.models import IdentityRecord

        IdentityRecord.objects.all().delete()


@pytest.fixture
def measured(city: City, db: None) -> dict[str, Any]:
    """What the bench measures of the registers against the truth."""
    from tests.bench.city_truth import compared

    found: dict[str, Any] = compared(city.pool, city.truth, first=FIRST, months=MONTHS)
    return json.loads(json.dumps(found))  # as the bench writes it
